# servers.sh -- a PostgreSQL 15 and a Redis of our own, for `make run` and for the tests.  Sourced by bash.
#
# They listen on unix sockets alone, so that they never meet a server that is there already, and they end with the
# script that started them, even when that is killed.
#
#	servers_as HOME			decides who serves: see below
#	pg_start HOME RUN [setting…]	data in HOME/pg, socket in RUN, what it says in HOME/postgres.log, or in the folder
#					LOGS if that is set; sets PG_PID
#	redis_start HOME RUN		the same in HOME/redis; sets REDIS_PID
#	stop_child PID SIGNAL SECONDS	asks it, waits for all it started, and in the end insists

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

# A folder of the user that serves, closed to everybody else.
servers_folder() { # FOLDER
	mkdir -p "$1" && chmod 0700 "$1" || return 1
	[ "$(id -u)" != 0 ] || chown postgres:postgres "$1"
}

# Who serves and whom it asks hand each other words all the time: a booking is eight statements.  Were the core taken from each
# with every word it sends, much time went into changing over: it is left to them until they wait (sched(7), SCHED_BATCH).
PATIENT=(chrt --batch 0)
"${PATIENT[@]}" true 2>/dev/null || PATIENT=() # where that is not allowed

# A child in a process group of its own: Ctrl-C reaches the script, which then stops things in order.
# Its number is left in STARTED.  (9 is the lock of park-up, 7 what it waits at: not the child's to hold.)  Its log is written by
# the keeper, if LOG_SOCKET says where that is.
LOG_SOCKET= KEEPLOG= LOGS=
start_child() { # DEATH_SIGNAL LOG [setpriv options…] -- COMMAND…
	local signal=$1 log=$2 options=() kept=()
	shift 2
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	if [ -n "$LOG_SOCKET" ]; then
		kept=("$KEEPLOG" to "$LOG_SOCKET" "$(basename "$log" .log)")
		log=/dev/null
	fi
	set -m
	"${PATIENT[@]}" setpriv --pdeathsig "$signal" "${options[@]}" -- "${kept[@]}" "$@" </dev/null >>"$log" 2>&1 9>&- 7>&- &
	STARTED=$!
	set +m
}

# Waits for the child to do what READY asks; false if the child ends, or in the end.
wait_until() { # PID SECONDS READY…
	local pid=$1 tries=$(($2 * 20))
	shift 2
	while [ $tries -gt 0 ]; do
		"$@" && return 0
		kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.05
		tries=$((tries - 1))
	done
	return 1
}

# Asks the child, waits for it and for those it started, and in the end insists.
stop_child() { # PID SIGNAL SECONDS
	local tries=$(($3 * 20))
	[ -n "$1" ] || return 0
	kill -s "$2" "$1" 2>/dev/null
	while [ $tries -gt 0 ]; do
		kill -0 -- "-$1" 2>/dev/null || return 0
		sleep 0.05
		tries=$((tries - 1))
	done
	kill -KILL -- "-$1" 2>/dev/null
}

say_why() { # WHAT LOG
	[ -z "$LOG_SOCKET" ] || sleep 0.2 # for the keeper to write what it was told
	echo "$1 does not start. The end of $2:" >&2
	tail -n 20 "$2" | sed 's/^/    /' >&2
	return 1
}

# ---- PostgreSQL

pg_make() { # HOME
	[ -s "$1/pg/PG_VERSION" ] && return 0
	local as=()
	[ ${#AS_SERVER[@]} = 0 ] || as=(setpriv "${AS_SERVER[@]}" --)
	rm -rf "$1/pg.new"
	servers_folder "$1/pg.new" || return 1
	(cd "$1/pg.new" && "${as[@]}" "$PG_BIN/initdb" -D "$1/pg.new" -U parking -A trust -E UTF8 \
	    --locale=C.UTF-8 --no-instructions --no-sync) >>"$1/postgres.log" 2>&1 ||
	    say_why "PostgreSQL's initdb" "$1/postgres.log" || return 1
	mv "$1/pg.new" "$1/pg"
}

# For pages it keeps itself: a sixteenth of the machine's memory, between its own default and four times that.
pg_pages() {
	awk '/^MemTotal:/ { mb = int($2 / 16384); print (mb < 128 ? 128 : mb > 512 ? 512 : mb) "MB" }' /proc/meminfo
}

pg_start() { # HOME RUN [setting…]
	local home=$1 run=$2 set
	local options=(-c listen_addresses= -c "unix_socket_directories=$run"
	    -c unix_socket_permissions=0700 -c max_connections=200 -c timezone=UTC
	    -c log_timezone=UTC -c "shared_buffers=$(pg_pages)" -c jit=off)
	shift 2
	for set in "$@"; do
		options+=(-c "$set")
	done
	pg_make "$home" || return 1
	start_child INT "${LOGS:-$home}/postgres.log" "${AS_SERVER[@]}" -- \
	    "$PG_BIN/postgres" -D "$home/pg" "${options[@]}"
	PG_PID=$STARTED
	wait_until "$PG_PID" 60 "$PG_BIN/pg_isready" -q -h "$run" -U parking -d postgres ||
	    say_why PostgreSQL "${LOGS:-$home}/postgres.log"
}

# ---- Redis

redis_answers() { # RUN
	[ "$(redis-cli -s "$1/redis.sock" ping 2>/dev/null)" = PONG ]
}

redis_start() { # HOME RUN
	servers_folder "$1/redis" || return 1
	start_child TERM "${LOGS:-$1}/redis.log" "${AS_SERVER[@]}" -- redis-server --port 0 \
	    --unixsocket "$2/redis.sock" --unixsocketperm 700 --dir "$1/redis" --save '' \
	    --appendonly no --maxmemory 256mb --maxmemory-policy allkeys-lru --daemonize no
	REDIS_PID=$STARTED
	wait_until "$REDIS_PID" 20 redis_answers "$2" || say_why Redis "${LOGS:-$1}/redis.log"
}
