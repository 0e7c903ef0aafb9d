#!/usr/bin/env bash
# make install into a separate folder, use from there without the tree, uninstall.
. "${0%/*}/lib.sh"
[[ $B == "$top/build" ]] || { skip "the sanitizers' build: it is not installed"; done_testing; exit; }
git clone -q "$top" src 2>/dev/null || cp -R "$top" src
D=$tmp/dest P=/opt/tr
ok "make install" make -s -C src install PREFIX=$P DESTDIR="$D"
is "$(cd "$D$P" && find . -maxdepth 2 | sort | tr '\n' ' ')" ". ./bin ./bin/nvlink-poll ./bin/tr-card ./bin/tr-decompress ./bin/tr-events ./bin/tr-match ./bin/tr-select ./bin/tr-stats ./bin/tr-window ./share ./share/man ./share/tr " "what is there"
is "$(ls "$D$P"/share/man/man*/ | grep -cE '^(tr|nvlink)')" 12 "twelve pages"
modes() { (cd "$1" && find . -type f -printf '%p %m\n' | sed 's/ 7../ 755/; s/ 6../ 644/' | sort); }
alike "$(modes "$D$P/share/tr/pipelines")" "$(modes src/pipelines)" "all that is in pipelines/, in its folders"
rm -rf src/build src/pipelines
unset TR_RULES TR_BIN
PATH=$D$P/bin:/usr/bin:/bin
rm src/lib/trace/coll.rules
is "$("$D$P/share/tr/pipelines/comm_time" "$sample" | grep 'rank=0.*total' | cut -f5)" 0.629189250 "a pipeline works from there"
ok "and the report" "$D$P/share/tr/pipelines/report" -o "$tmp/rep" "$sample"
is "$("$D$P/share/tr/pipelines/sweep" plan tpu-v6e8-vllm | tail -1)" "# 88 of 128 runs" "and a ready sweep"
printf 'name: r{n}\naxes: {n: [1, 2]}\nclient: echo x >x\n' >two.yaml
ok "and a sweep runs" "$D$P/share/tr/pipelines/sweep" run -o "$tmp/two" two.yaml
is "$(ls "$tmp/two" | tr '\n' ' ')" "r1 r2 " "its runs are there"
cp -R "$D$P/bin" elsewhere
is "$(elsewhere/tr-events -e ncclDevKernel_AllReduce | tail -1 | cut -f1)" allreduce "a copy of bin/ has its rules with it"
mv "$D$P" moved
is "$(PATH=/usr/bin:/bin moved/share/tr/pipelines/comm_time "$sample" | grep 'rank=0.*total' | cut -f5)" 0.629189250 "a prefix that was moved works"
is "$(PATH=/usr/bin:/bin moved/share/tr/pipelines/comm_time "$sample" | awk -F'\t' '$4 == "total" { n++ } END { print n }')" 4 "for every rank"
mv moved "$D$P"
ok "make uninstall" make -s -C "$top" uninstall PREFIX=$P DESTDIR="$D"
is "$(find "$D" -type f | wc -l)" 0 "nothing is left"
done_testing
