#!/usr/bin/env bash
# tr-card list: paths and values; files that are not cards.
. "${0%/*}/lib.sh"
cat >c.yaml <<'Y'
version: 1
description: >
  two
  lines
hf_url:
dot: .
quoted: ""
tilde: ~
a b: "tab\there"
list: [x, "", {k: v}]
nested:
  deep: {er: 1.50}
  more:
    - 
    - [p, q]
Y
is "$(tr-card list - <c.yaml | wc -l)" 14 "standard input"
ok "the sample's card" bash -c "tr-card list '$sample/workload_card.yaml' | grep -qx 'workload.model.phase	training'"
bad() { # YAML MESSAGE NAME
	printf '%b' "$1" >bad.yaml
	run tr-card list bad.yaml
	like "$rc:$err" "^1:tr-card: bad.yaml:$2" "$3"
}
bad 'a: [1, 2\nb: c\n' "2:2: did not find expected" "not YAML: line and column"
bad 'hf_url: https://x // TODO: y\n' "1:26: mapping values are not allowed" "an unquoted URL with a comment"
bad 'a: 1\na: 2\n' "2:1: duplicate key: 'a'" "a key given twice"
bad 'a: &x 1\nb: *x\n' "2:4: YAML aliases are not allowed in a card: 'x'" "an alias"
bad 'a: !!int 1\n' "1:4: YAML tags are not allowed in a card" "a tag"
bad '- a\n- b\n' "1:1: not a card: a list" "a list"
bad 'just text\n' "1:1: not a card: no keys: 'just text'" "a word"
bad '? [a]\n: b\n' "1:3: a key must be a word" "a key that is a list"
bad '' " empty: not a card" "an empty file"
bad '<!DOCTYPE html>\n<html><p>x</p></html>\n' "1:1: not a card: no keys" "an HTML page"
bad 'a: \x01\x02\n' "[0-9]+:[0-9]+: control characters" "binary"
bad "$(python3 -c 'print("".join("  " * i + "k:\\n" for i in range(100)))')" "[0-9]+:[0-9]+: more than 64 levels" "100 levels"
run tr-card
like "$rc:$err" "^2:tr-card: no verb" "no verb"
run tr-card frob x
like "$rc:$err" "^2:tr-card: unknown verb: 'frob'" "an unknown verb"
run tr-card list
like "$rc:$err" "^2:tr-card: list takes one card" "no card"
run tr-card list /nonexistent
like "$rc:$err" "^2:tr-card: /nonexistent: No such file" "a missing card"
done_testing
