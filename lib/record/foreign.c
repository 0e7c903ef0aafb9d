/* foreign: a table of files that people have next to traces and that tr does not read. A file is
 * the first row whose conditions all hold: the bytes at an offset, texts among the first 64 KiB,
 * the end of its name, a test of its own. Dialects are tried before this table: to read such a
 * file, add a dialect and remove the row. */
#include "record/foreign.h"

#include "json/json.h"

#include <stdint.h>

struct row {
	size_t at;          /* offset of magic */
	struct slice magic; /* .n 0: none */
	const char *has[3]; /* each must occur; in JSON: names of members, with their quotes */
	const char *ends;   /* of the file's name, before .gz */
	int (*is)(struct slice start);
	const char *what;   /* what it is, and what would help */
};

#define MAGIC(s) .magic = { s, sizeof(s) - 1 }
#define UNPACK(what, command) what ": unpack it first (" command ")"
#define RESULTS "; not read (results of vLLM's `bench serve` and SGLang's `bench_serving` are)"
#define NSYS_AS_SQLITE ": nsys-events reads SQLite (nsys export --type sqlite FILE.nsys-rep)"

/* A varint at p, or NULL if it is cut or too long. */
static const char *varint(const char *p, const char *e, uint64_t *v)
{
	*v = 0;
	for (int shift = 0; p < e && shift < 63; shift += 7) {
		unsigned char c = (unsigned char)*p++;

		*v |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return p;
	}
	return NULL;
}

/* Perfetto: a list of packets, field 1; each begins with its uid, clock, time or sequence. In
 * XSpace, field 1 is planes, which begin otherwise. */
static int is_perfetto(struct slice s)
{
	const char *e = s.p + s.n, *p;
	uint64_t n;

	if (s.n < 4 || s.p[0] != 0x0a || !(p = varint(s.p + 1, e, &n)) || p == e || n == 0)
		return 0;
	if (n < (uint64_t)(e - p) && p[n] != 0x0a)
		return 0;
	return *p == 0x18 || *p == 0x32 || *p == 0x40 || *p == 0x50;
}

/* Chakra: messages, each preceded by its length; the first has a version as its field 1. */
static int is_chakra(struct slice s)
{
	const char *e = s.p + s.n, *p;
	uint64_t n, v;

	if (!(p = varint(s.p, e, &n)) || e - p < 4 || *p != 0x0a || !(p = varint(p + 1, e, &v)))
		return 0;
	if (v < 3 || v > 32 || v + 2 > n || (uint64_t)(e - p) < v)
		return 0;
	for (uint64_t i = 0; i < v; i++)
		if (p[i] < '-' || p[i] > 'z')
			return 0;
	return p[0] >= '0' && p[0] <= '9' && p[1] == '.';
}

/* A pickle: protocol 2 to 5, and an opcode that may come next. */
static int is_pickle(struct slice s)
{
	return s.n >= 3 && (unsigned char)s.p[0] == 0x80 && s.p[1] >= 2 && s.p[1] <= 5 &&
	       strchr("}]()\x95" "ccX\x8cKq", s.p[2]) != NULL;
}

static const struct row bytes[] = {
	{ MAGIC("PK\003\004"), .has = { "data.pkl" },
	  .what = "a file of torch.save: not a trace" },
	{ MAGIC("PK\003\004"), .what = UNPACK("a zip archive", "unzip -p FILE | tr-events") },
	{ MAGIC("\x28\xb5\x2f\xfd"), .what = UNPACK("zstd data", "zstd -dc FILE | tr-events") },
	{ MAGIC("\xfd"
	        "7zXZ"),
	  .what = UNPACK("xz data", "xz -dc FILE | tr-events") },
	{ MAGIC("BZh"), .what = UNPACK("bzip2 data", "bzip2 -dc FILE | tr-events") },
	{ MAGIC("\x04\x22\x4d\x18"), .what = UNPACK("lz4 data", "lz4 -dc FILE | tr-events") },
	{ MAGIC("7z\xbc\xaf\x27\x1c"), .what = UNPACK("a 7z archive", "7z x FILE") },
	{ .at = 257,
	  MAGIC("ustar"),
	  .what = UNPACK("a tar archive", "tar -xf FILE, then events DIR") },
	{ MAGIC("## tr"), .what = "already a record stream" },
	{ .ends = ".nsys-rep", .what = "a report of Nsight Systems: try  nsys-events FILE" },
	{ .ends = ".qdrep",
	  .what = "a report of an old Nsight Systems: nsys-events reads SQLite"
	          " (nsys export --type sqlite FILE)" },
	{ .ends = ".qdstrm",
	  .what = "an unfinished report of Nsight Systems: finish it with its"
	          " QdstrmImporter, then nsys export --type sqlite" },
	{ MAGIC("NVR\0"),
	  .what = "a report of Nsight Compute: not read, it has counters of single kernels"
	          " and no timeline; Nsight Systems or a PyTorch trace has one" },
	{ MAGIC("\x89HDF\r\n\x1a\n"), .what = "HDF5; if Nsight Systems wrote it" NSYS_AS_SQLITE },
	{ MAGIC("ARROW1"), .what = "Arrow; if Nsight Systems wrote it" NSYS_AS_SQLITE },
	{ MAGIC("\xff\xff\xff\xff"), .has = { "kernel" },
	  .what = "Arrow; if Nsight Systems wrote it" NSYS_AS_SQLITE },
	{ MAGIC("PAR1"), .what = "Parquet; if Nsight Systems wrote it" NSYS_AS_SQLITE },
	{ MAGIC("\x93NUMPY"), .what = "a NumPy array: not a trace" },
	{ MAGIC("\x7f"
	        "ELF"),
	  .what = "a program: not a trace" },
	{ MAGIC("\x89PNG"), .what = "a picture: not a trace" },
	{ .is = is_pickle,
	  .what = "a Python pickle (a memory snapshot of PyTorch is one): not read, since"
	          " reading a pickle runs it; profile with profile_memory=True instead" },
	{ .is = is_perfetto,
	  .what = "a Perfetto protobuf trace: not read; make JSON of it with Perfetto's"
	          " traceconv (traceconv json FILE OUT.json)" },
	{ .is = is_chakra,
	  .what = "a Chakra protobuf trace: not read; PyTorch's execution trace, the JSON"
	          " that it was made from, is" },
	{ MAGIC("<"), .what = "HTML or XML, not JSON" },
	{ 0 },
};

