# The findings of tr-card check in the planned runs' cards, with the sweep file's own lines; ends
# at the first fault. Empty values are allowed: they may be filled in after the run has ended.
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
