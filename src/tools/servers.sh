# servers.sh -- a PostgreSQL 15 and a Redis of our own in one folder, for `make run` and for the tests.
# Sourced by bash.  They listen on unix sockets alone, so that they never meet a server that is there already,
# and they die with the script that started them, even when that is killed.
#
#	servers_start HOME RUN [pg setting…]	data in HOME/pg and HOME/redis, sockets in RUN
#	servers_stop				what servers_start started, and nothing else
#
# Afterwards PG_URL and REDIS_SOCKET_URL say how to reach them.

PG_BIN=${PG_BIN:-/usr/lib/postgresql/15/bin}
PG_PID= REDIS_PID= AS_SERVER=() AS_WEB=()

# PostgreSQL refuses root, and nothing here needs it: as root all run as the user postgres.  Only where that
# user cannot reach the data (a checkout under a 0700 home) the two servers, and only they, may pass by rights.
servers_as() { # HOME
	AS_SERVER=() AS_WEB=()
	[ "$(id -u)" = 0 ] || return 0
	AS_WEB=(--reuid=postgres --regid=postgres --init-groups)
	AS_SERVER=("${AS_WEB[@]}")
	servers_reach "$1" && return 0
	local pass=+dac_override,+dac_read_search
	AS_SERVER+=(--inh-caps="$pass" --ambient-caps="$pass")
}

servers_reach() { # FOLDER: can the user that serves get there?
	[ "$(id -u)" != 0 ] || setpriv "${AS_WEB[@]}" test -x "$1" 2>/dev/null
}

# A child in a process group of its own: Ctrl-C reaches the script, which then stops things in order.
# Its number is left in STARTED.
start_child() { # DEATH_SIGNAL LOG [setpriv options…] -- COMMAND…
	local signal=$1 log=$2
	shift 2
	set -m
	setpriv --pdeathsig "$signal" "$@" </dev/null >>"$log" 2>&1 &
	STARTED=$!
	set +m
}

pg_make() { # HOME
	[ -s "$1/pg/PG_VERSION" ] && return 0
	local as=()
	[ ${#AS_SERVER[@]} = 0 ] || as=(setpriv "${AS_SERVER[@]}" --)
	rm -rf "$1/pg.new"
	(cd "$1" && "${as[@]}" "$PG_BIN/initdb" -D "$1/pg.new" -U parking -A trust -E UTF8 \
	    --locale=C.UTF-8 --no-instructions --no-sync) >"$1/initdb.log" 2>&1 || {
		echo "PostgreSQL's initdb failed:" >&2
		cat "$1/initdb.log" >&2
		return 1
	}
	sync -f "$1/pg.new"
	mv "$1/pg.new" "$1/pg"
}

pg_ready() { # RUN
	local try
	for try in $(seq 300); do
		"$PG_BIN/pg_isready" -q -h "$1" -U parking -d postgres && return 0
		kill -0 "$PG_PID" 2>/dev/null || return 1
		sleep 0.1
	done
	return 1
}

redis_ready() { # RUN
	local try
	for try in $(seq 100); do
		[ "$(redis-cli -s "$1/redis.sock" ping 2>/dev/null)" = PONG ] && return 0
		kill -0 "$REDIS_PID" 2>/dev/null || return 1
		sleep 0.05
	done
	return 1
}

# The folders of the user that serves, closed to everybody else.
servers_folder() { # FOLDER
	mkdir -p "$1" && chmod 0700 "$1" || return 1
	[ "$(id -u)" != 0 ] || chown postgres:postgres "$1"
}

servers_start() { # HOME RUN [pg setting…]
	local home=$1 run=$2 set
	local options=(-c listen_addresses= -c "unix_socket_directories=$run"
	    -c unix_socket_permissions=0700 -c max_connections=200 -c timezone=UTC
	    -c log_timezone=UTC -c shared_buffers=256MB -c jit=off)
	shift 2
	for set in "$@"; do
		options+=(-c "$set")
	done
	[ ${#AS_SERVER[@]} != 0 ] || servers_as "$home"
	servers_folder "$home/redis" || return 1
	pg_make "$home" || return 1
	start_child INT "$home/postgres.log" "${AS_SERVER[@]}" -- \
	    "$PG_BIN/postgres" -D "$home/pg" "${options[@]}"
	PG_PID=$STARTED
	start_child TERM "$home/redis.log" "${AS_SERVER[@]}" -- redis-server --port 0 \
	    --unixsocket "$run/redis.sock" --unixsocketperm 700 --dir "$home/redis" --save '' \
	    --appendonly no --maxmemory 256mb --maxmemory-policy allkeys-lru --daemonize no
	REDIS_PID=$STARTED
	pg_ready "$run" || { echo "PostgreSQL does not start:" >&2; tail -n 20 "$home/postgres.log" >&2; return 1; }
	redis_ready "$run" || { echo "Redis does not start:" >&2; tail -n 20 "$home/redis.log" >&2; return 1; }
	PG_URL="postgresql://parking@/parking?host=$run"
	REDIS_SOCKET_URL="unix://$run/redis.sock"
}

stop_child() { # PID SIGNAL SECONDS: asks, waits, and in the end insists
	local try
	[ -n "$1" ] && kill -s "$2" "$1" 2>/dev/null || return 0
	for try in $(seq $(($3 * 20))); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.05
	done
	kill -KILL "$1" 2>/dev/null
}

servers_stop() {
	stop_child "$REDIS_PID" TERM 5
	stop_child "$PG_PID" INT 20
	REDIS_PID= PG_PID=
}
