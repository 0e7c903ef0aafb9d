# Sourced by every pipeline: a strict shell, the filters on PATH, and `from`, with which a pipeline
# begins.
[[ -z ${prelude_read-} ]] || return 0
set -euo pipefail
export LC_ALL=C
# If standard input, output or error is closed, a file opened later must not take its place. What
# is opened here instead can be neither read nor written (not /dev/null: grep would write nothing
# to it, and exit with success). bash itself opens the script in place of the first one that is
# closed.
[[ -e /dev/fd/0 && ! /dev/fd/0 -ef $0 ]] || exec 0>/dev/null
[[ -e /dev/fd/1 && ! /dev/fd/1 -ef $0 ]] || exec 1</
[[ -e /dev/fd/2 && ! /dev/fd/2 -ef $0 ]] || exec 2>/dev/null
here=${BASH_SOURCE[0]%/*}
[[ $here != */.. ]] || { here=${here%/..}; here=${here%/*}; } # from a folder in pipelines/
[[ $here == /* ]] || here=$(cd "$here" && pwd)
# In the source tree the filters are in build/, installed as share/tr/pipelines in ../../../bin.
for d in "$here/../build" "$here/../../../bin"; do
	[[ -x $d/tr-events ]] && PATH=$d:$PATH
done
PATH=$here:$here/stages:$here/plots:$here/report.d:${TR_BIN:+$TR_BIN:}$PATH
command -v tr-events >/dev/null || {
	echo "${0##*/}: tr-events is not on PATH: build or install the filters" >&2
	exit 2
}

. "$here/tables/terms" # what several pipelines mean by a word
tr_awk=$(<"$here/tr.awk") # awk "$tr_awk"'PROGRAM': with the columns' names

# -h prints the pipeline's own comment.
if [[ ${1-} == -h || ${1-} == --help ]]; then
	[[ -n ${own_arguments-} ]] || echo "usage: ${0##*/} [STREAM|DIR]" || exit 2
	sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" || exit 2
	exit 0
elif [[ ${1-} == --version ]]; then
	tr-select --version | sed "s/^tr-select/${0##*/}/" || exit 2
	exit 0
fi

# Checks what a metric takes from the environment.
setting() { # NAME PATTERN WHAT
	[[ -z ${!1-} || ${!1} =~ ^($2)$ ]] || { echo "${0##*/}: $1=${!1}: not $3" >&2; exit 2; }
}
for name in BURST PEAK FLOPS LATE_SHARE LATE_WAIT LINK; do
	setting $name '[0-9]+([.][0-9]+)?' 'a number'
done
setting BUCKET '0*[1-9][0-9]*(ms|s|min)|0*[1-9][0-9]{2,}us|[0-9]*[.][0-9]*[1-9][0-9]*(ms|s|min)' \
	'a length of time of 100us or more, such as 10ms'
unit='(us|ms|s|min)'
setting GAP "0*[1-9][0-9]*(ns|us|ms|s|min)?|0*[.][0-9]*[1-9][0-9]*$unit|[0-9]+[.][0-9]+$unit" \
	'a length of time, such as 10ms'
setting NRANKS '[1-9][0-9]*' 'a number of ranks'
for name in STAGES MICROBATCHES; do setting $name '[1-9][0-9]*' 'a count'; done

