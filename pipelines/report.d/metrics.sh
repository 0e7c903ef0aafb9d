# metrics.sh JOBS METRIC...: writes METRIC.tsv of each, in the folder of a report's run, from
# stream.tr and the stages that are kept there; JOBS at a time, all in one shell. Status 2 if one
# of them fails; a metric that cannot be computed, or has damaged input, is a line of its file.
own_arguments=1
export TR_KEEP=.
. "$(dirname "$(readlink -f "$0")")/../prelude.sh" || exit 2
trap - EXIT
jobs=$1 status=0 made=() pid=() n=0
shift
rm -rf new
mkdir new
for metric; do
	((n++ < jobs)) || wait -n || true
	(script=$here/$metric && set -- stream.tr && eval "$computing") \
		>"new/$metric.tsv" 2>"new/$metric.said" &
	pid+=($!)
done
for metric; do
	wait "${pid[${#made[@]}]}" || (($? == 1 || $? == 3)) || { cat "new/$metric.said" >&2; status=2; }
	made+=("new/$metric.tsv")
done
((status)) || mv "${made[@]}" .
rm -rf new
exit $status
