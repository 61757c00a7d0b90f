# Fuzzers of every parser that reads bytes from outside: tests/fuzz/*_fuzz.c, each with the corpus of its name.

T ?= 30
FUZZ := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZFLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZOBJ := $(LIBSRC:%.c=$(B)/fuzz/%.o) $(GENSRC:$(B)/%.c=$(B)/fuzz/%.o)
FUZZOPTS := -max_total_time=$(T) -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1

.PHONY: fuzz fuzz-minimise fuzz-programs
.PHONY: $(FUZZ:%=fuzz-%)

$(B)/fuzz/gen/%.o: $(B)/gen/%.c | $(GENERATED)
	@mkdir -p $(@D)
	@clang $(BASE) $(FUZZFLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<
$(B)/fuzz/src/%.o: src/%.c | $(GENERATED)
	@mkdir -p $(@D)
	@clang $(BASE) $(FUZZFLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<
$(B)/fuzz/library.a: $(FUZZOBJ)
	@rm -f $@
	@ar rcs $@ $^
$(B)/fuzz/%_fuzz: tests/fuzz/%_fuzz.c $(B)/fuzz/library.a
	@mkdir -p $(@D)
	@echo "  fuzzer $*"
	@clang $(BASE) $(FUZZFLAGS) -fsanitize=fuzzer -o $@ $< $(filter %.o,$^) $(B)/fuzz/library.a $(LIBS)

# Those files of Kore's that read a connection; what they need of the others stands in head_fuzz.c.
KOREFUZZ := $(patsubst %,$(B)/fuzz/kore/%.o,http net connection buf utils)
$(KOREFUZZ): $(B)/fuzz/kore/%.o: $(B)/kore/patched
	@mkdir -p $(@D)
	@clang $(KORECFLAGS) $(FUZZFLAGS) -fsanitize=fuzzer-no-link -c -o $@ $(KORE)/src/$*.c
$(B)/fuzz/head_fuzz $(B)/san/tests/fuzz/head_fuzz.o: private BASE += -isystem $(KORE)/include/kore
$(B)/fuzz/head_fuzz: private LIBS += -lssl -lcrypto
$(B)/fuzz/head_fuzz: $(KOREFUZZ)

fuzz-programs: $(FUZZ:%=$(B)/fuzz/%_fuzz)

fuzz: $(FUZZ:%=fuzz-%) ## every fuzzer for T=30 seconds; fails on a crash, which stays in build/fuzz/found

# Whose handlers are to be reached needs a database, with a demo in it.
WITH_request := env DEMO=1 tests/with-servers tests/fuzz/seeded
fuzz-request: $(B)/parkctl

# What a run learns is thrown away; a crash is kept, to become a test.
$(FUZZ:%=fuzz-%): fuzz-%: $(B)/fuzz/%_fuzz
	@mkdir -p $(B)/fuzz/found $(B)/fuzz/learnt/$*
	@$(WITH_$*) $(B)/fuzz/$*_fuzz $(FUZZOPTS) -artifact_prefix=$(B)/fuzz/found/$*- $(B)/fuzz/learnt/$* tests/fuzz/corpus/$* \
	    > $(B)/fuzz/$*.log 2>&1 || { tail -n 40 $(B)/fuzz/$*.log; echo "fuzz: $* crashed"; exit 1; }
	@awk '/number_of_executed_units/ { n = $$2 } /average_exec_per_sec/ { r = $$2 } \
	    END { printf "  %-12s %d inputs, %d a second, no crash\n", "$*", n, r }' $(B)/fuzz/$*.log

# An input for each edge of the program, not for each number of turns round it: few enough to read.
fuzz-minimise: $(FUZZ:%=$(B)/fuzz/%_fuzz) ## take what the fuzzers learnt into tests/fuzz/corpus, and drop what adds nothing
	@for f in $(FUZZ); do \
		mkdir -p $(B)/fuzz/min/$$f $(B)/fuzz/learnt/$$f && rm -f $(B)/fuzz/min/$$f/* && \
		case $$f in request) with="$(WITH_request)" ;; *) with= ;; esac && \
		$$with $(B)/fuzz/$${f}_fuzz -merge=1 -use_counters=0 -verbosity=0 $(B)/fuzz/min/$$f tests/fuzz/corpus/$$f $(B)/fuzz/learnt/$$f \
		    > $(B)/fuzz/$$f.log 2>&1 || { tail -n 20 $(B)/fuzz/$$f.log; exit 1; }; \
		rm -rf tests/fuzz/corpus/$$f && cp -r $(B)/fuzz/min/$$f tests/fuzz/corpus/$$f; \
		echo "  $$f: $$(ls tests/fuzz/corpus/$$f | wc -l) inputs"; \
	done
