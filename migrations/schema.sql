-- What all migrations make together.  Written by `make schema`; a test fails when it is stale.


CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

CREATE EXTENSION IF NOT EXISTS cube WITH SCHEMA public;

COMMENT ON EXTENSION cube IS 'data type for multidimensional cubes';

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

COMMENT ON EXTENSION unaccent IS 'text search dictionary that removes accents';

CREATE FUNCTION public.audit_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
	IF TG_OP = 'DELETE' AND current_setting('parking.retention', true) = 'on' THEN
		RETURN OLD;
	END IF;
	RAISE EXCEPTION 'the audit log is append only' USING CONSTRAINT = 'audit_append_only';
END
$$;

CREATE FUNCTION public.slot_state(out_of_service boolean, occupied boolean, held_now boolean, next_starts timestamp with time zone, silent boolean, at timestamp with time zone) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select case
    when out_of_service then 'out_of_service'
    when occupied then 'occupied'
    when held_now then 'reserved'
    when next_starts < at + interval '60 minutes' then 'reserved_soon'
    when silent then 'unknown'
    else 'available'
  end
$$;

CREATE FUNCTION public.tariff_version_stands() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception 'a published tariff never changes' using errcode = 'check_violation', constraint = 'tariff_version_stands';
end $$;

CREATE TABLE public.api_keys (
    id bigint NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    hash text NOT NULL,
    scopes text NOT NULL,
    made_by bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_key_name CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);

ALTER TABLE public.api_keys ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.api_keys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    user_id bigint,
    api_key_id bigint,
    action text NOT NULL,
    subject text NOT NULL,
    subject_id bigint,
    detail text NOT NULL,
    address text NOT NULL,
    request_id text NOT NULL,
    CONSTRAINT audit_action CHECK ((action <> ''::text))
);

ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.codes (
    id bigint NOT NULL,
    request text NOT NULL,
    purpose text NOT NULL,
    email text NOT NULL,
    user_id bigint,
    code text NOT NULL,
    tries bigint DEFAULT 0 NOT NULL,
    sent bigint DEFAULT 1 NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    username text DEFAULT ''::text NOT NULL,
    first_name text DEFAULT ''::text NOT NULL,
    last_name text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    password text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT code_purpose CHECK ((purpose = ANY (ARRAY['signup'::text, 'password'::text, 'email'::text])))
);

ALTER TABLE public.codes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.codes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.job_runs (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    kind text NOT NULL,
    try bigint NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    problem text NOT NULL,
    detail text NOT NULL,
    CONSTRAINT job_runs_order CHECK ((ended_at >= began_at))
);

ALTER TABLE public.job_runs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.job_runs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.jobs (
    id bigint NOT NULL,
    kind text NOT NULL,
    args jsonb NOT NULL,
    unique_key text,
    state text DEFAULT 'waiting'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    tries bigint DEFAULT 0 NOT NULL,
    last_error text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT jobs_finished CHECK (((finished_at IS NOT NULL) = (state = ANY (ARRAY['done'::text, 'failed'::text])))),
    CONSTRAINT jobs_state CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text]))),
    CONSTRAINT jobs_tries CHECK ((tries >= 0))
);

ALTER TABLE public.jobs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.lot_counts (
    lot_id bigint NOT NULL,
    slots integer DEFAULT 0 NOT NULL,
    free integer DEFAULT 0 NOT NULL,
    reserved integer DEFAULT 0 NOT NULL,
    occupied integer DEFAULT 0 NOT NULL,
    unknown integer DEFAULT 0 NOT NULL,
    out_of_service integer DEFAULT 0 NOT NULL,
    CONSTRAINT lot_counts_add_up CHECK ((((((free + reserved) + occupied) + unknown) + out_of_service) = slots))
)
WITH (fillfactor='50');

