--include gear/tables.h

--: job_add(text kind, text arguments, text? unique_key, instant run_at, instant now) -> count
INSERT INTO jobs (kind, args, unique_key, run_at, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL DO NOTHING

-- The same of many things, each by its id, which stands in the key for %.
--: jobs_add(text kind, ints ids, text? unique_key, instant now) -> count
INSERT INTO jobs (kind, args, unique_key, run_at, created_at)
SELECT $1, jsonb_build_object('id', id), replace($3, '%', id::text), $4, $4
FROM unnest($2::bigint[]) AS id
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

-- An admin gives it up for good.
--: job_forget(int id) -> count
DELETE FROM jobs WHERE id = $1 AND state = 'failed'

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

--: jobs_sweep(instant before, int most) -> count
DELETE FROM jobs
WHERE id = ANY (ARRAY(SELECT id FROM jobs
	WHERE state IN ('done', 'failed') AND state = 'done' AND unique_key IS NULL AND finished_at < $1 LIMIT $2))

-- A key that was used says for a year that its work is done.
--: keyed_jobs_sweep(instant before, int most) -> count
DELETE FROM jobs
WHERE id = ANY (ARRAY(SELECT id FROM jobs WHERE state IN ('done', 'failed') AND finished_at < $1 LIMIT $2))

--: job_runs_sweep(instant before, int most) -> count
DELETE FROM job_runs
WHERE id = ANY (ARRAY(SELECT id FROM job_runs WHERE problem = 'OK' AND ended_at < $1 ORDER BY ended_at LIMIT $2))

--: failed_runs_sweep(instant before, int most) -> count
DELETE FROM job_runs
WHERE id = ANY (ARRAY(SELECT id FROM job_runs WHERE ended_at < $1 ORDER BY ended_at LIMIT $2))

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

-- Until the transaction ends, old rows of the audit log may go, and words be taken off others: see 0018_privacy.sql.
--: audit_unlocked(bool open) -> none
SELECT set_config('parking.retention', CASE WHEN $1 THEN 'on' ELSE 'off' END, true)

--: audit_sweep(instant before, int most) -> count
DELETE FROM audit WHERE id = ANY (ARRAY(SELECT id FROM audit WHERE at < $1 ORDER BY at LIMIT $2))

--: audit_addresses_sweep(instant before, int most) -> count
UPDATE audit SET address = ''
WHERE id = ANY (ARRAY(SELECT id FROM audit WHERE address <> '' AND at < $1 ORDER BY at LIMIT $2))

-- What tells of a person: from where they did things, and what was noted of their own account.
--: audit_forget(int user_id) -> none
UPDATE audit
SET address = CASE WHEN user_id = $1 THEN '' ELSE address END,
	detail = CASE WHEN subject = 'user' AND subject_id = $1 THEN '' ELSE detail END
WHERE user_id = $1 OR (subject = 'user' AND subject_id = $1)

--: audit_details_forget(text subject, ints ids) -> none
UPDATE audit SET detail = '' WHERE subject = $1 AND subject_id = ANY($2::bigint[]) AND detail <> ''

-- ---- the outbox

--: outbox_add(text recipient, text subject, text body, text html, text unsubscribe, int? user_id, text? once, instant now) -> one outbox_id
INSERT INTO outbox (recipient, subject, body, html, unsubscribe, user_id, once, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (once) DO NOTHING
RETURNING id

-- Those whose key was used before are left out.
--: outbox_add_all(text mails, instant now) -> many outbox_id
INSERT INTO outbox (recipient, subject, body, html, unsubscribe, user_id, once, created_at)
SELECT recipient, subject, body, html, unsubscribe, nullif(user_id, 0), once, $2
FROM jsonb_to_recordset($1::jsonb) AS m (recipient text, subject text, body text, html text, unsubscribe text,
	user_id bigint, once text)
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

--: outbox_untried(text channel, instant since, int most) -> many outbox_id
SELECT id FROM outbox
WHERE state = 'waiting' AND attempts = 0 AND channel = $1 AND created_at > $2
ORDER BY id LIMIT $3

--: outbox_add_sms(text recipient, text body, int? user_id, text? once, instant now) -> one outbox_id
INSERT INTO outbox (channel, recipient, body, user_id, once, created_at)
VALUES ('sms', $1, $2, $3, $4, $5)
ON CONFLICT (once) DO NOTHING
RETURNING id

--: outbox_set_ref(int id, text ref) -> none
UPDATE outbox SET provider_ref = $2 WHERE id = $1

-- What came late does not undo what came last: once bounced, it is.
--: outbox_told(text ref, text state, text said) -> none
UPDATE outbox SET state = $2, error = $3, sent_at = CASE WHEN $2 = 'sent' THEN sent_at END
WHERE provider_ref = $1 AND state = 'sent'

-- What was said, and to whom; that it was sent stays, with its dedupe key.
--: outbox_words_sweep(instant before, int most) -> count
UPDATE outbox SET recipient = '', subject = '', body = '', html = '', unsubscribe = '', error = '', user_id = NULL
WHERE id = ANY (ARRAY(SELECT id FROM outbox
	WHERE body <> '' AND created_at < $1 AND (state <> 'waiting' OR created_at < $1::timestamptz - interval '7 days')
	ORDER BY created_at LIMIT $2))

--: outbox_sweep(instant before, int most) -> count
DELETE FROM outbox WHERE id = ANY (ARRAY(SELECT id FROM outbox WHERE created_at < $1 ORDER BY created_at LIMIT $2))

-- The last message to an account that was deleted.
--: farewells_sweep(instant before, int most) -> count
DELETE FROM outbox
WHERE id = ANY (ARRAY(SELECT id FROM outbox
	WHERE once LIKE 'farewell:%' AND (state <> 'waiting' OR created_at < $1) LIMIT $2))

-- All that was written to somebody, sent or not, but the farewell.
--: outbox_forget(int user_id, text email) -> none
DELETE FROM outbox
WHERE (user_id = $1 OR (user_id IS NULL AND lower(recipient) = lower($2))) AND once IS DISTINCT FROM 'farewell:' || $1

-- ---- whole tables, for CSV

--: csv_jobs_rows() -> each csv_jobs
select id, kind, state, args, tries, run_at, created_at, finished_at, last_error
from jobs
order by id;

--: csv_job_runs_rows() -> each csv_job_runs
select id, job_id, kind, try, began_at, ended_at, problem, detail
from job_runs
order by id;

--: csv_migrations_rows() -> each csv_migrations
select m.name, m.checksum, m.applied_at
from migrations m
order by m.name;

--: csv_stored_rows() -> each csv_stored
select f.key, f.type, f.bytes, f.sha256, f.created_at, f.sent_at
from stored f
order by f.created_at, f.key;

-- ---- files

--: stored_add(text key, text type, int bytes, text sha256, instant now) -> none
insert into stored (key, type, bytes, sha256, created_at) values ($1, $2, $3, $4, $5);

--: stored_by_key(text key) -> one stored_file
select key, type, bytes, sha256, sent_at is not null as sent from stored where key = $1;

--: stored_was_sent(text key, instant now) -> none
update stored set sent_at = $2 where key = $1 and sent_at is null;

--: stored_delete(text key) -> none
delete from stored where key = $1;

--: stored_unsent(int most) -> many stored_file
select key, type, bytes, sha256, false as sent from stored where sent_at is null order by created_at limit $1;
