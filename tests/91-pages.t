#!/usr/bin/env bash
# The pages list exactly what the code has: dialects, causes of loss, keys of description lines, categories, metrics,
# exit statuses.
. "${0%/*}/lib.sh"
pages=$top/filters
words() { tr -s ' ,' '\n\n' | grep -x '[a-z][a-z0-9_]*' | sort -u; }
# code PATTERN FOLDER...: the words that a pattern catches in the sources, lines joined
code() { local p=$1; shift; cat $(find "${@/#/$top/}" -name '*.c') | tr '\n' ' ' | grep -oE "$p" | grep -oE '"[#a-z0-9_]+' | tr -d '"' | sort -u; }
# lacks A B: the lines of A that B does not have
lacks() { comm -23 <(grep . <<<"$1" | sort -u) <(sort -u <<<"$2") | tr '\n' ' '; }
# section PAGE HEADING [WORDS]: the text of a section or a subsection
section() { awk -v h="$2" '/^\.S[hs] / { on = substr($0, 5) == h; next } on' "$pages/$1"; }

# dialects
known=$(code '\.name = "[a-z0-9_]+"' lib/dialect)
listed=$(awk '/^\.It Fl f Ar DIALECT/ { on = 1; next } on && /^\.It/ { exit } on && /^\.Cm/ { sub(/^\.Cm/, ""); print }' "$pages/tr-events.1" | words)
table=$(section tr-events.1 DIALECTS | awk '/^\.It / && / Ta / { print $2 }' | words)
like "$(wc -l <<<"$known")" "^(1[0-9]|[2-9][0-9])$" "ten dialects and more"
is "$(lacks "$known" "$listed"):$(lacks "$listed" "$known")" ":" "tr-events(1) -f names each dialect"
is "$(lacks "$known" "$table"):$(lacks "$table" "$known")" ":" "and so does its table"
helped=$(tr-events -h | sed -n '/^  -f /,/default/p' | sed 's/^  -f DIALECT//; s/([^)]*)//; s/;.*//' | words)
is "$(lacks "$known" "$helped"):$(lacks "$helped" "$known")" ":" "and the help"

# causes of loss: what account_lost() and account_mended() are called with, and the arrays of causes
known=$({ code 'account_(lost|mended)\([^;]*;' lib; code 'causes\[\] = \{[^}]*\}' lib; } | sort -u)
listed=$(section tr-record.5 Damage | sed -n 's/^\.It Cm//p' | sed 's/Cm//g' | words)
like "$(wc -l <<<"$known")" "^[3-9][0-9]$" "thirty causes and more"
is "$(lacks "$known" "$listed")" "" "tr-record(5) names each cause of loss"
all=$(cat $(find "$top/lib" "$top/filters" "$top/pipelines" -type f ! -name '*.[157]') | tr -c 'a-z0-9_' '\n')
is "$(lacks "$listed" "$all")" "" "and no cause that is in no program"

# keys of description lines
known=$({ code '"##[a-z_]+' lib filters | tr -d '#'; grep -rhoE '##[a-z_]+' "$top/pipelines" | tr -d '#'; } | sort -u)
listed=$(section tr-record.5 'Description lines' | sed -n 's/^\.It Li ##\([a-z_]*\).*/\1/p' | sort -u)
like "$(wc -l <<<"$known"):$(wc -l <<<"$listed")" "^[1-9][0-9]:[1-9][0-9]$" "ten keys and more"
is "$(lacks "$known" "$listed")" "" "tr-record(5) names each key of a description line"
is "$(lacks "$listed" "$known"$'\nmended')" "" "and no key that nothing writes" # lost and mended are written by one line

# categories: what the dialects and tr-window emit
known=$({ code 'trace_wants\([^;]*slice_of\("[a-z_]+"' lib/dialect; code 'put_span\([^;"]*"[a-z_]+"' lib/window; code '"(xla|ascend)_[a-z]+(_[a-z]+)*"' lib/dialect
	} | sort -u)
listed=$(section tr-record.5 Categories | sed -n 's/^\.It Cm//p' | sed 's/Cm//g' | words)
like "$(wc -l <<<"$known")" "^([89]|[1-9][0-9])$" "eight categories and more"
is "$(lacks "$known" "$listed")" "" "tr-record(5) names each category"
is "$(lacks "$listed" "$all")" "" "and no category that is in no program"

# metrics
known=$(cd "$top/pipelines" && grep -ls '^# unit:' * | sort)
like "$(wc -l <<<"$known")" "^[4-9][0-9]$" "forty metrics and more"
is "$(lacks "$known" "$(section tr.7 PIPELINES | tr -c 'a-z0-9_' '\n')")" "" "tr(7) names each metric"

# exit statuses
for n in 0 1 2 3 4 5; do
	is "$(section tr.7 'EXIT STATUS' | grep -c "^\.It $n$")" 1 "tr(7) says what status $n is"
done
for page in "$pages"/*.1; do
	page=${page##*/}
	is "$(lacks "$(section "$page" 'EXIT STATUS' | sed -n 's/^\.It \([0-9]\)$/\1/p')" "$(seq 0 5)")" "" "$page: a status is one of tr(7)'s"
	is "$(section "$page" 'EXIT STATUS' | grep -c '^\.It [02]$')" 2 "$page: has 0 and 2"
done
# these checks can fail
is "$(lacks $'a\nb' $'b\nc')" "a " "a word that is missing is found"
done_testing
