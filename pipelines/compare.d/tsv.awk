# The rows of compare as they are, with a header.
# in:  step_time	all	mean	s	0.100	0.120	0.020	20.00	worse	n=1
# out: step_time	all	mean	s	0.100	0.120	0.020	20.00	worse	n=1
BEGIN { print "#metric\tscope\tstat\tunit\tbase\tnew\tchange\tpercent\tverdict\tnote" }
{ print }
