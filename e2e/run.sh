#!/usr/bin/env bash
# The stories of the page, one file after the other: all, or the files named. With
# a PostGIS server in INNOATLAS_TEST_DATABASE_URL those that ask the server for
# something are told a second time, on a database of their own there.
#
#   e2e/run.sh                            all, on memory
#   scripts/postgis.sh run e2e/run.sh     all, on memory and on a database
#   e2e/run.sh e2e/map.test.mjs --test-name-pattern='13 '
#
# E2E_BINARY names a binary that is built already.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
cleanup() {
	rm -rf "$folder"
	[ -z "${name-}" ] || psql -qX "$INNOATLAS_TEST_DATABASE_URL" -c "DROP DATABASE $name WITH (FORCE)"
}
trap cleanup EXIT
if [ -z "${E2E_BINARY:-}" ]; then
	export E2E_BINARY="$folder/innoatlas"
	go build -o "$E2E_BINARY" ./cmd/innoatlas
fi

if [ -n "${INNOATLAS_TEST_DATABASE_URL:-}" ]; then
	name="e2e_$$"
	psql -qX "$INNOATLAS_TEST_DATABASE_URL" -c "CREATE DATABASE $name"
	E2E_DATABASE_URL=$(sed -E "s#/[^/?]+(\?|\$)#/$name\1#" <<<"$INNOATLAS_TEST_DATABASE_URL")
	export E2E_DATABASE_URL
	psql -qX "$E2E_DATABASE_URL" -c "CREATE EXTENSION postgis"
	"$E2E_BINARY" migrate --database-url "$E2E_DATABASE_URL" >/dev/null
	"$E2E_BINARY" import geo/dataset/builtin --database-url "$E2E_DATABASE_URL" >/dev/null
fi

files=()
options=()
for argument in "$@"; do
	case $argument in
	-*) options+=("$argument") ;;
	*) files+=("$argument") ;;
	esac
done
[ ${#files[@]} -gt 0 ] || files=(e2e/*.test.mjs)
node --test --test-concurrency=1 "${options[@]}" "${files[@]}"