/* Text that is not JSON. */
static const struct row text[] = {
	{ .has = { "# HELP ", "# TYPE " },
	  .what =
	      "Prometheus metrics: not read, they are one moment; poll links with nvlink-poll or"
	      " `dcgmi dmon`" },
	{ .has = { "algbw", "busbw", "#wrong" },
	  .what =
	      "nccl-tests' table: not read; profile the run, or write allreduce_marks_RANK.json" },
	{ .has = { "algbw", "busbw", "out-of-place" },
	  .what =
	      "nccl-tests' table: not read; profile the run, or write allreduce_marks_RANK.json" },
	{ .has = { "NCCL INFO" },
	  .what = "NCCL's own log: not read, it has no times of collectives" },
	{ .has = { "Link 0:", " KiB" },
	  .what = "`nvidia-smi nvlink -gt d`: not read, it is one moment; poll with nvlink-poll" },
	{ .has = { "Type: ", "CudaEvent {" },
	  .what = "Nsight Systems' export as text" NSYS_AS_SQLITE },
	{ .has = { "Type: ", "TraceProcessEvent {" },
	  .what = "Nsight Systems' export as text" NSYS_AS_SQLITE },
	{ .has = { "\"Kind\",\"Agent_Id\"" },
	  .what = "rocprofv3's CSV: not read; PyTorch's profiler records AMD's kernels too" },
	{ 0 },
};

/* JSON without trace events. */
static const struct row json[] = {
	{ .has = { "\"Type\"", "\"CudaEvent\"" },
	  .what = "Nsight Systems' export as JSON lines" NSYS_AS_SQLITE },
	{ .has = { "\"Type\"", "\"TraceProcessEvent\"" },
	  .what = "Nsight Systems' export as JSON lines" NSYS_AS_SQLITE },
	{ .has = { "\"type\":\"String\"", "\"id\"", "\"value\"" },
	  .what = "Nsight Systems' export as JSON lines" NSYS_AS_SQLITE },
	{ .has = { "\"service_kind\"", "\"experiments\"" },
	  .what = "Perf Analyzer's requests" RESULTS },
	{ .has = { "\"benchmarks\"", "\"successful\"" }, .what = "guidellm's benchmarks" RESULTS },
	{ .has = { "\"world_info\"", "\"request_info\"", "\"performance\"" },
	  .what = "trtllm-bench's report" RESULTS },
	{ .has = { "\"coll_perf\"", "\"coll_sn\"" },
	  .what =
	      "NCCL inspector's records: not read; the profiler's trace has the same collectives" },
	{ .has = { "\"link_metrics\"", "\"link_type\"" },
	  .what = "amd-smi's links: not read; counters of AMD's links are not supported" },
	{ .has = { "\"device_traces\"", "\"segments\"" },
	  .what =
	      "a memory snapshot of PyTorch: not read; profile with profile_memory=True instead" },
	{ .has = { "speedscope.app" }, .what = "a speedscope profile: not read" },
	{ .has = { "\"stackTable\"", "\"frameTable\"" }, .what = "a Firefox profile: not read" },
	{ .has = { "\"timeDeltas\"", "\"samples\"" }, .what = "a CPU profile of V8: not read" },
	{ .has = { "\"rocprofiler-sdk-tool\"" },
	  .what = "rocprofv3's JSON: not read; PyTorch's profiler records AMD's kernels too" },
	{ .has = { "\"resourceSpans\"" }, .what = "OpenTelemetry spans: not read" },
	{ .has = { "\"weight_map\"" }, .what = "a model's index of weights: not a trace" },
	{ 0 },
};

static int ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	if (n > 3 && strcmp(name + n - 3, ".gz") == 0)
		n -= 3;
	return n >= m && memcmp(name + n - m, end, m) == 0;
}

static const char *look_up(const struct row *r, struct slice s, const char *name)
{
	for (; r->what; r++) {
		int same = !r->magic.n || (s.n >= r->at + r->magic.n &&
		                           memcmp(s.p + r->at, r->magic.p, r->magic.n) == 0);

		for (int i = 0; same && i < 3 && r->has[i]; i++)
			same = slice_has(s, r->has[i]);
		if (same && (!r->ends || ends_in(name, r->ends)) && (!r->is || r->is(s)))
			return r->what;
	}
	return NULL;
}

int foreign_no_events(struct slice start)
{
	return !slice_has(start, "\"ph\"");
}

const char *foreign_is(struct slice start, const char *name)
{
	const char *p = json_ws(start.p, start.p + start.n), *what;

	if (start.n == 0)
		return "empty";
	if (p < start.p + start.n && (*p == '{' || *p == '['))
		return foreign_no_events(start) ? look_up(json, start, name) : NULL;
	what = look_up(bytes, start, name);
	return what ? what : look_up(text, start, name);
}

