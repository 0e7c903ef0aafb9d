# Finds ranks in file names. in: RANK<TAB>PATH BELOW THE RUN'S FOLDER<TAB>FILE of each trace of a
# run, RANK "." if unknown. out: RANK<TAB>FILE if the names show it: by a number in names that are
# otherwise the same, which counts 0, 1, 2... or follows a word for rank; or by the only number of
# each name, if all ranks together are 0 to n-1. If a file's own rank contradicts, names are not
# used.
function is_word(text) {
	return tolower(text) ~ ("(rank|worker|tp|gpu|device|dev|proc|process|local|node|trainer)" \
		"[-_=.]?$")
}
# The texts and numbers of a path, into texts[i, 1..n] and numbers[i, 1..n - 1]; returns the path
# with # for numbers.
function take_apart(i, path,    n, form, rest) {
	rest = path; n = 0; form = ""
	while (match(rest, /[0-9]+/)) {
		n++
		text[i, n] = substr(rest, 1, RSTART - 1)
		number[i, n] = substr(rest, RSTART, RLENGTH)
		form = form text[i, n] "#"
		rest = substr(rest, RSTART + RLENGTH)
	}
	fields[i] = n
	ends[i] = rest
	return form rest
}
# Is field f of the files of this form a rank?
function tells(form, f,    i, k, v, seen, most, n, in_folder) {
	n = split(members[form], m, " ")
	if (n < 2) return 0
	most = -1
	for (k = 1; k <= n; k++) {
		i = m[k]; v = number[i, f] + 0
		if (length(number[i, f]) > 6 || (v in seen)) return 0
		seen[v] = 1
		if (v > most) most = v
		if (rank[i] != "." && rank[i] + 0 != v) return 0
	}
	in_folder = ends[m[1]] ~ /\//
	for (k = f + 1; k <= fields[m[1]]; k++) if (text[m[1], k] ~ /\//) in_folder = 1
	return is_word(text[m[1], f]) ? 2 : most == n - 1 && !in_folder
}
function numbers_of_name(i,    f, n) {
	for (f = 1; f <= fields[i]; f++) {
		if (text[i, f] ~ /\//) n = 0
		n++
		only[i] = number[i, f]
	}
	return ends[i] ~ /\// ? 0 : n + 0
}
{
	rank[NR] = $1; file[NR] = $3
	form[NR] = take_apart(NR, $2)
	members[form[NR]] = members[form[NR]] NR " "
	if ($1 == ".") unknown[form[NR]] = 1
}
END {
	for (s in unknown) {
		best = found = count = 0
		n = split(members[s], list, " ")
		for (f = 1; f <= fields[list[1]]; f++) {
			how = tells(s, f)
			if (how > best) { best = how; found = f; count = 1 }
			else if (how && how == best) count++
		}
		if (best && count == 1)
			for (k = 1; k <= n; k++)
				if (rank[list[k]] == ".") told[list[k]] = number[list[k], found] + 0
	}
	whole = 1; most = -1
	for (i = 1; i <= NR && whole; i++) {
		r = i in told ? told[i] : rank[i]
		if (r == ".") {
			if (numbers_of_name(i) != 1 || length(only[i]) > 6) whole = 0
			else r = single[i] = only[i] + 0
		}
		if (whole && ((r + 0) in used)) whole = 0
		used[r + 0] = 1
		if (r + 0 > most) most = r + 0
	}
	for (i = 1; i <= NR; i++)
		if (i in told) print told[i] "\t" file[i]
		else if (whole && most == NR - 1 && NR > 1 && i in single) print single[i] "\t" file[i]
}
