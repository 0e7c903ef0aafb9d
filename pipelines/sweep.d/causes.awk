# The last cause in a log: KIND and the line. in: the table of causes, the log.
# Indented lines belong to a traceback and are ignored. A line may begin with a process and a level
# ("(EngineCore pid=7) ERROR 01-01 00:00:00 [core.py:1] text", "[rank0]: text").
# out: oom	torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB.
FILENAME == ARGV[1] {
	if ($0 ~ /^#/ || !(i = index($0, "\t"))) next
	k = substr($0, 1, i - 1)
	if (!(k in pattern)) kind[++n] = k
	pattern[k] = pattern[k] (pattern[k] == "" ? "" : "|") "(" substr($0, i + 1) ")"
	next
}
{
	text = $0
	gsub(/\r/, "", text)
	gsub(/\033\[[0-9;]*[A-Za-z]/, "", text)
	sub(/^\([^()]* pid=[0-9]+\) */, "", text)
	sub(/^\[rank[0-9]+\]:? ?/, "", text)
	sub(/^(ERROR|WARNING|INFO|CRITICAL) [-0-9]+ [0-9:.]+ \[[^\]]*\] ?/, "", text)
	if (text == "" || text ~ /^[ \t]/) next
	for (i = 1; i <= n; i++)
		if (text ~ pattern[kind[i]]) {
			if (kind[i] != "after") { last = kind[i]; line = text }
			next
		}
}
END { if (last != "") print last "\t" substr(line, 1, 500) }
