#!/usr/bin/env bash
# The stories of the page. With a PostGIS server in INNOATLAS_TEST_DATABASE_URL
# they run a second time on a database of their own there.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -n "${INNOATLAS_TEST_DATABASE_URL:-}" ] && [ -z "${E2E_DATABASE_URL:-}" ]; then
	name="e2e_$$"
	psql -qX "$INNOATLAS_TEST_DATABASE_URL" -c "CREATE DATABASE $name"
	E2E_DATABASE_URL=$(sed -E "s#/[^/?]+(\?|\$)#/$name\1#" <<<"$INNOATLAS_TEST_DATABASE_URL")
	export E2E_DATABASE_URL
	psql -qX "$E2E_DATABASE_URL" -c "CREATE EXTENSION postgis"
	trap 'psql -qX "$INNOATLAS_TEST_DATABASE_URL" -c "DROP DATABASE $name WITH (FORCE)"' EXIT
fi
node --test --test-concurrency=1 e2e/*.test.mjs