CREATE TABLE public.lots (
    id bigint NOT NULL,
    name text NOT NULL,
    region text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    city text DEFAULT ''::text NOT NULL,
    state text DEFAULT ''::text NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    postal_code text DEFAULT ''::text NOT NULL,
    latitude double precision,
    longitude double precision,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    currency text NOT NULL,
    tariff_id bigint,
    days_ahead integer DEFAULT 90 NOT NULL,
    min_minutes integer DEFAULT 15 NOT NULL,
    max_minutes integer DEFAULT 20160 NOT NULL,
    longest_minutes integer DEFAULT 20160 NOT NULL,
    default_minutes integer DEFAULT 60 NOT NULL,
    pay_at_exit boolean DEFAULT true NOT NULL,
    cancel_minutes integer DEFAULT 60 NOT NULL,
    refund_percent integer DEFAULT 50 NOT NULL,
    no_show_minutes integer DEFAULT 30 NOT NULL,
    hours text DEFAULT ''::text NOT NULL,
    status_override text DEFAULT ''::text NOT NULL,
    search text NOT NULL,
    on_globe public.cube GENERATED ALWAYS AS (
CASE
    WHEN (latitude IS NULL) THEN NULL::public.cube
    ELSE public.cube(ARRAY[(cos(radians(latitude)) * cos(radians(longitude))), (cos(radians(latitude)) * sin(radians(longitude))), sin(radians(latitude))])
END) STORED,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT lots_cancel_range CHECK (((cancel_minutes >= 0) AND (cancel_minutes <= 43200))),
    CONSTRAINT lots_currency_form CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT lots_days_ahead_range CHECK (((days_ahead >= 1) AND (days_ahead <= 730))),
    CONSTRAINT lots_latitude_range CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT lots_longitude_range CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision))),
    CONSTRAINT lots_minutes_order CHECK (((0 < min_minutes) AND (min_minutes <= default_minutes) AND (default_minutes <= max_minutes) AND (max_minutes <= longest_minutes) AND (longest_minutes <= 86400))),
    CONSTRAINT lots_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
    CONSTRAINT lots_no_show_range CHECK (((no_show_minutes >= 0) AND (no_show_minutes <= 1440))),
    CONSTRAINT lots_override_known CHECK ((status_override = ANY (ARRAY[''::text, 'available'::text, 'reserved'::text, 'occupied'::text]))),
    CONSTRAINT lots_place_whole CHECK (((latitude IS NULL) = (longitude IS NULL))),
    CONSTRAINT lots_refund_range CHECK (((refund_percent >= 0) AND (refund_percent <= 100))),
    CONSTRAINT lots_region_form CHECK ((region ~ '^[a-z0-9-]{0,64}$'::text))
);

ALTER TABLE public.lots ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.lots_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.migrations (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.outbox (
    id bigint NOT NULL,
    channel text DEFAULT 'mail'::text NOT NULL,
    recipient text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    body text NOT NULL,
    html text DEFAULT ''::text NOT NULL,
    unsubscribe text DEFAULT ''::text NOT NULL,
    user_id bigint,
    once text,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempts bigint DEFAULT 0 NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    tried_at timestamp with time zone,
    sent_at timestamp with time zone,
    CONSTRAINT outbox_channel CHECK ((channel = ANY (ARRAY['mail'::text, 'sms'::text]))),
    CONSTRAINT outbox_sent CHECK (((state = 'sent'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT outbox_state CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'bounced'::text, 'failed'::text])))
);

