# What a machine can judge without running the program.  A file that passed is not looked at again until it or a header
# of it changes: build/lint/FILE.ok.

LINTED := $(sort $(wildcard src/*.c src/*/*.c tests/*.c tests/fuzz/*.c))
HEADERS := $(sort $(wildcard src/*/*.h tests/*.h))
TIDY := $(filter-out src/tools/%,$(LINTED))
KOREFLAGS = $(shell test ! -d $(B)/kore || echo -isystem $(B)/kore/include/kore)

format: ## let clang-format put all C in order
	clang-format -i $(LINTED) $(HEADERS)

lint: ## style, warnings, analysers, who includes whom
	@src/tools/deps test
	@$(MAKE) --no-print-directory $(ATONCE) lint-files lint-rules
	@echo lint: nothing to say

.PHONY: format lint-files lint-rules
lint-files: $(LINTED:%=$(B)/lint/%.format) $(HEADERS:%=$(B)/lint/%.format) $(TIDY:%=$(B)/lint/%.tidy) \
	$(patsubst %,$(B)/lint/%.cppcheck,$(filter-out src/web/kore%,$(TIDY)))

lint-rules:
	@awk -f src/tools/layers.awk src/README.md $(wildcard migrations/*.sql src/*/queries.sql) \
		$(wildcard src/*/*.[ch])
	@src/tools/gates

$(B)/lint/%.format: % .clang-format
	@mkdir -p $(@D)
	@clang-format --dry-run -Werror $<
	@touch $@

# The object file stands for the headers it was made from.
$(B)/lint/%.c.tidy: %.c .clang-tidy $(B)/san/%.o
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(filter-out -MMD -MP,$(BASE)) $(if $(filter src/web/% tests/%,$*),$(KOREFLAGS)) 2>$@.log >$@.out || \
		{ cat $@.out; grep -v 'warnings generated' $@.log; false; }
	@touch $@

# Left out: null pointers (those in offsetof and _Generic are none; clang's analyser knows better), waiters that lie on a
# coroutine's stack by design, realloc() whose failure ends the program; and Kore's loop macros, which it does not know.
CPPCHECK := cppcheck --quiet --std=c11 --language=c --library=src/tools/cppcheck.cfg \
	--enable=warning,performance --inline-suppr --error-exitcode=1 --max-configs=1 \
	$(addprefix --suppress=,missingIncludeSystem nullPointer ctunullpointer autoVariables \
	incorrectLogicOperator memleakOnRealloc) -Isrc -Itests -I$(B)/gen
$(B)/lint/%.c.cppcheck: %.c $(B)/san/%.o src/tools/cppcheck.cfg
	@mkdir -p $(@D)
	@$(CPPCHECK) $<
	@touch $@
