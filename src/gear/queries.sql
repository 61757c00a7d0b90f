--: job_add(text kind, text arguments, text? unique_key, instant run_at, instant now) -> count
INSERT INTO jobs (kind, args, unique_key, run_at, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL DO NOTHING

-- A periodic job is one row for ever; it comes back to life if an older program gave it up.
--: job_keep_going(text kind, instant run_at, instant now) -> none
INSERT INTO jobs AS j (kind, args, unique_key, run_at, created_at)
VALUES ($1, '{}', 'every', $2, $3)
ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL
DO UPDATE SET state = 'waiting', run_at = excluded.run_at, tries = 0, finished_at = NULL
WHERE j.state IN ('done', 'failed')

--: job_claim(instant now, instant leased_until) -> one claimed_job
UPDATE jobs SET state = 'running', tries = tries + 1, run_at = $2
WHERE id = (
	SELECT d.id FROM jobs d
	WHERE d.state IN ('waiting', 'running') AND d.run_at <= $1
	ORDER BY d.run_at, d.id
	FOR UPDATE SKIP LOCKED
	LIMIT 1)
RETURNING id, kind, args, unique_key, tries

--: job_lease(int id, int tries, instant leased_until) -> count
UPDATE jobs SET run_at = $3 WHERE id = $1 AND tries = $2 AND state = 'running'

--: job_done(int id, int tries, instant now) -> count
UPDATE jobs SET state = 'done', finished_at = $3, last_error = ''
WHERE id = $1 AND tries = $2 AND state = 'running'

--: job_next_round(int id, int tries, instant run_at) -> count
UPDATE jobs SET state = 'waiting', run_at = $3, tries = 0, last_error = ''
WHERE id = $1 AND tries = $2 AND state = 'running'

--: job_wait(int id, int tries, instant run_at, text why) -> count
UPDATE jobs SET state = 'waiting', run_at = $3, last_error = $4
WHERE id = $1 AND tries = $2 AND state = 'running'

--: job_fail(int id, int tries, instant now, text why) -> count
UPDATE jobs SET state = 'failed', finished_at = $3, last_error = $4
WHERE id = $1 AND tries = $2 AND state = 'running'

--: job_run_add(int job_id, text kind, int try, instant began_at, instant ended_at, text problem, text detail) -> none
INSERT INTO job_runs (job_id, kind, try, began_at, ended_at, problem, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7)

--: job_next_due() -> one due_time
SELECT run_at AS at FROM jobs WHERE state IN ('waiting', 'running') ORDER BY run_at LIMIT 1

-- An admin's second chance for a job that was given up.
--: job_again(int id, instant now) -> one job
UPDATE jobs SET state = 'waiting', run_at = $2, tries = 0, finished_at = NULL
WHERE id = $1 AND state = 'failed'
RETURNING id, kind, state, args, run_at, created_at, finished_at, tries, last_error

--: job_of(int id) -> one job
SELECT id, kind, state, args, run_at, created_at, finished_at, tries, last_error
FROM jobs WHERE id = $1

--: jobs_recent(text? state, int most) -> many job
SELECT id, kind, state, args, run_at, created_at, finished_at, tries, last_error
FROM jobs WHERE $1::text IS NULL OR state = $1
ORDER BY id DESC LIMIT $2

--: job_summaries() -> many job_summary
SELECT j.kind,
	count(*) FILTER (WHERE j.state = 'waiting') AS waiting,
	count(*) FILTER (WHERE j.state = 'running') AS running,
	count(*) FILTER (WHERE j.state = 'failed') AS failed,
	min(j.run_at) FILTER (WHERE j.state = 'waiting') AS next_at,
	max(r.began_at) AS last_began_at, max(r.ended_at) AS last_ended_at,
	coalesce(max(r.problem), '') AS last_problem
FROM jobs j
LEFT JOIN LATERAL (
	SELECT began_at, ended_at, problem FROM job_runs WHERE kind = j.kind
	ORDER BY id DESC LIMIT 1) r ON true
GROUP BY j.kind ORDER BY j.kind

--: job_runs_of_kind(text kind, int most) -> many job_run
SELECT id, job_id, kind, try, began_at, ended_at, problem, detail
FROM job_runs WHERE kind = $1 ORDER BY id DESC LIMIT $2

-- A key that was used says for a year that its work is done.
--: jobs_sweep(instant before, instant unique_before) -> count
DELETE FROM jobs
WHERE state = 'done'
	AND finished_at < CASE WHEN unique_key IS NULL THEN $1::timestamptz ELSE $2::timestamptz END

--: job_runs_sweep(instant before, instant failures_before) -> count
DELETE FROM job_runs
WHERE ended_at < CASE WHEN problem = 'OK' THEN $1::timestamptz ELSE $2::timestamptz END

--: audit_insert(instant at, int? user_id, int? api_key_id, text action, text subject, int? subject_id, text detail, text address, text request_id) -> none
INSERT INTO audit (at, user_id, api_key_id, action, subject, subject_id, detail, address, request_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

--: audit_page(text? subject, int? subject_id, int? user_id, int? before_id, int most) -> many audit_entry
SELECT id, at, user_id, api_key_id, action, subject, subject_id, detail, address, request_id
FROM audit
WHERE ($1::text IS NULL OR subject = $1)
	AND ($2::bigint IS NULL OR subject_id = $2)
	AND ($3::bigint IS NULL OR user_id = $3)
	AND ($4::bigint IS NULL OR id < $4)
ORDER BY id DESC LIMIT $5

-- ---- the outbox

--: outbox_add(text recipient, text subject, text body, text html, text unsubscribe, int? user_id, text? once, instant now) -> one outbox_id
INSERT INTO outbox (recipient, subject, body, html, unsubscribe, user_id, once, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (once) DO NOTHING
RETURNING id

--: outbox_by_id(int id) -> one outbox_message
SELECT id, channel, recipient, subject, body, html, unsubscribe, state, attempts, error,
	created_at, tried_at, sent_at
FROM outbox WHERE id = $1

--: outbox_newest(text? state, int? before, int most) -> many outbox_message
SELECT id, channel, recipient, subject, body, html, unsubscribe, state, attempts, error,
	created_at, tried_at, sent_at
FROM outbox
WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR id < $2)
ORDER BY id DESC LIMIT $3

--: outbox_tried(int id, text state, text error, instant at) -> none
UPDATE outbox
SET state = $2, error = $3, attempts = attempts + 1, tried_at = $4,
	sent_at = CASE WHEN $2 = 'sent' THEN $4::timestamptz END
WHERE id = $1 AND state = 'waiting'

--: outbox_wait_again(int id) -> none
UPDATE outbox SET state = 'waiting', error = '' WHERE id = $1 AND state IN ('bounced', 'failed')

--: outbox_untried(instant since, int most) -> many outbox_id
SELECT id FROM outbox
WHERE state = 'waiting' AND attempts = 0 AND created_at > $1
ORDER BY id LIMIT $2
