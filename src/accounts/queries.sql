-- ---- people

--: user_get(int id) -> one user
SELECT id, username, email, coalesce(nullif(btrim(first_name || ' ' || last_name), ''), username) AS name,
	first_name, last_name, phone, region, address, role, verified_at IS NOT NULL AS verified,
	disabled_at IS NOT NULL AS disabled, created_at, seen_at
FROM users WHERE id = $1

--: users_found(text part, text? role, int? before, int most) -> many user
SELECT id, username, email, coalesce(nullif(btrim(first_name || ' ' || last_name), ''), username) AS name,
	first_name, last_name, phone, region, address, role, verified_at IS NOT NULL AS verified,
	disabled_at IS NOT NULL AS disabled, created_at, seen_at
FROM users
WHERE ($1 = '' OR strpos(lower(username), lower($1)) > 0 OR strpos(lower(email), lower($1)) > 0
		OR strpos(lower(first_name || ' ' || last_name), lower($1)) > 0)
	AND ($2::text IS NULL OR role = $2)
	AND ($3::bigint IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4

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

--: wrong_tries_of(text account, instant since) -> one tries
SELECT count(*) AS n, min(at) AS first_at FROM wrong_tries WHERE account = $1 AND at > $2

--: wrong_tries_wait(text account) -> none
SELECT pg_advisory_xact_lock(hashtextextended($1, 7))

--: wrong_try_add(text account, instant now) -> none
INSERT INTO wrong_tries (account, at) VALUES ($1, $2)

--: wrong_tries_forget(text account) -> none
DELETE FROM wrong_tries WHERE account = $1

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

-- ---- API keys

--: api_keys_all() -> many api_key
SELECT k.id, k.name, k.prefix, k.scopes, coalesce(u.username, '') AS made_by_name, k.created_at,
	k.used_at, k.revoked_at IS NOT NULL AS revoked
FROM api_keys k LEFT JOIN users u ON u.id = k.made_by
ORDER BY k.revoked_at IS NOT NULL, k.id DESC LIMIT 1000

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

--: vehicle_insert(int user_id, text plate, text plate_typed, text label, text car_type, instant now) -> one vehicle
INSERT INTO vehicles (user_id, plate, plate_typed, label, car_type, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id, user_id, plate, plate_typed, label, car_type, created_at

--: vehicle_delete(int user_id, int id) -> count
DELETE FROM vehicles WHERE user_id = $1 AND id = $2

-- ---- taken away when its time has come

--: sessions_sweep(instant before) -> count
DELETE FROM sessions WHERE expires_at < $1

--: codes_sweep(instant before) -> count
DELETE FROM codes WHERE created_at < $1

--: wrong_tries_sweep(instant before) -> count
DELETE FROM wrong_tries WHERE at < $1

-- ---- what admins read

--: audit_lines(text? subject, int? subject_id, text? who, int? before, int most) -> many audit_line
SELECT a.id, a.at, coalesce(u.username, k.name, '') AS who, a.action, a.subject, a.subject_id,
	a.detail, a.address
FROM audit a
LEFT JOIN users u ON u.id = a.user_id
LEFT JOIN api_keys k ON k.id = a.api_key_id
WHERE ($1::text IS NULL OR a.subject = $1)
	AND ($2::bigint IS NULL OR a.subject_id = $2)
	AND ($3::text IS NULL OR a.user_id = (SELECT w.id FROM users w WHERE lower(w.username) = lower($3)))
	AND ($4::bigint IS NULL OR a.id < $4)
ORDER BY a.id DESC LIMIT $5
