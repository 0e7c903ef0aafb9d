# Offsets of tr-match, then the stream: subtracts each rank's offset from its times.
# in:  i	.	.	0	0	.	offset	clock	calls=1	offset=-2100	residual=0	who=0
#      X	100	900	0	0	7	kernel	nccl
# out: X	2200	900	0	0	7	kernel	nccl
NR == FNR {
	if ($cat == "offset" && !($rank in shift)) {
		shift[$rank] = sprintf("%.0f", tag("offset")) + 0
		text = text (text == "" ? "" : ", ") "rank " $rank
		text = text sprintf(" %+.0f ns", -shift[$rank])
	}
	next
}
FNR == 1 {
	if (text == "") text = "clocks are not aligned: no matched calls"
	else text = "clocks aligned by collectives: " text
	print "aligned: " text >"/dev/stderr"
}
# The note goes before the first record, after the format's own line.
!/^##/ && !noted++ { print "##note " text }
!/^#/ && $ts != "." && $rank in shift { $ts = sprintf("%.0f", $ts - shift[$rank]) }
{ print }
END { if (FNR && !noted) print "##note " text }
