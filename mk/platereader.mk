# The reader of number plates: a program beside the product, of its own sources and base/ alone.  No other program is linked
# with what decodes pictures.

READER := $(filter-out src/platereader/main.c,$(sort $(wildcard src/platereader/*.c)))
READERBASE := $(patsubst %,src/base/%.c,arena buf text time zone field money problem json sight image)
READEROBJ := $(READER:%.c=$(B)/opt/%.o) $(READERBASE:%.c=$(B)/opt/%.o)
READERSANOBJ := $(READER:%.c=$(B)/san/%.o)
READERLIBS := -ltesseract -llept -ljpeg -lpng -lwebp -lseccomp -ljansson -lm

# The nets' arithmetic is where the time goes.
$(B)/opt/src/platereader/net.o: private OPT += -O3
$(B)/san/src/platereader/net.o: private SAN += -O2
$(B)/opt/src/platereader/look.o $(B)/san/src/platereader/look.o: src/platereader/weights.bin

$(B)/platereader: $(B)/opt/src/platereader/main.o $(READEROBJ)
	$(SAY) link $@
	$(Q)$(CC) -o $@ $^ $(READERLIBS)

all: $(B)/platereader

# What decodes is fuzzed, too.
READERFUZZ := $(patsubst %,$(B)/fuzz/src/platereader/%.o,decode grey net)
$(B)/fuzz/decode_fuzz: private LIBS += -ljpeg -lpng -lwebp
$(B)/fuzz/decode_fuzz: $(READERFUZZ)

# The tests start it.
$(B)/tests/eyes_test: | $(B)/platereader
$(B)/tests/plates_test: | $(B)/platereader

.PHONY: plates-score bench-plates
plates-score: $(B)/platereader ## how well plates are read by each engine: DIR=folder with images/ and labels.csv
	@node tests/bench/plates.js $(DIR)

# A part of `make bench`.
bench: bench-plates
bench-plates: $(B)/platereader
	@node tests/bench/plates.js
