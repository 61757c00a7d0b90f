--include accounts/tables.h
--include gear/mail.h

-- ---- people

--: user_get(int id) -> one user
SELECT id, username, email, coalesce(nullif(btrim(first_name || ' ' || last_name), ''), username) AS name,
	first_name, last_name, phone, region, address, role, verified_at IS NOT NULL AS verified,
	disabled_at IS NOT NULL AS disabled, gone_at IS NOT NULL AS gone, created_at, seen_at
FROM users WHERE id = $1

-- By part of a name or address; by the beginning of a word if it is but one or two letters.  Looks through the newest
-- first: what is common is found among them, and what is not is rare, and the index has it.
--: users_found(text part, text? role, int? before, int most) -> many user
WITH wanted AS (
	SELECT '%' || CASE WHEN length(w) < 3 THEN ' ' ELSE '' END
		|| regexp_replace(w, '([\\%_])', '\\\1', 'g') || '%' AS pattern
	FROM people_fold(btrim($1)) w
), newest AS (
	SELECT n.id FROM (SELECT id, search FROM users
		WHERE ($2::text IS NULL OR role = $2) AND ($3::bigint IS NULL OR id < $3)
		ORDER BY id DESC LIMIT 5000) n
	WHERE n.search LIKE (SELECT pattern FROM wanted)
	ORDER BY n.id DESC LIMIT $4
), edge AS (
	SELECT id FROM users
	WHERE ($2::text IS NULL OR role = $2) AND ($3::bigint IS NULL OR id < $3)
	ORDER BY id DESC OFFSET 4999 LIMIT 1
), older AS MATERIALIZED (
	SELECT id FROM users
	WHERE (SELECT count(*) FROM newest) < $4
		AND search LIKE (SELECT pattern FROM wanted)
		AND id < (SELECT id FROM edge)
		AND ($2::text IS NULL OR role = $2)
)
SELECT id, username, email, coalesce(nullif(btrim(first_name || ' ' || last_name), ''), username) AS name,
	first_name, last_name, phone, region, address, role, verified_at IS NOT NULL AS verified,
	disabled_at IS NOT NULL AS disabled, gone_at IS NOT NULL AS gone, created_at, seen_at
FROM users
WHERE id IN (SELECT id FROM newest UNION ALL (SELECT id FROM older ORDER BY id DESC LIMIT $4))
ORDER BY id DESC LIMIT $4

-- In any order.  $1 part of a name or address, $2 role, $3 state.
--part users_wanted
from users u
where ($1 = '' or u.search like '%' || case when length(people_fold(btrim($1))) < 3 then ' ' else '' end
    || regexp_replace(people_fold(btrim($1)), '([\\%_])', '\\\1', 'g') || '%')
  and ($2::text is null or u.role = $2)
  and ($3::text is null or case when u.disabled_at is not null then 'disabled' when u.verified_at is null then 'unconfirmed'
    else 'confirmed' end = $3)

--: users_sorted(text part, text? role, text? state, text sort, int skip, int most) -> many user
select u.id, u.username, u.email, coalesce(nullif(btrim(u.first_name || ' ' || u.last_name), ''), u.username) as name,
  u.first_name, u.last_name, u.phone, u.region, u.address, u.role, u.verified_at is not null as verified,
  u.disabled_at is not null as disabled, u.created_at, u.seen_at
--= users_wanted
order by case when $4 = 'username' then lower(u.username) end, case when $4 = '-username' then lower(u.username) end desc,
  case when $4 = 'name' then lower(u.last_name || ' ' || u.first_name) end,
  case when $4 = '-name' then lower(u.last_name || ' ' || u.first_name) end desc,
  case when $4 = 'email' then lower(u.email) end, case when $4 = '-email' then lower(u.email) end desc,
  case when $4 = 'role' then u.role end, case when $4 = '-role' then u.role end desc,
  case when $4 = 'seen' then u.seen_at end nulls first, case when $4 = '-seen' then u.seen_at end desc nulls last,
  case when left($4, 1) <> '-' then u.id end, case when left($4, 1) = '-' then u.id end desc
