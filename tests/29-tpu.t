#!/usr/bin/env bash
# TPU lines: asynchronous collectives in flight, SparseCores, unrecognised lines.
. "${0%/*}/lib.sh"
c=$tests/cases/trace
short() { tr-events "$1" 2>err | records | grep -v '^M' | cut -f2,3,5,6,7,8 | tr '\t' ' '; }
is "$(short $c/sparsecore.trace.json | grep -v ' xla_step ')" "0 100000 0 3 kernel fusion.1
0 100000 0 1 SparseCore 1 xla_core_step 5
10000 50000 0 3 SparseCore 1 xla_async all-reduce.1
0 90000 1 3 kernel fusion.1" "a SparseCore is a part of its device; its ops run at the same time as others"
is "$(tr-events $c/sparsecore.trace.json 2>err | grep -c $'xla_async\tall-reduce.1\tcoll=allreduce')" 1 "and are classified"
is "$(sed 's/Sparse Core Ops/Spare Ops/' $c/sparsecore.trace.json | tr-events 2>err | grep '^##device')" "##device kernels 1 100000 . 0
##device unknown_lines 1 50000 . 0
##device kernels 1 90000 . 1" "what is on a line that is not known is counted, with how long it ran"
done_testing
