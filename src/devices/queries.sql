-- Devices, their readings, what sensors say of slots: every statement of this slice.  See src/tools/sqlgen.c.
--include devices/tables.h
--include devices/devices.h
--include devices/pages.h

-- ---- devices

--: slot_for_device(text code) -> one device_id
select id, lot_id from slots where upper(code) = upper($1);

--: device_insert(text code, text name, int slot_id, instant now) -> one device_id
insert into devices (code, name, slot_id, created_at) values ($1, $2, $3, $4)
returning id, 0::bigint as lot_id;

--: device_reports_insert(int id, int lot_id) -> none
insert into device_reports (device_id, lot_id) values ($1, $2);

--: device_update(int id, text code, text name, int slot_id) -> count
update devices set code = $2, name = $3, slot_id = $4 where id = $1;

--: device_reports_move(int id, int lot_id) -> none
update device_reports set lot_id = $2 where device_id = $1 and lot_id <> $2;

-- Whoever writes its readings holds that row.
--: device_hold(int id) -> one device_id
select device_id as id, lot_id from device_reports where device_id = $1 for update;

--: device_readings_delete(int id) -> none
delete from telemetry where device_id = $1;

--: device_delete(int id) -> count
delete from devices where id = $1;

-- A device as struct device has it, and what is around it.
--part device_columns
select d.id, d.code, d.name, d.slot_id, d.created_at, s.code as slot_code, s.label as slot_label, s.lot_id, z.code as zone_code,
  l.name as lot_name, l.time_zone, r.last_reported, r.received_at, r.read_at, r.voltage, r.current, r.power_factor,
  r.read_at is not null as read, r.electrical

--part devices_around
from devices d
join device_reports r on r.device_id = d.id
join slots s on s.id = d.slot_id
join zones z on z.id = s.zone_id
join lots l on l.id = s.lot_id

--: device_by_id(int id) -> one device
--= device_columns
--= devices_around
where d.id = $1;

--: device_by_code(text code) -> one device
--= device_columns
--= devices_around
where upper(d.code) = upper($1);

-- $1 a word, $2 lot, $3 health, $4 electrical state; healthy are those heard of since $5, late those since $6.
--part devices_wanted
where ($1::text is null or position(upper($1) in upper(d.code || ' ' || d.name || ' ' || s.code || ' ' || s.label || ' ' || l.name)) > 0)
  and ($2::bigint is null or s.lot_id = $2)
  and ($3::text is null or $3 = case when r.last_reported >= $5 then 'healthy' when r.last_reported >= $6 then 'warning' else 'offline' end)
  and ($4::text is null or r.electrical = $4)

--: devices_found(text? q, int? lot_id, text? health, text? electrical, instant healthy, instant warning, text sort, int skip, int most) -> many device
--= device_columns
--= devices_around
cross join lateral (
  select case when r.last_reported >= $5 then 2 when r.last_reported >= $6 then 1 else 0 end as health,
    case r.electrical when 'critical' then 0 when 'warning' then 1 else 2 end as electrical) nth
--= devices_wanted
order by
  case when $7 = 'health' then nth.health end, case when $7 = '-health' then nth.health end desc,
  case when $7 in ('health', 'electrical') then nth.electrical end,
  case when $7 in ('-health', '-electrical') then nth.electrical end desc,
  case when $7 in ('health', '-report') then r.last_reported end desc nulls last,
  case when $7 in ('-health', 'report') then r.last_reported end nulls first,
  case when $7 = 'code' then upper(d.code) end, case when $7 = '-code' then upper(d.code) end desc,
  case when $7 in ('slot', 'lot') then lower(l.name) end, case when $7 in ('-slot', '-lot') then lower(l.name) end desc,
  case when $7 = 'slot' then s.code end, case when $7 = '-slot' then s.code end desc,
  case when $7 = 'voltage' then r.voltage end, case when $7 = '-voltage' then r.voltage end desc nulls last,
  case when $7 = 'current' then r.current end, case when $7 = '-current' then r.current end desc nulls last,
  case when $7 = 'factor' then r.power_factor end, case when $7 = '-factor' then r.power_factor end desc nulls last,
  case when left($7, 1) <> '-' then d.id end, case when left($7, 1) = '-' then d.id end desc
