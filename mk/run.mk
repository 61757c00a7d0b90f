# From a fresh machine to a running product, and every check of it.

.PHONY: test-programs schema

# As many at once as there are cores, unless make was told itself.
ATONCE = $(if $(findstring --jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

run: ## install what is missing, build, start everything, serve http://127.0.0.1:8888
	@src/tools/deps run
	@$(MAKE) --no-print-directory $(ATONCE) all
	@exec src/tools/park-up

# Keeps the logs of what park-up starts.
$(B)/keeplog: src/tools/keeplog.c
	@mkdir -p $(@D)
	$(SAY) link $@
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE $(OPT) $(WARN) -o $@ $<
all: $(B)/keeplog

deps: ## install what running and testing need
	@src/tools/deps test

test-programs: all $(TESTS)

test: ## every test on throw-away servers; ends with "N passed, N failed"
	@src/tools/deps test
	@$(MAKE) --no-print-directory $(ATONCE) test-programs
	@tests/run

conf/settings.example: $(B)/parkctl ## the list of settings, from the program
	$(B)/parkctl settings > $@

schema: $(B)/parkctl ## write migrations/schema.sql, what all migrations make together
	tests/with-servers src/tools/schema > $(B)/schema.sql
	cp $(B)/schema.sql migrations/schema.sql