ALTER TABLE public.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.requests (
    user_id bigint NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    body_hash text NOT NULL,
    status integer NOT NULL,
    type text NOT NULL,
    location text NOT NULL,
    body text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.reservations (
    id bigint NOT NULL,
    lot_id bigint NOT NULL,
    slot_id bigint NOT NULL,
    user_id bigint NOT NULL,
    vehicle_id bigint,
    plate text DEFAULT ''::text NOT NULL,
    plate_typed text DEFAULT ''::text NOT NULL,
    starts timestamp with time zone NOT NULL,
    ends timestamp with time zone NOT NULL,
    during tstzrange GENERATED ALWAYS AS (tstzrange(starts, ends)) STORED NOT NULL,
    status text DEFAULT 'held'::text NOT NULL,
    hold_until timestamp with time zone,
    pay text DEFAULT ''::text NOT NULL,
    tariff_version_id bigint,
    price bigint NOT NULL,
    currency text NOT NULL,
    refund bigint DEFAULT 0 NOT NULL,
    cancel_until timestamp with time zone NOT NULL,
    refund_percent integer NOT NULL,
    no_show_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    checked_in_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT reservations_currency_form CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT reservations_ended CHECK (((ended_at IS NULL) = (status = ANY (ARRAY['held'::text, 'confirmed'::text, 'checked_in'::text])))),
    CONSTRAINT reservations_pay_known CHECK ((pay = ANY (ARRAY[''::text, 'exit'::text, 'online'::text]))),
    CONSTRAINT reservations_pay_told CHECK (((confirmed_at IS NULL) OR (pay <> ''::text))),
    CONSTRAINT reservations_plate_form CHECK (((char_length(plate) <= 20) AND (char_length(plate_typed) <= 20))),
    CONSTRAINT reservations_price_range CHECK (((price >= 0) AND ((refund >= 0) AND (refund <= price)))),
    CONSTRAINT reservations_refund_of_cancelled CHECK (((refund = 0) OR (status = 'cancelled'::text))),
    CONSTRAINT reservations_refund_percent CHECK (((refund_percent >= 0) AND (refund_percent <= 100))),
    CONSTRAINT reservations_status_known CHECK ((status = ANY (ARRAY['held'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text, 'cancelled'::text, 'expired'::text, 'no_show'::text]))),
    CONSTRAINT reservations_time_order CHECK ((starts < ends)),
    CONSTRAINT reservations_way CHECK (
CASE status
    WHEN 'held'::text THEN ((hold_until IS NOT NULL) AND (confirmed_at IS NULL) AND (checked_in_at IS NULL))
    WHEN 'expired'::text THEN ((hold_until IS NOT NULL) AND (confirmed_at IS NULL) AND (checked_in_at IS NULL))
    WHEN 'confirmed'::text THEN ((confirmed_at IS NOT NULL) AND (checked_in_at IS NULL))
    WHEN 'no_show'::text THEN ((confirmed_at IS NOT NULL) AND (checked_in_at IS NULL))
    WHEN 'checked_in'::text THEN ((confirmed_at IS NOT NULL) AND (checked_in_at IS NOT NULL))
    WHEN 'completed'::text THEN ((confirmed_at IS NOT NULL) AND (checked_in_at IS NOT NULL))
    ELSE (checked_in_at IS NULL)
END)
);

ALTER TABLE public.reservations ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.reservations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.sessions (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    jti text NOT NULL,
    agent text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);

ALTER TABLE public.sessions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.sessions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.slots (
    id bigint NOT NULL,
    lot_id bigint NOT NULL,
    zone_id bigint NOT NULL,
    code text NOT NULL,
    label text NOT NULL,
    size text DEFAULT 'regular'::text NOT NULL,
    vehicle_type text DEFAULT 'car'::text NOT NULL,
    accessible boolean DEFAULT false NOT NULL,
    ev boolean DEFAULT false NOT NULL,
    out_of_service boolean DEFAULT false NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT slots_code_form CHECK ((code ~ '^[A-Za-z0-9][A-Za-z0-9._ -]{0,19}$'::text)),
    CONSTRAINT slots_label_form CHECK ((label ~ '^[A-Za-z0-9][A-Za-z0-9._ -]{0,19}$'::text)),
    CONSTRAINT slots_size_known CHECK ((size = ANY (ARRAY['compact'::text, 'regular'::text, 'large'::text]))),
    CONSTRAINT slots_vehicle_known CHECK ((vehicle_type = ANY (ARRAY['car'::text, 'motorcycle'::text, 'van'::text, 'bicycle'::text, 'bus'::text])))
);

ALTER TABLE public.slots ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.slots_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tariff_lines (
    version_id bigint NOT NULL,
    "position" integer NOT NULL,
    kind text NOT NULL,
    minutes integer NOT NULL,
    price bigint NOT NULL,
    days integer DEFAULT 0 NOT NULL,
    from_minute integer DEFAULT 0 NOT NULL,
    until_minute integer DEFAULT 0 NOT NULL,
    CONSTRAINT tariff_lines_cap_length CHECK (((kind <> 'cap'::text) OR (minutes = ANY (ARRAY[0, 1440])))),
    CONSTRAINT tariff_lines_kind_known CHECK ((kind = ANY (ARRAY['grace'::text, 'first'::text, 'step'::text, 'minute'::text, 'cap'::text, 'lost'::text]))),
    CONSTRAINT tariff_lines_length_given CHECK (((minutes > 0) OR (kind = ANY (ARRAY['cap'::text, 'lost'::text])))),
    CONSTRAINT tariff_lines_minutes_range CHECK (((minutes >= 0) AND (minutes <= 525600))),
    CONSTRAINT tariff_lines_price_range CHECK (((price >= 0) AND (price <= 1000000000))),
    CONSTRAINT tariff_lines_window_kind CHECK (((days = 0) OR (kind = ANY (ARRAY['step'::text, 'minute'::text])))),
    CONSTRAINT tariff_lines_window_range CHECK ((((days >= 0) AND (days <= 127)) AND ((from_minute >= 0) AND (from_minute <= 1439)) AND ((until_minute >= 0) AND (until_minute <= 1439))))
);

CREATE TABLE public.tariff_versions (
    id bigint NOT NULL,
    tariff_id bigint NOT NULL,
    number integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by bigint,
    CONSTRAINT tariff_versions_number_positive CHECK ((number > 0))
);

ALTER TABLE public.tariff_versions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.tariff_versions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tariffs (
    id bigint NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    built_in boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT tariffs_currency_form CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT tariffs_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)))
);

