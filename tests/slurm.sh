# Sourced by tests that need Slurm: a real one on loopback, with ${nodes:-1} nodes of four GPUs, and of $cpus processors, in name.
# slurm_up [LINE...]   starts it, with these lines in slurm.conf; ends the test where it is not to be had
slurm_need() { skip "$1: sweeps by Slurm not tried"; done_testing; exit; }
PATH=$PATH:/usr/sbin:/sbin
for program in munged slurmctld slurmd sbatch squeue scancel sinfo; do
	command -v $program >/dev/null || slurm_need "$program is not installed (slurm-wlm, munge)"
done
[[ $(id -u) == 0 ]] || slurm_need "not root"

S=$tmp/slurm daemons=()
mkdir -p "$S"/state
export SLURM_CONF=$S/slurm.conf
slurm_down() { # whatever happens
	local pid
	((${#daemons[@]} < 2)) || scancel -u root >/dev/null 2>&1
	# The steps are no children of ours: those of this configuration.
	for pid in $(grep -lszxF "SLURM_CONF=$SLURM_CONF" /proc/[0-9]*/environ | cut -d/ -f3); do
		[[ $(cat "/proc/$pid/comm" 2>/dev/null) != slurmstepd ]] || kill "$pid" 2>/dev/null
	done
	for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do
		kill "${daemons[i]}" 2>/dev/null
		for ((t = 0; t < 100; t++)); do kill -0 "${daemons[i]}" 2>/dev/null || break; sleep 0.05; done
		kill -KILL "${daemons[i]}" 2>/dev/null
		wait "${daemons[i]}" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap slurm_down EXIT
trap 'exit 143' TERM INT HUP
wait_for() { # SECONDS COMMAND...
	local i n=$(($1 * 3))
	shift
	for ((i = 0; i < n; i++)); do "$@" >/dev/null 2>&1 && return 0; sleep 0.33; done
	return 1
}
idle() { [[ $(sinfo -h -N -o %T 2>/dev/null | sort -u) == idle ]]; }
finished() { [[ -z $(squeue -h 2>&1) ]]; }
node_up() { # N: its slurmd; the process is in slurmd[N]
	slurmd -D -f "$SLURM_CONF" -N "n$1" >>"$S/slurmd.out.$1" 2>&1 &
	slurmd[$1]=$!
	daemons+=($!)
}
# node_lost N [JOB]: it crashes, with all that runs there but for this job, and Slurm finds out
node_lost() {
	local pid parent had=-1
	local -a pids=("${slurmd[$1]}")
	kill -STOP "${pids[@]}" 2>/dev/null
	while ((${#pids[@]} > had)); do # what was begun while others were looked at is found in another round
		had=${#pids[@]}
		for pid in $(grep -lszx "SLURMD_NODENAME=n$1" /proc/[0-9]*/environ | cut -d/ -f3); do
			[[ " ${pids[*]} " != *" $pid "* ]] || continue
			[[ -z ${2-} ]] || ! grep -qszx "SLURM_JOB_ID=$2" "/proc/$pid/environ" || continue
			parent=$(ps -o ppid= -p "$pid") || continue
			parent=${parent// }
			kill -STOP "$pid" 2>/dev/null # all stop first: nobody sees another end
			pids+=("$pid")
			[[ " ${pids[*]} " != *" $parent "* && $(ps -o comm= -p "$parent") == slurmstepd ]] || continue
			kill -STOP "$parent" 2>/dev/null
			pids+=("$parent")
		done
	done
	kill -KILL "${pids[@]}" 2>/dev/null
	wait "${slurmd[$1]}" 2>/dev/null
	scontrol update nodename="n$1" state=down reason=crashed
}
slurm_up() {
	local n port=$((20000 + $$ % 20000)) host
	host=$(hostname -s)
	cat >"$SLURM_CONF" <<-C
		ClusterName=tr
		SlurmctldHost=$host(127.0.0.1)
		SlurmUser=root
		SlurmdUser=root
		AuthType=auth/munge
		AuthInfo=socket=$S/munge.socket
		SlurmctldPort=$port
		StateSaveLocation=$S/state
		SlurmdSpoolDir=$S/spool.%n
		SlurmctldPidFile=$S/slurmctld.pid
		SlurmdPidFile=$S/slurmd.%n.pid
		SlurmctldLogFile=$S/slurmctld.log
		SlurmdLogFile=$S/slurmd.%n.log
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		JobAcctGatherType=jobacct_gather/none
		SwitchType=switch/none
		MpiDefault=none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_Core
		SchedulerParameters=sched_interval=1,batch_sched_delay=0
		GresTypes=gpu
		ReturnToService=2
		KillWait=3
		SlurmdParameters=config_overrides
		PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
	C
	((nodes > 1)) && printf 'TreeWidth=1\n' >>"$SLURM_CONF"
	(($# == 0)) || printf '%s\n' "$@" >>"$SLURM_CONF"
	for ((n = 1; n <= nodes; n++)); do
		mkdir -p "$S/spool.n$n"
		printf 'NodeName=n%d NodeHostname=%s NodeAddr=127.0.0.1 Port=%d CPUs=%d Gres=gpu:4 State=UNKNOWN\n' \
			$n "$host" $((port + n)) "$cpus" >>"$SLURM_CONF"
	done
	touch "$S"/gpu{0..3}
	echo "Name=gpu File=$S/gpu[0-3]" >"$S/gres.conf"
	(umask 077 && head -c 1024 /dev/urandom >"$S/munge.key")
	munged --foreground --force --key-file="$S/munge.key" --socket="$S/munge.socket" --pid-file="$S/munged.pid" \
		--seed-file="$S/munge.seed" --log-file="$S/munged.log" --num-threads=2 >"$S/munged.out" 2>&1 &
	daemons+=($!)
	wait_for 10 test -S "$S/munge.socket" || { fail "munged" "$(cat "$S"/munged.*)"; done_testing; exit; }
	slurmctld -D -f "$SLURM_CONF" >"$S/ctld.out" 2>&1 &
	daemons+=($!)
	for ((n = 1; n <= nodes; n++)); do node_up $n; done
	wait_for 60 idle || {
		fail "Slurm is up" "$(sinfo 2>&1; grep -hi error "$S"/*.log)"
		done_testing
		exit
	}
	pass "munged, slurmctld and $nodes slurmd are up, on port $port"
}
nodes=${nodes:-1} cpus=${cpus:-$(nproc)} slurmd=()
