# Sourced by every pipeline: a strict shell, the filters on PATH, and where the events come from.
set -euo pipefail
export LC_ALL=C
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
[[ -x $here/../build/tr-events ]] && PATH=$here/../build:$PATH
PATH=$here:${TR_BIN:+$TR_BIN:}$PATH

# -h prints the pipeline's own comment.
if [[ ${1-} == -h || ${1-} == --help ]]; then
	sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
	exit 0
fi

# A metric takes one operand; it is looked at here, since a failure inside the pipe would be hidden by
# the last filter's status.
if [[ -z ${own_arguments-} ]]; then
	if (($# > 1)); then
		echo "${0##*/}: one stream or trace directory at a time" >&2
		exit 2
	elif (($# == 1)) && [[ ! -r $1 ]]; then
		echo "${0##*/}: $1: no such file or directory" >&2
		exit 2
	fi
fi

# Where the stream itself could not be had, that is the status, whatever the filters behind it made of nothing.
trap 'said=("${PIPESTATUS[@]}"); ((said[0] != 2)) || exit 2' EXIT

# stream [FILE|DIR]: the event stream on standard input, of a stream file, or of a trace directory.
stream() {
	if (($# == 0)); then
		cat
	elif [[ -d $1 ]]; then
		events "$1"
	else
		tr-decompress "$1"
	fi
}
