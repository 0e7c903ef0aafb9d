#!/usr/bin/env bash
# A part of `make faults`: of the calls that can fail, one of each kind under every command. And a negative control:
# programs that take a fault badly are found out.
. "${0%/*}/lib.sh"
[[ $B != *-san* ]] || { skip "the sanitizers' build: it has its own malloc"; done_testing; exit; }
ok "what makes calls fail is built" make -s -C "$top" "${B#"$top/"}/faults.so"
cat >bad.c <<'C'
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	char b[4096];
	ssize_t n;
	while ((n = read(0, b, sizeof b)) > 0)
		if (write(1, b, (size_t)n) != n)
			return argv[1][0] == '0' ? 0 : 2;
	return n < 0 ? atoi(argv[1]) : 0;
}
C
mkdir bin; ${CC:-cc} -o bin/bad bad.c
for how in "0 status.0,.and.not.all.was.written" "2 status.2.without.a.message" "3 status.3"; do
	echo "bad bad ${how% *} <chrome.json" >commands
	out=$(PATH=$tmp/bin:$PATH "$tests/faults/run" -f "$tmp/commands") && rc=0 || rc=$?
	like "$rc:$out" "^1:# bad: read 1 of [0-9]*, EIO: ${how#* }" "a program that returns ${how% *} where a read fails is found out"
done
like "$out" "# bad: read 1 of [0-9]*, EINTR: status 3" "and one that takes an interrupted read for an error"
said=
while IFS= read -r line; do
	case $line in
	"ok "*) pass "${line#* - }" ;;
	"not ok "*) fail "${line#* - }" "$said"; said= ;;
	"# "*) said+=${line#\# }$'\n' ;;
	esac
done < <("$tests/faults/run" -t -k 1)
like "$count" "^[4-9][0-9]$" "every command was tried"
done_testing