ALTER TABLE public.tariffs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.tariffs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.users (
    id bigint NOT NULL,
    username text NOT NULL,
    email text NOT NULL,
    first_name text DEFAULT ''::text NOT NULL,
    last_name text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    region text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    password text DEFAULT ''::text NOT NULL,
    role text DEFAULT 'customer'::text NOT NULL,
    verified_at timestamp with time zone,
    disabled_at timestamp with time zone,
    password_at timestamp with time zone,
    seen_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_email_form CHECK ((((length(email) >= 3) AND (length(email) <= 254)) AND (email ~~ '%_@_%'::text))),
    CONSTRAINT user_role CHECK ((role = ANY (ARRAY['customer'::text, 'operator'::text, 'admin'::text]))),
    CONSTRAINT user_username_form CHECK ((username ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'::text))
);

ALTER TABLE public.users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.vehicles (
    id bigint NOT NULL,
    user_id bigint,
    plate text NOT NULL,
    plate_typed text NOT NULL,
    label text DEFAULT ''::text NOT NULL,
    car_type text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT vehicle_plate_form CHECK (((length(plate) >= 1) AND (length(plate) <= 20)))
);

ALTER TABLE public.vehicles ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.vehicles_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wrong_tries (
    account text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.zones (
    id bigint NOT NULL,
    lot_id bigint NOT NULL,
    code text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    CONSTRAINT zones_code_form CHECK ((code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,9}$'::text)),
    CONSTRAINT zones_name_length CHECK ((char_length(name) <= 50))
);

ALTER TABLE public.zones ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.zones_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_key_hash_once UNIQUE (hash);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT code_request_once UNIQUE (request);

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.job_runs
    ADD CONSTRAINT job_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lot_counts
    ADD CONSTRAINT lot_counts_pkey PRIMARY KEY (lot_id);

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_once UNIQUE (once);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_key PRIMARY KEY (user_id, route, key);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_no_overlap EXCLUDE USING gist (slot_id WITH =, during WITH &&) WHERE ((status = ANY (ARRAY['held'::text, 'confirmed'::text, 'checked_in'::text])));

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT session_jti_once UNIQUE (jti);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.slots
    ADD CONSTRAINT slots_label_unique UNIQUE (lot_id, label);

ALTER TABLE ONLY public.slots
    ADD CONSTRAINT slots_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tariff_lines
    ADD CONSTRAINT tariff_lines_pkey PRIMARY KEY (version_id, "position");

ALTER TABLE ONLY public.tariff_versions
    ADD CONSTRAINT tariff_versions_number_unique UNIQUE (tariff_id, number);

ALTER TABLE ONLY public.tariff_versions
    ADD CONSTRAINT tariff_versions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tariffs
    ADD CONSTRAINT tariffs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vehicles
    ADD CONSTRAINT vehicle_plate_once UNIQUE (plate);

ALTER TABLE ONLY public.vehicles
    ADD CONSTRAINT vehicles_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.zones
    ADD CONSTRAINT zones_pkey PRIMARY KEY (id);

CREATE INDEX audit_by_age ON public.audit USING btree (at);

CREATE INDEX audit_by_subject ON public.audit USING btree (subject, subject_id, id);

CREATE INDEX audit_by_user ON public.audit USING btree (user_id, id);

CREATE INDEX code_age ON public.codes USING btree (created_at);

CREATE INDEX code_of_address ON public.codes USING btree (lower(email), created_at);

CREATE INDEX job_runs_by_age ON public.job_runs USING btree (ended_at);

CREATE INDEX job_runs_by_job ON public.job_runs USING btree (job_id);

CREATE INDEX job_runs_by_kind ON public.job_runs USING btree (kind, id);

CREATE INDEX jobs_due ON public.jobs USING btree (run_at, id) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));

CREATE INDEX jobs_finished_at ON public.jobs USING btree (finished_at) WHERE (state = ANY (ARRAY['done'::text, 'failed'::text]));

CREATE UNIQUE INDEX jobs_unique_key ON public.jobs USING btree (kind, unique_key) WHERE (unique_key IS NOT NULL);

CREATE UNIQUE INDEX lots_name_unique ON public.lots USING btree (lower(name));

CREATE INDEX lots_on_globe ON public.lots USING gist (on_globe);

CREATE INDEX outbox_waiting ON public.outbox USING btree (id) WHERE (state = 'waiting'::text);

CREATE INDEX requests_at ON public.requests USING btree (at);

CREATE INDEX reservations_ends_due ON public.reservations USING btree (ends) WHERE (status = 'checked_in'::text);

CREATE INDEX reservations_holds_due ON public.reservations USING btree (hold_until) WHERE (status = 'held'::text);

CREATE INDEX reservations_live ON public.reservations USING btree (slot_id, starts) INCLUDE (ends, status, hold_until) WHERE (status = ANY (ARRAY['held'::text, 'confirmed'::text, 'checked_in'::text]));

CREATE INDEX reservations_live_of_user ON public.reservations USING btree (user_id) WHERE (status = ANY (ARRAY['held'::text, 'confirmed'::text, 'checked_in'::text]));

CREATE INDEX reservations_no_shows_due ON public.reservations USING btree (no_show_at) WHERE (status = 'confirmed'::text);

CREATE INDEX reservations_of_lot ON public.reservations USING btree (lot_id, starts);

CREATE INDEX reservations_of_user ON public.reservations USING btree (user_id, starts, id);

CREATE INDEX reservations_of_vehicle ON public.reservations USING btree (vehicle_id) WHERE (vehicle_id IS NOT NULL);

CREATE INDEX session_end ON public.sessions USING btree (expires_at);

CREATE INDEX session_of_user ON public.sessions USING btree (user_id, id) WHERE (revoked_at IS NULL);

CREATE UNIQUE INDEX slots_code_unique ON public.slots USING btree (upper(code));

CREATE INDEX slots_of_lot ON public.slots USING btree (lot_id, zone_id, "position", id);

CREATE INDEX slots_of_zone ON public.slots USING btree (zone_id);

CREATE INDEX tariff_versions_author ON public.tariff_versions USING btree (created_by);

CREATE UNIQUE INDEX tariffs_built_in_unique ON public.tariffs USING btree (name, currency) WHERE built_in;

CREATE UNIQUE INDEX tariffs_name_unique ON public.tariffs USING btree (lower(name)) WHERE ((NOT built_in) AND (retired_at IS NULL));

CREATE UNIQUE INDEX user_email_once ON public.users USING btree (lower(email));

CREATE UNIQUE INDEX user_username_once ON public.users USING btree (lower(username));

CREATE INDEX vehicle_of_user ON public.vehicles USING btree (user_id, id);

CREATE INDEX wrong_try_age ON public.wrong_tries USING btree (at);

CREATE INDEX wrong_try_of_account ON public.wrong_tries USING btree (account, at);

CREATE UNIQUE INDEX zones_code_unique ON public.zones USING btree (upper(code));

CREATE INDEX zones_of_lot ON public.zones USING btree (lot_id, "position", id);

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.audit_stays();

CREATE TRIGGER audit_append_only_truncate BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.audit_stays();

CREATE TRIGGER tariff_lines_stand BEFORE DELETE OR UPDATE ON public.tariff_lines FOR EACH ROW EXECUTE FUNCTION public.tariff_version_stands();

CREATE TRIGGER tariff_versions_stand BEFORE DELETE OR UPDATE OF id, tariff_id, number, created_at ON public.tariff_versions FOR EACH ROW EXECUTE FUNCTION public.tariff_version_stands();

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lot_counts
    ADD CONSTRAINT lot_counts_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_tariff FOREIGN KEY (tariff_id) REFERENCES public.tariffs(id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_slot FOREIGN KEY (slot_id) REFERENCES public.slots(id);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_user FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_vehicle FOREIGN KEY (vehicle_id) REFERENCES public.vehicles(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.slots
    ADD CONSTRAINT slots_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id);

ALTER TABLE ONLY public.slots
    ADD CONSTRAINT slots_zone FOREIGN KEY (zone_id) REFERENCES public.zones(id);

ALTER TABLE ONLY public.tariff_lines
    ADD CONSTRAINT tariff_lines_version FOREIGN KEY (version_id) REFERENCES public.tariff_versions(id);

ALTER TABLE ONLY public.tariff_versions
    ADD CONSTRAINT tariff_versions_author FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.tariff_versions
    ADD CONSTRAINT tariff_versions_tariff FOREIGN KEY (tariff_id) REFERENCES public.tariffs(id);

ALTER TABLE ONLY public.vehicles
    ADD CONSTRAINT vehicles_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.zones
    ADD CONSTRAINT zones_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id);

