# Event records for awk: the columns have names, tag("coll") is a tag's value. In your own program:
#
#   events DIR | awk "$(cat tr.awk)"'$cat == "kernel" && tag("coll") { ns[$rank] += $dur }
#       END { ... }'
#
# awk loses digits of numbers above 2^53, and mawk prints large ones only with %.0f: keep times as
# text if you can.
BEGIN {
	FS = OFS = "\t"
	ph = 1; ts = 2; dur = 3; rank = 4; pid = 5; tid = 6; cat = 7; name = 8
}
# tag(KEY): its value in this record, "" if it has none.
function tag(key,    i, n) {
	n = length(key) + 1
	for (i = 9; i <= NF; i++)
		if (substr($i, 1, n) == key "=") return substr($i, n + 1)
	return ""
}
# tags(OF): all of them, OF[KEY] = VALUE; returns how many.
function tags(of,    i, eq) {
	split("", of)
	for (i = NF; i >= 9; i--) {
		eq = index($i, "=")
		of[substr($i, 1, eq - 1)] = substr($i, eq + 1)
	}
	return NF < 8 ? 0 : NF - 8
}
# record(PH, TS, DUR, RANK, PID, TID, CAT, NAME): the text of a record, with "." for "".
function record(a, b, c, d, e, f, g, h) {
	return dot(a) OFS dot(b) OFS dot(c) OFS dot(d) OFS dot(e) OFS dot(f) OFS dot(g) OFS dot(h)
}
function dot(v) { return v == "" ? "." : v }
