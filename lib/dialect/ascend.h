/* ascend: profiles of Huawei's NPUs in the Trace Event Format, torch_npu's trace_view.json and
 * msprof's msprof_*.json. A device's events have no category, and their processes are named after
 * them: the arguments show what they are (msprof, analysis/csrc/application/timeline:
 * ascend_hardware_assembler.cpp, hccl_assembler.cpp).
 * in:  {"ph":"X","name":"hcom_send__1_0_1","pid":3,"tid":1,"ts":"5.000","dur":9,
 *       "args":{"data_type":"BFP16","count":4}}
 * out: X 5000 9000 . 0 hccl:1 kernel hcom_send__1_0_1 coll=sendrecv ... */
#ifndef ASCEND_H
#define ASCEND_H
#include "trace/dialect.h"

extern const struct dialect dialect_ascend;
/* Does it show that the file is of Huawei's NPUs? */
int ascend_event(struct ev *v);
#endif
