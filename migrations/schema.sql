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
begin
  if current_setting('parking.retention', true) = 'on' then
    if tg_op = 'DELETE' then
      return old;
    end if;
    if tg_op = 'UPDATE' and new.detail in (old.detail, '') and new.address in (old.address, '')
      and (new.id, new.at, new.user_id, new.api_key_id, new.action, new.subject, new.subject_id, new.request_id)
        is not distinct from (old.id, old.at, old.user_id, old.api_key_id, old.action, old.subject, old.subject_id, old.request_id) then
      return new;
    end if;
  end if;
  raise exception 'the audit log is append only' using constraint = 'audit_append_only';
end $$;

CREATE FUNCTION public.desk_booking_told() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if tg_op <> 'INSERT' and old.confirmed_at is not null then
    insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
    values (old.lot_id, old.user_id, old.starts, old.ends, old.confirmed_at, desk_fate(old.status), -1);
  end if;
  if tg_op <> 'DELETE' and new.confirmed_at is not null then
    insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
    values (new.lot_id, new.user_id, new.starts, new.ends, new.confirmed_at, desk_fate(new.status), 1);
  end if;
  return null;
end $$;

CREATE FUNCTION public.desk_fate(status text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select case when status in ('confirmed', 'checked_in', 'completed') then 'kept' else status end
$$;

CREATE FUNCTION public.desk_grains(lot bigint, a_day date) RETURNS TABLE(lot_id bigint, grain text, start date)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select l.lot_id, g.grain, date_trunc(g.grain, a_day::timestamp)::date
  from (values (lot), (0)) as l (lot_id)
  cross join (values ('day'), ('month'), ('year')) as g (grain)
$$;

CREATE FUNCTION public.desk_long_pieces(from_day date, until_day date) RETURNS TABLE(grain text, a date, b date)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  with y as (
    select date_trunc('year', from_day + interval '1 year' - interval '1 day')::date as first,
      date_trunc('year', until_day + interval '1 day')::date as after)
  select 'year', y.first, y.after - 1 from y where y.first < y.after
  union all
  select p.grain, p.a, p.b
  from y
  cross join lateral (values (from_day, case when y.first < y.after then y.first - 1 else until_day end),
    (case when y.first < y.after then y.after end, until_day)) as x (a, b)
  cross join lateral desk_pieces(x.a, x.b, false) p
  where x.a <= x.b
$$;

CREATE FUNCTION public.desk_lot_moved() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  insert into desk_stale (lot_id) values (new.id) on conflict do nothing;
  return null;
end $$;

CREATE FUNCTION public.desk_met(lot bigint, from_day date, until_day date) RETURNS TABLE(people bigint, firsts bigint)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  select r.people, r.firsts
  from desk_pieces(from_day, until_day, false) p
  cross join lateral generate_series(p.a::timestamp, p.b::timestamp, ('1 ' || p.grain)::interval) as g (start)
  cross join lateral (select sum(d.n)::bigint as people, sum(d.n) filter (where d.since = '-infinity')::bigint as firsts
    from desk_returns d where d.lot_id = lot and d.grain = p.grain and d.start = g.start::date and d.since < from_day) r
$$;

CREATE FUNCTION public.desk_payment_told() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if tg_op <> 'INSERT' and old.status = 'paid' then
    insert into desk_money_deltas (lot_id, at, kind, method, currency, amount, n)
    select c.lot_id, old.paid_at, 'payment', old.method, old.currency, -old.amount, -1 from charges c where c.id = old.charge_id;
  end if;
  if tg_op <> 'DELETE' and new.status = 'paid' then
    insert into desk_money_deltas (lot_id, at, kind, method, currency, amount, n)
    select c.lot_id, new.paid_at, 'payment', new.method, new.currency, new.amount, 1 from charges c where c.id = new.charge_id;
  end if;
  return null;
end $$;

CREATE FUNCTION public.desk_pieces(from_day date, until_day date, by_day boolean) RETURNS TABLE(grain text, a date, b date)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  with m as (
    select date_trunc('month', from_day + interval '1 month' - interval '1 day')::date as first,
      date_trunc('month', until_day + interval '1 day')::date as after)
  select x.grain, x.a, x.b
  from m
  cross join lateral (values
    ('day', from_day, case when by_day or m.first >= m.after then until_day else m.first - 1 end),
    ('month', m.first, case when by_day then m.first - 1 else m.after - 1 end),
    ('day', case when by_day or m.first >= m.after then until_day + 1 else m.after end, until_day)) as x (grain, a, b)
  where x.a <= x.b
$$;

CREATE FUNCTION public.desk_refund_told() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if tg_op <> 'INSERT' and old.status = 'done' then
    insert into desk_money_deltas (lot_id, at, kind, method, currency, amount, n)
    select c.lot_id, old.done_at, 'refund', p.method, old.currency, -old.amount, -1
    from payments p join charges c on c.id = p.charge_id where p.id = old.payment_id;
  end if;
  if tg_op <> 'DELETE' and new.status = 'done' then
    insert into desk_money_deltas (lot_id, at, kind, method, currency, amount, n)
    select c.lot_id, new.done_at, 'refund', p.method, new.currency, new.amount, 1
    from payments p join charges c on c.id = p.charge_id where p.id = new.payment_id;
  end if;
  return null;
end $$;

CREATE FUNCTION public.desk_stay_told() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if tg_op <> 'INSERT' and old.status = 'closed' and old.reservation_id is null then
    insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
    values (old.lot_id, old.user_id, date_trunc('second', old.entered_at), date_trunc('second', old.left_at), old.entered_at,
      'drive_up', -1);
  end if;
  if tg_op <> 'DELETE' and new.status = 'closed' and new.reservation_id is null then
    insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
    values (new.lot_id, new.user_id, date_trunc('second', new.entered_at), date_trunc('second', new.left_at), new.entered_at,
      'drive_up', 1);
  end if;
  return null;
end $$;

CREATE FUNCTION public.device_reports_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  insert into device_minutes as m (lot_id, minute, shard, n)
  select lot_id, minute, pg_backend_pid() % 4, sum(n) from (
    select lot_id, date_trunc('minute', last_reported) as minute, 1 as n from now_so where last_reported is not null
    union all
    select lot_id, date_trunc('minute', last_reported), -1 from before where last_reported is not null) moved
  group by lot_id, minute having sum(n) <> 0
  order by lot_id, minute
  on conflict on constraint device_minutes_pkey do update set n = m.n + excluded.n;
  insert into device_counts as k (lot_id, shard, devices, warning, critical)
  select lot_id, pg_backend_pid() % 4, sum(n), sum(n * (electrical = 'warning')::int), sum(n * (electrical = 'critical')::int) from (
    select lot_id, electrical, 1 as n from now_so
    union all
    select lot_id, electrical, -1 from before) moved
  group by lot_id
  having sum(n) <> 0 or sum(n * (electrical = 'warning')::int) <> 0 or sum(n * (electrical = 'critical')::int) <> 0
  order by lot_id
  on conflict on constraint device_counts_pkey do update set devices = k.devices + excluded.devices,
    warning = k.warning + excluded.warning, critical = k.critical + excluded.critical;
  return null;
end $$;

CREATE FUNCTION public.device_reports_row() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  r device_reports := case when tg_op = 'DELETE' then old else new end;
  more int := case when tg_op = 'DELETE' then -1 else 1 end;
begin
  if r.last_reported is not null then
    insert into device_minutes as m (lot_id, minute, shard, n)
    values (r.lot_id, date_trunc('minute', r.last_reported), pg_backend_pid() % 4, more)
    on conflict on constraint device_minutes_pkey do update set n = m.n + excluded.n;
  end if;
  insert into device_counts as k (lot_id, shard, devices, warning, critical)
  values (r.lot_id, pg_backend_pid() % 4, more, more * (r.electrical = 'warning')::int, more * (r.electrical = 'critical')::int)
  on conflict on constraint device_counts_pkey do update set devices = k.devices + excluded.devices,
    warning = k.warning + excluded.warning, critical = k.critical + excluded.critical;
  return null;
end $$;

CREATE FUNCTION public.kept_until(since timestamp with time zone, at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  select at + greatest(interval '60 minutes', at - since)
$$;

CREATE FUNCTION public.lot_rating_add(lot bigint, stars integer, more integer) RETURNS void
    LANGUAGE sql
    AS $$
  insert into lot_ratings (lot_id) values (lot) on conflict do nothing;
  update lot_ratings set ones = ones + (stars = 1)::int * more, twos = twos + (stars = 2)::int * more,
    threes = threes + (stars = 3)::int * more, fours = fours + (stars = 4)::int * more, fives = fives + (stars = 5)::int * more
  where lot_id = lot;
$$;

CREATE FUNCTION public.lot_rating_follows() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if tg_op <> 'INSERT' and old.hidden_at is null then
    perform lot_rating_add(old.lot_id, old.rating, -1);
  end if;
  if tg_op <> 'DELETE' and new.hidden_at is null then
    perform lot_rating_add(new.lot_id, new.rating, 1);
  end if;
  return null;
end $$;

CREATE FUNCTION public.people_fold(words text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, NORMALIZE(words, NFKC)));

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
    CONSTRAINT reservations_time_order CHECK ((starts < ends))
);

CREATE FUNCTION public.reservation_whole(r public.reservations) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    AS $_$
begin
  return r.price >= 0 and r.refund between 0 and r.price and r.refund_percent between 0 and 100 and r.currency ~ '^[A-Z]{3}$'
    and (r.refund = 0 or r.status = 'cancelled')
    and char_length(r.plate) <= 20 and char_length(r.plate_typed) <= 20
    and r.pay in ('', 'exit', 'online') and (r.confirmed_at is null or r.pay <> '')
    and (r.ended_at is null) = (r.status in ('held', 'confirmed', 'checked_in'))
    and case
      when r.status in ('held', 'expired') then r.hold_until is not null and r.confirmed_at is null and r.checked_in_at is null
      when r.status in ('confirmed', 'no_show') then r.confirmed_at is not null and r.checked_in_at is null
      when r.status in ('checked_in', 'completed') then r.confirmed_at is not null and r.checked_in_at is not null
      else r.status = 'cancelled' and r.checked_in_at is null
    end;
end $_$;

