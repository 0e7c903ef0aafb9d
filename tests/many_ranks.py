"""many_ranks.py STREAM RANKS CALLS: a stream of RANKS ranks and CALLS collective calls each, made of the stream of four ranks
with steps named ProfilerStep (ddp4-straggler-rank2-h100): rank 2, which is late, once, the others again and again; five steps;
in a step its calls, the kernel before each, and their launches come again and again. Times of a rank begin at 0,
correlation ids count up."""
import sys

stream, ranks, calls = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
PH, TS, DUR, RANK, PID, TID, CAT, NAME = range(8)


def tag(f, key):
    return next((t[len(key) + 1:] for t in f[8:] if t.startswith(key + "=")), None)


def is_call(f):
    return f[CAT] == "kernel" and tag(f, "coll") is not None


def bodies(records):
    """Of each step: its span and the records that come again, in time: calls, kernels before them, launches."""
    kernels = sorted((f for f in records if f[CAT] == "kernel"), key=lambda f: int(f[TS]))
    wanted, before = set(), None
    for f in kernels:
        if is_call(f):
            wanted |= {tag(f, "correlation")} | ({before} if before else set())
        else:
            before = tag(f, "correlation")
    launches = [f for f in records if f[CAT] in ("cuda_runtime", "cuda_driver") and tag(f, "correlation") in wanted]
    for step in (f for f in records if f[CAT] == "user_annotation" and f[NAME].startswith("ProfilerStep#")):
        s, e = int(step[TS]), int(step[TS]) + int(step[DUR])
        ids = {tag(f, "correlation") for f in launches if s <= int(f[TS]) < e}
        body = [f for f in launches + kernels if tag(f, "correlation") in ids]
        yield step, sorted(body, key=lambda f: int(f[TS]))


of_rank = {}
for line in open(stream):
    f = line.rstrip("\n").split("\t")
    if line[0] != "#" and f[RANK] != ".":
        of_rank.setdefault(int(f[RANK]), []).append(f)
made = [list(bodies(of_rank[r])) for r in sorted(of_rank)]
print("## tr 1\n##base_ns 0\n##trace many\n" + "".join(f"##rank {r}\n" for r in range(ranks)) + f"##world {ranks}")
for rank in range(ranks):
    now, correlation = 0, 1000
    for step, body in made[2 if rank == 2 else (0, 1, 3)[rank % 3]]:
        start = min(int(f[TS]) for f in body)
        length = max(int(f[TS]) + int(f[DUR]) for f in body) - start + 1000
        times, left, lines = 0, calls // 5, []
        while left:
            ids = {}
            for f in body:
                left -= is_call(f) and left > 0
                g = f[:TS] + [str(int(f[TS]) - start + now + 1000 + times * length), f[DUR], str(rank)] + f[PID:8]
                for t in f[8:]:
                    if t.startswith("correlation="):
                        correlation += t not in ids
                        t = f"correlation={ids.setdefault(t, correlation)}"
                    elif t.startswith("nranks="):
                        t = f"nranks={ranks}"
                    elif t.startswith("Process_Group_Ranks="):
                        continue
                    g.append(t)
                lines.append(g)
                if not left:
                    break
            times += 1
        lines.sort(key=lambda g: int(g[TS]))
        print("\t".join(step[:TS] + [str(now), str(times * length + 1500), str(rank)] + step[PID:]))
        sys.stdout.write("".join("\t".join(g) + "\n" for g in lines))
        now += times * length + 2000
