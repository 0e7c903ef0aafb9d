#!/usr/bin/env python3
"""made_waits.py FOLDER SEED CASE... - makes runs of four ranks that wait for each other, the same each time.

CASE: switches joined by +, or `plain`; the run is written to FOLDER/CASE.

Kineto traces of five steps. A call of a group begins where a rank comes to it, and all of the group leave it together.
Rank 2 computes longer in step 1, the host of rank 3 sleeps in step 2, rank 1 computes longer in step 3.
There are a broadcast, a copy on another stream, a kernel without a launch, a call that two ranks join last, at once.

one      rank 2 computes longer in every step
groups   tp of {0,1} and {2,3}, dp of {0,2} and {1,3}, on two streams, in crossed order
front    rank 1 lacks its first ten calls
middle   rank 1 lacks ten calls from its 14th
seq      calls have numbers
kinds    rank 2 calls something else in step 1, of another size in step 4
swapped  ranks 1 and 2 have each other's number
clock    the clock of rank 3 is 11.3 s ahead, and its base another
files    the files have each other's names
partial  there is no file of rank 3
bare     no steps
phases   prefill and decode, which repeats
unlisted groups without their members
unsized  rank 1 does not tell how large a group is
cutlist  the list of members is cut, as Kineto does
gap      rank 3 has not recorded the third step
twice    a second thread opens the steps of rank 0, too, a little later
blind    no launches
empty    kernels of no length, one of them in a gap
pipe     rank 0 sends to rank 1, 1 to 2, 2 to 3
late     each step of rank 1 launches a copy that runs when the next step does
"""
import json
import os
import random
import sys

BASE = 1790857026 * 10 ** 9