CREATE FUNCTION public.slot_sensed(slot bigint, at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
begin
  return exists (select from slots_told t where t.slot_id = slot
    and slot_told_taken(t.said, t.said_at, t.device_id, t.last_reported, t.charger, t.drawn, at));
end $$;

CREATE FUNCTION public.slot_silent(device bigint, last_reported timestamp with time zone, at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  select device is not null and coalesce(last_reported < at - interval '10 minutes', true)
$$;

CREATE FUNCTION public.slot_state(out_of_service boolean, occupied boolean, held_now boolean, next_starts timestamp with time zone, silent boolean, at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
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

CREATE FUNCTION public.slot_told_taken(said boolean, said_at timestamp with time zone, device bigint, last_reported timestamp with time zone, charger boolean, drawn double precision, at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  select coalesce(said and device is null
    or greatest(case when said then said_at end, case when said or charger and drawn >= 6 then last_reported end) >= at - interval '10 minutes',
    false)
$$;

CREATE FUNCTION public.tariff_version_begins() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  new.in_force_from := coalesce(new.in_force_from, new.created_at);
  return new;
end $$;

CREATE FUNCTION public.tariff_version_stands() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception 'a published tariff never changes' using errcode = 'check_violation', constraint = 'tariff_version_stands';
end $$;

CREATE FUNCTION public.tax_within(amount bigint, basis_points integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select (amount / (10000 + basis_points)) * basis_points
    + (2 * (amount % (10000 + basis_points)) * basis_points + 10000 + basis_points) / (2 * (10000 + basis_points))
$$;

CREATE FUNCTION public.telemetry_partitions(at_now timestamp with time zone, keep_from timestamp with time zone, OUT made bigint, OUT dropped bigint) RETURNS record
    LANGUAGE plpgsql
    AS $_$
declare
  month timestamp;
  part record;
begin
  made := 0;
  dropped := 0;
  for i in 0..2 loop
    month := date_trunc('month', at_now at time zone 'UTC') + i * interval '1 month';
    continue when to_regclass(format('telemetry_%s', to_char(month, 'YYYY_MM'))) is not null;
    execute format('create table telemetry_%s (like telemetry including defaults including constraints)', to_char(month, 'YYYY_MM'));
    execute format('with moved as (delete from telemetry_older where at >= %1$L and at < %2$L
        returning device_id, at, voltage, current, power_factor, received_at)
      insert into telemetry_%3$s (device_id, at, voltage, current, power_factor, received_at)
      select device_id, at, voltage, current, power_factor, received_at from moved',
      month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC', to_char(month, 'YYYY_MM'));
    execute format('alter table telemetry attach partition telemetry_%s for values from (%L) to (%L)', to_char(month, 'YYYY_MM'),
      month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
    made := made + 1;
  end loop;
  for part in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'telemetry'::regclass and c.relname ~ '^telemetry_\d{4}_\d\d$'
      and (to_date(substr(c.relname, 11), 'YYYY_MM') + interval '1 month') at time zone 'UTC' <= keep_from
  loop
    execute format('drop table %I', part.relname);
    dropped := dropped + 1;
  end loop;
  delete from telemetry_older where at < keep_from;
end $_$;

CREATE FUNCTION public.utc_text(at timestamp with time zone) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;

CREATE TABLE public.anomalies (
    id bigint NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    lot_id bigint,
    stay_id bigint,
    subject text DEFAULT ''::text NOT NULL,
    subject_id bigint,
    plate text DEFAULT ''::text NOT NULL,
    detail text DEFAULT ''::text NOT NULL,
    times integer DEFAULT 1 NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by bigint,
    closed_at timestamp with time zone,
    closed_by bigint,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT anomalies_acknowledged CHECK (((acknowledged_at IS NOT NULL) OR (state <> 'acknowledged'::text))),
    CONSTRAINT anomalies_closed CHECK (((closed_at IS NOT NULL) = (state = 'closed'::text))),
    CONSTRAINT anomalies_kind_form CHECK ((kind ~ '^[a-z_]{1,40}$'::text)),
    CONSTRAINT anomalies_reason CHECK (((reason <> ''::text) = (state = 'closed'::text))),
    CONSTRAINT anomalies_state_known CHECK ((state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'closed'::text])))
);

ALTER TABLE public.anomalies ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.anomalies_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

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

CREATE TABLE public.camera_slots (
    camera_id bigint NOT NULL,
    slot_id bigint NOT NULL
);

CREATE TABLE public.cameras (
    id bigint NOT NULL,
    lot_id bigint NOT NULL,
    name text NOT NULL,
    location text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT cameras_location_length CHECK ((char_length(location) <= 100)),
    CONSTRAINT cameras_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 50)))
);

ALTER TABLE public.cameras ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.cameras_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.charges (
    id bigint NOT NULL,
    reservation_id bigint,
    stay_id bigint,
    user_id bigint,
    lot_id bigint NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    tax_basis_points integer NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT charges_amount_range CHECK (((amount >= 1) AND (amount <= '1000000000000000'::bigint))),
    CONSTRAINT charges_currency_form CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT charges_kind_known CHECK ((kind = ANY (ARRAY['booking'::text, 'extension'::text, 'exit'::text]))),
    CONSTRAINT charges_of_something CHECK (((reservation_id IS NOT NULL) OR (stay_id IS NOT NULL))),
    CONSTRAINT charges_settled CHECK (((settled_at IS NOT NULL) = (state = 'settled'::text))),
    CONSTRAINT charges_state_known CHECK ((state = ANY (ARRAY['open'::text, 'settled'::text, 'void'::text]))),
    CONSTRAINT charges_tax_range CHECK (((tax_basis_points >= 0) AND (tax_basis_points <= 9999)))
);

ALTER TABLE public.charges ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.charges_id_seq
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

CREATE TABLE public.data_file_counts (
    file_id bigint NOT NULL,
    class text NOT NULL,
    n bigint NOT NULL
);

CREATE TABLE public.data_file_parts (
    file_id bigint NOT NULL,
    "position" integer NOT NULL,
    body text NOT NULL
);

CREATE TABLE public.data_files (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    session_id bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    ready_at timestamp with time zone,
    bytes bigint DEFAULT 0 NOT NULL,
    fetched_at timestamp with time zone,
    CONSTRAINT data_files_bytes CHECK ((bytes >= 0))
);

ALTER TABLE public.data_files ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.data_files_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.deletions (
    id bigint NOT NULL,
    class text NOT NULL,
    rule text NOT NULL,
    until timestamp with time zone,
    n bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    CONSTRAINT deletions_n CHECK ((n >= 0)),
    CONSTRAINT deletions_order CHECK ((ended_at >= at))
);

ALTER TABLE public.deletions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.deletions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.desk_booking_deltas (
    lot_id bigint NOT NULL,
    user_id bigint,
    starts timestamp with time zone NOT NULL,
    ends timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone NOT NULL,
    fate text NOT NULL,
    n integer NOT NULL
);

CREATE TABLE public.desk_bookings (
    lot_id bigint NOT NULL,
    grain text NOT NULL,
    start date NOT NULL,
    kept bigint NOT NULL,
    cancelled bigint NOT NULL,
    no_shows bigint NOT NULL,
    seconds bigint NOT NULL,
    len0 bigint NOT NULL,
    len1 bigint NOT NULL,
    len2 bigint NOT NULL,
    len3 bigint NOT NULL,
    len4 bigint NOT NULL,
    len5 bigint NOT NULL,
    len6 bigint NOT NULL,
    len7 bigint NOT NULL,
    len8 bigint NOT NULL,
    made bigint NOT NULL,
    drive_ups bigint DEFAULT 0 NOT NULL,
    CONSTRAINT desk_bookings_grain CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text, 'year'::text])))
);

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
    tax_basis_points integer DEFAULT 0 NOT NULL,
    plate_region text DEFAULT ''::text NOT NULL,
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
    CONSTRAINT lots_plate_region_known CHECK ((plate_region = ANY (ARRAY[''::text, 'any'::text, 'eu'::text, 'us'::text, 'br'::text, 'in'::text]))),
    CONSTRAINT lots_refund_range CHECK (((refund_percent >= 0) AND (refund_percent <= 100))),
    CONSTRAINT lots_region_form CHECK ((region ~ '^[a-z0-9-]{0,64}$'::text)),
    CONSTRAINT lots_tax_range CHECK (((tax_basis_points >= 0) AND (tax_basis_points <= 9999)))
);

CREATE VIEW public.desk_bookings_pending AS
 SELECT x.lot_id,
    x.day,
    sum(x.kept) AS kept,
    sum(x.cancelled) AS cancelled,
    sum(x.no_shows) AS no_shows,
    (sum((x.took * x.seconds)))::bigint AS seconds,
    COALESCE(sum(x.took) FILTER (WHERE ((x.seconds > 0) AND (x.seconds <= 1800))), (0)::bigint) AS len0,
    COALESCE(sum(x.took) FILTER (WHERE ((x.seconds > 1800) AND (x.seconds <= 3600))), (0)::bigint) AS len1,
    COALESCE(sum(x.took) FILTER (WHERE ((x.seconds > 3600) AND (x.seconds <= 7200))), (0)::bigint) AS len2,
    COALESCE(sum(x.took) FILTER (WHERE ((x.seconds > 7200) AND (x.seconds <= 10800))), (0)::bigint) AS len3,
    COALESCE(sum(x.took) FILTER (WHERE ((x.seconds > 10800) AND (x.seconds <= 14400))), (0)::bigint) AS len4,
    COALESCE(sum(x.took) FILTER (WHERE ((x.seconds > 14400) AND (x.seconds <= 21600))), (0)::bigint) AS len5,
    COALESCE(sum(x.took) FILTER (WHERE ((x.seconds > 21600) AND (x.seconds <= 28800))), (0)::bigint) AS len6,
    COALESCE(sum(x.took) FILTER (WHERE ((x.seconds > 28800) AND (x.seconds <= 43200))), (0)::bigint) AS len7,
    COALESCE(sum(x.took) FILTER (WHERE (x.seconds > 43200)), (0)::bigint) AS len8,
    sum(x.made) AS made,
    sum(x.drive_ups) AS drive_ups
   FROM ( SELECT d.lot_id,
            ((d.starts AT TIME ZONE l.time_zone))::date AS day,
                CASE d.fate
                    WHEN 'kept'::text THEN d.n
                    ELSE 0
                END AS kept,
                CASE d.fate
                    WHEN 'cancelled'::text THEN d.n
                    ELSE 0
                END AS cancelled,
                CASE d.fate
                    WHEN 'no_show'::text THEN d.n
                    ELSE 0
                END AS no_shows,
                CASE d.fate
                    WHEN 'drive_up'::text THEN d.n
                    ELSE 0
                END AS drive_ups,
                CASE
                    WHEN (d.fate = ANY (ARRAY['kept'::text, 'drive_up'::text])) THEN d.n
                    ELSE 0
                END AS took,
            (EXTRACT(epoch FROM (d.ends - d.starts)))::bigint AS seconds,
            0 AS made
           FROM (public.desk_booking_deltas d
             JOIN public.lots l ON ((l.id = d.lot_id)))
        UNION ALL
         SELECT d.lot_id,
            ((d.confirmed_at AT TIME ZONE l.time_zone))::date AS timezone,
            0,
            0,
            0,
            0,
            0,
            0,
            d.n
           FROM (public.desk_booking_deltas d
             JOIN public.lots l ON ((l.id = d.lot_id)))
          WHERE (d.fate <> 'drive_up'::text)) x
  GROUP BY x.lot_id, x.day;

