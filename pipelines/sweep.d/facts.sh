# Sourced before a run's commands under `facts`. They run where the run ran, after the client, and
# print lines of KEY<TAB>VALUE. A key of the card goes into the card (description+ is appended to
# its description); the run's README gets all of them.
#   fact KEY VALUE            the line, if there is a value
#   machine                   host, system, processor, memory, Slurm's job
#   nvidia [topology]         GPUs and driver, from nvidia-smi; with topology also whether NVLink or
#                             PCIe connects them
#   packages PYTHON NAME...   versions of Python packages
#   library PYTHON            NCCL's version in this PYTHON
set +e +u +o pipefail # facts that cannot be found are left out
fact() {
	local value=${2-}
	value=${value//[$'\t\r\n']/ }
	[[ -z ${value// /} ]] || printf '%s\t%s\n' "$1" "$value"
}
machine() {
	fact machine.host "$(uname -n)"
	fact machine.system "$(. /etc/os-release 2>/dev/null && echo "$PRETTY_NAME, ")$(uname -sr)"
	fact machine.processor "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p), $(nproc) cores"
	fact machine.memory "$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
	fact machine.slurm "${SLURM_JOB_ID:+job $SLURM_JOB_ID on ${SLURM_JOB_NODELIST-}}"
	fact run.ended "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
}
nvidia() {
	local name driver memory cuda rate kind
	IFS=, read -r name driver memory < <(timeout 60 nvidia-smi \
		--query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null)
	[[ -n $driver ]] || return 0
	driver=${driver# } memory=${memory# }
	cuda=$(timeout 60 nvidia-smi 2>/dev/null | sed -n 's/.*CUDA Version: *\([0-9.]*\).*/\1/p')
	fact machine.gpus "$(timeout 60 nvidia-smi -L 2>/dev/null | grep -c '^GPU') x $name, $memory"
	fact workload.hardware.xpu_spec.model "$(tr 'A-Z ' 'a-z_' <<<"$name")"
	fact workload.hardware.driver_version "${cuda:+cuda_$cuda, }driver $driver"
	kind=nvlink
	# A link has 25 GB/s in one direction (NVLink 3 and 4), or 50 (NVLink 5); the rate that is shown is the raw one.
	rate=$(timeout 60 nvidia-smi nvlink -s -i 0 2>/dev/null |
		awk '/Link [0-9]+: +[0-9.]+ GB\/s/ { n += $3 < 40 ? 25 : 50 } END { if (n) print n * 8 }')
	if [[ -z $rate ]]; then # GT/s of a lane are Gbit/s, but for the coding
		kind=pcie
		rate=$(timeout 60 nvidia-smi -i 0 --query-gpu=pcie.link.gen.max,pcie.link.width.max \
			--format=csv,noheader 2>/dev/null | awk -F', *' 'BEGIN { split("2.5 5 8 16 32 64", lane, " ") }
			$1 in lane && $2 > 0 { print lane[$1] * $2 }')
	fi
	fact 'workload.hardware.network_topo.bandwidth_gbps[1]' "$rate"
	[[ ${1-} == topology ]] || return 0
	fact workload.hardware.network_topo.topology "$kind"
	fact 'Model-executor.protocol_selection[0]' "$kind"
}
packages() {
	"$1" - "${@:2}" 2>/dev/null <<'P'
import importlib.metadata, platform, sys
print("software.python", platform.python_version(), sep="\t")
for name in sys.argv[1:]:
    try:
        print("software." + name, importlib.metadata.version(name), sep="\t")
    except importlib.metadata.PackageNotFoundError:
        pass
P
}
library() {
	fact Model-executor.communication_library.version "$("$1" - 2>/dev/null <<'P'
import importlib.metadata
for cuda in ("13", "12", "11"):
    try:
        print(importlib.metadata.version("nvidia-nccl-cu" + cuda))
        break
    except importlib.metadata.PackageNotFoundError:
        pass
else:
    import torch
    print(".".join(map(str, torch.cuda.nccl.version())))
P
	)"
	local name
	for name in $(compgen -e NCCL_); do
		fact "Model-executor.communication_library.env.$name" "${!name}"
	done
}
