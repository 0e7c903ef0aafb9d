#!/usr/bin/env bash
# A long name takes no more time per byte than short names, and is classified the same way.
. "${0%/*}/lib.sh"
doc() { printf '{"schemaVersion":1,"traceEvents":[%s]}' "$1"; }
event() { printf '{"ph":"X","cat":"kernel","name":"%s","pid":0,"tid":7,"ts":1,"dur":1,"args":{"%s":1}}' "$1" "$2"; }
many() { local s; printf -v s "%*s" $((300000 / ${#1})) ''; printf %s "${s// /$1}"; }
ms() { # COMMAND...: processor time, 999999 where it fails or takes 20 s
	local TIMEFORMAT=%U t
	t=$( { time timeout 20 "$@" >/dev/null 2>&1 || echo 999999; } 2>&1)
	[[ $t == 999999* ]] && echo 999999 || echo $((10#${t/./}))
}
doc "$(for i in {1..3000}; do event "void k$i<int, float>(at::Tensor const&, std::vector<long> const&, double, int*, char const*)" d; printf ,; done | sed 's/,$//')" >others.json
others=$(ms tr-events others.json)
((others < 999999)) && pass "300 kB of other names: $others ms" || fail "300 kB of other names"
limit=$((20 * (others > 50 ? others : 50)))
# what the table's patterns nearly match, over and over; what needs another spelling, in a key too
for part in nccl one_shot fusion all_ 'deep_ep::a_' void; do
	doc "$(event "$(many $part)" d)" >long.json
	t=$(ms tr-events long.json)
	((t <= limit)) && pass "one of '$part': $t ms" || fail "one of '$part': $t ms"
done
doc "$(event k "$(many =)")" >long.json
t=$(ms tr-events long.json)
((t <= limit)) && pass "a key of '=': $t ms" || fail "a key of '=': $t ms"
is "$(doc "$(event k "a=b==")" | tr-events | cut -f9 | grep x3d)" 'a\x3db\x3d\x3d=1' "each is spelled out, once"
printf 'X\t0\t1\t0\t0\t7\tkernel\t%s\n' "$(many nccl)" >long.tr
t=$(ms tr-select 'name ~ "nccl[a-z]*kernel"' long.tr)
((t <= limit)) && pass "tr-select: $t ms" || fail "tr-select: $t ms"

# the same answer for a long text as for a short one
pad=$(printf 'x%.0s' {1..300})
kind() { doc "$(event "$1" d)" | tr-events | records | grep -o 'coll=[a-z]*' || echo none; }
for name in "ncclDevKernel_AllReduce_Sum(@)" "void @::cross_device_reduce_1stage" "ncclAllGather@" "void at::native::@all_reduce_kernel" "@ncclAllGather" "all-reduce.@"; do
	alike "$(kind "${name/@/$pad}")" "$(kind "${name/@/x}")" "${name/@/...} is $(kind "${name/@/x}"), long or short"
done
# expressions whose meaning a group around them could change
printf 'X\t0\t1\t0\t0\t7\tkernel\t%s\n' "ab)$pad" >a.tr
while read -r want pattern; do
	is "$(tr-select "name ~ '$pattern'" a.tr | grep -c ^X)" "$want" "$pattern on a long text"
done <<'P'
1 ^ab
0 ^b
1 x$
0 b$
1 (x)\1\1
0 (b)\1
1 y|^a
0 ^(b|x)
1 b)x
1 y)|a
1 [])]x
0 [](]x
1 [[:punct:](]x
1 ^[^](]b
P
done_testing
