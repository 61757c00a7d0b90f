# Speed, beside a peer in the same run.  SCALE, SECONDS, CONNECTIONS, WORKERS, GROW: see tests/bench/run.js.
bench: all ## how fast: pages, booking, login, each beside a peer
	@src/tools/deps test
	@THROWAWAY_DURABLE=1 tests/with-servers node tests/bench/run.js
