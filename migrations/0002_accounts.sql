-- People, how they sign in, what they drive, and the messages that leave the house.

CREATE TABLE users (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	username text NOT NULL CONSTRAINT user_username_form CHECK (username ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'),
	email text NOT NULL CONSTRAINT user_email_form CHECK (length(email) BETWEEN 3 AND 254 AND email LIKE '%_@_%'),
	first_name text NOT NULL DEFAULT '',
	last_name text NOT NULL DEFAULT '',
	phone text NOT NULL DEFAULT '',
	region text NOT NULL DEFAULT '',
	address text NOT NULL DEFAULT '',
	password text NOT NULL DEFAULT '',	-- a hash; '' lets nobody in
	role text NOT NULL DEFAULT 'customer'
	    CONSTRAINT user_role CHECK (role IN ('customer', 'operator', 'admin')),
	verified_at timestamptz,		-- when the e-mail address was proven
	disabled_at timestamptz,
	password_at timestamptz,		-- when the password was last set
	seen_at timestamptz,			-- last login
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX user_username_once ON users (lower(username));
CREATE UNIQUE INDEX user_email_once ON users (lower(email));

-- A login.  The token a browser or program carries names it by jti.
CREATE TABLE sessions (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
	jti text NOT NULL CONSTRAINT session_jti_once UNIQUE,
	agent text NOT NULL DEFAULT '',
	address text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	revoked_at timestamptz
);
CREATE INDEX session_of_user ON sessions (user_id, id) WHERE revoked_at IS NULL;
CREATE INDEX session_end ON sessions (expires_at);

-- A code on its way by e-mail, and what it will do.  code = '' is never right: it stands for a request
-- about an address that cannot be used, which must look like any other from outside.
CREATE TABLE codes (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	request text NOT NULL CONSTRAINT code_request_once UNIQUE,	-- keyed hash of what the caller holds
	purpose text NOT NULL CONSTRAINT code_purpose CHECK (purpose IN ('signup', 'password', 'email')),
	email text NOT NULL,
	user_id bigint REFERENCES users ON DELETE CASCADE,
	code text NOT NULL,			-- keyed hash
	tries bigint NOT NULL DEFAULT 0,
	sent bigint NOT NULL DEFAULT 1,
	sent_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL,
	used_at timestamptz,
	username text NOT NULL DEFAULT '',	-- of the account a sign-up will make
	first_name text NOT NULL DEFAULT '',
	last_name text NOT NULL DEFAULT '',
	phone text NOT NULL DEFAULT '',
	password text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX code_of_address ON codes (lower(email), created_at);
CREATE INDEX code_age ON codes (created_at);

-- Wrong passwords and codes, by account (a keyed hash of what was typed), for lockout.
CREATE TABLE wrong_tries (
	account text NOT NULL,
	at timestamptz NOT NULL
);
CREATE INDEX wrong_try_of_account ON wrong_tries (account, at);
CREATE INDEX wrong_try_age ON wrong_tries (at);

CREATE TABLE api_keys (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL CONSTRAINT api_key_name CHECK (length(name) BETWEEN 1 AND 100),
	prefix text NOT NULL,			-- its first characters, to tell keys apart
	hash text NOT NULL CONSTRAINT api_key_hash_once UNIQUE,
	scopes text NOT NULL,			-- words parted by a space
	made_by bigint REFERENCES users ON DELETE SET NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	used_at timestamptz,
	revoked_at timestamptz
);

CREATE TABLE vehicles (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint REFERENCES users ON DELETE SET NULL,
	plate text NOT NULL CONSTRAINT vehicle_plate_once UNIQUE
	    CONSTRAINT vehicle_plate_form CHECK (length(plate) BETWEEN 1 AND 20),
	plate_typed text NOT NULL,
	label text NOT NULL DEFAULT '',		-- what its owner calls it
	car_type text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX vehicle_of_user ON vehicles (user_id, id);

-- Every message that leaves, written in the transaction that caused it.
CREATE TABLE outbox (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	channel text NOT NULL DEFAULT 'mail' CONSTRAINT outbox_channel CHECK (channel IN ('mail', 'sms')),
	recipient text NOT NULL,
	subject text NOT NULL DEFAULT '',
	body text NOT NULL,
	html text NOT NULL DEFAULT '',
	unsubscribe text NOT NULL DEFAULT '',
	user_id bigint REFERENCES users ON DELETE SET NULL,
	once text CONSTRAINT outbox_once UNIQUE,	-- dedupe key
	state text NOT NULL DEFAULT 'waiting'
	    CONSTRAINT outbox_state CHECK (state IN ('waiting', 'sent', 'bounced', 'failed')),
	attempts bigint NOT NULL DEFAULT 0,
	error text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now(),
	tried_at timestamptz,
	sent_at timestamptz,
	CONSTRAINT outbox_sent CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX outbox_waiting ON outbox (id) WHERE state = 'waiting';