CREATE VIEW public.desk_bookings_now AS
 SELECT desk_bookings.lot_id,
    desk_bookings.grain,
    desk_bookings.start,
    desk_bookings.kept,
    desk_bookings.cancelled,
    desk_bookings.no_shows,
    desk_bookings.seconds,
    desk_bookings.len0,
    desk_bookings.len1,
    desk_bookings.len2,
    desk_bookings.len3,
    desk_bookings.len4,
    desk_bookings.len5,
    desk_bookings.len6,
    desk_bookings.len7,
    desk_bookings.len8,
    desk_bookings.made,
    desk_bookings.drive_ups
   FROM public.desk_bookings
UNION ALL
 SELECT k.lot_id,
    k.grain,
    k.start,
    p.kept,
    p.cancelled,
    p.no_shows,
    p.seconds,
    p.len0,
    p.len1,
    p.len2,
    p.len3,
    p.len4,
    p.len5,
    p.len6,
    p.len7,
    p.len8,
    p.made,
    p.drive_ups
   FROM (public.desk_bookings_pending p
     CROSS JOIN LATERAL public.desk_grains(p.lot_id, p.day) k(lot_id, grain, start));

CREATE TABLE public.desk_checks (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    from_day date NOT NULL,
    until_day date NOT NULL,
    differences bigint NOT NULL,
    words text DEFAULT ''::text NOT NULL
);

ALTER TABLE public.desk_checks ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.desk_checks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.desk_heads (
    lot_id bigint NOT NULL,
    grain text NOT NULL,
    start date NOT NULL,
    people bigint NOT NULL,
    firsts bigint NOT NULL,
    CONSTRAINT desk_heads_grain CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text])))
);

CREATE TABLE public.desk_hours (
    lot_id bigint NOT NULL,
    grain text NOT NULL,
    start date NOT NULL,
    weekday smallint NOT NULL,
    hour smallint NOT NULL,
    seconds bigint NOT NULL,
    CONSTRAINT desk_hours_grain CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text, 'year'::text])))
);

CREATE VIEW public.desk_hours_pending AS
 SELECT d.lot_id,
    ((p.begins AT TIME ZONE l.time_zone))::date AS day,
    (EXTRACT(hour FROM (p.begins AT TIME ZONE l.time_zone)))::smallint AS hour,
    (sum(((d.n)::numeric * EXTRACT(epoch FROM (LEAST(d.ends, (p.begins + z.step)) - GREATEST(d.starts, p.begins))))))::bigint AS seconds
   FROM (((public.desk_booking_deltas d
     JOIN public.lots l ON ((l.id = d.lot_id)))
     CROSS JOIN LATERAL ( SELECT (d.starts AT TIME ZONE l.time_zone) AS wall,
                CASE
                    WHEN (date_part('minute'::text, ((d.starts AT TIME ZONE l.time_zone) - (d.starts AT TIME ZONE 'UTC'::text))) = date_part('minute'::text, ((d.ends AT TIME ZONE l.time_zone) - (d.ends AT TIME ZONE 'UTC'::text)))) THEN '01:00:00'::interval
                    ELSE '00:15:00'::interval
                END AS step) z)
     CROSS JOIN LATERAL generate_series(
        CASE z.step
            WHEN '01:00:00'::interval THEN (d.starts - (z.wall - date_trunc('hour'::text, z.wall)))
            ELSE date_bin('00:15:00'::interval, d.starts, '1970-01-01 00:00:00+00'::timestamp with time zone)
        END, (d.ends - '00:00:00.000001'::interval), z.step) p(begins))
  WHERE ((d.fate = ANY (ARRAY['kept'::text, 'drive_up'::text])) AND (d.ends > d.starts))
  GROUP BY d.lot_id, (((p.begins AT TIME ZONE l.time_zone))::date), ((EXTRACT(hour FROM (p.begins AT TIME ZONE l.time_zone)))::smallint);

CREATE VIEW public.desk_hours_now AS
 SELECT desk_hours.lot_id,
    desk_hours.grain,
    desk_hours.start,
    desk_hours.weekday,
    desk_hours.hour,
    desk_hours.seconds
   FROM public.desk_hours
UNION ALL
 SELECT k.lot_id,
    k.grain,
    k.start,
    (EXTRACT(isodow FROM p.day))::smallint AS weekday,
    p.hour,
    p.seconds
   FROM (public.desk_hours_pending p
     CROSS JOIN LATERAL public.desk_grains(p.lot_id, p.day) k(lot_id, grain, start));

CREATE TABLE public.desk_money (
    lot_id bigint NOT NULL,
    grain text NOT NULL,
    start date NOT NULL,
    currency text NOT NULL,
    online bigint NOT NULL,
    card bigint NOT NULL,
    cash bigint NOT NULL,
    online_back bigint NOT NULL,
    card_back bigint NOT NULL,
    cash_back bigint NOT NULL,
    payments bigint NOT NULL,
    refunds bigint NOT NULL,
    CONSTRAINT desk_money_grain CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text, 'year'::text])))
);

CREATE TABLE public.desk_money_deltas (
    lot_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    method text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    n integer NOT NULL
);

CREATE VIEW public.desk_money_pending AS
 SELECT d.lot_id,
    ((d.at AT TIME ZONE l.time_zone))::date AS day,
    d.currency,
    (COALESCE(sum(d.amount) FILTER (WHERE ((d.kind = 'payment'::text) AND (d.method = 'online'::text))), (0)::numeric))::bigint AS online,
    (COALESCE(sum(d.amount) FILTER (WHERE ((d.kind = 'payment'::text) AND (d.method = 'card'::text))), (0)::numeric))::bigint AS card,
    (COALESCE(sum(d.amount) FILTER (WHERE ((d.kind = 'payment'::text) AND (d.method = 'cash'::text))), (0)::numeric))::bigint AS cash,
    (COALESCE(sum(d.amount) FILTER (WHERE ((d.kind = 'refund'::text) AND (d.method = 'online'::text))), (0)::numeric))::bigint AS online_back,
    (COALESCE(sum(d.amount) FILTER (WHERE ((d.kind = 'refund'::text) AND (d.method = 'card'::text))), (0)::numeric))::bigint AS card_back,
    (COALESCE(sum(d.amount) FILTER (WHERE ((d.kind = 'refund'::text) AND (d.method = 'cash'::text))), (0)::numeric))::bigint AS cash_back,
    COALESCE(sum(d.n) FILTER (WHERE (d.kind = 'payment'::text)), (0)::bigint) AS payments,
    COALESCE(sum(d.n) FILTER (WHERE (d.kind = 'refund'::text)), (0)::bigint) AS refunds
   FROM (public.desk_money_deltas d
     JOIN public.lots l ON ((l.id = d.lot_id)))
  GROUP BY d.lot_id, (((d.at AT TIME ZONE l.time_zone))::date), d.currency;

CREATE VIEW public.desk_money_now AS
 SELECT desk_money.lot_id,
    desk_money.grain,
    desk_money.start,
    desk_money.currency,
    desk_money.online,
    desk_money.card,
    desk_money.cash,
    desk_money.online_back,
    desk_money.card_back,
    desk_money.cash_back,
    desk_money.payments,
    desk_money.refunds
   FROM public.desk_money
UNION ALL
 SELECT k.lot_id,
    k.grain,
    k.start,
    p.currency,
    p.online,
    p.card,
    p.cash,
    p.online_back,
    p.card_back,
    p.cash_back,
    p.payments,
    p.refunds
   FROM (public.desk_money_pending p
     CROSS JOIN LATERAL public.desk_grains(p.lot_id, p.day) k(lot_id, grain, start));

CREATE TABLE public.desk_people (
    day date NOT NULL,
    lot_id bigint NOT NULL,
    user_id bigint NOT NULL
);

CREATE TABLE public.desk_returns (
    lot_id bigint NOT NULL,
    grain text NOT NULL,
    start date NOT NULL,
    since date NOT NULL,
    n bigint NOT NULL,
    CONSTRAINT desk_returns_before CHECK ((since < start)),
    CONSTRAINT desk_returns_grain CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text])))
);

CREATE TABLE public.desk_stale (
    lot_id bigint NOT NULL
);