limit $6 offset $5

--: users_number(text part, text? role, text? state, int most) -> one number_of
select count(1) as n from (select u.id
--= users_wanted
limit $4) x

--: user_secret_by_email(text email) -> one user_secret
SELECT id, username, email, coalesce(nullif(first_name, ''), username) AS name, role, password,
	verified_at IS NOT NULL AS verified, disabled_at IS NOT NULL AS disabled
FROM users WHERE lower(email) = lower($1)

--: user_secret_by_username(text username) -> one user_secret
SELECT id, username, email, coalesce(nullif(first_name, ''), username) AS name, role, password,
	verified_at IS NOT NULL AS verified, disabled_at IS NOT NULL AS disabled
FROM users WHERE lower(username) = lower($1)

--: user_secret_by_id(int id) -> one user_secret
SELECT id, username, email, coalesce(nullif(first_name, ''), username) AS name, role, password,
	verified_at IS NOT NULL AS verified, disabled_at IS NOT NULL AS disabled
FROM users WHERE id = $1

-- The first of three names that nobody has.
--: username_free(text first, text second, text third) -> one a_name
SELECT n AS name FROM (VALUES (1, $1::text), (2, $2::text), (3, $3::text)) v (i, n)
WHERE NOT EXISTS (SELECT 1 FROM users WHERE lower(username) = lower(n))
ORDER BY i LIMIT 1

--: user_insert(text username, text email, text first_name, text last_name, text phone, text password, text role, instant? verified_at, instant now) -> one new_id
INSERT INTO users (username, email, first_name, last_name, phone, password, role, verified_at, password_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $6 <> '' THEN $9::timestamptz END, $9)
RETURNING id

-- Rows as JSON; who is there already, by name or address, is left alone.
--: users_import(text people, instant now) -> count
INSERT INTO users (username, email, first_name, last_name, phone, role, password, verified_at, created_at)
SELECT p.username, p.email, p.first_name, p.last_name, p.phone, p.role, p.password, $2::timestamptz, $2
FROM jsonb_to_recordset($1::jsonb) AS p (username text, email text, first_name text, last_name text,
	phone text, role text, password text)
ON CONFLICT DO NOTHING

--: user_profile_set(int id, text first_name, text last_name, text phone, text region, text address) -> none
UPDATE users SET first_name = $2, last_name = $3, phone = $4, region = $5, address = $6 WHERE id = $1

--: user_renamed(int id, text first_name, text last_name, text email) -> none
UPDATE users SET first_name = $2, last_name = $3, email = $4 WHERE id = $1

-- Whoever asked for a code about the address before must not use it on the one after.
--: codes_of_user_end(int user_id, instant now) -> none
UPDATE codes SET expires_at = $2 WHERE user_id = $1 AND used_at IS NULL AND expires_at > $2

--: user_email_set(int id, text email, instant now) -> none
UPDATE users SET email = $2, verified_at = $3 WHERE id = $1

-- Who renews a password by a mailed code has proven the address.  Codes under way end: who is shut out by the new
-- password must not come back in by a change of address begun before.
--: user_password_set(int id, text password, bool proven, instant now) -> none
WITH ended AS (
	UPDATE codes SET expires_at = $4
	WHERE user_id = $1 AND used_at IS NULL AND expires_at > $4)
UPDATE users
SET password = $2, password_at = $4,
	verified_at = CASE WHEN $3 THEN coalesce(verified_at, $4::timestamptz) ELSE verified_at END
WHERE id = $1

-- The same password in a better hash; only if nobody changed it meanwhile.
--: user_password_rehash(int id, text old, text better) -> none
UPDATE users SET password = $3 WHERE id = $1 AND password = $2

--: user_role_set(int id, text role) -> none
UPDATE users SET role = $2 WHERE id = $1

--: user_disabled_set(int id, instant? at) -> none
UPDATE users SET disabled_at = $2 WHERE id = $1

