-- Devices on slots, what they report, and how they fare.

create table devices (
  id bigint generated always as identity primary key,
  code text not null,
  name text not null default '',
  slot_id bigint not null constraint devices_slot references slots (id)
    constraint devices_slot_once unique,
  created_at timestamptz not null default now(),
  constraint devices_code_form check (char_length(code) between 1 and 50 and code !~ '[[:cntrl:]]' and code = btrim(code)),
  constraint devices_name_length check (char_length(name) <= 100)
);
create unique index devices_code_once on devices (upper(code));

-- What they last said, in rows of their own: written with every reading, and never with a device's words.
create table device_reports (
  device_id bigint constraint device_reports_pkey primary key
    constraint device_reports_device references devices (id) on delete cascade,
  lot_id bigint not null,                 -- of its slot: whose counts it is in
  last_reported timestamptz,              -- never later than the time of receipt; null: never
  received_at timestamptz,                -- when we last heard of it
  read_at timestamptz,                    -- of its latest reading: that one's time, or its receipt if that was earlier
  voltage double precision,
  current double precision,
  power_factor double precision,
  electrical text not null default '',
  offline_since timestamptz,              -- its going offline was told
  skewed_since timestamptz,               -- its clock going wrong was told
  constraint device_reports_electrical_known check (electrical in ('', 'normal', 'warning', 'critical')),
  constraint device_reports_whole check ((read_at is null) = (electrical = ''))
) with (fillfactor = 50);
create index device_reports_last on device_reports (last_reported);

-- Readings.  A device's are found by the key, everybody's by the time.  No reference to devices: a reading is only
-- written by who holds that device's row in device_reports, and a device takes its readings with it.
create table telemetry (
  device_id bigint not null,
  at timestamptz not null,
  voltage double precision not null,
  current double precision not null,
  power_factor double precision not null,
  received_at timestamptz not null,
  constraint telemetry_pkey primary key (device_id, at)
) partition by range (at);
create index telemetry_by_time on telemetry (at);
create table telemetry_older partition of telemetry default;

-- A partition for the month of `now` and each of the two to come; older than `keep_from` go.  Answers how many were
-- made and dropped.  What lies in telemetry_older of a new month moves over.
create function telemetry_partitions(at_now timestamptz, keep_from timestamptz, out made bigint, out dropped bigint)
language plpgsql as $$
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
end $$;
select made from telemetry_partitions(now(), '-infinity');

-- Is a car in the slot, by somebody's word (S1's slots, a sensor that can tell)?
create table slot_presence (
  slot_id bigint constraint slot_presence_pkey primary key
    constraint slot_presence_slot references slots (id) on delete cascade,
  occupied boolean not null,
  said_at timestamptz not null
);

-- What sensors tell of a slot at a time: `occupied`, by a word that still holds or a charger that is drawn from, and
-- `silent`, when the device that should tell does not.  src/devices/devices.h has the rule in words.
create function slot_sensed(said boolean, said_at timestamptz, device bigint, last_reported timestamptz, charger boolean, drawn double precision,
  at timestamptz, out occupied boolean, out silent boolean) language sql immutable parallel safe as $$
  select coalesce(said and (device is null or said_at >= at - interval '10 minutes' or last_reported >= at - interval '10 minutes'), false)
      or coalesce(charger and drawn >= 6 and last_reported >= at - interval '10 minutes', false),
    device is not null and coalesce(last_reported < at - interval '10 minutes', true)
$$;

-- ---- counts, kept as things happen
--
-- Health changes with the clock alone.  So devices are counted by the minute of their last report, and who asks adds
-- up minutes; what is neither healthy nor in need of a look is offline.  Writers do not wait for each other: each has
-- one of eight rows.

create table device_minutes (
  lot_id bigint not null,
  minute timestamptz not null,
  shard smallint not null,
  n bigint not null,
  constraint device_minutes_pkey primary key (lot_id, minute, shard)
) with (fillfactor = 50);

create table device_counts (
  lot_id bigint not null,
  shard smallint not null,
  devices bigint not null,
  warning bigint not null,                -- electrically
  critical bigint not null,
  constraint device_counts_pkey primary key (lot_id, shard)
) with (fillfactor = 50);

-- By one statement for many reports.  The order of the rows keeps two writers of one shard from waiting crosswise.
create function device_reports_changed() returns trigger language plpgsql as $$
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
    select a.lot_id, a.electrical, 1 as n from now_so a join before b using (device_id)
    where (a.lot_id, a.electrical) is distinct from (b.lot_id, b.electrical)
    union all
    select b.lot_id, b.electrical, -1 from now_so a join before b using (device_id)
    where (a.lot_id, a.electrical) is distinct from (b.lot_id, b.electrical)) moved
  group by lot_id
  order by lot_id
  on conflict on constraint device_counts_pkey do update set devices = k.devices + excluded.devices,
    warning = k.warning + excluded.warning, critical = k.critical + excluded.critical;
  return null;
end $$;
create trigger device_reports_counted after update on device_reports referencing old table as before new table as now_so
  for each statement execute function device_reports_changed();

-- Devices come and go one by one.
create function device_reports_row() returns trigger language plpgsql as $$
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
create trigger device_reports_come after insert or delete on device_reports for each row execute function device_reports_row();
