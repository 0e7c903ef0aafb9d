#!/usr/bin/env bash
# Every filter: help, misuse, a full disk, a closed pipe; the shape of the tree.
. "${0%/*}/lib.sh"
tools="tr-decompress tr-events tr-select tr-window tr-match tr-stats tr-card"
rec=$'X\t0\t5\t0\t0\t7\tkernel\tk'
json='[{"ph":"X","pid":0,"tid":7,"ts":0,"dur":1,"name":"k"}]'
declare -A args=([tr-decompress]= [tr-events]= [tr-select]="ts==0" [tr-match]= [tr-window]='-b 1ms' [tr-stats]=count [tr-card]='list -')
declare -A input=([tr-decompress]=text [tr-events]=$json [tr-select]=$rec [tr-match]=$rec [tr-window]=$rec [tr-stats]=$rec [tr-card]='a: 1')

for t in $tools; do
	run "$t" -h
	is "$rc:$err" "0:" "$t -h: status 0, nothing on stderr"
	like "$out" "^usage: $t" "$t -h: usage on stdout"
	run "$t" --help
	like "$rc:$out" "^0:usage: $t" "$t --help is the same"
	run "$t" -Z
	like "$rc:$out:$err" "^2::$t: unknown option '-Z'" "$t: an unknown option is misuse"
	out=$(bash -c "$t ${args[$t]} >/dev/full" 2>&1 <<<"${input[$t]}")
	is "$?" 2 "$t: a full disk is status 2"
	like "$out" "^$t: standard output: No space left" "$t: and says so"
	# a reader that has gone: no message, killed by SIGPIPE
	printf '%s\n' "${input[$t]}" >in
	bash -c "(sleep 0.2; $t ${args[$t]} <in; echo \$? >rc) 2>err | true"
	is "$(cat rc):$(cat err)" "141:" "$t: a closed pipe ends it silently"
	while read -r opt; do
		grep -q "^\(  -$opt\| *$t -$opt\)" <<<"$("$t" -h)" && pass "$t -$opt is in the help" || fail "$t -$opt is in the help"
		if [[ -f $top/filters/$t.1 ]]; then
			grep -q "^\.\(It\|Op\) Fl $opt" "$top/filters/$t.1" && pass "$t -$opt is in the page" || fail "$t -$opt is in the page"
		fi
	done < <(sed -n 's/.*getopt(argc, argv, ":\([^"]*\)").*/\1/p' "$top/filters/$t.c" | tr -d : | grep -o . )
	[[ $t == tr-card || $t == tr-stats ]] && continue
	run "$t" ${args[$t]} /nonexistent/file
	like "$rc:$err" "^2:$t: /nonexistent/file: No such file or directory" "$t: a missing file"
	run "$t" ${args[$t]} /tmp
	like "$rc:$err" "^2:$t: /tmp: is a directory" "$t: a directory"
done
for t in tr-select tr-window tr-match tr-stats; do
	out=$(printf 'X\t0\t5\t0\t0\t7\tkernel\tk\nX\t1\t5\t0\t0\t7\tkern' | "$t" ${args[$t]} 2>err)
	is "$?:$(cat err)" "1:$t: (standard input):2: unterminated last line: input truncated (did the previous command fail?)" "$t: an unterminated last line is an error"
	out=$(printf 'X\t0\t5\t0\n' | "$t" ${args[$t]} 2>err)
	is "$?:$(cat err)" "1:$t: (standard input):1: column 4: too few columns: 'X"$'\t0\t5\t'"0'" "$t: too few columns"
	out=$(printf 'X\t0\t\t0\t0\t7\tkernel\tk\n' | "$t" ${args[$t]} 2>err)
	like "$?:$(cat err)" "^1:$t: .*:1: column 3: empty column" "$t: an empty column"
	out=$(printf 'X\t12x\t5\t0\t0\t7\tkernel\tk\n' | "$t" ${args[$t]} 2>err)
	is "$?:$(cat err)" "1:$t: (standard input):1: ts: not an integer: '12x'" "$t: a ts that is no integer"
	out=$(printf '##base_ns 1\n##base_ns 2\n' | "$t" ${args[$t]} 2>err)
	is "$?:$(cat err)" "1:$t: (standard input):2: two bases in one stream: '2'" "$t: two bases in one stream"
	out=$(printf '## tr 2\n' | "$t" ${args[$t]} 2>err)
	like "$?:$(cat err)" "^1:.*unknown version" "$t: another version of the format"
done
# A function named like a tool that it uses calls itself without end.
is "$(grep -nE '^(cut|sed|grep|awk|sort|head|tail|cat|tr|wc|uniq|tac|paste|join|find|diff|cmp)\(\)' "$tests"/*.t "$tests"/lib.sh)" "" "no test has a function named like a tool"
# What cannot fail: two commands compared where both may print nothing; a second try after the verdict.
# alike() and same() of lib.sh refuse that both are empty.
idle() { # FILE...: such lines
	grep -nE '(^|[[:space:]])(ok ".*" )?(cmp|diff)( -[a-z]+)* <\(.*<\(|^[[:space:]]*(is|alike|like|same|ok) .*" \|\| (head|cat|sed|diff|tail)' "$@"
	grep -nE '^[[:space:]]*is "\$\(([^()]|\([^()]*\))*\)" "\$\([^(]([^()]|\([^()]*\))*\)" "[^"]*"$' "$@"
	grep -nE '^[[:space:]]*is "\$\(.*\| *cmp .*\)" "" ' "$@" # cmp prints nothing to standard output where a side ends
}
is "$(cd "$tests" && idle $(ls *.t | grep -v 00-house))" "" "no comparison in the tests holds where both sides are empty"
cat >idle.t <<'X'
ok "the same" cmp <(a) <(b)
	is "$(cat got)" "$(cat want)" "the same"
is "$(cat got)" "" "nothing" || head -3 got
is "$(cat got | cmp - want)" "" "the same"
X
is "$(idle idle.t | sort -n | cut -d: -f1 | tr '\n' ' ')" "1 2 3 4 " "and such are found"
is "$(cd "$top" && git ls-files 2>/dev/null | cut -d/ -f1 | grep -v '^\.' | sort -u | tr '\n' ' ')" \
	"Makefile README.md filters lib pipelines tests " "the top level holds what it should"
done_testing
