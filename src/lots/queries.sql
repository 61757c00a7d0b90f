-- Lots, zones, slots: every statement of this slice.  See src/tools/sqlgen.c.
--include lots/pages.h
--
-- Whether a slot is busy is asked of the reservations' index (slot_id, starts), from the longest booking a lot ever
-- allowed before the window to its end.  A hold whose time is up is free at once, whatever the worker does.

--: lot_by_id(int id) -> one lot
select l.id, l.name, l.region, l.address, l.city, l.state, l.country, l.postal_code, l.latitude is not null as placed,
  l.latitude, l.longitude, l.time_zone, l.currency, l.tariff_id, l.days_ahead, l.min_minutes, l.max_minutes,
  l.default_minutes, l.pay_at_exit, l.cancel_minutes, l.refund_percent, l.no_show_minutes, l.hours, l.status_override,
  l.version, n.slots, n.free, n.reserved, n.occupied, n.unknown, n.out_of_service
from lots l left join lot_counts n on n.lot_id = l.id
where l.id = $1;

--: lot_first() -> one lot
select l.id, l.name, l.region, l.address, l.city, l.state, l.country, l.postal_code, l.latitude is not null as placed,
  l.latitude, l.longitude, l.time_zone, l.currency, l.tariff_id, l.days_ahead, l.min_minutes, l.max_minutes,
  l.default_minutes, l.pay_at_exit, l.cancel_minutes, l.refund_percent, l.no_show_minutes, l.hours, l.status_override,
  l.version, n.slots, n.free, n.reserved, n.occupied, n.unknown, n.out_of_service
from lots l left join lot_counts n on n.lot_id = l.id
order by l.id limit 1;

--: lots_by_ids(ints ids) -> many lot
select l.id, l.name, l.region, l.address, l.city, l.state, l.country, l.postal_code, l.latitude is not null as placed,
  l.latitude, l.longitude, l.time_zone, l.currency, l.tariff_id, l.days_ahead, l.min_minutes, l.max_minutes,
  l.default_minutes, l.pay_at_exit, l.cancel_minutes, l.refund_percent, l.no_show_minutes, l.hours, l.status_override,
  l.version, n.slots, n.free, n.reserved, n.occupied, n.unknown, n.out_of_service
from lots l left join lot_counts n on n.lot_id = l.id
where l.id = any($1::bigint[])
order by l.name, l.id;

--: lots_all(int most) -> many lot
select l.id, l.name, l.region, l.address, l.city, l.state, l.country, l.postal_code, l.latitude is not null as placed,
  l.latitude, l.longitude, l.time_zone, l.currency, l.tariff_id, l.days_ahead, l.min_minutes, l.max_minutes,
  l.default_minutes, l.pay_at_exit, l.cancel_minutes, l.refund_percent, l.no_show_minutes, l.hours, l.status_override,
  l.version, n.slots, n.free, n.reserved, n.occupied, n.unknown, n.out_of_service
from lots l left join lot_counts n on n.lot_id = l.id
order by l.name, l.id limit $1;

--: lots_named(text folded, int most) -> many lot
select l.id, l.name, l.region, l.address, l.city, l.state, l.country, l.postal_code, l.latitude is not null as placed,
  l.latitude, l.longitude, l.time_zone, l.currency, l.tariff_id, l.days_ahead, l.min_minutes, l.max_minutes,
  l.default_minutes, l.pay_at_exit, l.cancel_minutes, l.refund_percent, l.no_show_minutes, l.hours, l.status_override,
  l.version, n.slots, n.free, n.reserved, n.occupied, n.unknown, n.out_of_service
from lots l left join lot_counts n on n.lot_id = l.id
where $1 = '' or position($1 in l.search) > 0
order by l.name, l.id limit $2;

--: lots_most_free(int most) -> many lot
select l.id, l.name, l.region, l.address, l.city, l.state, l.country, l.postal_code, l.latitude is not null as placed,
  l.latitude, l.longitude, l.time_zone, l.currency, l.tariff_id, l.days_ahead, l.min_minutes, l.max_minutes,
  l.default_minutes, l.pay_at_exit, l.cancel_minutes, l.refund_percent, l.no_show_minutes, l.hours, l.status_override,
  l.version, n.slots, n.free, n.reserved, n.occupied, n.unknown, n.out_of_service
from lots l left join lot_counts n on n.lot_id = l.id
where n.slots > 0
order by n.free desc, l.id limit $1;

--: lots_totals() -> one totals
select count(id) as lots, count(distinct (city, country)) as towns from lots;

--: lots_fitting(text folded, text longest, int most) -> many near_id
select l.id, 0::float8 as chord
from lots l
where position($2 in l.search) > 0
  and not exists (select from unnest(string_to_array($1, ' ')) w where position(' ' || w in ' ' || l.search) = 0)
order by position($1 in l.search) <> 1, l.name, l.id
limit $3;

--: lots_words() -> many lot_words
select id, search from lots order by name, id;

