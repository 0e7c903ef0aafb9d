# What tr-card check says of the planned runs' cards, at the sweep file's own lines; the first
# fault ends it. What is empty may be filled in when the run has ended.
# in:  the sweep file, `tr-card check`'s lines: FILE:LINE:COL: error: PATH: WHAT
# FILE is the sweep file's name. With check.awk.
FILENAME == ARGV[1] { text[++nlines] = $0; next }
sub(/^[0-9]+[.]card:[0-9]+:[0-9]+: error: /, "") {
	path = $0
	sub(/: .*/, "", path)
	what = substr($0, length(path) + 3)
	if (what !~ /^(empty|missing)[:,]/) complain("card." path, what)
}
END { if (failed) exit failed }
