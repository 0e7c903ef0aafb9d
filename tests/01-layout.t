#!/usr/bin/env bash
# How lib/ is laid out: a file includes only its own folder and those to the left of it, no file includes itself by
# way of others, and none is long or wide. How pipelines/ is: `ls` shows the metrics.
. "${0%/*}/lib.sh"
# folders FILE: the folders in their order, as in lib/README.md
folders() { sed -n 's/^    \(base [a-z ]*\)$/\1/p' "$1/lib/README.md"; }
# upward TREE: each include of a folder to the right
upward() {
	(cd "$1" && grep -n '^#include "' lib/*/*.[ch]) | awk -v order="$(folders "$1")" '
		BEGIN { n = split(order, f, " "); for (i = 1; i <= n; i++) place[f[i]] = i }
		{ split($0, at, ":"); split(at[1], own, "/"); split($0, name, "\""); split(name[2], of, "/") }
		name[2] !~ /\// { next } # made by make
		!(own[2] in place) || !(of[1] in place) || place[of[1]] > place[own[2]] { print at[1] ":" at[2] ": includes " name[2] }'
}
# headers TREE: files that include themselves by way of others
headers() {
	(cd "$1" && grep '^#include "[a-z]*/' lib/*/*.[ch]) | sed 's,^lib/,,; s/:#include "/ /; s/"$//' | tsort 2>&1 >/dev/null |
		sed 's/^tsort: //'
}
# circles LIB OBJECTS: files that use themselves by way of the symbols of others
circles() {
	(
		cd "$1" && printf '%s\n' */*.c # a build may hold objects of files that are gone
		cd "$2" && nm -A -P */*.o
	) | awk '
		NF == 1 { sub(/\.c$/, ""); here[$1]; next }
		{ sub(/\.o:$/, "", $1) }
		!($1 in here) { next }
		$3 ~ /^[TDBRC]$/ { of[$2] = $1 }
		$3 == "U" { use[++n] = $1 " " $2 }
		END { for (i = 1; i <= n; i++) { split(use[i], u, " "); if (u[2] in of && of[u[2]] != u[1]) print u[1], of[u[2]] } }' |
		tsort 2>&1 >/dev/null | sed 's/^tsort: //'
}
# long TREE: files over 450 lines, and functions over 50 that do not say why ("Long: ...")
long() {
	(cd "$1" && awk '
		function close_file() { if (n > 450) print name ": " n " lines" }
		FNR == 1 { close_file(); name = FILENAME; n = begin = why = 0 }
		{ n = FNR }
		/^\/\* Long: / { why = 1 }
		/^\{/ { begin = FNR }
		/^\}/ {
			if (begin && FNR - begin - 1 > 50 && !why) print FILENAME ":" begin ": " FNR - begin - 1 " lines"
			begin = why = 0
		}
		END { close_file() }' lib/*/*.[ch] filters/*.c)
}
# wide TREE: lines of 100 columns or more, but for texts, which are not cut
wide() {
	(cd "$1" && expand lib/*/*.[ch] filters/*.c | awk 'length >= 100 && !/^ *[:?]? *"/')
}
alike "$(folders "$top" | wc -w)" "$(ls -d "$top"/lib/*/ | wc -l)" "lib/README.md names each folder"
is "$(upward "$top")" "" "a folder uses only folders to its left"
is "$(headers "$top")" "" "no file includes itself by way of others"
is "$(circles "$top/lib" "$B/lib")" "" "no file uses a function of a file that uses it, by way of others"
is "$(grep -l '"trace/own.h"' "$top"/lib/*/*.c | grep -v '/lib/trace/')" "" "what is trace/'s own is seen in trace/ alone"
is "$(long "$top")" "" "no file has more than 450 lines, no function more than 50 without a reason"
is "$(wide "$top" | head -5)" "" "no line of C has 100 columns"
# the checks can fail
mkdir -p bad/lib/{base,json}
printf '    base json\n' >bad/lib/README.md
printf '#include "json/json.h"\n' >bad/lib/base/buf.h
printf '#include "base/buf.h"\n' >bad/lib/json/json.h
mkdir bad/filters
{ echo 'int f(void)' && echo '{' && seq 51 | sed 's,.*,	;,' && echo '}'; } >bad/filters/f.c
{ echo '/* Long: a list. */' && cat bad/filters/f.c; } >bad/filters/g.c
seq 451 | sed 's,.*,/* & */,' >bad/filters/h.c
is "$(long bad)" $'filters/f.c:2: 51 lines\nfilters/h.c: 451 lines' "a long file and a long function are found"
printf '\t\t/* %084d */\n\t\t"%084d"\n' 0 0 >>bad/filters/g.c
is "$(wide bad | wc -l)" 1 "a wide line is found, a text is not"
is "$(upward bad)" "lib/base/buf.h:1: includes json/json.h" "an include to the right is found"
like "$(headers bad)" "base/buf.h" "a circle of headers is found"
mkdir -p obj/{base,json}
echo 'void b(void); void a(void); void a(void) { b(); }' >bad/lib/base/a.c
echo 'void b(void); void c(void); void b(void) { c(); }' >bad/lib/json/b.c
echo 'void a(void); void c(void); void c(void) { a(); }' >bad/lib/json/c.c
for f in base/a json/b json/c; do ${CC:-cc} -c -o obj/$f.o bad/lib/$f.c || exit; done
like "$(circles "$PWD/bad/lib" "$PWD/obj")" "json/c" "a circle of functions is found"
echo 'void c(void); void c(void) { }' >bad/lib/json/c.c
${CC:-cc} -c -o obj/json/c.o bad/lib/json/c.c
is "$(circles "$PWD/bad/lib" "$PWD/obj")" "" "and no false one"

# pipelines/: a program there is a metric, but for the commands; everything else is in folders
commands="aligned compare events merge metrics-doc nsys-events report schedule sweep"
programs() { (cd "$1" && for f in *; do [[ ! -f $f || ! -x $f ]] || echo "$f"; done); }
alike "$(programs "$top/pipelines" | grep -vxF "$(tr ' ' '\n' <<<"$commands")")" "$(cd "$top/pipelines" && grep -ls '^# unit:' *)" \
	"a program in pipelines/ is a metric, or one of: $commands"
is "$(cd "$top/pipelines" && grep -ls '^# unit:' */*)" "" "no metric is in a folder below it"
# which stages a report keeps, and what each begins with, is a table; the files say the same
of_table() { awk '/^FROM_/ { p = tolower(substr($1, 6)); for (i = 3; i <= NF; i++) print $i, p }' "$1/report.d/report.mk" | sort; }
of_files() { (cd "$1/stages" && for f in $(programs .); do sed -n "s/^from \([a-z_]*\) .*/$f \1/p" "$f"; done) | sort; }
alike "$(of_table "$top/pipelines")" "$(of_files "$top/pipelines")" "report.mk names each stage and what it begins with"
is "$(cd "$top/pipelines" && for m in $(grep -ls '^# unit:' *); do sed -n "s/^from \([a-z_]*\) .*/\1/p" "$m"; done | sort -u | grep -vxF "$(of_table . | cut -d' ' -f1)")" "" \
	"each metric begins with one of them"
is "$(cd "$top/pipelines" && grep -cE '^from [a-z_]+ "\$@"$' $(grep -ls '^# unit:' *) | grep -v ':1$')" "" "and says so once"
# lines of metrics and stages are below 100 columns, a tab at the start being four
wide() { awk '{ match($0, /^\t*/) } length + 3 * RLENGTH > 99 { print FILENAME ":" FNR }' "$@"; }
is "$(cd "$top/pipelines" && wide $(grep -ls '^# unit:' *) stages/* tables/terms tr.awk prelude.sh \
	aligned compare compare.d/* events events.d/* merge metrics-doc nsys-events schedule sweep)" "" "no line of a metric, a stage or a command is wide"
printf '\t%0100d\n' 0 >wide.awk
is "$(wide wide.awk)" "wide.awk:1" "a wide line is found"
done_testing
