# Tests that run many requests at once in one process.
$(B)/tests/db_test $(B)/tests/cache_test: $(B)/san/tests/crowd.o $(B)/san/src/web/coroutine.o

.PHONY: faults-proof
faults-proof: ## take the remedies against faults out, and see their tests fail
	node tests/faults_proof.js
