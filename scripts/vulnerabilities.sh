#!/usr/bin/env bash
# Looks for known vulnerabilities that the program can reach. The database is on
# the network; where it cannot be reached this says so and does not fail.
set -uo pipefail

output=$(go tool govulncheck ./... 2>&1)
case $? in
0) echo "govulncheck: no known vulnerability is reached" ;;
3) echo "$output" && exit 1 ;; # its code for findings
*)
	if grep -qE 'vuln\.go\.dev' <<<"$output"; then
		echo "govulncheck: its database cannot be reached from here, so nothing was checked"
	else
		echo "$output" && exit 1
	fi
	;;
esac