limit $9 offset $8;

-- Up to so many.
--: devices_found_count(text? q, int? lot_id, text? health, text? electrical, instant healthy, instant warning, int most) -> one how_many
select count(1) as n from (select d.id
--= devices_around
--= devices_wanted
limit $7) x;

-- Whole minutes are added up; of the minute in which a bound lies, devices are counted by their index.
--: overview_of(int? lot_id, instant healthy, instant warning) -> one overview, planned once
select c.slots, c.occupied, c.slots - c.occupied as available, k.devices, f.healthy, f.heard - f.healthy as warning,
  k.devices - f.heard as offline, k.electrical_warning, k.electrical_critical
from (select coalesce(sum(slots), 0)::bigint as slots, coalesce(sum(occupied), 0)::bigint as occupied
    from lot_counts where $1::bigint is null or lot_id = $1) c
cross join (select coalesce(sum(devices), 0)::bigint as devices, coalesce(sum(warning), 0)::bigint as electrical_warning,
    coalesce(sum(critical), 0)::bigint as electrical_critical
  from device_counts where $1::bigint is null or lot_id = $1) k
cross join (select
    (coalesce(sum(n) filter (where minute > $2), 0) + (select count(r.device_id) from device_reports r
      where r.last_reported >= $2 and r.last_reported < date_trunc('minute', $2::timestamptz) + interval '1 minute'
        and ($1::bigint is null or r.lot_id = $1)))::bigint as healthy,
    (coalesce(sum(n), 0) + (select count(r.device_id) from device_reports r
      where r.last_reported >= $3 and r.last_reported < date_trunc('minute', $3::timestamptz) + interval '1 minute'
        and ($1::bigint is null or r.lot_id = $1)))::bigint as heard
  from device_minutes where minute > $3 and ($1::bigint is null or lot_id = $1)) f;

-- ---- readings

-- What is done with readings, whose devices are known: "given".  Rows of device_reports are held in their order, so that two writers
-- never wait crosswise; whose device is gone meanwhile holds none.  Of two readings of one device and time the first counts.
--part readings_told
), held as materialized (
  select h.device_id, h.offline_since, h.skewed_since
  from (select distinct g.device_id from given g where g.device_id is not null order by g.device_id) w
  cross join lateral (select r.device_id, r.offline_since, r.skewed_since from device_reports r where r.device_id = w.device_id
    for no key update) h
), firsts as materialized (
  select distinct on (g.device_id, g.at) g.nth, g.device_id, g.at, g.voltage, g.current, g.factor, g.received, least(g.at, g.received) as heard
  from given g
  join held h on h.device_id = g.device_id
  order by g.device_id, g.at, g.nth
), made as (
  insert into telemetry (device_id, at, voltage, current, power_factor, received_at)
  select device_id, at, voltage, current, factor, received from firsts
  on conflict on constraint telemetry_pkey do nothing
  returning device_id, at
), latest as (
  select distinct on (f.device_id) f.device_id, f.at, f.heard, f.voltage, f.current, f.factor, f.received,
    f.at not between f.received - interval '5 minutes' and f.received + interval '5 minutes' as skewed
  from firsts f
  join made m on m.device_id = f.device_id and m.at = f.at
  order by f.device_id, f.heard desc, f.at desc
), told as (
  update device_reports r set
    last_reported = greatest(r.last_reported, n.heard),
    received_at = greatest(r.received_at, n.received),
    read_at = greatest(r.read_at, n.heard),
    voltage = case when r.read_at > n.heard then r.voltage else n.voltage end,
    current = case when r.read_at > n.heard then r.current else n.current end,
    power_factor = case when r.read_at > n.heard then r.power_factor else n.factor end,
    electrical = case when r.read_at > n.heard then r.electrical when n.voltage < 180 or n.voltage > 250 then 'critical'
      when n.factor < 0.8 then 'warning' else 'normal' end,
    offline_since = case when n.heard >= n.received - interval '10 minutes' then null else r.offline_since end,
    skewed_since = case when n.skewed then coalesce(r.skewed_since, n.received) end
  from latest n
  where n.device_id = r.device_id
  returning r.device_id, r.offline_since, r.skewed_since
)
select g.nth, coalesce(h.device_id, 0) as device_id, coalesce(g.code, '') as code, m.device_id is not null as fresh,
  coalesce(l.at = g.at and m.device_id is not null and h.offline_since is not null and t.offline_since is null, false) as back,
  coalesce(l.at = g.at and m.device_id is not null and h.skewed_since is null and t.skewed_since is not null, false) as skewed
