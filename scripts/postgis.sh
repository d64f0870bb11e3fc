#!/usr/bin/env bash
# Starts a throw-away PostgreSQL with PostGIS, and removes it at the end.
#
#   scripts/postgis.sh run COMMAND...   runs the command with the database in
#                                       INNOATLAS_TEST_DATABASE_URL and DATABASE_URL
#   scripts/postgis.sh                  prints the URL and waits for Ctrl-C
#
# The cluster lives in a temporary folder and listens on a Unix socket in it, so
# it takes no port and no other user reaches it. It does not sync to disk.
set -euo pipefail

# Without a database the exit code is 69; otherwise it is the command's own.
fail() {
	echo "postgis.sh: $*" >&2
	exit 69
}

# find_bin prints the newest PostgreSQL's folder of programs that has PostGIS.
find_bin() {
	local bin share
	for bin in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(command -v initdb | xargs -r dirname)"; do
		[ -x "$bin/initdb" ] || continue
		share=$("$bin/pg_config" --sharedir 2>/dev/null) || share=${bin/\/lib\//\/share\/}
		share=${share%/bin}
		[ -f "$share/extension/postgis.control" ] && echo "$bin" && return
	done
	return 1
}

# as_owner runs a command as the cluster's owner: PostgreSQL refuses to run as root.
as_owner() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
	else
		"$@"
	fi
}

stop() {
	trap - EXIT INT TERM HUP
	kill $(jobs -p) 2>/dev/null || true
	as_owner "$bin/pg_ctl" --pgdata="$dir/data" --mode=immediate stop >/dev/null 2>&1 || true
	rm -rf "$dir"
}

# start makes the cluster. Its default collation is ICU's, as on many servers, so
# that a query which forgets COLLATE "C" shows in the tests.
start() {
	dir=$(mktemp -d /tmp/innoatlas-pg.XXXXXX)
	trap stop EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	[ "$(id -u)" != 0 ] || chown postgres: "$dir"
	cd "$dir"
	as_owner "$bin/initdb" --pgdata="$dir/data" --username=postgres --auth-local=trust --auth-host=reject \
		--encoding=UTF8 --locale=C --locale-provider=icu --icu-locale=und --no-sync >"$dir/initdb.log" 2>&1 ||
		fail "initdb failed: $(tail -n 3 "$dir/initdb.log")"
	cat >>"$dir/data/postgresql.conf" <<-CONF
		listen_addresses = ''
		unix_socket_directories = '$dir'
		max_connections = 200
		fsync = off
		synchronous_commit = off
		full_page_writes = off
		shared_buffers = 128MB
	CONF
	as_owner "$bin/pg_ctl" --pgdata="$dir/data" --log="$dir/log" --wait start >/dev/null ||
		fail "PostgreSQL did not start: $(tail -n 3 "$dir/log")"
	cd "$OLDPWD"
}

usage="usage: scripts/postgis.sh [run COMMAND...]"
case "${1-}" in
run) [ $# -gt 1 ] || fail "$usage" ;;
"") ;;
*) fail "$usage" ;;
esac

bin=$(find_bin) || fail "no PostgreSQL with PostGIS here; on Debian or Ubuntu: apt-get install postgresql postgresql-postgis"
[ "$(id -u)" != 0 ] || id postgres >/dev/null 2>&1 || fail "PostgreSQL does not run as root; make a user named postgres, or run this as another user"
start
export DATABASE_URL="postgres://postgres@/postgres?host=$dir"
export INNOATLAS_TEST_DATABASE_URL="$DATABASE_URL"

if [ "${1-}" = run ]; then
	shift
	"$@" # not exec: the trap must run after it
	exit
fi
echo "$DATABASE_URL"
sleep infinity &
wait
