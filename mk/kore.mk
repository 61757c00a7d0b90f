# Kore: a copy of Debian's sources, patched, compiled here and linked with our own program.
#
# Without KORE_SINGLE_BINARY, so that conf/parking.conf stays a file; without its pgsql, tasks and curl, which
# we do not use.  The flags of src/web/kore*.c must be those of Kore's own files, or the structs differ.

KORE := $(B)/kore
KOREC := accesslog auth buf config connection domain fileref filemap http json keymgr kore linux mem module \
	msg net pool runtime seccomp timer utils validator websocket worker
KORECFLAGS := -std=gnu11 -w -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DPREFIX='"/usr"' -I$(KORE)/include/kore \
	-fstack-protector-strong -fPIE
# pool.c hands out memory that is not aligned for its structs.
KORESAN := $(SAN) -fno-sanitize=alignment
KOREOPTOBJ := $(KOREC:%=$(KORE)/opt/%.o) $(KORE)/opt/version.o
KORESANOBJ := $(KOREC:%=$(KORE)/san/%.o) $(KORE)/san/version.o

# Kore finds these by name while it runs.
KOREHOOKS := edge_answer kore_parent_configure kore_worker_configure kore_worker_teardown kore_seccomp_hook
KORELIBS := $(KOREHOOKS:%=-Wl,--export-dynamic-symbol=%) -lssl -lcrypto
EDGEC := kore kore_loop kore_ready kore_socket kore_stream kore_worker coroutine
EDGEOPTOBJ := $(EDGEC:%=$(B)/opt/src/web/%.o)
EDGESANOBJ := $(EDGEC:%=$(B)/san/src/web/%.o)

$(KORE)/patched: src/web/kore-4.1.0.patch mk/kore.mk
	@test -d /usr/share/kore/src || { echo "Kore's sources are missing: apt-get install kore" >&2; exit 1; }
	$(SAY) patch kore
	@rm -rf $(KORE)
	@mkdir -p $(KORE)/opt $(KORE)/san
	@cp -r /usr/share/kore/include /usr/share/kore/misc /usr/share/kore/src $(KORE)
	@patch -s -p1 -d $(KORE) < $<
	@sh $(KORE)/misc/linux-platform.sh > $(KORE)/include/kore/platform.h
	@echo 'const char *kore_version = "4.1.0";' > $(KORE)/src/version.c
	@touch $@

$(KOREOPTOBJ): $(KORE)/opt/%.o: $(KORE)/patched
	$(SAY) cc kore/$*.c
	$(Q)$(CC) $(KORECFLAGS) $(OPT) -c -o $@ $(KORE)/src/$*.c
$(KORESANOBJ): $(KORE)/san/%.o: $(KORE)/patched
	$(SAY) cc kore/$*.c
	$(Q)$(CC) $(KORECFLAGS) $(KORESAN) -c -o $@ $(KORE)/src/$*.c

$(EDGEOPTOBJ) $(EDGESANOBJ): private BASE += -isystem $(KORE)/include/kore
$(EDGEOPTOBJ) $(EDGESANOBJ): $(KORE)/patched
$(EDGESANOBJ): private SAN += -fno-sanitize=alignment

$(B)/parking: $(EDGEOPTOBJ) $(KOREOPTOBJ) $(B)/libparking.a
	$(SAY) link $@
	$(Q)$(CC) -o $@ $^ $(LIBS) $(KORELIBS)
$(B)/parking-san: $(EDGESANOBJ) $(KORESANOBJ) $(B)/libparking-san.a
	$(SAY) link $@
	$(Q)$(CC) $(SAN) -o $@ $^ $(LIBS) $(KORELIBS)

# The same edge with a handful of made-up handlers behind it: what tests/http/framing.test.js speaks to.
$(B)/tests/edge-san: $(B)/san/tests/http/edge_app.o $(EDGESANOBJ) $(KORESANOBJ) $(B)/libparking-san.a
	@mkdir -p $(@D)
	$(SAY) link $@
	$(Q)$(CC) $(SAN) -o $@ $^ $(LIBS) $(KORELIBS)
$(B)/tests/edge: $(B)/opt/tests/http/edge_app.o $(EDGEOPTOBJ) $(KOREOPTOBJ) $(B)/libparking.a
	@mkdir -p $(@D)
	$(SAY) link $@
	$(Q)$(CC) -o $@ $^ $(LIBS) $(KORELIBS)

$(B)/tests/coroutine_test: $(B)/san/src/web/coroutine.o

# The writer and the readers of tests/http/older.test.js.
$(B)/tests/older: tests/http/older.c
	@mkdir -p $(@D)
	$(SAY) cc $<
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE $(OPT) $(WARN) -pthread -o $@ $<

test-programs: $(B)/tests/edge-san $(B)/parking-san $(B)/tests/older

framing-proof: $(B)/tests/edge-san ## takes each remedy of the edge out, and sees its test fail (some minutes)
	@KORE_CC='$(CC) $(KORECFLAGS) $(KORESAN)' \
	    EDGE_CC='$(CC) $(BASE) -isystem $(KORE)/include/kore $(SAN) -fno-sanitize=alignment' \
	    EDGE_LINK='$(CC) $(SAN) $(B)/san/tests/http/edge_app.o $(EDGESANOBJ) $(KORESANOBJ) $(B)/libparking-san.a $(LIBS) $(KORELIBS)' \
	    node tests/http/framing_proof.js $(ONLY)
.PHONY: framing-proof
