# Tests that run many requests at once in one process.
$(B)/tests/db_test $(B)/tests/cache_test: $(B)/san/tests/crowd.o $(B)/san/src/web/coroutine.o
