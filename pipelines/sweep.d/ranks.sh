#!/usr/bin/env bash
# ranks.sh [-n RANKS] COMMAND...: starts the command once for each rank, on all nodes of the Slurm
# job by srun, else here;
# RANK, LOCAL_RANK, WORLD_SIZE, LOCAL_WORLD_SIZE, MASTER_ADDR and MASTER_PORT are set as
# torch.distributed wants them.
#   -n RANKS   ranks of each node (default 1)
set -euo pipefail
ranks=1
if [[ ${1-} == -n ]]; then ranks=$2; shift 2; fi
(($#)) && [[ $ranks =~ ^[1-9][0-9]*$ ]] || { echo "usage: ranks.sh [-n RANKS] COMMAND..." >&2; exit 2; }
export MASTER_PORT=${MASTER_PORT:-$((20000 + ${SLURM_JOB_ID:-$$} % 20000))} LOCAL_WORLD_SIZE=$ranks
if [[ -n ${SLURM_JOB_NODELIST-} ]]; then
	MASTER_ADDR=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | sed -n 1p)
	export MASTER_ADDR
	# shellcheck disable=SC2016
	exec srun --nodes="$SLURM_JOB_NUM_NODES" --ntasks="$((SLURM_JOB_NUM_NODES * ranks))" --ntasks-per-node="$ranks" \
		--kill-on-bad-exit=1 bash -c 'export RANK=$SLURM_PROCID LOCAL_RANK=$SLURM_LOCALID WORLD_SIZE=$SLURM_NTASKS
			exec "$@"' rank "$@"
fi
export MASTER_ADDR=127.0.0.1 WORLD_SIZE=$ranks
pids=() status=0
trap '((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null; exit 143' TERM INT HUP
for ((r = 0; r < ranks; r++)); do
	RANK=$r LOCAL_RANK=$r "$@" &
	pids+=($!)
done
for ((r = 0; r < ranks; r++)); do
	wait -n || { status=$?; kill "${pids[@]}" 2>/dev/null || true; break; }
done
exit "$status"