--: user_seen(int id, instant now) -> none
UPDATE users SET seen_at = $2 WHERE id = $1

-- ---- the end of an account

--: user_lock(int id) -> one user
SELECT id, username, email, coalesce(nullif(btrim(first_name || ' ' || last_name), ''), username) AS name,
	first_name, last_name, phone, region, address, role, verified_at IS NOT NULL AS verified,
	disabled_at IS NOT NULL AS disabled, gone_at IS NOT NULL AS gone, created_at, seen_at
FROM users WHERE id = $1 FOR UPDATE

-- All who may administer, so that two cannot both go thinking that the other one stays.
--: admins_lock() -> many new_id
SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id FOR NO KEY UPDATE

--: user_forget(int id, text username, instant now) -> none
UPDATE users
SET username = $2, email = $2 || '@gone.invalid', first_name = '', last_name = '', phone = '', region = '', address = '',
	password = '', verified_at = NULL, password_at = NULL, seen_at = NULL,
	disabled_at = coalesce(disabled_at, $3), gone_at = $3
WHERE id = $1

--: logins_forget(int user_id, text email) -> none
WITH asked AS (DELETE FROM codes WHERE user_id = $1 OR lower(email) = lower($2)),
driven AS (DELETE FROM vehicles WHERE user_id = $1)
DELETE FROM sessions WHERE user_id = $1

-- ---- sessions

--: session_insert(int user_id, text jti, text agent, text address, instant now, instant expires_at) -> one new_id
INSERT INTO sessions (user_id, jti, agent, address, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id

--: session_person_by_jti(text jti, instant now) -> one session_person
SELECT u.id, s.id AS session_id, coalesce(nullif(u.first_name, ''), u.username) AS name, u.role,
	u.verified_at IS NOT NULL AS verified
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.jti = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.disabled_at IS NULL

--: sessions_of_user(int user_id, int current, instant now) -> many session
SELECT id, agent, address, created_at, expires_at, id = $2 AS current
FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $3
ORDER BY id = $2 DESC, id DESC LIMIT 50

--: session_revoke(int user_id, int id, instant now) -> count
UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND id = $2 AND revoked_at IS NULL

--: sessions_revoke(int user_id, int except, instant now) -> none
UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL

-- ---- lockout

-- A try that is being checked is neither right nor wrong yet; one whose checker never came back counts as wrong.
--: wrong_tries_of(text account, instant since, instant given_up) -> one wrong_tries
SELECT count(*) FILTER (WHERE NOT checking OR at < $3) AS n,
	count(*) FILTER (WHERE checking AND at >= $3) AS checking,
	min(at) FILTER (WHERE NOT checking OR at < $3) AS first_at
FROM wrong_tries WHERE account = $1 AND at > $2

--: wrong_tries_wait(text account) -> none
SELECT pg_advisory_xact_lock(hashtextextended($1, 7))

--: try_add(text account, instant now) -> one new_id
INSERT INTO wrong_tries (account, at, checking) VALUES ($1, $2, true) RETURNING id

--: try_was_wrong(int id) -> none
UPDATE wrong_tries SET checking = false WHERE id = $1

--: try_forget(int id) -> none
DELETE FROM wrong_tries WHERE id = $1

-- This one was right: it and the wrong ones are forgotten, those under way are not.
--: wrong_tries_forget(text account, int id, instant given_up) -> none
DELETE FROM wrong_tries WHERE account = $1 AND (id = $2 OR NOT checking OR at < $3)

-- ---- codes

--: code_insert(text request, text purpose, text email, int? user_id, text code, instant now, instant expires_at, text username, text first_name, text last_name, text phone, text password) -> one new_id
INSERT INTO codes (request, purpose, email, user_id, code, sent_at, created_at, expires_at,
	username, first_name, last_name, phone, password)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12)
RETURNING id

--: code_by_request(text request) -> one code_row
SELECT id, user_id, tries, sent, purpose, email, code, username, first_name, last_name, phone,
	password, sent_at, expires_at, used_at