CREATE TABLE public.device_counts (
    lot_id bigint NOT NULL,
    shard smallint NOT NULL,
    devices bigint NOT NULL,
    warning bigint NOT NULL,
    critical bigint NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE public.device_minutes (
    lot_id bigint NOT NULL,
    minute timestamp with time zone NOT NULL,
    shard smallint NOT NULL,
    n bigint NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE public.device_reports (
    device_id bigint NOT NULL,
    lot_id bigint NOT NULL,
    last_reported timestamp with time zone,
    received_at timestamp with time zone,
    read_at timestamp with time zone,
    voltage double precision,
    current double precision,
    power_factor double precision,
    electrical text DEFAULT ''::text NOT NULL,
    offline_since timestamp with time zone,
    skewed_since timestamp with time zone,
    CONSTRAINT device_reports_electrical_known CHECK ((electrical = ANY (ARRAY[''::text, 'normal'::text, 'warning'::text, 'critical'::text]))),
    CONSTRAINT device_reports_whole CHECK (((read_at IS NULL) = (electrical = ''::text)))
)
WITH (fillfactor='50');

CREATE TABLE public.devices (
    id bigint NOT NULL,
    code text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    slot_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT devices_code_form CHECK ((((char_length(code) >= 1) AND (char_length(code) <= 50)) AND (code !~ '[[:cntrl:]]'::text) AND (code = btrim(code)))),
    CONSTRAINT devices_name_length CHECK ((char_length(name) <= 100))
);

ALTER TABLE public.devices ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.devices_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.forecasts (
    lot_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    begins timestamp with time zone NOT NULL,
    days integer NOT NULL,
    capacity integer NOT NULL,
    usual integer[] NOT NULL,
    expected integer[] NOT NULL,
    low integer[] NOT NULL,
    high integer[] NOT NULL,
    booked integer[] NOT NULL,
    week integer[] NOT NULL,
    past_taken integer[] NOT NULL,
    past_expected integer[] NOT NULL,
    replays bigint[] NOT NULL,
    CONSTRAINT forecasts_lists CHECK (((cardinality(expected) = ANY (ARRAY[0, 96])) AND (cardinality(low) = cardinality(expected)) AND (cardinality(high) = cardinality(expected)) AND (cardinality(usual) = cardinality(expected)) AND (cardinality(booked) = cardinality(expected)) AND (cardinality(week) = ANY (ARRAY[0, 168])))),
    CONSTRAINT forecasts_quarter CHECK ((((EXTRACT(epoch FROM begins))::bigint % (900)::bigint) = 0))
)
WITH (fillfactor='50');

CREATE TABLE public.gate_places (
    user_id bigint NOT NULL,
    lot_id bigint NOT NULL
);

CREATE TABLE public.gate_shifts (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    currency text NOT NULL,
    cash bigint NOT NULL,
    counted bigint NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    CONSTRAINT gate_shifts_counted_range CHECK (((counted >= 0) AND (counted <= '1000000000000000'::bigint))),
    CONSTRAINT gate_shifts_currency_form CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT gate_shifts_order CHECK ((ended_at > begun_at))
);

ALTER TABLE public.gate_shifts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.gate_shifts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.inbox_events (
    id bigint NOT NULL,
    provider text NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    body text NOT NULL,
    payment_id bigint,
    received_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    error text DEFAULT ''::text NOT NULL
);

ALTER TABLE public.inbox_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.inbox_events_id_seq
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

CREATE TABLE public.payments (
    id bigint NOT NULL,
    charge_id bigint NOT NULL,
    method text NOT NULL,
    status text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    attempt text,
    attempts integer DEFAULT 0 NOT NULL,
    provider_ref text,
    intent_ref text,
    checkout_url text DEFAULT ''::text NOT NULL,
    ask_at timestamp with time zone,
    error text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    paid_at timestamp with time zone,
    recorded_by bigint,
    CONSTRAINT payments_amount_range CHECK (((amount >= 1) AND (amount <= '1000000000000000'::bigint))),
    CONSTRAINT payments_by_hand_paid CHECK (((method = 'online'::text) OR (status = ANY (ARRAY['paid'::text, 'void'::text])))),
    CONSTRAINT payments_currency_form CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT payments_method_known CHECK ((method = ANY (ARRAY['cash'::text, 'card'::text, 'online'::text]))),
    CONSTRAINT payments_online CHECK (((method = 'online'::text) = (attempt IS NOT NULL))),
    CONSTRAINT payments_paid CHECK (((paid_at IS NOT NULL) = (status = 'paid'::text))),
    CONSTRAINT payments_recorded CHECK (((method = 'online'::text) OR (recorded_by IS NOT NULL))),
    CONSTRAINT payments_refund_of_paid CHECK (((refunded = 0) OR (status = 'paid'::text))),
    CONSTRAINT payments_refund_range CHECK (((refunded >= 0) AND (refunded <= amount))),
    CONSTRAINT payments_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'paid'::text, 'failed'::text, 'void'::text])))
);

CREATE TABLE public.refunds (
    id bigint NOT NULL,
    payment_id bigint NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    provider_ref text,
    error text DEFAULT ''::text NOT NULL,
    reason text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    made_by bigint,
    CONSTRAINT refunds_amount_range CHECK (((amount >= 1) AND (amount <= '1000000000000000'::bigint))),
    CONSTRAINT refunds_currency_form CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT refunds_done CHECK (((done_at IS NOT NULL) = (status = 'done'::text))),
    CONSTRAINT refunds_reason_length CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 200))),
    CONSTRAINT refunds_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'done'::text, 'failed'::text])))
);

CREATE VIEW public.ledger AS
 SELECT p.paid_at AS at,
    ((p.paid_at AT TIME ZONE l.time_zone))::date AS day,
    (date_trunc('month'::text, (p.paid_at AT TIME ZONE l.time_zone)))::date AS month,
    'payment'::text AS kind,
    p.method,
    p.amount,
    p.currency,
    c.lot_id,
    c.user_id,
    c.id AS charge_id,
    p.id AS payment_id,
    NULL::bigint AS refund_id,
    c.reservation_id,
    c.stay_id
   FROM ((public.payments p
     JOIN public.charges c ON ((c.id = p.charge_id)))
     JOIN public.lots l ON ((l.id = c.lot_id)))
  WHERE (p.status = 'paid'::text)
UNION ALL
 SELECT r.done_at AS at,
    ((r.done_at AT TIME ZONE l.time_zone))::date AS day,
    (date_trunc('month'::text, (r.done_at AT TIME ZONE l.time_zone)))::date AS month,
    'refund'::text AS kind,
    p.method,
    (- r.amount) AS amount,
    r.currency,
    c.lot_id,
    c.user_id,
    c.id AS charge_id,
    p.id AS payment_id,
    r.id AS refund_id,
    c.reservation_id,
    c.stay_id
   FROM (((public.refunds r
     JOIN public.payments p ON ((p.id = r.payment_id)))
     JOIN public.charges c ON ((c.id = p.charge_id)))
     JOIN public.lots l ON ((l.id = c.lot_id)))
  WHERE (r.status = 'done'::text);

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

CREATE TABLE public.lot_ratings (
    lot_id bigint NOT NULL,
    ones bigint DEFAULT 0 NOT NULL,
    twos bigint DEFAULT 0 NOT NULL,
    threes bigint DEFAULT 0 NOT NULL,
    fours bigint DEFAULT 0 NOT NULL,
    fives bigint DEFAULT 0 NOT NULL,
    n bigint GENERATED ALWAYS AS (((((ones + twos) + threes) + fours) + fives)) STORED NOT NULL,
    average double precision GENERATED ALWAYS AS (round(((((((ones + (2 * twos)) + (3 * threes)) + (4 * fours)) + (5 * fives)))::numeric / (NULLIF(((((ones + twos) + threes) + fours) + fives), 0))::numeric), 1)) STORED,
    CONSTRAINT lot_ratings_counted CHECK ((LEAST(ones, twos, threes, fours, fives) >= 0))
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

CREATE TABLE public.notice_choices (
    user_id bigint NOT NULL,
    kind text NOT NULL,
    mail boolean NOT NULL,
    sms boolean NOT NULL
);

CREATE TABLE public.notice_readers (
    notice_id bigint NOT NULL,
    user_id bigint NOT NULL,
    read_at timestamp with time zone
);

CREATE TABLE public.notices (
    id bigint NOT NULL,
    user_id bigint,
    region text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    words text NOT NULL,
    link text DEFAULT ''::text NOT NULL,
    once text,
    made_by bigint,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT notices_kind_known CHECK ((kind = ANY (ARRAY['reservation_starts'::text, 'reservation_ends'::text, 'payment'::text, 'refund'::text, 'cancellation'::text, 'report'::text, 'account'::text, 'device'::text, 'anomaly'::text, 'news'::text]))),
    CONSTRAINT notices_link_ours CHECK (((link = ''::text) OR (link ~~ '/%'::text))),
    CONSTRAINT notices_region_form CHECK ((region ~ '^[a-z0-9-]{0,64}$'::text)),
    CONSTRAINT notices_to_one_or_many CHECK (((user_id IS NULL) OR (region = ''::text))),
    CONSTRAINT notices_words_length CHECK (((char_length(words) >= 1) AND (char_length(words) <= 2000)))
);

ALTER TABLE public.notices ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.notices_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.occupancy (
    lot_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    taken real NOT NULL,
    capacity integer NOT NULL,
    closed boolean DEFAULT false NOT NULL,
    readings smallint DEFAULT 1 NOT NULL,
    CONSTRAINT occupancy_quarter CHECK ((((EXTRACT(epoch FROM at))::bigint % (900)::bigint) = 0)),
    CONSTRAINT occupancy_range CHECK (((capacity > 0) AND ((taken >= (0)::double precision) AND (taken <= (capacity)::double precision)) AND (readings > 0)))
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
    provider_ref text,
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

ALTER TABLE public.payments ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.payments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.plate_reads (
    id bigint NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    source text NOT NULL,
    lot_id bigint,
    camera_id bigint,
    slot_id bigint,
    user_id bigint,
    stay_id bigint,
    raw text NOT NULL,
    plate text NOT NULL,
    confidence double precision NOT NULL,
    candidates text DEFAULT ''::text NOT NULL,
    corners text DEFAULT ''::text NOT NULL,
    second text DEFAULT ''::text NOT NULL,
    engine text DEFAULT ''::text NOT NULL,
    width bigint DEFAULT 0 NOT NULL,
    height bigint DEFAULT 0 NOT NULL,
    image_key text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    decided_at timestamp with time zone,
    decided_by bigint,
    CONSTRAINT plate_reads_confidence_range CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT plate_reads_decided CHECK (((state = 'waiting'::text) <= (decided_at IS NULL))),
    CONSTRAINT plate_reads_plate_form CHECK ((plate ~ '^[A-Z0-9]{1,20}$'::text)),
    CONSTRAINT plate_reads_source_known CHECK ((source = ANY (ARRAY['upload'::text, 'camera'::text, 's3'::text, 's0'::text]))),
    CONSTRAINT plate_reads_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'accepted'::text, 'corrected'::text, 'rejected'::text])))
);

ALTER TABLE public.plate_reads ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.plate_reads_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.receipt_numbers (
    year integer NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT receipt_numbers_range CHECK ((((year >= 1970) AND (year <= 9999)) AND (last > 0)))
);

