/* nvml: the few functions of NVIDIA's management library (NVML) that polling needs, looked up at
 * run time, so that building needs nothing of NVIDIA's. Names and numbers are those of its header
 * nvml.h (CUDA 12). */
#ifndef NVML_H
#define NVML_H
#include <stdint.h>

enum {
	NVML_LINK_COUNT = 91, /* NVML_FI_DEV_NVLINK_LINK_COUNT */
	NVML_DATA_TX =
	    138, /* NVML_FI_DEV_NVLINK_THROUGHPUT_DATA_TX, KiB since the driver was loaded */
	NVML_DATA_RX = 139, /* NVML_FI_DEV_NVLINK_THROUGHPUT_DATA_RX */
	NVML_MOST_LINKS = 18, /* NVML_NVLINK_MAX_LINKS */
	NVML_NOT_SUPPORTED = 3, /* NVML_ERROR_NOT_SUPPORTED; 0 is NVML_SUCCESS */
	NVML_UNKNOWN_ERROR = 999, /* NVML_ERROR_UNKNOWN, the largest of nvmlReturn_t */
	NVML_UNSIGNED_INT = 1 /* NVML_VALUE_TYPE_UNSIGNED_INT */
};
/* scopeId of the sum over a GPU's links, by the comment at
 * NVML_FI_DEV_NVLINK_THROUGHPUT_DATA_TX */
#define NVML_ALL_LINKS 0xffffffffu

/* nvmlFieldValue_t: 40 bytes. */
struct nvml_field {
	uint32_t field, scope;       /* fieldId; scopeId: a link's number or NVML_ALL_LINKS */
	int64_t time_us, latency_us; /* timestamp, since 1970; latencyUsec */
	uint32_t type, rc;           /* valueType; nvmlReturn, not 0: there is no value */
	uint64_t value;              /* a union of integers and a double, by type */
};

/* nvmlDevice_t is a pointer, nvmlReturn_t an enumeration. */
struct nvml {
	int (*init)(void);                                            /* nvmlInit_v2 */
	int (*shutdown)(void);                                        /* nvmlShutdown */
	int (*count)(unsigned *n);                                    /* nvmlDeviceGetCount_v2 */
	int (*handle)(unsigned gpu, void **device); /* nvmlDeviceGetHandleByIndex_v2 */
	int (*name)(void *device, char *to, unsigned size);           /* nvmlDeviceGetName */
	int (*fields)(void *device, int n,
	              struct nvml_field *field); /* nvmlDeviceGetFieldValues */
	const char *(*error)(int rc);                                 /* nvmlErrorString */
};

/* Loads the library and initialises it; path NULL: libnvidia-ml.so.1, where the loader finds it.
 * Ends the program with a message if that fails. */
void nvml_open(struct nvml *n, const char *path);
/* The number of links that the GPU reports; NVML_MOST_LINKS if it does not report it. */
unsigned nvml_links(const struct nvml *n, void *device);
#endif
