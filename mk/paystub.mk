# The payment provider's stub: a program beside the product, of its own sources alone.
PAYSTUB := $(patsubst src/tools/%.c,$(B)/tools/%.o,$(sort $(wildcard src/tools/paystub*.c)))

$(PAYSTUB): $(B)/tools/%.o: src/tools/%.c src/tools/paystub.h
	@mkdir -p $(@D)
	$(SAY) cc $<
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE $(WARN) -c -o $@ $<

$(B)/paystub: $(PAYSTUB)
	$(SAY) link $@
	$(Q)$(CC) -pthread -o $@ $^ -lmicrohttpd -ljansson -lsodium -lcurl

all: $(B)/paystub
