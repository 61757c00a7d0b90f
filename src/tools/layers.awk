# layers.awk -- who may include whom, and who may write which table.  Reads the rules in src/README.md.
#
#	awk -f src/tools/layers.awk src/README.md migrations/*.sql src/*/queries.sql src/*/*.[ch]

BEGIN {
	floor["base"] = 1; floor["gear"] = 2; floor["web"] = 3; floor["platereader"] = 2
	sees["base"] = "base"; sees["platereader"] = "base platereader"; sees["gear"] = "base gear"; sees["web"] = "base gear web"
	# Tables whose migration is not named after a folder.
	owner_of["jobs"] = "gear"; owner_of["requests"] = "web"; owner_of["store"] = "gear"
	# The outbox stands among the people it writes to, but sending is gear's.
	written_by["outbox"] = "gear"
	door["kore"] = "^src/web/kore[a-z_]*[.]c$"
	door["libpq-fe.h"] = "^src/gear/db[a-z_]*[.][ch]$"
	door["hiredis"] = "^src/gear/cache[a-z_]*[.][ch]$"
	door["sodium.h"] = "^src/gear/secret[a-z_]*[.]c$"
	door["jwt.h"] = "^src/gear/token[.]c$"
	door["curl"] = "^src/gear/(mail|smtp|fetch|store)[a-z_]*[.]c$"
	door["jansson.h"] = "^src/base/json[.]c$"
	door["hpdf.h"] = "^src/gear/pdf[.]c$"
	door["tesseract"] = "^src/platereader/tess[.]c$"
	door["leptonica"] = "^src/platereader/tess[.]c$"
	door["jpeglib.h"] = "^src/platereader/decode[.]c$"
	door["png.h"] = "^src/platereader/decode[.]c$"
	door["webp"] = "^src/platereader/decode[.]c$"
	door["fribidi"] = "^src/gear/pdf_words[.]c$"
	# base does no I/O.
	split("unistd.h fcntl.h sys/socket.h sys/stat.h poll.h netdb.h dirent.h", io)
	for (i in io) no_io[io[i]] = 1
}

FNR == 1 { split(FILENAME, path, "/"); folder = path[2]; text_of_sql = "" }

# ---- the rules

FILENAME == "src/README.md" {
	if (/^[a-z]+ *→/) {
		split($0, edge, " *→ *")
		may[edge[1]] = " " edge[2] " "
	}
	next
}

FILENAME ~ /^migrations\/[0-9]+_/ {
	if (tolower($0) ~ /^create (unlogged )?table /) {
		name = $0
		sub(/^[Cc][Rr][Ee][Aa][Tt][Ee] ([Uu][Nn][Ll][Oo][Gg][Gg][Ee][Dd] )?[Tt][Aa][Bb][Ll][Ee] (if not exists )?/, "", name)
		sub(/[^a-z_0-9].*/, "", name)
		slice = FILENAME
		sub(/^migrations\/[0-9]+_/, "", slice)
		sub(/[.]sql$/, "", slice)
		table[name] = slice in owner_of ? owner_of[slice] : slice
		if (name in written_by)
			table[name] = written_by[name]
	}
	next
}

# ---- a slice writes its own tables alone

FILENAME ~ /queries[.]sql$/ {
	line = tolower($0)
	sub(/--.*/, "", line)
	while (match(line, /(insert into|update|delete from) +[a-z_0-9]+/)) {
		verb = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		sub(/.* /, "", verb)
		if (verb in table && table[verb] != folder && folder != "seed") # which plants the demo
			bad("the table " verb " is written by " table[verb] " alone")
	}
	next
}

# ---- includes

/^#include </ && folder != "tools" {
	split($2, lib, /[<>]/)
	for (d in door)
		if ((lib[2] == d || index(lib[2], d "/") == 1) && FILENAME !~ door[d])
			bad("<" lib[2] "> has one door, and this is not it")
	if (folder == "base" && lib[2] in no_io)
		bad("base does no I/O, so it needs no <" lib[2] ">")
}

/^#include "/ && FILENAME ~ /^src\/[a-z]+\// && folder != "tools" {
	split($2, quoted, "\"")
	if (split(quoted[2], to, "/") == 1) {	# generated: x_sql.h
		if (to[1] ~ /_sql[.]h$/ && to[1] != folder "_sql.h" && to[1] != "gear_sql.h")
			bad("the statements of another folder are its own")
		next
	}
	if (to[1] == folder)
		next
	if (folder in floor) {
		if (index(" " sees[folder] " ", " " to[1] " ") == 0)
			bad(folder " does not see " to[1])
	} else if (to[1] == "web") {
		if (quoted[2] != "web/web.h" || (FILENAME !~ /\/routes[a-z_]*[.]c$/ && folder != "dialects"))
			bad("only routes.c and dialects see the web, and of it web/web.h")
	} else if (!(to[1] in floor) && folder != "dialects") {
		if (index(may[folder], " " to[1] " ") == 0)
			bad(folder " → " to[1] " is no edge in src/README.md")
		else if (to[2] != to[1] ".h")
			bad("a slice is used through " to[1] "/" to[1] ".h alone")
	}
}

# ---- no loops

function reaches(from, goal, been,	n, next_ones, i) {
	if (index(been, " " from " "))
		return 0
	n = split(may[from], next_ones, " ")
	for (i = 1; i <= n; i++)
		if (next_ones[i] == goal || reaches(next_ones[i], goal, been from " "))
			return 1
	return 0
}

function bad(why) { print FILENAME ":" FNR ": " why; wrong = 1 }

END {
	for (s in may)
		if (reaches(s, s, " ")) {
			print "src/README.md: " s " leads back to itself"
			wrong = 1
		}
	exit wrong
}
