-- Work that leaves the request, and the log of who did what.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- A waiting job is due at run_at.  A running one is leased until run_at: after that its worker is taken for dead,
-- and the job is due again.
CREATE TABLE jobs (
	id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT jobs_pkey PRIMARY KEY,
	kind text NOT NULL,
	args jsonb NOT NULL,
	unique_key text,
	state text NOT NULL DEFAULT 'waiting',
	run_at timestamptz NOT NULL,
	tries bigint NOT NULL DEFAULT 0,
	last_error text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL,
	finished_at timestamptz,
	CONSTRAINT jobs_state CHECK (state IN ('waiting', 'running', 'done', 'failed')),
	CONSTRAINT jobs_finished CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'failed'))),
	CONSTRAINT jobs_tries CHECK (tries >= 0)
);
CREATE UNIQUE INDEX jobs_unique_key ON jobs (kind, unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_finished_at ON jobs (finished_at) WHERE state IN ('done', 'failed');

-- What became of each try.
CREATE TABLE job_runs (
	id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT job_runs_pkey PRIMARY KEY,
	job_id bigint NOT NULL,
	kind text NOT NULL,
	try bigint NOT NULL,
	began_at timestamptz NOT NULL,
	ended_at timestamptz NOT NULL,
	problem text NOT NULL,
	detail text NOT NULL,
	CONSTRAINT job_runs_order CHECK (ended_at >= began_at)
);
CREATE INDEX job_runs_by_kind ON job_runs (kind, id);
CREATE INDEX job_runs_by_job ON job_runs (job_id);
CREATE INDEX job_runs_by_age ON job_runs (ended_at);

-- Append only: rows are never changed, and only a retention job may take old ones away, saying so with
-- SET LOCAL parking.retention = 'on'.
CREATE TABLE audit (
	id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_pkey PRIMARY KEY,
	at timestamptz NOT NULL,
	user_id bigint,
	api_key_id bigint,
	action text NOT NULL,
	subject text NOT NULL,
	subject_id bigint,
	detail text NOT NULL,
	address text NOT NULL,
	request_id text NOT NULL,
	CONSTRAINT audit_action CHECK (action <> '')
);
CREATE INDEX audit_by_subject ON audit (subject, subject_id, id);
CREATE INDEX audit_by_user ON audit (user_id, id);
CREATE INDEX audit_by_age ON audit (at);

CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' AND current_setting('parking.retention', true) = 'on' THEN
		RETURN OLD;
	END IF;
	RAISE EXCEPTION 'the audit log is append only' USING CONSTRAINT = 'audit_append_only';
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
	FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_append_only_truncate BEFORE TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