--: lots_nearest(real x, real y, real z, int most) -> many near_id
select id, on_globe <-> cube(array[$1, $2, $3]::float8[]) as chord
from lots
where on_globe is not null
order by on_globe <-> cube(array[$1, $2, $3]::float8[])
limit $4;

-- Of the slots for cars: what the search offers, "any slot" can keep.
--: lots_free(ints lots, ints starts, ints ends, instant now) -> many lot_free
select w.lot_id, count(s.id) filter (where not s.out_of_service) as slots, bool_or(s.ev and not s.out_of_service) as ev,
  bool_or(s.accessible and not s.out_of_service) as accessible,
  count(s.id) filter (where not s.out_of_service and (
    select 1 from reservations r
    where r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in') and (r.status <> 'held' or r.hold_until > $4)
      and r.starts < w.ends and r.starts > w.starts - l.longest_minutes * interval '1 minute' and r.ends > w.starts
    limit 1) is null) as free
from (select unnest($1::bigint[]) as lot_id, to_timestamp(unnest($2::bigint[]) / 1000000.0) as starts,
    to_timestamp(unnest($3::bigint[]) / 1000000.0) as ends) w
join lots l on l.id = w.lot_id
join slots s on s.lot_id = w.lot_id and s.vehicle_type = 'car'
group by w.lot_id;

--: bays_of_lot(int lot_id, instant starts, instant ends, instant now) -> many bay
select s.id, s.zone_id, s.code, s.label, s.size, s.vehicle_type, s.accessible, s.ev, s.out_of_service,
  z.code as zone_code, z.name as zone_name, b.starts as busy_from, coalesce(b.status = 'checked_in', false) as arrived,
  slot_state(s.out_of_service, false, false, null, false, $4) as state
from zones z
join lots l on l.id = z.lot_id
join slots s on s.zone_id = z.id
left join lateral (
  select r.starts, r.status from reservations r
  where r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in') and (r.status <> 'held' or r.hold_until > $4)
    and r.starts < $3 and r.starts > $2::timestamptz - l.longest_minutes * interval '1 minute' and r.ends > $2
  order by r.starts limit 1) b on true
where z.lot_id = $1
order by z.position, z.id, s.position, s.id;

--: lot_ids() -> many by_id
select id from lots order by id;

--: lots_recount(ints lots, instant now) -> many by_id
with counted as (
  select l.id as lot_id, count(f.state) as slots,
    count(f.state) filter (where f.state = 'available') as free,
    count(f.state) filter (where f.state in ('reserved', 'reserved_soon')) as reserved,
    count(f.state) filter (where f.state = 'occupied') as occupied,
    count(f.state) filter (where f.state = 'unknown') as unknown,
    count(f.state) filter (where f.state = 'out_of_service') as out_of_service
  from lots l
  left join lateral (
    select slot_state(s.out_of_service, coalesce(r.arrived, false), coalesce(r.now, false), r.next, false, $2) as state
    from slots s
    left join lateral (
      select bool_or(r.status = 'checked_in' and r.starts <= $2) as arrived, bool_or(r.starts <= $2) as now,
        min(r.starts) filter (where r.starts > $2) as next
      from reservations r
      where r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in') and (r.status <> 'held' or r.hold_until > $2)
        and r.starts < $2::timestamptz + interval '60 minutes' and r.starts > $2::timestamptz - l.longest_minutes * interval '1 minute'
        and r.ends > $2) r on true
    where s.lot_id = l.id) f on true
  where l.id = any($1::bigint[])
  group by l.id
)
insert into lot_counts as n (lot_id, slots, free, reserved, occupied, unknown, out_of_service)
select lot_id, slots, free, reserved, occupied, unknown, out_of_service from counted order by lot_id
on conflict (lot_id) do update set slots = excluded.slots, free = excluded.free, reserved = excluded.reserved,
  occupied = excluded.occupied, unknown = excluded.unknown, out_of_service = excluded.out_of_service
where (n.slots, n.free, n.reserved, n.occupied, n.unknown, n.out_of_service)
  is distinct from (excluded.slots, excluded.free, excluded.reserved, excluded.occupied, excluded.unknown, excluded.out_of_service)
returning n.lot_id as id;

--: lot_insert(text name, text region, text address, text city, text state, text country, text postal_code, text? latitude, text? longitude, text time_zone, text currency, int? tariff_id, int days_ahead, int min_minutes, int max_minutes, int default_minutes, bool pay_at_exit, int cancel_minutes, int refund_percent, int no_show_minutes, text hours, text status_override, text search) -> one by_id
insert into lots (name, region, address, city, state, country, postal_code, latitude, longitude, time_zone, currency, tariff_id,
  days_ahead, min_minutes, max_minutes, longest_minutes, default_minutes, pay_at_exit, cancel_minutes, refund_percent,
  no_show_minutes, hours, status_override, search)
values ($1, $2, $3, $4, $5, $6, $7, $8::text::float8, $9::text::float8, $10, $11, $12, $13, $14, $15, $15, $16, $17, $18, $19, $20, $21, $22, $23)
returning id;

