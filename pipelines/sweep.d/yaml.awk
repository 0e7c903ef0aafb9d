# Lines of path and value, as `tr-card list` writes them, back to YAML: yaml_begin(),
# yaml_add(PATH, VALUE)..., yaml_put("", "", 0, FILE). A path that occurs twice has its last value,
# at its first place; a path with parts below it has no value.
#   workload.data.batch_size	4      becomes     workload:
#                                            data:
#                                              batch_size: 4
function yaml_begin() {
	split("", VALUE)
	split("", CHILD)
	split("", CHILDREN)
	split("", TEXT)
}
# yaml_text(PATH): its value is a text, though it may look like a number
function yaml_text(path) {
	gsub(/\[/, ".[", path)
	gsub(/[.]/, SUBSEP, path)
	TEXT[SUBSEP path]
}
function yaml_add(path, v,    part, d, m, node, up) {
	gsub(/\[/, ".[", path)
	m = split(path, part, ".")
	node = ""
	for (d = 1; d <= m; d++) {
		up = node
		node = up SUBSEP part[d]
		if (!(node in VALUE)) CHILD[up, ++CHILDREN[up]] = part[d]
		VALUE[node] = v
	}
}
function yaml_scalar(s, is_text) {
	if (s == "" || s == ".") return ""
	if (is_text && s ~ /^[-+.0-9]/) return " \"" s "\""
	if (s == "\\x2e") return " \".\""
	if (s ~ /^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$/ || s ~ /^(true|false)$/) return " " s
	if (s ~ /^[A-Za-z0-9_\/(][-A-Za-z0-9_\/.,;()+=% ]*$/ && s !~ / $/ && s !~ /^(null|yes|no|on|off|y|n)$/) return " " s
	gsub(/"/, "\\\"", s)
	return " \"" s "\""
}
function yaml_put(node, indent, item, file,    i, k) {
	for (i = 1; i <= CHILDREN[node]; i++) {
		k = CHILD[node, i]
		printf "%s%s", item && i == 1 ? "" : indent, k ~ /^\[/ ? "-" : k ":" >file
		k = node SUBSEP k
		if (!CHILDREN[k]) print yaml_scalar(VALUE[k], k in TEXT) >file
		else if (CHILD[node, i] ~ /^\[/) {
			printf " " >file
			yaml_put(k, indent "  ", 1, file)
		} else {
			print "" >file
			yaml_put(k, indent "  ", 0, file)
		}
	}
}
