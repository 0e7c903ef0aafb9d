# Sourced by the plot_* scripts: their options, a folder for data, and SVG and PNG by gnuplot.
# Files that do not change keep their times.
own_arguments=1
. "${BASH_SOURCE[0]%/*}/../prelude.sh" || exit 2
me=${0##*/} stem= facts=/dev/null
die() { echo "$me: $1" >&2; exit 2; }
while getopts ":o:${plot_options-}" opt; do
	case $opt in
	o) stem=$OPTARG ;;
	f) facts=$OPTARG ;;
	:) die "option '-$OPTARG' needs an argument" ;;
	*) die "unknown option '-$OPTARG' ($me -h for help)" ;;
	esac
done
shift $((OPTIND - 1))
[[ -n $stem ]] || die "no -o: where the picture goes, without .svg and .png"
(($# <= 1)) || die "one input at a time"
[[ ${1-} != - ]] || shift
(($# == 0)) || [[ -r $1 ]] || die "$1: no such file or directory"
[[ -r $facts ]] || die "$facts: no such file"
# not_drawn WHY [STATUS]: no picture; also removes one drawn from another input.
not_drawn() {
	rm -f "$stem".{svg,png,tsv}
	echo "$me: $1" >&2
	exit "${2-2}"
}
command -v gnuplot >/dev/null || not_drawn "gnuplot is not installed"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/tr.XXXXXX")
trap 'said=("${PIPESTATUS[@]}"); rm -rf "$tmp"; ((said[0] != 2)) || exit 2' EXIT

# keep FILE NAME
keep() { cmp -s "$1" "$2" || cp "$1" "$2" || die "$2: cannot be written"; }

# draw HEIGHT <GNUPLOT: OUTSTEM.svg and .png, 800 pixels wide, by a script that runs in the folder
# of the data ($tmp). Texts are taken literally, and no start-up file is read.
draw() {
	local kind terminal
	cat >"$tmp/script"
	for kind in svg png; do
		[[ $kind == svg ]] && terminal='svg noenhanced font "Arial,Helvetica,sans-serif"' || terminal='pngcairo noenhanced font "sans"'
		{
			printf 'set encoding utf8\nset terminal %s size 800,%d fontscale 0.9 background "white"\n' "$terminal" "$1"
			cat "$tmp/script"
		} >"$tmp/$kind.gp"
		(cd "$tmp" && LC_ALL=C.UTF-8 gnuplot -d "$kind.gp" >"picture.$kind" 2>said) || { cat "$tmp/said" >&2; not_drawn "gnuplot failed"; }
	done
	for kind in svg png tsv; do
		keep "$tmp/picture.$kind" "$stem.$kind"
	done
}

# quoted TEXT: as a text of gnuplot's
quoted() { printf "'%s'" "${1//\'/\'\'}"; }
