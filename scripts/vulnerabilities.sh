#!/usr/bin/env bash
# Looks for known vulnerabilities that the program can reach. The database is on
# the network; where it cannot be reached this says so and does not fail.
set -euo pipefail

if output=$(go tool govulncheck ./... 2>&1); then
	echo "govulncheck: $(tail -n 1 <<<"$output")"
elif grep -qiE 'vuln\.go\.dev|dial tcp|no such host|connection refused|proxyconnect|timeout' <<<"$output"; then
	echo "govulncheck: its database cannot be reached from here, so nothing was checked"
else
	echo "$output"
	exit 1
fi
