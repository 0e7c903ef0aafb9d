# An axis whose values are files, one per experiment: each key of such a file, however deeply it is
# nested, gives a fixed setting (set) another value. Replaces the axis by them.
#   axes.experiment.files[0]  E1.1.yaml     and in E1.1.yaml:   tp: 1
#                                                               data:
#                                                                 batch_size: 4
#   become axes.experiment[0].tp 1 and axes.experiment[0].batch_size 4
# in:  lines that begin with S (the sweep's, as `tr-card list` writes them), and for each
#      experiment file F (its name), T (its text) and L (what `tr-card list` makes of it), and a tab
# AXIS in the environment is the axis. With check.awk.
function end_file() {
	if (nfiles && !keys && !failed) complain_at(1, ENVIRON["AXIS"], "no setting in this file")
}
BEGIN { FS = "\t" }
{ rest = substr($0, 3) }
$1 == "S" {
	if ($2 ~ /^set[.]/) { name[substr($2, 5)]; names = names " " substr($2, 5) }
	if (index($2, "axes." ENVIRON["AXIS"] ".files") == 1) {
		if (!placed++) line[++n] = ""
	} else line[++n] = rest
	next
}
$1 == "F" {
	end_file()
	split("", text)
	split("", seen)
	nlines = keys = 0
	nfiles++
	ENVIRON["FILE"] = rest
	next
}
$1 == "T" { text[++nlines] = rest; next }
$1 == "L" {
	key = $2
	if (key == "base" || key == "about") next
	if (key ~ /\]$/) complain(key, "a setting is one value")
	sub(/.*[.]/, "", key)
	if (!(key in name))
		complain($2, "unknown key '" key "'" meant(key, names) \
			": an experiment gives settings that the sweep has under set")
	if (key in seen) complain($2, "'" key "' is given twice, by " seen[key] " too")
	seen[key] = $2
	keys++
	value = substr(rest, length($2) + 2)
	added = added "axes." ENVIRON["AXIS"] "[" nfiles - 1 "]." key "\t" value "\n"
}
END {
	if (failed) exit failed
	end_file()
	if (failed) exit failed
	for (i = 1; i <= n; i++)
		if (line[i] == "") printf "%s", added
		else print line[i]
}
