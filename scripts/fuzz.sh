#!/usr/bin/env bash
# Fuzzes every fuzz target of the project for the time given: scripts/fuzz.sh 20s
set -euo pipefail

time=${1:-20s}
for package in $(go list ./...); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "== $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x "$package"
	done
done
