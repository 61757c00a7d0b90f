# Eyes and Lighthouse: for people, outside `make test`.

.PHONY: look

look: all ## pictures of every page in build/look, narrow and wide, light and dark
	@node tests/browser/look.js $(ONLY)

lighthouse: all ## Lighthouse on home, results, lot, my parking: median of three; fails below the aims
	@node tests/browser/lighthouse.js