FROM codes WHERE request = $1

--: code_by_request_locked(text request) -> one code_row
SELECT id, user_id, tries, sent, purpose, email, code, username, first_name, last_name, phone,
	password, sent_at, expires_at, used_at
FROM codes WHERE request = $1 FOR UPDATE

--: codes_of_address(text email, instant since) -> one tries
SELECT coalesce(sum(sent), 0)::bigint AS n, min(created_at) AS first_at
FROM codes WHERE lower(email) = lower($1) AND created_at > $2

--: code_replace(int id, int? user_id, text code, instant now, instant expires_at) -> none
UPDATE codes SET user_id = $2, code = $3, tries = 0, sent = sent + 1, sent_at = $4, expires_at = $5
WHERE id = $1

--: code_tried(int id) -> none
UPDATE codes SET tries = tries + 1 WHERE id = $1

-- The password that a sign-up carried has gone where it belongs.
--: code_used(int id, instant now) -> none
UPDATE codes SET used_at = $2, password = '' WHERE id = $1

-- A newer request ends the older ones about the same thing.
--: codes_end(text email, text purpose, int but, instant now) -> none
UPDATE codes SET expires_at = $4
WHERE lower(email) = lower($1) AND purpose = $2 AND id <> $3 AND used_at IS NULL AND expires_at > $4

-- The key of the newest sign-up about an address.
--: signup_latest_of(text email) -> one kept_request
SELECT request FROM codes WHERE lower(email) = lower($1) AND purpose = 'signup' ORDER BY id DESC LIMIT 1

-- ---- API keys

--: api_keys_page(text? state, text sort, int skip, int most) -> many api_key
SELECT k.id, k.name, k.prefix, k.scopes, coalesce(u.username, '') AS made_by_name, k.created_at,
	k.used_at, k.revoked_at IS NOT NULL AS revoked
FROM api_keys k LEFT JOIN users u ON u.id = k.made_by
WHERE $1::text IS NULL OR (k.revoked_at IS NOT NULL) = ($1 = 'revoked')
ORDER BY CASE WHEN $2 = 'name' THEN lower(k.name) END, CASE WHEN $2 = '-name' THEN lower(k.name) END DESC,
	CASE WHEN $2 = 'used' THEN k.used_at END NULLS FIRST, CASE WHEN $2 = '-used' THEN k.used_at END DESC NULLS LAST,
	CASE WHEN $2 = 'by' THEN lower(u.username) END, CASE WHEN $2 = '-by' THEN lower(u.username) END DESC,
	CASE WHEN left($2, 1) <> '-' THEN k.id END, CASE WHEN left($2, 1) = '-' THEN k.id END DESC
LIMIT $4 OFFSET $3

--: api_keys_number(text? state, int most) -> one number_of
SELECT count(1) AS n FROM (SELECT k.id FROM api_keys k
	WHERE $1::text IS NULL OR (k.revoked_at IS NOT NULL) = ($1 = 'revoked') LIMIT $2) x