class Made:
    def __init__(self, seed, switches):
        self.on = set(switches)
        self.shared, self.noise = random.Random(seed), random.Random(seed + 1)
        self.events = [[] for _ in range(4)]
        self.host = [10 ** 6 + 1000 * r for r in range(4)]      # the time of each host, ns
        self.free = [{} for _ in range(4)]                      # {stream: when it is free}
        for k in range(5):
            self.step(k)
        self.trouble()

    def put(self, r, cat, name, ts, dur, pid, tid, **args):
        self.events[r].append(dict(ph="X", cat=cat, name=name, pid=pid, tid=tid, ts=ts / 1000, dur=dur / 1000, args=args))

    def call(self, r, seen=True):
        """the host of a rank launches something: (its number, the earliest start on the device)"""
        self.host[r] += 3000 + self.noise.randrange(500)
        if seen and "blind" not in self.on:
            self.put(r, "cuda_runtime", "cudaLaunchKernel", self.host[r], 2000, 900 + r, 1,
                     correlation=len(self.events[r]) + 1)
        return len(self.events[r]), self.host[r] + 4000

    def run(self, r, cat, name, dur, stream=7, seen=True, after=0, **args):
        number, at = self.call(r, seen)
        at = max(at, self.free[r].get(stream, 0), after)
        self.free[r][stream] = at + dur
        self.put(r, cat, name, at, dur, r, stream, device=r, stream=stream,
                 correlation=number if seen else 10 ** 6 + number, **args)

    def collective(self, ranks, coll, elements, transfer, stream, group, even=False, **more):
        begin = {}
        for r in ranks:
            number, at = self.call(r)
            # what a rank sends it has computed before
            begin[r] = number, max(at, self.free[r].get(stream, 0), self.free[r].get(7, 0))
        if even:
            first = max(at for _, at in begin.values())
            begin = {r: (n, first if r in ranks[:2] else at) for r, (n, at) in begin.items()}
        end = max(at for _, at in begin.values()) + transfer
        for r, (number, at) in begin.items():
            leave = end + (0 if even else self.noise.randrange(900))
            self.free[r][stream] = leave
            if stream == 20:
                self.free[r][7] = leave
            args = {"Collective name": coll, "In msg nelems": elements, "Out msg nelems": elements, "Group size": len(ranks),
                    "dtype": "BFloat16", "Process Group Name": group, "Process Group Description": group.split("-")[0],
                    "Process Group Ranks": str(ranks)}
            args.update(more)
            name = "ncclDevKernel_%s" % coll.title()
            self.put(r, "kernel", name, at, leave - at, r, stream, device=r, stream=stream, correlation=number, **args)

    def step(self, k):
        begins = list(self.host)
        for r in range(4):
            self.run(r, "gpu_memcpy", "Memcpy HtoD (Pinned -> Device)", 15000, 30, bytes=4096)
            if "late" in self.on and r == 1:
                self.run(r, "gpu_memcpy", "Memcpy HtoD (Pinned -> Device)", 400000, 31,
                         after=self.host[r] + 2600000, bytes=4096)
        for i in range(7):
            for r in range(4):
                work = 60000 + self.noise.randrange(9000)
                if r == 2 and (k == 1 or "one" in self.on) or r == 1 and k == 3:
                    work += 150000
                if r == 3 and k == 2:
                    self.host[r] += 200000
                self.run(r, "kernel", "gemm", work)
                self.run(r, "kernel", "add", 4000)
            elements = self.shared.choice((1000, 4096, 1 << 20))
            transfer = 20000 + elements // 50 + self.shared.randrange(999)
            if "groups" in self.on:
                pairs = [([0, 1], [2, 3], "tp"), ([0, 2], [1, 3], "dp")]
                for a, b, name in pairs if i % 2 else pairs[::-1]:
                    for ranks in (a, b):
                        tp = name == "tp"
                        self.collective(ranks, "allreduce" if tp else "_allgather_base", elements, transfer,
                                        20 if tp else 21, "tp" if tp else "dp-%d" % ranks[0])
            else:
                self.collective([0, 1, 2, 3], "allreduce", elements, transfer, 20, "world", even=(k, i) == (4, 2))
            if "pipe" in self.on:
                for src in range(3):
                    last = max(self.free[src].get(7, 0), self.host[src])
                    for r, what in ((src, "send"), (src + 1, "recv")):
                        long = 30000 if r == src else 30000 + self.noise.randrange(50000)
                        args = {"Collective name": what, "Group size": 4, "dtype": "Float", "In msg nelems": 100,
                                "Out msg nelems": 100, "Process Group Name": "pp", "Process Group Description": "pp",
                                "Process Group Ranks": "[0, 1, 2, 3]", "Src Rank": src, "Dst Rank": src + 1}
                        self.run(r, "kernel", "ncclDevKernel_SendRecv", long, 22, after=last if r == src else 0, **args)
        self.collective([0, 1, 2, 3], "broadcast", 64, 9000, 20, "world")
        for r in range(4):
            if "empty" in self.on:
                self.run(r, "kernel", "empty", 0)
                self.host[r] += 30000
                self.run(r, "kernel", "empty", 0, after=self.host[r] + 12000)
                self.run(r, "kernel", "add", 4000, after=self.host[r] + 20000)
            if k == 2:
                self.host[r] += 90000
                self.run(r, "kernel", "unlaunched", 5000, seen=False, after=max(self.free[r].values()) + 20000)
            name = "ProfilerStep#%d" % (3 + k) if "phases" not in self.on else "prefill" if k in (0, 3) else "decode"
            self.host[r] = max([self.host[r]] + [self.free[r][s] for s in self.free[r] if s < 30]) + 5000
            if "twice" in self.on and r == 0:
                self.put(r, "user_annotation", name, begins[r] + 7000, self.host[r] - begins[r], 900 + r, 2)
            if "bare" not in self.on and not ("gap" in self.on and k == 2 and r == 3):
                self.put(r, "user_annotation", name, begins[r], self.host[r] - begins[r], 900 + r, 1)
            self.host[r] += 20000 + self.noise.randrange(9000)

    def trouble(self):
        for r in range(4):
            calls = [e for e in self.events[r] if "Collective name" in e["args"]]
            for e in calls:
                if "unlisted" in self.on:
                    del e["args"]["Process Group Ranks"]
                if "cutlist" in self.on:
                    e["args"]["Process Group Ranks"] = e["args"]["Process Group Ranks"][:4] + ", ...]"
                if "unsized" in self.on and r == 1:
                    del e["args"]["Group size"]
            if "seq" in self.on:
                count = {}
                for e in calls:
                    key = e["args"]["Process Group Name"]
                    e["args"]["Seq"] = count[key] = count.get(key, 0) + 1
            gone = calls[:10] if "front" in self.on else calls[13:23] if "middle" in self.on else []
            if r == 1:
                self.events[r] = [e for e in self.events[r] if not any(e is g for g in gone)]
            if "kinds" in self.on and r == 2:
                other = {"allreduce": "_allgather_base"}
                calls[11]["args"]["Collective name"] = other.get(calls[11]["args"]["Collective name"], "allreduce")
                calls[34]["args"]["In msg nelems"] += 8

    def write(self, folder):
        os.makedirs(folder, exist_ok=True)
        for r in range(4):
            if "partial" in self.on and r == 3:
                continue
            rank = {1: 2, 2: 1}.get(r, r) if "swapped" in self.on else r
            name = 3 - r if "files" in self.on else r
            base, shift = BASE, 0
            if "clock" in self.on and r == 3:
                base, shift = BASE - 7 * 10 ** 9, 18300000
            for e in self.events[r]:
                e["ts"] += shift
            with open("%s/kineto_trace_%d.json" % (folder, name), "w", encoding="utf-8") as f:
                json.dump({"distributedInfo": {"rank": rank, "world_size": 4}, "baseTimeNanoseconds": base,
                           "traceEvents": self.events[r]}, f)


for case in sys.argv[3:]:
    Made(int(sys.argv[2]), case.split("+")).write(sys.argv[1] + "/" + case)
