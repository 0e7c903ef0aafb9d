/* et: PyTorch execution traces, schemas 1.0.1 to 1.1.1: nodes as instants without a time, in the
 * order of their ids. record_param_comms is classified as kernels are, by its attrs or, before
 * 1.1, by its inputs.
 * in:  {"id":62,"name":"record_param_comms","ctrl_deps":61,...,"attrs":[...]}
 * out: i . . 0 1130 1 et_node record_param_comms id=62 parent=61 coll=allgather ... rf_id=28 */
#ifndef ET_H
#define ET_H
#include "base/sorter.h"
#include "base/spool.h"
#include "trace/trace.h"

struct et {
	struct trace *t;
	struct buf pid, text, elems[2], size;
	struct sorter *order;
	struct spool *lines;
	uint64_t at;
	int64_t start, stride; /* of the group's global ranks */
	int rank_seen; /* the rank in the trace was compared with the one in the file name */
};

/* Calls back with each attr of schema 1.1. */
typedef void et_attr_fn(struct et *e, struct ev *v, struct slice name, struct slice val);
void et_attrs(struct slice list, et_attr_fn *each, struct et *e, struct ev *v);
/* Of a record_param_comms: its arguments under Kineto's names, in v->arg, from its attrs or,
 * before schema 1.1 (attrs.p NULL), from its inputs. Compares the rank in it with the trace's. */
void et_coll(struct et *e, struct ev *v, struct slice attrs);
#endif
