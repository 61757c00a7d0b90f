# throwaway.sh -- servers for tests, in a folder of /tmp that goes when the script ends.  Sourced after servers.sh.
# The database `parking_template` is migrated and nothing else; each test gets a copy of it.

throwaway_start() {
	THROWAWAY=$(mktemp -d "${TMPDIR:-/tmp}/parking-test.XXXXXX") || return 1
	trap throwaway_stop EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	servers_as "$THROWAWAY"
	servers_folder "$THROWAWAY" && servers_folder "$THROWAWAY/run" || return 1
	local quick=(fsync=off full_page_writes=off synchronous_commit=off)
	[ -z "${THROWAWAY_DURABLE:-}" ] || quick=() # for benchmarks
	pg_start "$THROWAWAY" "$THROWAWAY/run" "${quick[@]}" || return 1
	redis_start "$THROWAWAY" "$THROWAWAY/run" || return 1
	export JWT_SECRET=only-for-tests-0123456789abcdef0123456789abcdef
	export PGLOG=$THROWAWAY/postgres.log
	export REDIS_URL=unix://$THROWAWAY/run/redis.sock DATA_DIR=$THROWAWAY/data PGHOST=$THROWAWAY/run PGUSER=parking
	mkdir -p "$DATA_DIR"
	throwaway_programs || return 1
	psql -qX -d postgres -c 'CREATE DATABASE parking_template' || return 1
	throwaway_migrate parking_template || return 1
	throwaway_database parking
	DATABASE_URL=$FRESH_URL
	export DATABASE_URL
}

# Who serves has to reach the programs: from under a closed home it gets copies, in BUILT.
throwaway_programs() {
	local program
	unset BUILT
	! servers_reach "$here/../build" || return 0
	export BUILT=$THROWAWAY/built
	mkdir -p "$BUILT"
	for program in parking parking-san parkctl paystub keeplog platereader; do
		[ ! -x "$here/../build/$program" ] || cp "$here/../build/$program" "$BUILT" || return 1
	done
	chmod -R go+rX "$BUILT"
}

throwaway_stop() {
	stop_child "$REDIS_PID" TERM 5
	stop_child "$PG_PID" INT 20
	rm -rf "$THROWAWAY"
}

# By the program itself; by psql while there is none, or an older one than the migrations.
throwaway_migrate() { # DATABASE
	local ctl=$here/../build/parkctl file
	if [ -x "$ctl" ] && [ -z "$(find "$here/../migrations" -name '[0-9]*.sql' -newer "$ctl")" ]; then
		DATABASE_URL="postgresql://parking@/$1?host=$PGHOST" "$ctl" migrate >/dev/null
		return
	fi
	for file in "$here"/../migrations/[0-9]*.sql; do
		[ -e "$file" ] || continue
		PGOPTIONS='-c client_min_messages=warning' psql -qX -v ON_ERROR_STOP=1 -1 -d "$1" -f "$file" ||
		    { echo "$file does not apply" >&2; return 1; }
	done
}

# Makes a database of that name, as the migrations leave it; its address is in FRESH_URL.
throwaway_database() { # NAME
	psql -qX -d postgres -c "CREATE DATABASE \"$1\" TEMPLATE parking_template" || return 1
	FRESH_URL="postgresql://parking@/$1?host=$THROWAWAY/run"
}
