
def idle_gap_p99(metric, directory):
    """Gaps between the kernels of each device, of all ranks together."""
    gaps = []
    for r in read(directory):
        devices = defaultdict(list)
        for k in r.kernels:
            devices[k.device].append(k)
        for kernels in devices.values():
            end = None
            for k in sorted(kernels, key=lambda k: k.start):
                if end is not None and k.start > end:
                    gaps.append(k.start - end)
                end = k.end if end is None else max(end, k.end)
    put(metric, "all", "total", STAT["p99"](gaps), "s", len(gaps))

METRICS["idle_gap_p99"] = idle_gap_p99
