#!/usr/bin/env bash
# The cases of tests/cases: in the folder of each, cmd is run with in as its standard input; what it prints is out and err,
# and its status rc (absent: nothing, 0). Other files, in.*, are those that cmd names.
. "${0%/*}/lib.sh"
# all FILE: its bytes, to the last LF, in $text; nothing where there is no such file
all() { text=; [[ ! -e $1 ]] || IFS= read -r -d '' text <"$1" || true; }
for cmd in "$tests"/cases/*/cmd; do
	cd "${cmd%/cmd}"
	IFS='# ' read -r why <cmd
	in=/dev/null
	[[ ! -e in ]] || in=in
	rc=0
	bash -o pipefail cmd <"$in" >"$tmp/out" 2>"$tmp/err" || rc=$?
	all "$tmp/out"; got="out: ${text}err: "
	all "$tmp/err"; got+="${text}rc: $rc"
	all out; want="out: ${text}err: "
	all err; want+="${text}rc: "
	all rc; want+=${text:-0}
	is "$got" "${want%$'\n'}" "${PWD##*/}: ${why#\# }"
done
((count >= 60)) && pass "the cases were there" || fail "the cases were there"
done_testing
