# metrics.sh JOBS METRIC...: METRIC.tsv of each, in the folder of a report's run, from stream.tr and what is kept there; JOBS
# side by side, all in one shell. Status 2 where one of them is in trouble; that it cannot be computed, or is of damaged input,
# is a line of its file.
own_arguments=1
export TR_KEEP=.
. "$(dirname "$(readlink -f "$0")")/../prelude.sh" || exit 2
trap - EXIT
export here TR_PRELUDE=/dev/null # it has been read
jobs=$1 status=0 made=() pid=()
shift
rm -rf new
mkdir new
# compute METRIC: where its stream goes to what is kept, the rest of its pipeline reads that.
compute() {
	local before stage behind
	trap 'said=("${PIPESTATUS[@]}"); verdict "${said[@]}"' EXIT
	if at_kept "$here/$1"; then
		eval "$before"$'\n{ '"$behind"$'\n} <'"$stage.kept"
	else
		. "$here/$1" stream.tr
	fi
}
n=0
for metric; do
	((n++ < jobs)) || wait -n || true
	compute "$metric" >"new/$metric.tsv" 2>"new/$metric.said" &
	pid+=($!)
done
for metric; do
	wait "${pid[${#made[@]}]}" || (($? == 1 || $? == 3)) || { cat "new/$metric.said" >&2; status=2; }
	made+=("new/$metric.tsv")
done
((status)) || mv "${made[@]}" .
rm -rf new
exit $status