--: api_key_insert(text name, text prefix, text hash, text scopes, int? made_by, instant now) -> one new_id
INSERT INTO api_keys (name, prefix, hash, scopes, made_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id

--: api_key_by_hash(text hash) -> one key_row
SELECT id, name, scopes, used_at FROM api_keys WHERE hash = $1 AND revoked_at IS NULL

--: api_key_used(int id, instant now) -> none
UPDATE api_keys SET used_at = $2 WHERE id = $1

--: api_key_end(int id, instant now) -> count
UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL

-- ---- vehicles

--: vehicles_of_user(int user_id) -> many vehicle
SELECT id, user_id, plate, plate_typed, label, car_type, created_at
FROM vehicles WHERE user_id = $1 ORDER BY id DESC LIMIT 1000

-- A car that was only ever seen, or entered for nobody, becomes the caller's.
--: vehicle_insert(int user_id, text plate, text plate_typed, text label, text car_type, instant now) -> one vehicle
INSERT INTO vehicles (user_id, plate, plate_typed, label, car_type, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT ON CONSTRAINT vehicle_plate_once DO UPDATE
SET user_id = excluded.user_id, plate_typed = excluded.plate_typed, label = excluded.label, car_type = excluded.car_type
WHERE vehicles.user_id IS NULL AND excluded.user_id IS NOT NULL
RETURNING id, user_id, plate, plate_typed, label, car_type, created_at

--: vehicle_one(int id, int? user_id) -> one vehicle
SELECT id, user_id, plate, plate_typed, label, car_type, created_at
FROM vehicles WHERE id = $1 AND ($2::bigint IS NULL OR user_id = $2)

--: vehicle_insert_for(int? user_id, text plate, text plate_typed, text car_type, instant now) -> one vehicle
INSERT INTO vehicles (user_id, plate, plate_typed, car_type, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT vehicle_plate_once DO UPDATE
SET user_id = excluded.user_id, plate_typed = excluded.plate_typed, car_type = excluded.car_type
WHERE vehicles.user_id IS NULL AND excluded.user_id IS NOT NULL
RETURNING id, user_id, plate, plate_typed, label, car_type, created_at

--: vehicle_insert_seen(text plate, instant now) -> none
INSERT INTO vehicles (user_id, plate, plate_typed, created_at)
VALUES (NULL, $1, $1, $2)
ON CONFLICT ON CONSTRAINT vehicle_plate_once DO NOTHING

--: vehicle_update(int id, int? user_id, text plate, text plate_typed, text car_type) -> one vehicle
UPDATE vehicles SET user_id = $2, plate = $3, plate_typed = $4, car_type = $5
WHERE id = $1
RETURNING id, user_id, plate, plate_typed, label, car_type, created_at

--: vehicle_delete(int? user_id, int id) -> count
DELETE FROM vehicles WHERE ($1::bigint IS NULL OR user_id = $1) AND id = $2

-- ---- taken away when its time has come

--: sessions_sweep(instant before, int most) -> count
DELETE FROM sessions WHERE id = ANY (ARRAY(SELECT id FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2))

--: codes_sweep(instant before, int most) -> count
DELETE FROM codes WHERE id = ANY (ARRAY(SELECT id FROM codes WHERE created_at < $1 ORDER BY created_at LIMIT $2))

--: wrong_tries_sweep(instant before, int most) -> count
DELETE FROM wrong_tries WHERE id = ANY (ARRAY(SELECT id FROM wrong_tries WHERE at < $1 ORDER BY at LIMIT $2))

--: vehicles_sweep(instant before, int most) -> count
DELETE FROM vehicles
WHERE id = ANY (ARRAY(SELECT id FROM vehicles WHERE user_id IS NULL AND created_at < $1 ORDER BY id LIMIT $2))

-- ---- what admins read

--: audit_lines(text? subject, int? subject_id, text? who, text? action, int? before, int most) -> many audit_line
SELECT a.id, a.at, coalesce(u.username, k.name, '') AS who, a.action, a.subject, a.subject_id,
	a.detail, a.address
FROM audit a
LEFT JOIN users u ON u.id = a.user_id
LEFT JOIN api_keys k ON k.id = a.api_key_id
WHERE ($1::text IS NULL OR a.subject = $1)
	AND ($2::bigint IS NULL OR a.subject_id = $2)
	AND ($3::text IS NULL OR a.user_id = (SELECT w.id FROM users w WHERE lower(w.username) = lower($3)))
	AND ($4::text IS NULL OR a.action = $4)
	AND ($5::bigint IS NULL OR a.id < $5)
ORDER BY a.id DESC LIMIT $6

-- $1 what it is about, $2 who, $3 the deed, $4 and $5 days in UTC.
--part audit_wanted
from audit a
left join users u on u.id = a.user_id
left join api_keys k on k.id = a.api_key_id
where ($1::text is null or a.subject = $1)
  and ($2::text is null or a.user_id = (select w.id from users w where lower(w.username) = lower($2)))
  and ($3::text is null or a.action = $3)
  and ($4::text is null or a.at >= ($4::text || ' 00:00Z')::timestamptz)
  and ($5::text is null or a.at < ($5::text || ' 00:00Z')::timestamptz + interval '1 day')

--: audit_list(text? subject, text? who, text? action, text? from, text? until, text sort, int skip, int most) -> many audit_line
select a.id, a.at, coalesce(u.username, k.name, '') as who, a.action, a.subject, a.subject_id, a.detail, a.address
--= audit_wanted
order by case when $6 = 'who' then lower(u.username) end, case when $6 = '-who' then lower(u.username) end desc nulls last,
  case when $6 = 'what' then a.action end, case when $6 = '-what' then a.action end desc,
  case when left($6, 1) <> '-' then a.id end, case when left($6, 1) = '-' then a.id end desc
limit $8 offset $7

--: audit_number(text? subject, text? who, text? action, text? from, text? until, int most) -> one number_of
select count(1) as n from (select a.id
--= audit_wanted
limit $6) x

-- $1 state, $2 mail or sms, $3 to whom.
--part outbox_wanted
from outbox o
where ($1::text is null or o.state = $1)
  and ($2::text is null or o.channel = $2)
  and ($3::text is null or lower(o.recipient) = lower($3) or o.user_id = (select w.id from users w where lower(w.username) = lower($3)))

--: outbox_list(text? state, text? channel, text? whom, text sort, int skip, int most) -> many outbox_message
select o.id, o.channel, o.recipient, o.subject, o.state, o.attempts, o.error, o.created_at, o.tried_at, o.sent_at
--= outbox_wanted
order by case when $4 = 'to' then lower(o.recipient) end, case when $4 = '-to' then lower(o.recipient) end desc,
  case when $4 = 'subject' then o.subject end, case when $4 = '-subject' then o.subject end desc,
  case when $4 = 'state' then o.state end, case when $4 = '-state' then o.state end desc,
  case when $4 = 'tries' then o.attempts end, case when $4 = '-tries' then o.attempts end desc,
  case when left($4, 1) <> '-' then o.id end, case when left($4, 1) = '-' then o.id end desc
limit $6 offset $5

--: outbox_number(text? state, text? channel, text? whom, int most) -> one number_of
select count(1) as n from (select o.id
--= outbox_wanted
limit $4) x

-- ---- whole tables, for CSV

--: csv_users_rows(text part, text? role, text? state) -> each csv_users
select u.id, u.username, u.email, u.first_name, u.last_name, u.phone, u.region, u.address, u.role, u.verified_at, u.disabled_at,
  u.created_at, u.seen_at
--= users_wanted
order by u.id;

--: csv_vehicles_rows() -> each csv_vehicles
select v.id, v.plate, v.plate_typed, v.label, v.car_type, v.user_id, u.username, v.created_at
from vehicles v
left join users u on u.id = v.user_id
order by v.id;

--: csv_log_ins_rows() -> each csv_log_ins
select s.id, s.user_id, u.username, s.agent, s.address, s.created_at, s.expires_at, s.revoked_at
from sessions s
join users u on u.id = s.user_id
order by s.id;

--: csv_api_keys_rows() -> each csv_api_keys
select k.id, k.name, k.prefix, k.scopes, u.username as made_by, k.created_at, k.used_at, k.revoked_at
from api_keys k
left join users u on u.id = k.made_by
order by k.id;

--: csv_audit_rows(text? subject, text? who, text? action, text? from, text? until) -> each csv_audit
select a.id, a.at, a.user_id, u.username, a.api_key_id, k.name as api_key, a.action, a.subject, a.subject_id, a.detail, a.address,
  a.request_id
--= audit_wanted
order by a.id;

--: csv_outbox_rows(text? state, text? channel, text? whom) -> each csv_outbox
select o.id, o.channel, o.recipient, o.subject, o.state, o.attempts, o.error, o.user_id, o.created_at, o.tried_at, o.sent_at
--= outbox_wanted
order by o.id;
