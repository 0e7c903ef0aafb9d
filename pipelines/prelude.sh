# Sourced by every pipeline: a strict shell, the filters on PATH, and where the events come from.
set -euo pipefail
export LC_ALL=C
# A file opened later must not become standard input, output or error where they are closed: what takes their place can be
# read or written as little as they (not /dev/null: grep would write nothing to it, and call that success).
# bash itself opens the script in the place of the first that is closed.
[[ -e /dev/fd/0 && ! /dev/fd/0 -ef $0 ]] || exec 0>/dev/null
[[ -e /dev/fd/1 && ! /dev/fd/1 -ef $0 ]] || exec 1</
[[ -e /dev/fd/2 && ! /dev/fd/2 -ef $0 ]] || exec 2>/dev/null
here=${BASH_SOURCE[0]%/*}
[[ $here != */.. ]] || { here=${here%/..}; here=${here%/*}; } # of a folder of pipelines/
[[ $here == /* ]] || here=$(cd "$here" && pwd)
# In the source tree the filters are in build/, installed as share/tr/pipelines in ../../../bin.
for d in "$here/../build" "$here/../../../bin"; do
	[[ -x $d/tr-events ]] && PATH=$d:$PATH
done
PATH=$here:$here/stages:$here/plots:$here/report.d:${TR_BIN:+$TR_BIN:}$PATH
command -v tr-events >/dev/null || { echo "${0##*/}: tr-events is not on PATH: build or install the filters" >&2; exit 2; }

# -h prints the pipeline's own comment.
if [[ ${1-} == -h || ${1-} == --help ]]; then
	! grep -qs '^# unit:' "$0" || echo "usage: ${0##*/} [STREAM|DIR]" || exit 2
	sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" || exit 2
	exit 0
elif [[ ${1-} == --version ]]; then
	tr-select --version | sed "s/^tr-select/${0##*/}/" || exit 2
	exit 0
fi

# What a metric takes from the environment is what it must be, or said.
setting() { # NAME PATTERN WHAT
	[[ -z ${!1-} || ${!1} =~ ^($2)$ ]] || { echo "${0##*/}: $1=${!1}: not $3" >&2; exit 2; }
}
for name in BURST PEAK FLOPS; do setting $name '[0-9]+([.][0-9]+)?' 'a number'; done
setting BUCKET '0*[1-9][0-9]*(ms|s|min)|0*[1-9][0-9]{2,}us|[0-9]*[.][0-9]*[1-9][0-9]*(ms|s|min)' 'a length of time of 100us or more, such as 10ms'
setting GAP '0*[1-9][0-9]*(ns|us|ms|s|min)?|0*[.][0-9]*[1-9][0-9]*(us|ms|s|min)|[0-9]+[.][0-9]+(us|ms|s|min)' 'a length of time, such as 10ms'
setting NRANKS '[1-9][0-9]*' 'a number of ranks'

# A metric takes one operand; it is looked at here, since a failure inside the pipe would be hidden by
# the last filter's status.
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

# What a stage could not do for reasons of the machine (status 2, not found, killed) is the status of all, whatever the
# filters behind it made of what they got.
verdict() { # STATUS...
	local s
	for s; do
		((s < 2 || s == 3 || s == 141)) || exit 2
	done
}
trap 'said=("${PIPESTATUS[@]}"); verdict "${said[@]}"' EXIT

# In a report, what many metrics begin with ("# kept:") is made once: TR_KEEP names the folder, and there stands for
# the pipeline NAME the file NAME.kept; TR_PRELUDE is this file, which need not be looked for.
if [[ -n ${TR_KEEP-} ]]; then
	for kept in "$TR_KEEP"/*.kept; do
		kept=${kept##*/}
		[[ ${kept%.kept} =~ ^[a-z_]+$ ]] || continue # a name of a file is no code
		eval "${kept%.kept}() { cat \"\$TR_KEEP/$kept\"; }"
	done
fi
# at_kept FILE: is what this pipeline's stream goes to such a one? Then it is in $stage, and what stands before and behind it in
# $before and $behind.
at_kept() {
	local text
	read -r -d '' text <"$1" || true
	behind=${text#*$'\nstream "$@" |'}
	behind=${behind#"${behind%%[![:space:]]*}"}
	stage=${behind%%[!a-z_]*}
	[[ $behind == "$stage |"* && -e $TR_KEEP/$stage.kept ]] || return 1
	before=${text%%$'\nstream "$@" |'*} behind=${behind#"$stage |"}
}

# stream [FILE|DIR]: the event stream on standard input, of a stream file, of a trace or of a trace directory. Only of a regular
# file the first bytes are looked at before it is read: a pipe's would be gone.
stream() {
	if (($# == 0)); then
		cat || return 2
	elif [[ -n ${TR_KEEP-} ]] && at_kept "${BASH_SOURCE[1]}"; then
		return # nobody would read it
	elif [[ -d $1 ]] || { [[ -f $1 ]] && ! is_stream "$1"; }; then
		events -q "$1"
	else
		tr-select ph "$1" # all of it; of a damaged file what can be read, and that it is damaged
	fi
}
# is_stream FILE: empty, or begins with description or a record?
is_stream() {
	local start
	IFS= read -r -d '' -n 16 start < <(tr-decompress "$1" 2>/dev/null) || true
	[[ $start == '' || $start == '##'* || $start == '#ph'$'\t'* || $start == ?$'\t'* ]]
}

# A metric's rows are printed when all of its stages have done what they could: none where one of them failed.
if [[ -z ${own_arguments-}${TR_KEEP-} && $(<"$0") == *$'\n# unit:'* ]]; then
	declare +x TR_PRELUDE=/dev/null # it has been read
	set +e
	rows=$(
		trap 'said=("${PIPESTATUS[@]}"); verdict "${said[@]}"' EXIT
		set -e
		. "$0" "$@"
	)
	status=$?
	set -e
	trap - EXIT
	if ((status != 2)) && [[ -n $rows ]]; then
		printf '%s\n' "$rows" 2>/dev/null || { echo "${0##*/}: standard output: cannot be written to" >&2; exit 2; }
	fi
	exit "$status"
fi