CREATE TABLE public.receipts (
    id bigint NOT NULL,
    number text NOT NULL,
    payment_id bigint,
    refund_id bigint,
    user_id bigint,
    user_name text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    method text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    tax_basis_points integer NOT NULL,
    tax bigint NOT NULL,
    lot_id bigint NOT NULL,
    lot_name text NOT NULL,
    lot_address text DEFAULT ''::text NOT NULL,
    lot_city text DEFAULT ''::text NOT NULL,
    time_zone text NOT NULL,
    slot_label text DEFAULT ''::text NOT NULL,
    plate text DEFAULT ''::text NOT NULL,
    starts timestamp with time zone,
    ends timestamp with time zone,
    issued_at timestamp with time zone NOT NULL,
    CONSTRAINT receipts_number_form CHECK ((number ~ '^R-[0-9]{4}-[0-9]{6,}$'::text)),
    CONSTRAINT receipts_of_one CHECK (((payment_id IS NULL) <> (refund_id IS NULL))),
    CONSTRAINT receipts_sign CHECK (
CASE
    WHEN (payment_id IS NULL) THEN ((amount < 0) AND (tax <= 0))
    ELSE ((amount > 0) AND (tax >= 0))
END),
    CONSTRAINT receipts_tax_part CHECK (((abs(tax) < abs(amount)) OR (tax = 0)))
);

ALTER TABLE public.receipts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.receipts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.refunds ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.refunds_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.report_choices (
    user_id bigint NOT NULL,
    wanted boolean NOT NULL,
    chosen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.report_rounds (
    month date NOT NULL,
    state text DEFAULT 'running'::text NOT NULL,
    people bigint NOT NULL,
    looked bigint DEFAULT 0 NOT NULL,
    last_user bigint DEFAULT 0 NOT NULL,
    mailed bigint DEFAULT 0 NOT NULL,
    declined bigint DEFAULT 0 NOT NULL,
    pace_at timestamp with time zone NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    touched_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    begun_by bigint,
    CONSTRAINT report_rounds_counts CHECK (((people >= 0) AND (looked >= 0) AND (mailed >= 0) AND (declined >= 0))),
    CONSTRAINT report_rounds_done CHECK (((done_at IS NOT NULL) = (state = 'done'::text))),
    CONSTRAINT report_rounds_month CHECK ((month = (date_trunc('month'::text, (month)::timestamp with time zone))::date)),
    CONSTRAINT report_rounds_state_known CHECK ((state = ANY (ARRAY['running'::text, 'stopped'::text, 'done'::text])))
);

CREATE TABLE public.report_runs (
    user_id bigint NOT NULL,
    month date NOT NULL,
    kind text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT report_runs_kind_known CHECK ((kind = ANY (ARRAY['own'::text, 'business'::text]))),
    CONSTRAINT report_runs_month CHECK ((month = (date_trunc('month'::text, (month)::timestamp with time zone))::date))
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

ALTER TABLE public.reservations ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.reservations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.reviews (
    id bigint NOT NULL,
    lot_id bigint NOT NULL,
    user_id bigint NOT NULL,
    rating integer NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    stayed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone,
    hidden_at timestamp with time zone,
    hidden_by bigint,
    hidden_why text DEFAULT ''::text NOT NULL,
    CONSTRAINT reviews_hidden_with_reason CHECK (((hidden_at IS NULL) = (hidden_why = ''::text))),
    CONSTRAINT reviews_rating_range CHECK (((rating >= 1) AND (rating <= 5))),
    CONSTRAINT reviews_words_length CHECK ((char_length(words) <= 2000))
);

ALTER TABLE public.reviews ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.reviews_id_seq
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

CREATE TABLE public.slot_presence (
    slot_id bigint NOT NULL,
    occupied boolean NOT NULL,
    said_at timestamp with time zone NOT NULL
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

CREATE TABLE public.stays (
    id bigint NOT NULL,
    lot_id bigint NOT NULL,
    slot_id bigint,
    plate text NOT NULL,
    plate_typed text NOT NULL,
    vehicle_id bigint,
    user_id bigint,
    reservation_id bigint,
    source text NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    status text DEFAULT 'open'::text NOT NULL,
    closed_how text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    tariff_version_id bigint NOT NULL,
    currency text NOT NULL,
    fee bigint,
    booked bigint DEFAULT 0 NOT NULL,
    entered_by bigint,
    left_by bigint,
    CONSTRAINT stays_booked_range CHECK (((booked >= 0) AND (booked <= COALESCE(fee, (0)::bigint)))),
    CONSTRAINT stays_closed_how CHECK (
CASE status
    WHEN 'closed'::text THEN (closed_how = ANY (ARRAY['exit'::text, 'lost_ticket'::text, 'unseen'::text, 'waived'::text, 'no_entry'::text]))
    ELSE (closed_how = ''::text)
END),
    CONSTRAINT stays_currency_form CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT stays_fee_range CHECK (((fee >= 0) AND (fee <= '1000000000000000'::bigint))),
    CONSTRAINT stays_fee_told CHECK (((fee IS NOT NULL) = (status = 'closed'::text))),
    CONSTRAINT stays_left CHECK (((left_at IS NULL) = (status = 'open'::text))),
    CONSTRAINT stays_order CHECK ((left_at >= entered_at)),
    CONSTRAINT stays_plate_form CHECK (((plate ~ '^[[:alnum:]]*$'::text) AND ((plate <> ''::text) OR (closed_how = 'no_entry'::text)))),
    CONSTRAINT stays_reason_told CHECK (((reason <> ''::text) OR (closed_how = ANY (ARRAY[''::text, 'exit'::text])))),
    CONSTRAINT stays_source_known CHECK ((source = ANY (ARRAY['gate'::text, 'api'::text, 'camera'::text, 's0'::text, 's3'::text]))),
    CONSTRAINT stays_status_known CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text, 'void'::text])))
);

CREATE VIEW public.slots_occupied AS
 SELECT s.slot_id,
    s.id AS stay_id,
    s.reservation_id,
    COALESCE(
        CASE
            WHEN (r.slot_id = s.slot_id) THEN r.ends
            ELSE NULL::timestamp with time zone
        END, s.entered_at) AS since,
    'infinity'::timestamp with time zone AS until
   FROM (public.stays s
     LEFT JOIN public.reservations r ON ((r.id = s.reservation_id)))
  WHERE ((s.status = 'open'::text) AND (s.slot_id IS NOT NULL));

CREATE VIEW public.slots_told AS
 SELECT s.id AS slot_id,
    COALESCE(p.occupied, false) AS said,
    p.said_at,
    d.id AS device_id,
    q.last_reported,
    s.ev AS charger,
    q.current AS drawn
   FROM (((public.slots s
     LEFT JOIN public.slot_presence p ON ((p.slot_id = s.id)))
     LEFT JOIN public.devices d ON ((d.slot_id = s.id)))
     LEFT JOIN public.device_reports q ON ((q.device_id = d.id)))
  WHERE (p.occupied OR s.ev);

