# The rows of compare as an array of JSON objects; a value that is not known is null.
# in:  value	step_time	all	mean	s	0.100	0.120	0.020	20.00	worse	n=1
# out: {"metric":"step_time","scope":"all","stat":"mean","unit":"s","base":0.100,"new":0.120, ...}
BEGIN {
	n = split("metric scope stat unit base new change percent verdict note", name, " ")
	for (i = 1; i < 32; i++) escape[sprintf("%c", i)] = sprintf("\\u%04x", i)
	printf "["
}
function text(s,   i, c, out) {
	gsub(/\\/, "&&", s); gsub(/"/, "\\\"", s)
	if (s !~ /[[:cntrl:]]/) return "\"" s "\""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		out = out (c in escape ? escape[c] : c)
	}
	return "\"" out "\""
}
function item(v, k) {
	if (k < 5 || k > 8) return text(v)
	if (v == ".") return "null"
	return v ~ /^-?(0|[1-9][0-9]*)([.][0-9]+)?$/ ? v : text(v)
}
{
	printf "%s{", (NR > 1 ? ",\n" : "\n")
	for (k = 1; k <= n; k++) printf "%s\"%s\":%s", (k > 1 ? "," : ""), name[k], item($(k + 1), k)
	printf "}"
}
END { print "\n]" }
