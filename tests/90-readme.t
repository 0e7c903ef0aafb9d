#!/usr/bin/env bash
# Every command that README.md shows after a prompt is run, in a shell set up like there; the output is compared with the README's.
. "${0%/*}/lib.sh"
cd "$top"
python3 - README.md "$tmp" <<'P'
import re, sys
src, tmp = sys.argv[1:]
blocks, cur = [], None
for l in open(src):
    if l.startswith("    $ "): cur = [l[6:], []]; blocks.append(cur)
    elif l.startswith("    > ") and cur: cur[0] += l[6:]
    elif l.startswith("    ") and cur: cur[1].append(l[4:])
    else: cur = None
for i, (cmd, out) in enumerate(blocks):
    open(f"{tmp}/cmd{i}", "w").write(cmd); open(f"{tmp}/out{i}", "w").write("".join(out))
P
n=$(ls "$tmp"/cmd* | wc -l)
(($(ls "$tmp"/cmd* | wc -l) >= 8)) && pass "the README shows $n commands" || fail "the README shows $n commands"
cd "$tmp"
for ((i = 0; i < n; i++)); do
	if grep -q '^[A-Z]*=' cmd$i; then # the set-up, for this shell and those after it
		cd "$top" && eval "$(cat cmd$i 2>/dev/null || cat "$tmp/cmd$i")" && export PATH S A && cd "$tmp"
		[[ -d $S ]] && pass "sets up: $(head -c 50 cmd$i)" || fail "sets up: $(head -c 50 cmd$i)"
		continue
	fi
	bash -c "set -e -o pipefail; $(cat cmd$i)" >got 2>err
	rc=$?
	[[ $rc == 141 ]] && rc=0 # head has closed the pipe
	is "$rc:$(cat err)" "0:" "runs: $(head -1 cmd$i | cut -c1-60 | tr '#' ' ')"
	if [[ -s out$i ]]; then
		ok "prints what the README shows" cmp out$i got
	elif grep -q '> step5.json' cmd$i; then
		ok "step5.json has one step of one rank" jq -e '[.traceEvents[] | select(.name == "ProfilerStep#5" and .cat == "user_annotation")] | length == 1' step5.json
	else
		(($(wc -l <got) > 1)) && pass "prints something" || fail "prints something"
	fi
done
alike "$(make -s -C "$top" metrics-doc | grep -c '^| `[a-z0-9_]*` | ..* | [A-Za-z0-9%/]* | ..* |$')" "$(cd "$top/pipelines" && grep -ls '^# unit:' * | wc -l)" "make metrics-doc: a row for each metric, with definition, unit and n"
for t in metrics-doc demo check report bench lint deps install uninstall help; do
	ok "make $t is there" grep -q "^make $t " <(make -s -C "$top" help)
done
for m in $(cd "$top/pipelines" && grep -ls '^# unit:' *); do
	grep -q "\`[^\`]*\b$m\b[^\`]*\`" "$top/README.md" && pass "$m is in the README" || fail "$m is in the README"
done
done_testing
