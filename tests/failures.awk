# failures.awk -- from what a test program said (TAP, as cmocka and node speak it): which tests failed and why, in few lines.
#
#	awk -v root=$PWD -f tests/failures.awk LOG
#
# A program that died, or was stopped, says how, and after which test.
BEGIN { most = 39; each = 16 }

function say(line) {
	gsub(root "/", "", line)
	why = why line "\n"
}
# A failure is told once; who fails for the same reason is named.
function told(  i, n, lines) {
	if (why == before_it && why != "") {
		tell("    the same")
	} else {
		n = split(why, lines, "\n")
		for (i = 1; i < n; i++) tell(lines[i])
		before_it = why
	}
	why = ""
}
function tell(line) {
	if (said < most) print substr(line, 1, 400)
	else if (said == most) print "  … and more: see the whole of what it said"
	said++
}

# ---- the block of node under a test: between "---" and "..."
block && $0 == indent "  ..." { block = 0; next }
block && about && $0 !~ "^" indent "  [a-z_A-Z]+:( |$)" {
	sub("^" indent "    ", "")
	if (about == "error" && lines++ < each && $0 != "") say("    " $0)
	if (about == "stack" && !/node:internal|node:async_hooks|node_modules/ && lines++ < 4) say("      at " $0)
	next
}
block {
	about = ""
	lines = 0
	if (!bad) next
	if (match($0, /^ *(error|stack): /)) {
		about = /^ *error/ ? "error" : "stack"
		$0 = substr($0, RLENGTH + 1)
		if (about == "error" && $0 != "|-") say("    " $0)
	}
	next
}
fresh && /^ *---$/ { block = 1; fresh = 0; about = ""; next }

# ---- a test that ended
{ fresh = 0 }
/^ *(not )?ok [0-9]+/ {
	match($0, /^ */)
	indent = substr($0, 1, RLENGTH)
	bad = /^ *not ok/ && !/# *(SKIP|TODO)/
	fresh = 1
	last = $0
	sub(/^ *(not )?ok [0-9]+ *-? */, "", last)
	if (bad) {
		failed++
		told()
		tell("✗ " last)
		for (i = (n > 12 ? n - 12 : 0); i < n; i++) say("    " before[i]) # what a check of cmocka printed itself
	}
	after_bad = bad
	n = 0
	next
}
after_bad && /^# / && !/^# (Subtest: |(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [0-9.]+$)/ { say("    " substr($0, 3)); next } # cmocka says so after the line
/^ *(# |TAP version|1\.\.[0-9]+$)/ { next }
{ before[n++] = $0; after_bad = 0 }

# ---- what killed it, or its last words, if no failure was named or something came after the last test
END {
	told()
	for (first = 0; first < n; first++)
		if (before[first] ~ /ERROR: |runtime error:|Error: |stopped after|Assertion|terminate/) break
	if (first == n && failed) exit
	if (first == n) first = n > 20 ? n - 20 : 0
	tell(last ? "✗ after: " last : "✗ before its first test")
	for (i = first; i < n && i < first + 25; i++) say("    " before[i])
	told()
}