CREATE TABLE public.socket_tickets (
    hash text NOT NULL,
    session_id bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE public.stays ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.stays_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.stored (
    key text NOT NULL,
    type text NOT NULL,
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    CONSTRAINT stored_bytes_positive CHECK ((bytes > 0)),
    CONSTRAINT stored_key_form CHECK ((key ~ '^[a-z]+/[0-9a-f]{2}/[0-9a-f]{32}[.][a-z]+$'::text))
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
    in_force_from timestamp with time zone NOT NULL,
    CONSTRAINT tariff_versions_begin_after CHECK ((in_force_from >= created_at)),
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

CREATE TABLE public.telemetry (
    device_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    voltage double precision NOT NULL,
    current double precision NOT NULL,
    power_factor double precision NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (at);

CREATE TABLE public.telemetry_older (
    device_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    voltage double precision NOT NULL,
    current double precision NOT NULL,
    power_factor double precision NOT NULL,
    received_at timestamp with time zone NOT NULL
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
    search text GENERATED ALWAYS AS (public.people_fold((((((((' '::text || username) || ' '::text) || email) || ' '::text) || first_name) || ' '::text) || last_name))) STORED NOT NULL,
    gone_at timestamp with time zone,
    CONSTRAINT user_email_form CHECK ((((length(email) >= 3) AND (length(email) <= 254)) AND (email ~~ '%_@_%'::text))),
    CONSTRAINT user_gone CHECK (((gone_at IS NULL) OR ((disabled_at IS NOT NULL) AND (verified_at IS NULL) AND (seen_at IS NULL) AND (password = ''::text) AND (first_name = ''::text) AND (last_name = ''::text) AND (phone = ''::text) AND (region = ''::text) AND (address = ''::text) AND (username ~~ 'gone-%'::text) AND (email = (username || '@gone.invalid'::text))))),
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
    at timestamp with time zone NOT NULL,
    id bigint NOT NULL,
    checking boolean DEFAULT false NOT NULL
);

ALTER TABLE public.wrong_tries ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.wrong_tries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
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

ALTER TABLE ONLY public.telemetry ATTACH PARTITION public.telemetry_older DEFAULT;

ALTER TABLE ONLY public.anomalies
    ADD CONSTRAINT anomalies_once UNIQUE (key);

ALTER TABLE ONLY public.anomalies
    ADD CONSTRAINT anomalies_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_key_hash_once UNIQUE (hash);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.camera_slots
    ADD CONSTRAINT camera_slots_pkey PRIMARY KEY (camera_id, slot_id);

ALTER TABLE ONLY public.cameras
    ADD CONSTRAINT cameras_name_once UNIQUE (lot_id, name);

ALTER TABLE ONLY public.cameras
    ADD CONSTRAINT cameras_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.charges
    ADD CONSTRAINT charges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT code_request_once UNIQUE (request);

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.data_file_counts
    ADD CONSTRAINT data_file_counts_pkey PRIMARY KEY (file_id, class);

ALTER TABLE ONLY public.data_file_parts
    ADD CONSTRAINT data_file_parts_pkey PRIMARY KEY (file_id, "position");

ALTER TABLE ONLY public.data_files
    ADD CONSTRAINT data_files_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.deletions
    ADD CONSTRAINT deletions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_bookings
    ADD CONSTRAINT desk_bookings_pkey PRIMARY KEY (lot_id, grain, start);

ALTER TABLE ONLY public.desk_checks
    ADD CONSTRAINT desk_checks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_heads
    ADD CONSTRAINT desk_heads_pkey PRIMARY KEY (lot_id, grain, start);

ALTER TABLE ONLY public.desk_hours
    ADD CONSTRAINT desk_hours_pkey PRIMARY KEY (lot_id, grain, start, weekday, hour);

ALTER TABLE ONLY public.desk_money
    ADD CONSTRAINT desk_money_pkey PRIMARY KEY (lot_id, grain, start, currency);

ALTER TABLE ONLY public.desk_people
    ADD CONSTRAINT desk_people_pkey PRIMARY KEY (lot_id, user_id, day);

ALTER TABLE ONLY public.desk_returns
    ADD CONSTRAINT desk_returns_pkey PRIMARY KEY (lot_id, grain, start, since);

ALTER TABLE ONLY public.desk_stale
    ADD CONSTRAINT desk_stale_pkey PRIMARY KEY (lot_id);

ALTER TABLE ONLY public.device_counts
    ADD CONSTRAINT device_counts_pkey PRIMARY KEY (lot_id, shard);

ALTER TABLE ONLY public.device_minutes
    ADD CONSTRAINT device_minutes_pkey PRIMARY KEY (lot_id, minute, shard);

ALTER TABLE ONLY public.device_reports
    ADD CONSTRAINT device_reports_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_slot_once UNIQUE (slot_id);

ALTER TABLE ONLY public.forecasts
    ADD CONSTRAINT forecasts_pkey PRIMARY KEY (lot_id);

ALTER TABLE ONLY public.gate_places
    ADD CONSTRAINT gate_places_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.gate_shifts
    ADD CONSTRAINT gate_shifts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.inbox_events
    ADD CONSTRAINT inbox_events_once UNIQUE (provider, event_id);

ALTER TABLE ONLY public.inbox_events
    ADD CONSTRAINT inbox_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.job_runs
    ADD CONSTRAINT job_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lot_counts
    ADD CONSTRAINT lot_counts_pkey PRIMARY KEY (lot_id);

ALTER TABLE ONLY public.lot_ratings
    ADD CONSTRAINT lot_ratings_pkey PRIMARY KEY (lot_id);

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.notice_choices
    ADD CONSTRAINT notice_choices_pkey PRIMARY KEY (user_id, kind);

ALTER TABLE ONLY public.notice_readers
    ADD CONSTRAINT notice_readers_pkey PRIMARY KEY (user_id, notice_id);

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_once UNIQUE (once);

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.occupancy
    ADD CONSTRAINT occupancy_pkey PRIMARY KEY (lot_id, at);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_once UNIQUE (once);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_provider_ref_once UNIQUE (provider_ref);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_attempt_unique UNIQUE (attempt);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_provider_ref_unique UNIQUE (provider_ref);

ALTER TABLE ONLY public.plate_reads
    ADD CONSTRAINT plate_reads_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.receipt_numbers
    ADD CONSTRAINT receipt_numbers_pkey PRIMARY KEY (year);

ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT receipts_number_unique UNIQUE (number);

ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT receipts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_provider_ref_unique UNIQUE (provider_ref);

ALTER TABLE ONLY public.report_choices
    ADD CONSTRAINT report_choices_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.report_rounds
    ADD CONSTRAINT report_rounds_pkey PRIMARY KEY (month);

ALTER TABLE ONLY public.report_runs
    ADD CONSTRAINT report_runs_once PRIMARY KEY (user_id, month, kind);

ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_key PRIMARY KEY (user_id, route, key);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_no_overlap EXCLUDE USING gist (slot_id WITH =, during WITH &&) WHERE ((status = ANY (ARRAY['held'::text, 'confirmed'::text, 'checked_in'::text])));

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_pkey PRIMARY KEY (id);

ALTER TABLE public.reservations
    ADD CONSTRAINT reservations_whole CHECK (public.reservation_whole(reservations.*));

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_once UNIQUE (user_id, lot_id);

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT session_jti_once UNIQUE (jti);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.slot_presence
    ADD CONSTRAINT slot_presence_pkey PRIMARY KEY (slot_id);

ALTER TABLE ONLY public.slots
    ADD CONSTRAINT slots_label_unique UNIQUE (lot_id, label);

ALTER TABLE ONLY public.slots
    ADD CONSTRAINT slots_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.socket_tickets
    ADD CONSTRAINT socket_tickets_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.stays
    ADD CONSTRAINT stays_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stored
    ADD CONSTRAINT stored_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.tariff_lines
    ADD CONSTRAINT tariff_lines_pkey PRIMARY KEY (version_id, "position");

ALTER TABLE ONLY public.tariff_versions
    ADD CONSTRAINT tariff_versions_number_unique UNIQUE (tariff_id, number);

ALTER TABLE ONLY public.tariff_versions
    ADD CONSTRAINT tariff_versions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tariffs
    ADD CONSTRAINT tariffs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.telemetry
    ADD CONSTRAINT telemetry_pkey PRIMARY KEY (device_id, at);

ALTER TABLE ONLY public.telemetry_older
    ADD CONSTRAINT telemetry_older_pkey PRIMARY KEY (device_id, at);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vehicles
    ADD CONSTRAINT vehicle_plate_once UNIQUE (plate);

ALTER TABLE ONLY public.vehicles
    ADD CONSTRAINT vehicles_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wrong_tries
    ADD CONSTRAINT wrong_tries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.zones
    ADD CONSTRAINT zones_pkey PRIMARY KEY (id);

CREATE INDEX anomalies_newest ON public.anomalies USING btree (raised_at, id);

CREATE INDEX anomalies_of_plate ON public.anomalies USING btree (plate) WHERE (plate <> ''::text);

CREATE INDEX anomalies_of_stay ON public.anomalies USING btree (stay_id) WHERE (stay_id IS NOT NULL);

CREATE INDEX anomalies_unclosed ON public.anomalies USING btree (lot_id, raised_at) WHERE (state <> 'closed'::text);

CREATE INDEX audit_by_action ON public.audit USING btree (action, id);

CREATE INDEX audit_by_age ON public.audit USING btree (at);

CREATE INDEX audit_by_subject ON public.audit USING btree (subject, subject_id, id);

CREATE INDEX audit_by_user ON public.audit USING btree (user_id, id);

CREATE INDEX audit_with_address ON public.audit USING btree (at) WHERE (address <> ''::text);

CREATE INDEX camera_slots_by_slot ON public.camera_slots USING btree (slot_id);

CREATE INDEX charges_of_lot ON public.charges USING btree (lot_id);

CREATE INDEX charges_of_reservation ON public.charges USING btree (reservation_id) WHERE (reservation_id IS NOT NULL);

CREATE INDEX charges_of_stay ON public.charges USING btree (stay_id) WHERE (stay_id IS NOT NULL);

CREATE INDEX charges_of_user ON public.charges USING btree (user_id, id) WHERE (user_id IS NOT NULL);

CREATE UNIQUE INDEX charges_one_booking ON public.charges USING btree (reservation_id) WHERE ((kind = 'booking'::text) AND (state <> 'void'::text));

CREATE UNIQUE INDEX charges_one_of_stay ON public.charges USING btree (stay_id) WHERE ((stay_id IS NOT NULL) AND (state <> 'void'::text));

CREATE UNIQUE INDEX charges_one_open ON public.charges USING btree (reservation_id) WHERE (state = 'open'::text);

CREATE INDEX code_age ON public.codes USING btree (created_at);

CREATE INDEX code_of_address ON public.codes USING btree (lower(email), created_at);

CREATE INDEX data_files_by_age ON public.data_files USING btree (asked_at);

CREATE INDEX data_files_of_session ON public.data_files USING btree (session_id);

CREATE INDEX data_files_of_user ON public.data_files USING btree (user_id, id);

CREATE INDEX deletions_by_age ON public.deletions USING btree (at);

CREATE INDEX deletions_of_class ON public.deletions USING btree (class, id);

CREATE INDEX desk_bookings_of_lots ON public.desk_bookings USING btree (grain, start) WHERE (lot_id <> 0);

CREATE INDEX desk_money_of_lots ON public.desk_money USING btree (grain, start) WHERE (lot_id <> 0);

CREATE INDEX device_reports_last ON public.device_reports USING btree (last_reported);

CREATE UNIQUE INDEX devices_code_once ON public.devices USING btree (upper(code));

CREATE INDEX gate_shifts_newest ON public.gate_shifts USING btree (ended_at, id);

CREATE INDEX gate_shifts_of_user ON public.gate_shifts USING btree (user_id, ended_at);

CREATE INDEX inbox_events_of_payment ON public.inbox_events USING btree (payment_id, id) WHERE (payment_id IS NOT NULL);

CREATE INDEX inbox_events_received ON public.inbox_events USING btree (received_at);

CREATE INDEX inbox_events_with_body ON public.inbox_events USING btree (received_at) WHERE (body <> ''::text);

CREATE INDEX job_runs_by_age ON public.job_runs USING btree (ended_at);

CREATE INDEX job_runs_by_job ON public.job_runs USING btree (job_id);

CREATE INDEX job_runs_by_kind ON public.job_runs USING btree (kind, id);

CREATE INDEX jobs_due ON public.jobs USING btree (run_at, id) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));

CREATE INDEX jobs_failed ON public.jobs USING btree (id) WHERE (state = 'failed'::text);

CREATE INDEX jobs_finished_at ON public.jobs USING btree (finished_at) WHERE (state = ANY (ARRAY['done'::text, 'failed'::text]));

CREATE INDEX jobs_of_kind ON public.jobs USING btree (kind, id);

CREATE UNIQUE INDEX jobs_unique_key ON public.jobs USING btree (kind, unique_key) WHERE (unique_key IS NOT NULL);

CREATE UNIQUE INDEX lots_name_unique ON public.lots USING btree (lower(name));

CREATE INDEX lots_on_globe ON public.lots USING gist (on_globe);

CREATE INDEX notice_readers_of_notice ON public.notice_readers USING btree (notice_id);

CREATE INDEX notice_readers_unread ON public.notice_readers USING btree (user_id, notice_id) WHERE (read_at IS NULL);

CREATE INDEX notices_by_age ON public.notices USING btree (created_at);

CREATE INDEX occupancy_at ON public.occupancy USING brin (at);

CREATE INDEX outbox_by_age ON public.outbox USING btree (created_at);

CREATE INDEX outbox_of_state ON public.outbox USING btree (state, id);

CREATE INDEX outbox_of_user ON public.outbox USING btree (user_id, id) WHERE (user_id IS NOT NULL);

CREATE INDEX outbox_returned ON public.outbox USING btree (tried_at) WHERE (state = ANY (ARRAY['bounced'::text, 'failed'::text]));

CREATE INDEX outbox_waiting ON public.outbox USING btree (id) WHERE (state = 'waiting'::text);

CREATE INDEX outbox_with_words ON public.outbox USING btree (created_at) WHERE (body <> ''::text);

CREATE INDEX payments_by_amount ON public.payments USING btree (amount, id);

CREATE INDEX payments_newest ON public.payments USING btree (created_at, id);

CREATE INDEX payments_of_charge ON public.payments USING btree (charge_id);

CREATE UNIQUE INDEX payments_one_pending ON public.payments USING btree (charge_id) WHERE (status = 'pending'::text);

CREATE INDEX payments_paid_at ON public.payments USING btree (paid_at, id) WHERE (status = 'paid'::text);

CREATE INDEX payments_recorded ON public.payments USING btree (recorded_by, paid_at) WHERE (recorded_by IS NOT NULL);

CREATE INDEX payments_to_ask ON public.payments USING btree (ask_at) WHERE (status = 'pending'::text);

CREATE INDEX plate_reads_by_age ON public.plate_reads USING btree (seen_at, id);

CREATE INDEX plate_reads_by_camera ON public.plate_reads USING btree (camera_id, id);

CREATE INDEX plate_reads_by_plate ON public.plate_reads USING btree (plate, id);

CREATE INDEX plate_reads_by_stay ON public.plate_reads USING btree (stay_id) WHERE (stay_id IS NOT NULL);

CREATE INDEX plate_reads_waiting ON public.plate_reads USING btree (id) WHERE (state = 'waiting'::text);

CREATE INDEX receipts_by_age ON public.receipts USING btree (issued_at, id);

CREATE INDEX receipts_by_amount ON public.receipts USING btree (amount, id);

CREATE UNIQUE INDEX receipts_of_payment ON public.receipts USING btree (payment_id) WHERE (payment_id IS NOT NULL);

CREATE UNIQUE INDEX receipts_of_refund ON public.receipts USING btree (refund_id) WHERE (refund_id IS NOT NULL);

CREATE INDEX receipts_of_user ON public.receipts USING btree (user_id, id) WHERE (user_id IS NOT NULL);

CREATE INDEX refunds_by_age ON public.refunds USING btree (made_at, id);

CREATE INDEX refunds_done_at ON public.refunds USING btree (done_at, id) WHERE (status = 'done'::text);

CREATE INDEX refunds_handed_out ON public.refunds USING btree (made_by, done_at) WHERE (made_by IS NOT NULL);

CREATE INDEX refunds_of_payment ON public.refunds USING btree (payment_id);

CREATE INDEX refunds_pending ON public.refunds USING btree (id) WHERE (status = 'pending'::text);

CREATE INDEX report_runs_of_month ON public.report_runs USING btree (month, kind);

CREATE INDEX requests_at ON public.requests USING btree (at);

CREATE INDEX reservations_by_age ON public.reservations USING btree (created_at, id);

CREATE INDEX reservations_by_price ON public.reservations USING btree (price, id);

CREATE INDEX reservations_by_start ON public.reservations USING btree (starts, id);

CREATE INDEX reservations_ending ON public.reservations USING btree (ends) WHERE (status = ANY (ARRAY['confirmed'::text, 'checked_in'::text]));

CREATE INDEX reservations_ends_due ON public.reservations USING btree (ends) WHERE (status = 'checked_in'::text);

CREATE INDEX reservations_holds_due ON public.reservations USING btree (hold_until) WHERE (status = 'held'::text);

CREATE INDEX reservations_live ON public.reservations USING btree (slot_id, starts) INCLUDE (ends, status, hold_until) WHERE (status = ANY (ARRAY['held'::text, 'confirmed'::text, 'checked_in'::text]));

CREATE INDEX reservations_live_of_user ON public.reservations USING btree (user_id) WHERE (status = ANY (ARRAY['held'::text, 'confirmed'::text, 'checked_in'::text]));

CREATE INDEX reservations_no_shows_due ON public.reservations USING btree (no_show_at) WHERE (status = 'confirmed'::text);

CREATE INDEX reservations_of_lot ON public.reservations USING btree (lot_id, starts);

CREATE INDEX reservations_of_plate ON public.reservations USING btree (plate, starts) WHERE (status = ANY (ARRAY['confirmed'::text, 'checked_in'::text]));

CREATE INDEX reservations_of_user ON public.reservations USING btree (user_id, starts, id);

CREATE INDEX reservations_of_vehicle ON public.reservations USING btree (vehicle_id) WHERE (vehicle_id IS NOT NULL);

CREATE INDEX reservations_starting ON public.reservations USING btree (starts) WHERE (status = 'confirmed'::text);

CREATE INDEX reviews_by_age ON public.reviews USING btree (created_at, id);

CREATE INDEX reviews_hidden ON public.reviews USING btree (id) WHERE (hidden_at IS NOT NULL);

CREATE INDEX reviews_of_lot ON public.reviews USING btree (lot_id);

CREATE INDEX reviews_shown ON public.reviews USING btree (lot_id, id) WHERE (hidden_at IS NULL);

CREATE INDEX session_end ON public.sessions USING btree (expires_at);

CREATE INDEX session_of_user ON public.sessions USING btree (user_id, id) WHERE (revoked_at IS NULL);

CREATE INDEX slot_presence_occupied ON public.slot_presence USING btree (slot_id) WHERE occupied;

CREATE UNIQUE INDEX slots_code_unique ON public.slots USING btree (upper(code));

CREATE INDEX slots_of_lot ON public.slots USING btree (lot_id, zone_id, "position", id);

CREATE INDEX slots_of_zone ON public.slots USING btree (zone_id);

CREATE INDEX socket_tickets_ended ON public.socket_tickets USING btree (expires_at);

CREATE INDEX stays_left_of_lot ON public.stays USING btree (lot_id, left_at) WHERE (left_at IS NOT NULL);

CREATE INDEX stays_let_in ON public.stays USING btree (entered_by, entered_at) WHERE (entered_by IS NOT NULL);

CREATE INDEX stays_let_out ON public.stays USING btree (left_by, left_at) WHERE (left_by IS NOT NULL);

CREATE INDEX stays_long ON public.stays USING btree (lot_id, left_at) WHERE ((left_at - entered_at) > '60 days'::interval);

CREATE INDEX stays_newest ON public.stays USING btree (entered_at, id);

CREATE INDEX stays_of_lot ON public.stays USING btree (lot_id, entered_at);

CREATE INDEX stays_of_plate ON public.stays USING btree (plate, entered_at);

CREATE UNIQUE INDEX stays_of_reservation ON public.stays USING btree (reservation_id) WHERE ((reservation_id IS NOT NULL) AND (status <> 'void'::text));

CREATE INDEX stays_of_user ON public.stays USING btree (user_id, entered_at) WHERE (user_id IS NOT NULL);

CREATE INDEX stays_open ON public.stays USING btree (entered_at) WHERE (status = 'open'::text);

CREATE UNIQUE INDEX stays_open_plate ON public.stays USING btree (plate) WHERE (status = 'open'::text);

CREATE UNIQUE INDEX stays_open_slot ON public.stays USING btree (slot_id) WHERE ((status = 'open'::text) AND (slot_id IS NOT NULL));

CREATE UNIQUE INDEX stays_open_vehicle ON public.stays USING btree (vehicle_id) WHERE ((status = 'open'::text) AND (vehicle_id IS NOT NULL));

CREATE INDEX stays_slot ON public.stays USING btree (slot_id) WHERE (slot_id IS NOT NULL);

CREATE INDEX stays_vehicle ON public.stays USING btree (vehicle_id) WHERE (vehicle_id IS NOT NULL);

CREATE INDEX stored_unsent ON public.stored USING btree (created_at) WHERE (sent_at IS NULL);

CREATE INDEX tariff_versions_author ON public.tariff_versions USING btree (created_by);

CREATE INDEX tariff_versions_in_force ON public.tariff_versions USING btree (tariff_id, in_force_from, number);

CREATE UNIQUE INDEX tariffs_built_in_unique ON public.tariffs USING btree (name, currency) WHERE built_in;

CREATE UNIQUE INDEX tariffs_name_unique ON public.tariffs USING btree (lower(name)) WHERE ((NOT built_in) AND (retired_at IS NULL));

CREATE INDEX telemetry_by_time ON ONLY public.telemetry USING btree (at);

CREATE INDEX telemetry_older_at_idx ON public.telemetry_older USING btree (at);

CREATE UNIQUE INDEX user_email_once ON public.users USING btree (lower(email));

CREATE INDEX user_of_role ON public.users USING btree (role, id);

CREATE INDEX user_search ON public.users USING gin (search public.gin_trgm_ops);

CREATE UNIQUE INDEX user_username_once ON public.users USING btree (lower(username));

CREATE INDEX users_created_at ON public.users USING btree (created_at);

CREATE INDEX vehicle_of_user ON public.vehicles USING btree (user_id, id);

CREATE INDEX wrong_try_age ON public.wrong_tries USING btree (at);

CREATE INDEX wrong_try_of_account ON public.wrong_tries USING btree (account, at);

CREATE UNIQUE INDEX zones_code_unique ON public.zones USING btree (upper(code));

CREATE INDEX zones_of_lot ON public.zones USING btree (lot_id, "position", id);

ALTER INDEX public.telemetry_by_time ATTACH PARTITION public.telemetry_older_at_idx;

ALTER INDEX public.telemetry_pkey ATTACH PARTITION public.telemetry_older_pkey;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.audit_stays();

CREATE TRIGGER audit_append_only_truncate BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.audit_stays();

CREATE TRIGGER desk_booking_changed AFTER UPDATE OF status, starts, ends, lot_id, confirmed_at ON public.reservations FOR EACH ROW WHEN ((((old.confirmed_at IS NOT NULL) OR (new.confirmed_at IS NOT NULL)) AND (((((old.starts IS DISTINCT FROM new.starts) OR (old.ends IS DISTINCT FROM new.ends)) OR (old.lot_id IS DISTINCT FROM new.lot_id)) OR (old.confirmed_at IS DISTINCT FROM new.confirmed_at)) OR (
        CASE
            WHEN (old.status = ANY (ARRAY['confirmed'::text, 'checked_in'::text, 'completed'::text])) THEN 'kept'::text
            ELSE old.status
        END IS DISTINCT FROM
        CASE
            WHEN (new.status = ANY (ARRAY['confirmed'::text, 'checked_in'::text, 'completed'::text])) THEN 'kept'::text
            ELSE new.status
        END)))) EXECUTE FUNCTION public.desk_booking_told();

CREATE TRIGGER desk_booking_gone AFTER DELETE ON public.reservations FOR EACH ROW WHEN ((old.confirmed_at IS NOT NULL)) EXECUTE FUNCTION public.desk_booking_told();

CREATE TRIGGER desk_booking_made AFTER INSERT ON public.reservations FOR EACH ROW WHEN ((new.confirmed_at IS NOT NULL)) EXECUTE FUNCTION public.desk_booking_told();

CREATE TRIGGER desk_lot_moved AFTER UPDATE OF time_zone ON public.lots FOR EACH ROW WHEN ((old.time_zone <> new.time_zone)) EXECUTE FUNCTION public.desk_lot_moved();

CREATE TRIGGER desk_payment_changed AFTER UPDATE OF status, amount, currency, method, paid_at, charge_id ON public.payments FOR EACH ROW WHEN ((((old.status = 'paid'::text) OR (new.status = 'paid'::text)) AND ((((((old.status IS DISTINCT FROM new.status) OR (old.amount IS DISTINCT FROM new.amount)) OR (old.currency IS DISTINCT FROM new.currency)) OR (old.method IS DISTINCT FROM new.method)) OR (old.paid_at IS DISTINCT FROM new.paid_at)) OR (old.charge_id IS DISTINCT FROM new.charge_id)))) EXECUTE FUNCTION public.desk_payment_told();

CREATE TRIGGER desk_payment_gone AFTER DELETE ON public.payments FOR EACH ROW WHEN ((old.status = 'paid'::text)) EXECUTE FUNCTION public.desk_payment_told();

CREATE TRIGGER desk_payment_made AFTER INSERT ON public.payments FOR EACH ROW WHEN ((new.status = 'paid'::text)) EXECUTE FUNCTION public.desk_payment_told();

CREATE TRIGGER desk_refund_changed AFTER UPDATE OF status, amount, currency, done_at, payment_id ON public.refunds FOR EACH ROW WHEN ((((old.status = 'done'::text) OR (new.status = 'done'::text)) AND (((((old.status IS DISTINCT FROM new.status) OR (old.amount IS DISTINCT FROM new.amount)) OR (old.currency IS DISTINCT FROM new.currency)) OR (old.done_at IS DISTINCT FROM new.done_at)) OR (old.payment_id IS DISTINCT FROM new.payment_id)))) EXECUTE FUNCTION public.desk_refund_told();

CREATE TRIGGER desk_refund_gone AFTER DELETE ON public.refunds FOR EACH ROW WHEN ((old.status = 'done'::text)) EXECUTE FUNCTION public.desk_refund_told();

CREATE TRIGGER desk_refund_made AFTER INSERT ON public.refunds FOR EACH ROW WHEN ((new.status = 'done'::text)) EXECUTE FUNCTION public.desk_refund_told();

CREATE TRIGGER desk_stay_changed AFTER UPDATE OF status, entered_at, left_at, lot_id, reservation_id ON public.stays FOR EACH ROW WHEN ((((old.status = 'closed'::text) OR (new.status = 'closed'::text)) AND ((old.reservation_id IS NULL) OR (new.reservation_id IS NULL)) AND (((((old.status IS DISTINCT FROM new.status) OR (old.entered_at IS DISTINCT FROM new.entered_at)) OR (old.left_at IS DISTINCT FROM new.left_at)) OR (old.lot_id IS DISTINCT FROM new.lot_id)) OR (old.reservation_id IS DISTINCT FROM new.reservation_id)))) EXECUTE FUNCTION public.desk_stay_told();

CREATE TRIGGER desk_stay_gone AFTER DELETE ON public.stays FOR EACH ROW WHEN (((old.status = 'closed'::text) AND (old.reservation_id IS NULL))) EXECUTE FUNCTION public.desk_stay_told();

CREATE TRIGGER desk_stay_made AFTER INSERT ON public.stays FOR EACH ROW WHEN (((new.status = 'closed'::text) AND (new.reservation_id IS NULL))) EXECUTE FUNCTION public.desk_stay_told();

CREATE TRIGGER device_reports_come AFTER INSERT OR DELETE ON public.device_reports FOR EACH ROW EXECUTE FUNCTION public.device_reports_row();

CREATE TRIGGER device_reports_counted AFTER UPDATE ON public.device_reports REFERENCING OLD TABLE AS before NEW TABLE AS now_so FOR EACH STATEMENT EXECUTE FUNCTION public.device_reports_changed();

CREATE TRIGGER reviews_counted AFTER INSERT OR DELETE OR UPDATE OF lot_id, rating, hidden_at ON public.reviews FOR EACH ROW EXECUTE FUNCTION public.lot_rating_follows();

CREATE TRIGGER tariff_lines_stand BEFORE DELETE OR UPDATE ON public.tariff_lines FOR EACH ROW EXECUTE FUNCTION public.tariff_version_stands();

CREATE TRIGGER tariff_versions_begin BEFORE INSERT ON public.tariff_versions FOR EACH ROW EXECUTE FUNCTION public.tariff_version_begins();

CREATE TRIGGER tariff_versions_stand BEFORE DELETE OR UPDATE OF id, tariff_id, number, created_at, in_force_from ON public.tariff_versions FOR EACH ROW EXECUTE FUNCTION public.tariff_version_stands();

ALTER TABLE ONLY public.anomalies
    ADD CONSTRAINT anomalies_acknowledged_by FOREIGN KEY (acknowledged_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.anomalies
    ADD CONSTRAINT anomalies_closed_by FOREIGN KEY (closed_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.anomalies
    ADD CONSTRAINT anomalies_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.anomalies
    ADD CONSTRAINT anomalies_stay FOREIGN KEY (stay_id) REFERENCES public.stays(id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.camera_slots
    ADD CONSTRAINT camera_slots_camera FOREIGN KEY (camera_id) REFERENCES public.cameras(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.camera_slots
    ADD CONSTRAINT camera_slots_slot FOREIGN KEY (slot_id) REFERENCES public.slots(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.cameras
    ADD CONSTRAINT cameras_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id);

ALTER TABLE ONLY public.charges
    ADD CONSTRAINT charges_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id);

ALTER TABLE ONLY public.charges
    ADD CONSTRAINT charges_reservation FOREIGN KEY (reservation_id) REFERENCES public.reservations(id);

ALTER TABLE ONLY public.charges
    ADD CONSTRAINT charges_stay FOREIGN KEY (stay_id) REFERENCES public.stays(id);

ALTER TABLE ONLY public.charges
    ADD CONSTRAINT charges_user FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.data_file_counts
    ADD CONSTRAINT data_file_counts_file FOREIGN KEY (file_id) REFERENCES public.data_files(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.data_file_parts
    ADD CONSTRAINT data_file_parts_file FOREIGN KEY (file_id) REFERENCES public.data_files(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.data_files
    ADD CONSTRAINT data_files_session FOREIGN KEY (session_id) REFERENCES public.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.data_files
    ADD CONSTRAINT data_files_user FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.device_reports
    ADD CONSTRAINT device_reports_device FOREIGN KEY (device_id) REFERENCES public.devices(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_slot FOREIGN KEY (slot_id) REFERENCES public.slots(id);

ALTER TABLE ONLY public.forecasts
    ADD CONSTRAINT forecasts_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.gate_places
    ADD CONSTRAINT gate_places_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.gate_places
    ADD CONSTRAINT gate_places_user FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.gate_shifts
    ADD CONSTRAINT gate_shifts_user FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.inbox_events
    ADD CONSTRAINT inbox_events_payment FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.lot_counts
    ADD CONSTRAINT lot_counts_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lot_ratings
    ADD CONSTRAINT lot_ratings_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_tariff FOREIGN KEY (tariff_id) REFERENCES public.tariffs(id);

ALTER TABLE ONLY public.notice_choices
    ADD CONSTRAINT notice_choices_user FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notice_readers
    ADD CONSTRAINT notice_readers_notice FOREIGN KEY (notice_id) REFERENCES public.notices(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notice_readers
    ADD CONSTRAINT notice_readers_user FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_made_by FOREIGN KEY (made_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_user FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.occupancy
    ADD CONSTRAINT occupancy_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_charge FOREIGN KEY (charge_id) REFERENCES public.charges(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_recorded_by FOREIGN KEY (recorded_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.plate_reads
    ADD CONSTRAINT plate_reads_camera FOREIGN KEY (camera_id) REFERENCES public.cameras(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.plate_reads
    ADD CONSTRAINT plate_reads_decided_by FOREIGN KEY (decided_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.plate_reads
    ADD CONSTRAINT plate_reads_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id);

ALTER TABLE ONLY public.plate_reads
    ADD CONSTRAINT plate_reads_slot FOREIGN KEY (slot_id) REFERENCES public.slots(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.plate_reads
    ADD CONSTRAINT plate_reads_user FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT receipts_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id);

ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT receipts_payment FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT receipts_refund FOREIGN KEY (refund_id) REFERENCES public.refunds(id);

ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT receipts_user FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_made_by FOREIGN KEY (made_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_payment FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.report_choices
    ADD CONSTRAINT report_choices_user FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.report_rounds
    ADD CONSTRAINT report_rounds_begun_by FOREIGN KEY (begun_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.report_runs
    ADD CONSTRAINT report_runs_user FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_slot FOREIGN KEY (slot_id) REFERENCES public.slots(id);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_user FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_vehicle FOREIGN KEY (vehicle_id) REFERENCES public.vehicles(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_hidden_by FOREIGN KEY (hidden_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id);

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_user FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.slot_presence
    ADD CONSTRAINT slot_presence_slot FOREIGN KEY (slot_id) REFERENCES public.slots(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.slots
    ADD CONSTRAINT slots_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id);

ALTER TABLE ONLY public.slots
    ADD CONSTRAINT slots_zone FOREIGN KEY (zone_id) REFERENCES public.zones(id);

ALTER TABLE ONLY public.socket_tickets
    ADD CONSTRAINT socket_tickets_session FOREIGN KEY (session_id) REFERENCES public.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stays
    ADD CONSTRAINT stays_entered_by FOREIGN KEY (entered_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.stays
    ADD CONSTRAINT stays_left_by FOREIGN KEY (left_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.stays
    ADD CONSTRAINT stays_lot FOREIGN KEY (lot_id) REFERENCES public.lots(id);

ALTER TABLE ONLY public.stays
    ADD CONSTRAINT stays_reservation FOREIGN KEY (reservation_id) REFERENCES public.reservations(id);

ALTER TABLE ONLY public.stays
    ADD CONSTRAINT stays_slot FOREIGN KEY (slot_id) REFERENCES public.slots(id);

ALTER TABLE ONLY public.stays
    ADD CONSTRAINT stays_user FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.stays
    ADD CONSTRAINT stays_vehicle FOREIGN KEY (vehicle_id) REFERENCES public.vehicles(id) ON DELETE SET NULL;

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

