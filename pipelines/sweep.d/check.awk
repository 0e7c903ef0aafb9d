# Checks of a sweep file, for plan.awk and experiment.awk: the line of a path, the key that was
# meant, unknown keys. text[1..nlines] is the file itself. The including program provides failed
# (set by complain) and ENVIRON["FILE"], the file's name.

function key_line(from, key,    i, re) {
	gsub(/[][.*+?()|^$\\]/, "\\\\&", key)
	re = (from ? "(^|[ ,{-])" : "^") "[\"']?" key "[\"']?[ ]*:"
	for (i = from ? from : 1; i <= nlines; i++)
		if (text[i] ~ re) return i
	return from
}
function item_line(from, n,    i, indent) {
	if (text[from] ~ /[[{]/) return from
	for (i = from + 1; i <= nlines; i++) {
		if (!match(text[i], /^ *- /)) continue
		if (!indent) indent = RLENGTH
		if (RLENGTH == indent && n-- == 0) return i
	}
	return from
}
# line_of(PATH): 1 where the file does not have it
function line_of(path,    at, key) {
	while (path != "") {
		if (match(path, /^\[[0-9]+\]/)) at = item_line(at, substr(path, 2, RLENGTH - 2) + 0)
		else {
			match(path, /^[^.[]+/)
			at = key_line(at, substr(path, 1, RLENGTH))
		}
		path = substr(path, RLENGTH + 1)
		sub(/^[.]/, "", path)
	}
	return at ? at : 1
}
function complain_at(line, path, why) {
	printf "sweep: %s:%d: %s: %s\n", ENVIRON["FILE"], line, path, why >"/dev/stderr"
	failed = 2
	exit 2
}
function complain(path, why) { complain_at(line_of(path), path, why) }

# distance(A, B): how many letters must be put in, left out, changed or swapped with the next one
function distance(a, b,    i, j, m, n, x) {
	m = length(a)
	n = length(b)
	for (i = 0; i <= m; i++) D[i, 0] = i
	for (j = 0; j <= n; j++) D[0, j] = j
	for (i = 1; i <= m; i++)
		for (j = 1; j <= n; j++) {
			x = D[i - 1, j - 1] + (substr(a, i, 1) != substr(b, j, 1))
			if (D[i - 1, j] + 1 < x) x = D[i - 1, j] + 1
			if (D[i, j - 1] + 1 < x) x = D[i, j - 1] + 1
			if (i > 1 && j > 1 && substr(a, i, 1) == substr(b, j - 1, 1) &&
			    substr(a, i - 1, 1) == substr(b, j, 1) && D[i - 2, j - 2] + 1 < x) x = D[i - 2, j - 2] + 1
			D[i, j] = x
		}
	return D[m, n]
}
# meant(WORD, WORDS): " (did you mean 'x'?)" with the nearest of WORDS, parted by blanks; "" if
# none is near
function meant(word, words,    w, n, i, d, least, best) {
	least = int(length(word) / 3)
	if (least < 1) least = 1
	if (least > 3) least = 3
	n = split(words, w, " ")
	for (i = 1; i <= n; i++) {
		d = distance(tolower(word), tolower(w[i]))
		if (index(w[i], word) == 1 && length(word) > 2) d = 1 # a beginning
		if (d < length(word) && (d < least || (d == least && best == ""))) { least = d; best = w[i] }
	}
	return best == "" ? "" : " (did you mean '" best "'?)"
}
function has_word(words, w) { return index(" " words " ", " " w " ") > 0 }
function unknown_key(path, key, words) { complain(path, "unknown key '" key "'" meant(key, words)) }

# card_known(TEMPLATE): the template's paths, as `tr-card list` writes them, for card_key
function card_known(list,    n, i, line, p) {
	n = split(list, line, "\n")
	for (i = 1; i <= n; i++) {
		p = line[i]
		sub(/\t.*/, "", p)
		if (p == "") continue
		if (sub(/\[.*/, "", p)) card_list[p]
		card_leaf[p]
		while (sub(/[.][^.]*$/, "", p)) card_group[p]
	}
	card_leaf["workload.model.model_arch.num_params_active"]
}
# card_key(PATH): the path below card must be the template's; below env and metrics all keys are
# good
function card_key(path,    p, up, key, full, k, words) {
	p = substr(path, 6)
	if (p ~ /^(metrics|Model-executor[.]communication_library[.]env)([.[]|$)/) return
	sub(/\[[0-9]+\]$/, "", p)
	if (p in card_leaf && (p in card_list || path !~ /\]$/)) return
	if (p in card_group) complain(path, "must be a mapping")
	if (p in card_leaf) complain(path, "must be one value")
	# the part that is wrong: the longest known mapping above it, and the next key
	for (up = p; up != "" && !(up in card_group); )
		if (!sub(/[.][^.]*$/, "", up)) up = ""
	key = up == "" ? p : substr(p, length(up) + 2)
	sub(/[.[].*/, "", key)
	full = up == "" ? key : up "." key
	if (full in card_leaf) complain("card." full, "must be one value")
	for (k in card_leaf) words = words child_of(k, up)
	for (k in card_group) words = words child_of(k, up)
	unknown_key("card." full, key, words (up == "" ? " metrics" : ""))
}
function child_of(path, up) {
	if (up != "") {
		if (index(path, up ".") != 1) return ""
		path = substr(path, length(up) + 2)
	}
	sub(/[.].*/, "", path)
	return " " path
}
# launcher_keys(FILE): what its line "# keys: image! options" lists; ! marks those that it cannot
# do without
function launcher_keys(file,    line, keys) {
	while ((getline line <file) > 0)
		if (sub(/^# keys:/, "", line)) { keys = line " "; break }
	close(file)
	return keys
}
