# Smart Parking.  `make help` tells what there is.
#
# Everything made lies in build/: opt/ for the programs, san/ for the tests (AddressSanitizer and UBSan),
# gen/ for generated C.  A slice is a folder of src/ with a queries.sql; nothing here lists slices.

B := build
CC := gcc
SHELL := /bin/bash
# V=1 shows whole commands
Q := $(if $(V),,@)
SAY := @$(if $(V),true,printf "  %s %s\n")

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
	-Wundef -Wvla -Wwrite-strings -Wno-missing-field-initializers
BASE := -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Isrc -Itests -I$(B)/gen -I/usr/include/postgresql \
	-fstack-protector-strong -fPIE -MMD -MP
OPT := -O2 -g -D_FORTIFY_SOURCE=2
SAN := -O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all
LIBS := -lhpdf -lfribidi -lpq -lhiredis -lsodium -ljwt -ljansson -lcurl -lqrencode -lbrotlienc -lz -lcrypt -lm

SQL := $(wildcard src/*/queries.sql)
GENSQL := $(patsubst src/%/queries.sql,$(B)/gen/%_sql.c,$(SQL))
LIBSRC := $(wildcard src/base/*.c src/gear/*.c src/dialects/*.c) \
	$(wildcard src/web/*.c) \
	$(foreach s,$(SQL),$(filter-out %_tool.c,$(wildcard $(dir $(s))*.c))) src/all.c
LIBSRC := $(filter-out src/web/kore%.c src/web/coroutine.c,$(sort $(LIBSRC)))
GENSRC := $(GENSQL) $(B)/gen/queries.c $(B)/gen/templates.c $(B)/gen/assets.c $(B)/gen/migrations.c

OPTOBJ := $(LIBSRC:%.c=$(B)/opt/%.o) $(GENSRC:$(B)/%.c=$(B)/opt/%.o)
SANOBJ := $(LIBSRC:%.c=$(B)/san/%.o) $(GENSRC:$(B)/%.c=$(B)/san/%.o)

TESTS := $(patsubst tests/%_test.c,$(B)/tests/%_test,$(wildcard tests/*_test.c))

.PHONY: all run test unit lint fuzz bench golden help deps clean lighthouse format
.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/parking $(B)/parkctl ## build the programs

# ---- generated C
$(B)/tools/%: src/tools/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O1 -g -Wall -Wextra -Werror -o $@ $< $(TOOLLIBS_$*)
TOOLLIBS_embed := -lbrotlienc -lz -lsodium

$(B)/gen/%_sql.c $(B)/gen/%_sql.h: src/%/queries.sql $(B)/tools/sqlgen
	@mkdir -p $(B)/gen
	$(B)/tools/sqlgen $* $< $(B)/gen/$*_sql
$(B)/gen/queries.c: $(SQL) $(B)/tools/sqlgen Makefile
	@mkdir -p $(B)/gen
	$(B)/tools/sqlgen --list $(patsubst src/%/queries.sql,%,$(SQL)) > $@
$(B)/gen/templates.c: $(shell find templates -name '*.mustache') $(B)/tools/embed
	@mkdir -p $(B)/gen
	$(B)/tools/embed templates templates > $@
$(B)/gen/assets.c: $(shell find assets -type f) $(B)/tools/embed
	@mkdir -p $(B)/gen
	$(B)/tools/embed assets assets > $@
$(B)/gen/migrations.c: $(wildcard migrations/*.sql) $(B)/tools/embed
	@mkdir -p $(B)/gen
	$(B)/tools/embed migrations migrations > $@
GENERATED := $(GENSRC) $(GENSQL:.c=.h)

# ---- objects
$(B)/opt/gen/%.o: $(B)/gen/%.c | $(GENERATED)
	@mkdir -p $(@D)
	$(SAY) cc $<
	$(Q)$(CC) $(BASE) $(OPT) $(WARN) -c -o $@ $<
$(B)/san/gen/%.o: $(B)/gen/%.c | $(GENERATED)
	@mkdir -p $(@D)
	$(SAY) cc $<
	$(Q)$(CC) $(BASE) $(SAN) $(WARN) -c -o $@ $<
$(B)/opt/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(SAY) cc $<
	$(Q)$(CC) $(BASE) $(OPT) $(WARN) -c -o $@ $<
$(B)/san/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(SAY) cc $<
	$(Q)$(CC) $(BASE) $(SAN) $(WARN) -c -o $@ $<

$(B)/libparking.a: $(OPTOBJ)
	@rm -f $@
	@ar rcs $@ $^
$(B)/libparking-san.a: $(SANOBJ)
	@rm -f $@
	@ar rcs $@ $^

# ---- programs
$(B)/parkctl: $(B)/opt/src/ctl.o $(B)/libparking.a
	$(SAY) link $@
	$(Q)$(CC) -o $@ $^ $(LIBS)
$(B)/tests/%_test: $(B)/san/tests/%_test.o $(B)/san/tests/world.o $(B)/libparking-san.a
	@mkdir -p $(@D)
	$(SAY) link $@
	$(Q)$(CC) $(SAN) -o $@ $^ -lcmocka $(LIBS)

include $(wildcard mk/*.mk)

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

clean: ## take away everything made
	rm -rf $(B)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