from given g
left join held h on h.device_id = g.device_id
left join firsts f on f.nth = g.nth
left join made m on m.device_id = f.device_id and m.at = f.at
left join told t on t.device_id = g.device_id
left join latest l on l.device_id = g.device_id
order by g.nth;

-- All that came in together.  However few they are, the planner takes them for many: each device is looked up by itself, lest all of
-- them be read.
--: readings_store(text codes, ints times, text voltages, text currents, text factors, ints received) -> many stored, planned once
with given as materialized (
  select g.nth, d.id as device_id, d.code, timestamptz 'epoch' + g.at * interval '1 microsecond' as at, g.voltage, g.current, g.factor,
    timestamptz 'epoch' + g.received * interval '1 microsecond' as received
  from unnest($1::text::text[], $2::bigint[], $3::text::float8[], $4::text::float8[], $5::text::float8[], $6::bigint[])
    with ordinality as g (code, at, voltage, current, factor, received, nth)
  left join lateral (select id, code from devices where upper(devices.code) = upper(g.code) limit 1) d on true
--= readings_told

-- One that came alone, of a device of which there is nothing to tell: it is neither silent nor is its clock wrong, nor will it be after
-- this, which its lock makes sure of.  No row otherwise, and nothing is stored.
--: reading_store(text code, int at, real voltage, real current, real factor, int received) -> many stored
with given as materialized (
  select 1::bigint as nth, d.id as device_id, d.code, g.at, $3::float8 as voltage, $4::float8 as current, $5::float8 as factor, g.received
  from (select timestamptz 'epoch' + $2::bigint * interval '1 microsecond' as at,
    timestamptz 'epoch' + $6::bigint * interval '1 microsecond' as received) g
  cross join lateral (select id, code from devices where upper(devices.code) = upper($1) limit 1) d
  join device_reports q on q.device_id = d.id
  where q.offline_since is null and q.skewed_since is null
    and g.at between g.received - interval '5 minutes' and g.received + interval '5 minutes'
  for no key update of q
--= readings_told

-- The device is looked up beforehand, so that each partition is read by its key, in its order.
--: readings_of_device(text code, instant? since, instant? until, int skip, int most) -> many reading
select (select d.code from devices d where upper(d.code) = upper($1)) as device_code, t.voltage, t.current, t.power_factor, t.at as timestamp
from telemetry t
where t.device_id = (select d.id from devices d where upper(d.code) = upper($1))
  and t.at >= coalesce($2, '-infinity'::timestamptz) and t.at < coalesce($3, 'infinity'::timestamptz)
order by t.at desc
limit $5 offset $4;

--: readings_of_device_count(text code, instant? since, instant? until) -> one how_many
select count(t.at) as n
from telemetry t
where t.device_id = (select d.id from devices d where upper(d.code) = upper($1)) and t.at >= coalesce($2, '-infinity'::timestamptz) and t.at < coalesce($3, 'infinity'::timestamptz);

--: readings_of_all(int? lot_id, instant? since, instant? until, int skip, int most) -> many reading
select d.code as device_code, t.voltage, t.current, t.power_factor, t.at as timestamp
from telemetry t
join devices d on d.id = t.device_id
join slots s on s.id = d.slot_id
where ($1::bigint is null or s.lot_id = $1) and t.at >= coalesce($2, '-infinity'::timestamptz) and t.at < coalesce($3, 'infinity'::timestamptz)
order by t.at desc, t.device_id desc
limit $5 offset $4;

--: readings_of_all_count(int? lot_id, instant? since, instant? until) -> one how_many
select count(t.at) as n
from telemetry t
join devices d on d.id = t.device_id
join slots s on s.id = d.slot_id
where ($1::bigint is null or s.lot_id = $1) and t.at >= coalesce($2, '-infinity'::timestamptz) and t.at < coalesce($3, 'infinity'::timestamptz);

-- ---- slots

--: slots_sensed(int? lot_id, text? zone_code, instant now, int skip, int most) -> many sensed_slot
select s.id, s.code, s.zone_id, s.lot_id,
  slot_state(false, y.occupied or exists (select from slots_occupied o where o.slot_id = s.id and o.until > $3)
    or exists (select from reservations r where r.slot_id = s.id and r.status = 'checked_in' and r.starts <= $3
    and r.ends > $3 and r.starts > $3::timestamptz - l.longest_minutes * interval '1 minute'), false, null, false, $3) = 'occupied' as occupied
from slots s
join zones z on z.id = s.zone_id
join lots l on l.id = s.lot_id
left join slot_presence p on p.slot_id = s.id
left join devices d on d.slot_id = s.id
left join device_reports q on q.device_id = d.id
cross join lateral (select slot_told_taken(p.occupied, p.said_at, d.id, q.last_reported, s.ev, q.current, $3) as occupied,
  slot_silent(d.id, q.last_reported, $3) as silent) y
where ($1::bigint is null or s.lot_id = $1) and ($2::text is null or upper(z.code) = upper($2))
order by s.id desc
limit $5 offset $4;

--: slots_sensed_count(int? lot_id, text? zone_code) -> one how_many
select count(s.id) as n
from slots s
join zones z on z.id = s.zone_id
where ($1::bigint is null or s.lot_id = $1) and ($2::text is null or upper(z.code) = upper($2));

--: slot_sensed_by_id(int id, instant now) -> one sensed_slot
select s.id, s.code, s.zone_id, s.lot_id,
  slot_state(false, y.occupied or exists (select from slots_occupied o where o.slot_id = s.id and o.until > $2)
    or exists (select from reservations r where r.slot_id = s.id and r.status = 'checked_in' and r.starts <= $2
    and r.ends > $2 and r.starts > $2::timestamptz - l.longest_minutes * interval '1 minute'), false, null, false, $2) = 'occupied' as occupied
from slots s
join lots l on l.id = s.lot_id
left join slot_presence p on p.slot_id = s.id
left join devices d on d.slot_id = s.id
left join device_reports q on q.device_id = d.id
cross join lateral (select slot_told_taken(p.occupied, p.said_at, d.id, q.last_reported, s.ev, q.current, $2) as occupied,
  slot_silent(d.id, q.last_reported, $2) as silent) y
where s.id = $1;

--: presence_put(int slot_id, bool occupied, instant now) -> none
insert into slot_presence as p (slot_id, occupied, said_at) values ($1, $2, $3)
on conflict on constraint slot_presence_pkey do update set occupied = excluded.occupied, said_at = excluded.said_at;

-- ---- watching

-- Who has gone quiet since, and was not told; who comes back is seen by readings_store.
--: devices_gone(instant heard_before, instant now, int most) -> many gone_device
with gone as (
  select r.device_id from device_reports r
  where r.last_reported < $1 and r.offline_since is null
  order by r.device_id
  limit $3
  for no key update skip locked
), told as (
  update device_reports r set offline_since = $2 from gone g where r.device_id = g.device_id
  returning r.device_id, r.lot_id, r.last_reported
)
select d.id, t.lot_id, d.code, s.label as slot_label, l.name as lot_name, t.last_reported
from told t
join devices d on d.id = t.device_id
join slots s on s.id = d.slot_id
join lots l on l.id = t.lot_id
order by t.lot_id, t.last_reported, d.id;

--: minutes_forget(instant before) -> none
delete from device_minutes where minute < $1;

--: partitions_keep(instant now, instant? keep_from) -> one how_many
select made + dropped as n from telemetry_partitions($1, coalesce($2, '-infinity'::timestamptz));

-- ---- pages

--: device_spans(int device_id, instant from, instant until, int seconds) -> many span
select g.nth, $2::timestamptz + g.nth * $4 * interval '1 second' as starts, g.readings, g.voltage, g.voltage_low, g.voltage_high,
  g.current, g.current_high, g.power_factor, g.power_factor_low
from (
  select floor(extract(epoch from t.at - $2::timestamptz) / $4::bigint)::bigint as nth, count(t.at) as readings,
    avg(t.voltage) as voltage, min(t.voltage) as voltage_low, max(t.voltage) as voltage_high,
    avg(t.current) as current, max(t.current) as current_high,
    avg(t.power_factor) as power_factor, min(t.power_factor) as power_factor_low
  from telemetry t
  where t.device_id = $1 and t.at >= $2 and t.at < $3
  group by 1) g
order by g.nth;

--: lots_with_devices() -> many device_lot
select l.id, l.name from lots l where exists (select from device_counts k where k.lot_id = l.id) order by lower(l.name) limit 1000;

--: slots_without_device(text? q, int most) -> many free_slot
select s.code, s.label, l.name as lot_name
from slots s
join lots l on l.id = s.lot_id
where not exists (select from devices d where d.slot_id = s.id)
  and ($1::text is null or position(upper($1) in upper(s.code || ' ' || l.name)) > 0)
order by l.id, s.zone_id, s.position, s.id
limit $2;

-- ---- whole tables, for CSV

--: csv_devices_rows(text? q, int? lot_id, text? health, text? electrical, instant healthy, instant warning) -> each csv_devices
select d.id, d.code, d.name, d.slot_id, s.code as slot, s.lot_id, l.name as lot,
  case when r.last_reported >= $5 then 'healthy' when r.last_reported >= $6 then 'warning' else 'offline' end as health, r.electrical,
  r.last_reported, r.received_at, r.read_at, r.voltage, r.current, r.power_factor, r.offline_since, r.skewed_since, d.created_at
--= devices_around
--= devices_wanted
order by d.id;

--: csv_telemetry_rows() -> each csv_telemetry
select t.device_id, d.code as device, t.at, t.voltage, t.current, t.power_factor, t.received_at
from telemetry t
join devices d on d.id = t.device_id
order by t.at, t.device_id;

--: csv_slot_presence_rows() -> each csv_slot_presence
select p.slot_id, s.code as slot, s.lot_id, p.occupied, p.said_at
from slot_presence p
join slots s on s.id = p.slot_id
order by p.slot_id;

--: csv_device_counts_rows() -> each csv_device_counts
select k.lot_id, l.name as lot, sum(k.devices)::bigint as devices, sum(k.warning)::bigint as warning, sum(k.critical)::bigint as critical
from device_counts k
join lots l on l.id = k.lot_id
group by k.lot_id, l.name
order by k.lot_id;

--: csv_device_minutes_rows() -> each csv_device_minutes
select k.lot_id, l.name as lot, k.minute, sum(k.n)::bigint as devices
from device_minutes k
join lots l on l.id = k.lot_id
group by k.lot_id, l.name, k.minute
order by k.minute, k.lot_id;