--: lot_update(int id, int version, text name, text region, text address, text city, text state, text country, text postal_code, text? latitude, text? longitude, text time_zone, text currency, int? tariff_id, int days_ahead, int min_minutes, int max_minutes, int default_minutes, bool pay_at_exit, int cancel_minutes, int refund_percent, int no_show_minutes, text hours, text status_override, text search) -> count
update lots set version = version + 1, name = $3, region = $4, address = $5, city = $6, state = $7, country = $8,
  postal_code = $9, latitude = $10::text::float8, longitude = $11::text::float8, time_zone = $12, currency = $13, tariff_id = $14,
  days_ahead = $15, min_minutes = $16, max_minutes = $17, longest_minutes = greatest(longest_minutes, $17),
  default_minutes = $18, pay_at_exit = $19, cancel_minutes = $20, refund_percent = $21, no_show_minutes = $22, hours = $23,
  status_override = $24, search = $25
where id = $1 and (version = $2 or $2 = 0);

--: lot_lock(int id) -> one by_id
select id from lots where id = $1 for update;

--: lot_bookings(int lot_id) -> one counted
select count(id) as n from reservations where lot_id = $1;

--: lot_slots_remove(int lot_id) -> none
delete from slots where lot_id = $1;

--: lot_zones_remove(int lot_id) -> none
delete from zones where lot_id = $1;

--: lot_remove(int id) -> count
delete from lots where id = $1;

--: zone_insert(int lot_id, text code, text name) -> one lot_zone
insert into zones (lot_id, code, name, position)
values ($1, $2, $3, 1 + (select coalesce(max(position), 0) from zones where lot_id = $1))
returning id, lot_id, code, name, position;

--: zone_by_id(int id) -> one lot_zone
select id, lot_id, code, name, position from zones where id = $1;

--: zones_of_lot(int lot_id) -> many lot_zone
select id, lot_id, code, name, position from zones where lot_id = $1 order by position, id;

--: zone_update(int id, text code, text name) -> one lot_zone
update zones set code = $2, name = $3 where id = $1
returning id, lot_id, code, name, position;

--: zone_remove(int id) -> one lot_zone
delete from zones where id = $1
returning id, lot_id, code, name, position;

--: slot_by_id(int id) -> one slot
select id, lot_id, zone_id, code, label, size, vehicle_type, accessible, ev, out_of_service, reason, position from slots where id = $1;

--: slots_of_lot(int lot_id) -> many slot
select id, lot_id, zone_id, code, label, size, vehicle_type, accessible, ev, out_of_service, reason, position from slots where lot_id = $1 order by zone_id, position, id;

--: slots_insert(int lot_id, int zone_id, text labels, text prefix, text size, text vehicle_type, bool accessible, bool ev) -> count
insert into slots (lot_id, zone_id, code, label, size, vehicle_type, accessible, ev, position)
select $1, $2, $4 || w.label, w.label, $5, $6, $7, $8,
  w.nth + (select coalesce(max(position), 0) from slots where zone_id = $2)
from unnest(string_to_array($3, ',')) with ordinality as w (label, nth);

--: slots_labelled(int lot_id, text labels) -> many slot
select id, lot_id, zone_id, code, label, size, vehicle_type, accessible, ev, out_of_service, reason, position from slots where lot_id = $1 and label = any(string_to_array($2, ','))
order by label;

--: slots_service(int lot_id, text labels, bool out_of_service, text reason) -> count
update slots set out_of_service = $3, reason = $4 where lot_id = $1 and label = any(string_to_array($2, ','));

--: slots_bookings(int lot_id, text labels) -> one counted
select count(r.id) as n from reservations r join slots s on s.id = r.slot_id
where s.lot_id = $1 and s.label = any(string_to_array($2, ','));

--: slots_bookings_to_come(int lot_id, text labels, instant now) -> one counted
select count(r.id) as n from reservations r join slots s on s.id = r.slot_id
where s.lot_id = $1 and s.label = any(string_to_array($2, ',')) and r.status in ('held', 'confirmed', 'checked_in')
  and (r.status <> 'held' or r.hold_until > $3) and r.ends > $3;

--: slots_remove(int lot_id, text labels) -> count
delete from slots where lot_id = $1 and label = any(string_to_array($2, ','));

--: slot_update(int id, text code, text label, text size, text vehicle_type, bool accessible, bool ev, bool out_of_service, text reason) -> one slot
update slots set code = $2, label = $3, size = $4, vehicle_type = $5, accessible = $6, ev = $7, out_of_service = $8, reason = $9
where id = $1
returning id, lot_id, zone_id, code, label, size, vehicle_type, accessible, ev, out_of_service, reason, position;

--: tariffs_to_choose(int chosen) -> many named
select id, name || ' (' || currency || ')' as name, id = $1 as chosen from tariffs where not built_in and (retired_at is null or id = $1) order by name, id;
