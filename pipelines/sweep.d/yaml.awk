# Lines of path and value, as `tr-card list` writes them, back to YAML. A path that comes twice has its last value, at its
# first place; what has parts has no value of its own.
# in:  workload.data.batch_size	4
# out: workload:
#        data:
#          batch_size: 4
BEGIN { FS = "\t" }
{
	path = $1
	gsub(/\[/, ".[", path)
	m = split(path, part, ".")
	node = ""
	for (d = 1; d <= m; d++) {
		up = node
		node = up SUBSEP part[d]
		if (!(node in known)) {
			known[node]
			child[up, ++children[up]] = part[d]
		}
	}
	v[node] = substr($0, length($1) + 2)
}
function scalar(s) {
	if (s == "" || s == ".") return ""
	if (s == "\\x2e") return " \".\""
	if (s ~ /^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$/ || s ~ /^(true|false)$/) return " " s
	if (s ~ /^[A-Za-z0-9_\/(][-A-Za-z0-9_\/.,;()+=% ]*$/ && s !~ / $/ && s !~ /^(null|yes|no|on|off|y|n)$/) return " " s
	gsub(/"/, "\\\"", s)
	return " \"" s "\""
}
function put(node, indent, item,    i, k) {
	for (i = 1; i <= children[node]; i++) {
		k = child[node, i]
		printf "%s%s", item && i == 1 ? "" : indent, k ~ /^\[/ ? "-" : k ":"
		k = node SUBSEP k
		if (!children[k]) print scalar(v[k])
		else if (child[node, i] ~ /^\[/) {
			printf " "
			put(k, indent "  ", 1)
		} else {
			print ""
			put(k, indent "  ", 0)
		}
	}
}
END { put("", "", 0) }
