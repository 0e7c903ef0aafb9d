# The participants of calls, for awk programs over records of devices: a rank, or a rank's device.
# see(RANK, PID): there is such a device.
function see(r, d) { if (!((r, d) in seen)) { seen[r, d] = 1; devices[r]++ } }
# participant(RANK, PID): its name, as tr-match has it: "2", "2.5" if the rank has several devices,
# "dev=5" if it has no rank.
function participant(r, d) { return r == "." ? "dev=" d : devices[r] > 1 ? r "." d : r }
# scope_dev(RANK, PID): the device in a metric's scope; * (left out) if its rank has only one.
function scope_dev(r, d) { return participant(r, d) == r ? "*" : d }
# ns(V): a number of ns, with a fraction if a mean has one.
function ns(v) { return v == int(v) ? sprintf("%.0f", v) : sprintf("%.3f", v) }
