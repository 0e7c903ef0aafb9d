#include "poll/nvml.h"

#include "base/msg.h"

#include <dlfcn.h>
#include <string.h>

_Static_assert(sizeof(struct nvml_field) == 40, "as nvmlFieldValue_t");

/* Sets *function, whatever its type, to the library's symbol of this name. */
static void find(void *lib, const char *path, const char *name, void *function)
{
	void *p = dlsym(lib, name);

	if (!p)
		msg_die("%s: no function %s: not NVML, or too old", path, name);
	memcpy(function, &p, sizeof p);
}

void nvml_open(struct nvml *n, const char *path)
{
	void *lib;
	int rc;

	if (!path)
		path = "libnvidia-ml.so.1";
	lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!lib)
		msg_die("no NVML: %s (it comes with NVIDIA's driver; -L names its file)",
		        dlerror());
	find(lib, path, "nvmlInit_v2", &n->init);
	find(lib, path, "nvmlShutdown", &n->shutdown);
	find(lib, path, "nvmlDeviceGetCount_v2", &n->count);
	find(lib, path, "nvmlDeviceGetHandleByIndex_v2", &n->handle);
	find(lib, path, "nvmlDeviceGetName", &n->name);
	find(lib, path, "nvmlDeviceGetFieldValues", &n->fields);
	find(lib, path, "nvmlErrorString", &n->error);
	rc = n->init();
	if (rc)
		msg_die("%s: nvmlInit_v2: %s", path, n->error(rc));
}

unsigned nvml_links(const struct nvml *n, void *device)
{
	struct nvml_field f = { .field = NVML_LINK_COUNT };
	uint64_t links;

	if (n->fields(device, 1, &f) || f.rc)
		return NVML_MOST_LINKS;
	links = f.type == NVML_UNSIGNED_INT ? (uint32_t)f.value : f.value;
	return links > 0 && links < NVML_MOST_LINKS ? (unsigned)links : NVML_MOST_LINKS;
}