# A metric or stage takes one operand; it is checked here, because the last filter's status would
# hide a failure inside the pipe.
if [[ -z ${own_arguments-}${TR_KEEP-} ]]; then
	wrong() { echo "${0##*/}: $1" >&2; exit 2; }
	if [[ ${1-} == -- ]]; then
		shift
	else
		[[ ${1-} != -?* ]] || wrong "unknown option '$1' (${0##*/} -h for help)"
		[[ ${1-} != - || $# -gt 1 ]] || shift
	fi
	(($# <= 1)) || wrong "one stream or trace directory at a time"
	(($# == 0)) || [[ -e $1 ]] || wrong "$1: no such file or directory"
	(($# == 0)) || [[ -r $1 ]] || wrong "$1: cannot be read"
	[[ ${1-} != -?* ]] || set -- "./$1"
fi

# finish STATUS PART...: the end of each shell here. If a part of the pipe failed because of the
# machine (status 2, not found, killed), the pipeline fails with 2, whatever the later filters did
# with their input; if a part read damaged input (1), it ends with 1.
finish() {
	local status=$1 part begun=0
	shift
	if [[ -n ${begun_by-} ]]; then
		exec </dev/null # a writer whose output nobody reads any more must not wait for us
		wait "$begun_by" || begun=$?
	fi
	for part in "$@" "$begun"; do
		((part < 2 || part == 3 || part == 141)) || exit 2
	done
	((status || begun == 141)) || status=$begun
	exit "$status"
}
at_end='finish $? "${PIPESTATUS[@]}"'
trap "$at_end" EXIT

# computing: runs $script, a metric or a stage, with the operands "$@"; the text is the same by
# hand and in a report. Use it with eval, in a separate shell that ends with it. It is not a
# function: in a function, bash 5.2 loses its place when a trap ends a command substitution.
computing='trap "$at_end" EXIT
	set -e
	begun_by=
	BASH_ARGV0=$script # $0, by which it finds this file and names itself
	export TR_PRELUDE=$here/prelude.sh # for its stages
	hash "$script" || exit 2
	. "$script" "$@"'

# from STAGE [STREAM|DIR]: begins a pipeline with this stage: standard input becomes the stage's
# records of this stream, trace directory or standard input. Typed by hand, the stage runs. In a
# report it ran once for all pipelines that begin with it: TR_KEEP names the folder, and the
# pipeline's first filter reads the file there itself. `from stream`: all records, unchanged.
from() {
	local stage=$1 kept=${TR_KEEP-}/$1.kept
	shift
	[[ $stage != stream ]] || kept=${TR_KEEP-}/stream.tr
	if [[ -n ${TR_KEEP-} && -e $kept ]]; then
		exec <"$kept" || exit 2
		return 0
	elif (($#)); then
		exec < <(begin "$stage" "$@")
	elif [[ $stage != stream ]]; then
		exec < <(script=$stage && eval "$computing")
	else
		return 0
	fi
	begun_by=$!
}
begin() { # STAGE STREAM|DIR
	local stage=$1
	shift
	begun_by=
	trap "$at_end" EXIT
	if [[ $stage == stream ]]; then
		stream "$1"
	else
		stream "$1" | (script=$stage && shift && eval "$computing")
	fi
}

# stream [FILE|DIR]: the event stream of a stream file, of a trace or of a trace directory. Looks
# at the first bytes of a regular file only: those of a pipe would be lost.
stream() {
	if (($# == 0)); then
		cat
	elif [[ -d $1 ]] || { [[ -f $1 ]] && ! is_stream "$1"; }; then
		events -q "$1"
	else
		tr-select ph "$1" # everything; of a damaged file what can be read, and status 1
	fi
}
# is_stream FILE: is it empty, or does it begin with a description line or a record?
is_stream() {
	local start
	IFS= read -r -d '' -n 16 start 2>/dev/null <"$1" || true
	if [[ $start == [$'\x1f\x78']* ]]; then # of gzip or zlib
		IFS= read -r -d '' -n 16 start < <(tr-decompress "$1" 2>/dev/null) || true
	fi
	[[ $start == '' || $start == '##'* || $start == '#ph'$'\t'* || $start == ?$'\t'* ]]
}

prelude_read=1

# A metric's rows are printed after all of its stages have ended: none if one of them failed.
if [[ -z ${own_arguments-}${TR_KEEP-} && $(<"$0") == *$'\n# unit:'* ]]; then
	set +e
	rows=$(script=$0 && eval "$computing")
	status=$?
	set -e
	trap - EXIT
	if ((status != 2)) && [[ -n $rows ]]; then
		printf '%s\n' "$rows" 2>/dev/null || {
			echo "${0##*/}: standard output: cannot be written to" >&2
			exit 2
		}
	fi
	exit "$status"
fi
