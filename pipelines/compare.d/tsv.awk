# The rows of compare after what each is (setting, gate or value): a table with a header.
# in:  value	step_time	all	mean	s	0.100	0.120	0.020	20.00	worse	n=1
# out: step_time	all	mean	s	0.100	0.120	0.020	20.00	worse	n=1
BEGIN { print "#metric\tscope\tstat\tunit\tbase\tnew\tchange\tpercent\tverdict\tnote" }
{ print substr($0, length($1) + 2) }
