-- Lots, zones, slots: every statement of this slice.  See src/tools/sqlgen.c.
--include lots/tables.h
--include lots/pages.h
--
-- Whether a slot is busy is asked of the reservations' index (slot_id, starts), from the longest booking a lot ever
-- allowed before the window to its end.  A hold whose time is up is free at once, whatever the worker does.  What a sensor
-- tells (slots_told) is asked last, and only where there is a charger or somebody said that a car is there: few slots, and it is dear.

-- A lot as struct lot has it, in two: what it is and asks of who parks; how full it is, and what people say of it.
--part lot_terms
select l.id, l.name, l.region, l.address, l.city, l.state, l.country, l.postal_code, l.latitude is not null as placed,
  l.latitude, l.longitude, l.time_zone, l.currency, l.plate_region, l.tariff_id, l.days_ahead, l.min_minutes, l.max_minutes,
  l.default_minutes, l.pay_at_exit, l.cancel_minutes, l.refund_percent, l.no_show_minutes, l.hours, l.status_override,
  l.version

--part lot_figures
  , n.slots, n.free, n.reserved, n.occupied, n.unknown, n.out_of_service, g.average as rating, g.n as reviews
from lots l left join lot_counts n on n.lot_id = l.id left join lot_ratings g on g.lot_id = l.id

--: lot_by_id(int id) -> one lot
--= lot_terms
--= lot_figures
where l.id = $1;

--: lot_terms_by_id(int id) -> one lot
--= lot_terms
from lots l
where l.id = $1;

--: lot_first() -> one lot
--= lot_terms
--= lot_figures
order by l.id limit 1;

--: lots_by_ids(ints ids) -> many lot, planned once
--= lot_terms
--= lot_figures
where l.id = any($1::bigint[])
order by l.name, l.id;

--: lots_listed(bool by_free, bool ev, bool accessible, int skip, int most) -> many lot
--= lot_terms
--= lot_figures
where not ($2 or $3) or exists (select from slots s where s.lot_id = l.id and s.vehicle_type = 'car' and not s.out_of_service
  and (s.ev or not $2) and (s.accessible or not $3))
order by case when $1 then -coalesce(n.free, 0) end, l.name, l.id offset $4 limit $5;

--part lots_wanted
where ($1::text is null or position($1 in l.search) > 0)

--: lots_page(text? folded, text sort, int skip, int most) -> many lot
--= lot_terms
--= lot_figures
--= lots_wanted
order by
  case when $2 = 'name' then lower(l.name) end, case when $2 = '-name' then lower(l.name) end desc,
  case when $2 = 'place' then lower(l.city) end, case when $2 = '-place' then lower(l.city) end desc,
  case when $2 = 'clock' then l.time_zone end, case when $2 = '-clock' then l.time_zone end desc,
  case when $2 = 'slots' then n.slots end, case when $2 = '-slots' then n.slots end desc nulls last,
  case when $2 = 'free' then n.free end, case when $2 = '-free' then n.free end desc nulls last,
  case when $2 = 'reserved' then n.reserved end, case when $2 = '-reserved' then n.reserved end desc nulls last,
  case when $2 = 'occupied' then n.occupied end, case when $2 = '-occupied' then n.occupied end desc nulls last,
  case when $2 = 'out' then n.out_of_service end, case when $2 = '-out' then n.out_of_service end desc nulls last,
  case when left($2, 1) <> '-' then l.id end, case when left($2, 1) = '-' then l.id end desc
limit $4 offset $3;

--: lots_number(text? folded, int most) -> one number_of
select count(1) as n from (select l.id from lots l
--= lots_wanted
limit $2) x;

--: lots_most_free(int most) -> many lot
--= lot_terms
--= lot_figures
where n.slots > 0
order by n.free desc, l.id limit $1;

--: currencies_built_in() -> many charged_in
select distinct currency from lots where tariff_id is null order by currency;

--: lots_totals() -> one totals
select count(id) as lots, count(distinct (city, country)) as towns from lots;

-- A lot fits words if each of them begins one of its own.  `longest`: the longest of them, a quick sieve.  `alike`: for
-- words with a slip, patterns instead, one a line.  What slots a lot has is asked last, of as few lots as will do: `offset 0`
-- keeps the two apart.
--: lots_fitting(text folded, text longest, text alike, bool ev, bool accessible, int skip, int most) -> many near_id
select q.id, 0::float8 as chord
from (
  select l.id, l.name, position($1 in l.search) <> 1 as within
  from lots l
  where position($2 in l.search) > 0
    and not exists (select from unnest(string_to_array($1, ' ')) w where position(' ' || w in ' ' || l.search) = 0)
    and not exists (select from unnest(string_to_array($3, chr(10))) p where l.search !~ p)
  order by within, l.name, l.id offset 0) q
where not ($4 or $5) or exists (select from slots s where s.lot_id = q.id and s.vehicle_type = 'car' and not s.out_of_service
  and (s.ev or not $4) and (s.accessible or not $5))
order by q.within, q.name, q.id offset $6 limit $7;

-- All words of all lots, each once.
--: lots_vocabulary() -> many word
select distinct w as says from lots l, unnest(string_to_array(l.search, ' ')) w where char_length(w) > 2 order by says;

--: lots_nearest(real x, real y, real z, bool ev, bool accessible, int skip, int most) -> many near_id
select l.id, l.on_globe <-> cube(array[$1, $2, $3]::float8[]) as chord
from lots l
where l.on_globe is not null
  and (not ($4 or $5) or exists (select from slots s where s.lot_id = l.id and s.vehicle_type = 'car' and not s.out_of_service
    and (s.ev or not $4) and (s.accessible or not $5)))
order by l.on_globe <-> cube(array[$1, $2, $3]::float8[]) offset $6 limit $7;

-- Lots that fit, one for each tariff, currency and clock: those cost the same for the same window.  `within`: a chord; 0: anywhere.
--: lots_kinds(text folded, text longest, text alike, real x, real y, real z, real within) -> many lot_kind
select min(l.id) as id, l.currency, count(l.id) as n
from lots l
where position($2 in l.search) > 0
  and not exists (select from unnest(string_to_array($1, ' ')) w where position(' ' || w in ' ' || l.search) = 0)
  and not exists (select from unnest(string_to_array($3, chr(10))) p where l.search !~ p)
  and ($7::float8 = 0 or l.on_globe <-> cube(array[$4, $5, $6]::float8[]) <= $7::float8)
group by l.tariff_id, l.currency, l.time_zone
order by n desc, id;

-- The same lots in the order of their kinds: kinds[i] is some lot of its kind, ranks[i] the place of that kind.
--: lots_ranked(text folded, text longest, text alike, real x, real y, real z, real within, ints kinds, ints ranks, bool ev, bool accessible, int skip, int most) -> many near_id
select q.id, q.chord
from (
  select l.id, l.name, r.rank, case when $7::float8 = 0 then 0 else l.on_globe <-> cube(array[$4, $5, $6]::float8[]) end as chord
  from (select unnest($8::bigint[]) as kind, unnest($9::bigint[]) as rank) r
  join lots k on k.id = r.kind
  join lots l on l.currency = k.currency and l.time_zone = k.time_zone and coalesce(l.tariff_id, 0) = coalesce(k.tariff_id, 0)
  where position($2 in l.search) > 0
    and not exists (select from unnest(string_to_array($1, ' ')) w where position(' ' || w in ' ' || l.search) = 0)
    and not exists (select from unnest(string_to_array($3, chr(10))) p where l.search !~ p)
    and ($7::float8 = 0 or l.on_globe <-> cube(array[$4, $5, $6]::float8[]) <= $7::float8)
  order by rank, chord, l.name, l.id offset 0) q
where not ($10 or $11) or exists (select from slots s where s.lot_id = q.id and s.vehicle_type = 'car' and not s.out_of_service
  and (s.ev or not $10) and (s.accessible or not $11))
order by q.rank, q.chord, q.name, q.id offset $12 limit $13;

-- Goes from lot to lot, each with its own window, until `most` of them had a slot; a row for each lot it came to.
--: lots_with_room(ints lots, ints starts, ints ends, bool ev, bool accessible, instant now, int most) -> many room, planned once
with recursive walk as (
  select 0 as nth, false as has_room, 0 as found, $6 as now
  union all
  select w.nth + 1, here.has_room, w.found + here.has_room::int, w.now
  from walk w cross join lateral (
    select (select 1
      from lots l join slots s on s.lot_id = l.id
      where l.id = ($1::bigint[])[w.nth + 1] and s.vehicle_type = 'car' and not s.out_of_service
        and (s.ev or not $4) and (s.accessible or not $5) and (
          select 1 from reservations r
          where r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in') and (r.status <> 'held' or r.hold_until > w.now)
            and r.starts < to_timestamp(($3::bigint[])[w.nth + 1] / 1000000.0) and r.ends > to_timestamp(($2::bigint[])[w.nth + 1] / 1000000.0)
            and r.starts > to_timestamp(($2::bigint[])[w.nth + 1] / 1000000.0) - l.longest_minutes * interval '1 minute'
          limit 1) is null
        and (select 1 from slots_occupied o
          where o.slot_id = s.id and o.since <= w.now and o.until > w.now
            and to_timestamp(($2::bigint[])[w.nth + 1] / 1000000.0) < kept_until(o.since, w.now)
          limit 1) is null
        and (not (s.ev or exists (select from slot_presence p where p.slot_id = s.id and p.occupied))
          or (select 1 from slots_told t
            where t.slot_id = s.id and slot_told_taken(t.said, t.said_at, t.device_id, t.last_reported, t.charger, t.drawn, w.now) and to_timestamp(($2::bigint[])[w.nth + 1] / 1000000.0) < kept_until(w.now, w.now) limit 1) is null)
      limit 1) is not null as has_room) here
  where w.nth < cardinality($1::bigint[]) and w.found < $7
)
select has_room from walk where nth > 0 order by nth;

-- Of the slots for cars: what the search offers, "any slot" can keep.
--: lots_free(ints lots, ints starts, ints ends, bool ev, bool accessible, instant now) -> many lot_free, planned once
select w.lot_id, count(s.id) filter (where not s.out_of_service) as slots, bool_or(s.ev and not s.out_of_service) as ev,
  bool_or(s.accessible and not s.out_of_service) as accessible,
  count(s.id) filter (where not s.out_of_service and (
    select 1 from reservations r
    where r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in') and (r.status <> 'held' or r.hold_until > w.now)
      and r.starts < w.ends and r.starts > w.starts - l.longest_minutes * interval '1 minute' and r.ends > w.starts
    limit 1) is null and (
    select 1 from slots_occupied o
    where o.slot_id = s.id and o.since <= w.now and o.until > w.now and w.starts < kept_until(o.since, w.now)
    limit 1) is null and
    (not (s.ev or exists (select from slot_presence p where p.slot_id = s.id and p.occupied))
      or (select 1 from slots_told t
        where t.slot_id = s.id and slot_told_taken(t.said, t.said_at, t.device_id, t.last_reported, t.charger, t.drawn, w.now) and w.starts < kept_until(w.now, w.now) limit 1) is null)) as free
from (select unnest($1::bigint[]) as lot_id, to_timestamp(unnest($2::bigint[]) / 1000000.0) as starts,
    to_timestamp(unnest($3::bigint[]) / 1000000.0) as ends, $6 as now) w
join lots l on l.id = w.lot_id
join slots s on s.lot_id = w.lot_id and s.vehicle_type = 'car'
  and (s.ev or not $4) and (s.accessible or not $5)
group by w.lot_id;

-- `labels`: with commas; id 0: there is no such slot.
--: slots_by_labels(int lot_id, text labels) -> many slot
select coalesce(s.id, 0) as id, w.label
from unnest(string_to_array($2, ',')) with ordinality w (label, nth)
left join lateral (select id from slots s where s.lot_id = $1 and (lower(s.label) = lower(w.label) or lower(s.code) = lower(w.label))
  order by lower(s.label) = lower(w.label) desc limit 1) s on true
order by w.nth;

--: bays_of_lot(int lot_id, instant starts, instant ends, instant now) -> many bay
select s.id, s.zone_id, s.code, s.label, s.size, s.vehicle_type, s.accessible, s.ev, s.out_of_service,
  z.code as zone_code, z.name as zone_name, least(b.starts, o.from) as busy_from,
  coalesce(b.status = 'checked_in', false) or o.from is not null as arrived,
  slot_state(s.out_of_service, y.occupied or o.from is not null, false, null, y.silent, $4) as state
from zones z
join lots l on l.id = z.lot_id
join slots s on s.zone_id = z.id
left join slot_presence p on p.slot_id = s.id
left join devices d on d.slot_id = s.id
left join device_reports q on q.device_id = d.id
cross join lateral (select slot_told_taken(p.occupied, p.said_at, d.id, q.last_reported, s.ev, q.current, $4) as occupied,
  slot_silent(d.id, q.last_reported, $4) as silent) y
left join lateral (
  select r.starts, r.status from reservations r
  where r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in') and (r.status <> 'held' or r.hold_until > $4)
    and r.starts < $3 and r.starts > $2::timestamptz - l.longest_minutes * interval '1 minute' and r.ends > $2
  order by r.starts limit 1) b on true
left join lateral (
  select $2::timestamptz as from
  where y.occupied and $2 < kept_until($4, $4) or exists (select from slots_occupied k
    where k.slot_id = s.id and k.since <= $4 and k.until > $4 and $2 < kept_until(k.since, $4))) o on true
where z.lot_id = $1
order by z.position, z.id, s.position, s.id;

--: lot_rating_bars(int lot_id) -> many rating_bar
select b.stars, b.n
from lot_ratings g
cross join lateral (values (5::bigint, g.fives), (4, g.fours), (3, g.threes), (2, g.twos), (1, g.ones)) as b (stars, n)
where g.lot_id = $1
order by b.stars desc;

-- Newest first.  People are called by their first name and the last one's initial, which may be several words: "Ilse van den B."
--: lot_says(int lot_id, int? stars, int? before, int most) -> many lot_review
select r.id, r.rating, r.words, r.stayed_at, r.created_at, r.changed_at,
  btrim(u.first_name || ' ' || regexp_replace(btrim(u.last_name), '(\S)\S*$', '\1.')) as by_name
from reviews r
join users u on u.id = r.user_id
where r.lot_id = $1 and r.hidden_at is null and ($2::bigint is null or r.rating = $2) and ($3::bigint is null or r.id < $3)
order by r.id desc
limit $4;

--: forecast_of_lot(int lot_id) -> one forecast_row
select lot_id, days, capacity, made_at, begins, array_to_string(usual, ',', '') as usual, array_to_string(expected, ',', '') as expected,
  array_to_string(low, ',', '') as low, array_to_string(high, ',', '') as high, array_to_string(booked, ',', '') as booked,
  array_to_string(week, ',', '') as week, array_to_string(past_taken, ',', '') as past_taken
from forecasts where lot_id = $1;

--: forecasts_of_lots(ints lots) -> many forecast_brief
select lot_id, days, capacity, begins, array_to_string(expected, ',', '') as expected, array_to_string(week, ',', '') as week
from forecasts where lot_id = any($1::bigint[]);

--: lot_ids() -> many by_id
select id from lots order by id;

--: lots_recount(ints lots, instant now) -> many by_id, planned once
with counted as (
  select l.id as lot_id, count(f.state) as slots,
    count(f.state) filter (where f.state = 'available') as free,
    count(f.state) filter (where f.state in ('reserved', 'reserved_soon')) as reserved,
    count(f.state) filter (where f.state = 'occupied') as occupied,
    count(f.state) filter (where f.state = 'unknown') as unknown,
    count(f.state) filter (where f.state = 'out_of_service') as out_of_service
  from lots l
  left join lateral (
    select slot_state(s.out_of_service, coalesce(r.arrived, false) or y.occupied
        or (select 1 from slots_occupied o where o.slot_id = s.id and o.until > $2 limit 1) is not null,
      coalesce(r.now, false), r.next, y.silent, $2) as state
    from slots s
    left join slot_presence p on p.slot_id = s.id
    left join devices d on d.slot_id = s.id
    left join device_reports q on q.device_id = d.id
    cross join lateral (select slot_told_taken(p.occupied, p.said_at, d.id, q.last_reported, s.ev, q.current, $2) as occupied,
      slot_silent(d.id, q.last_reported, $2) as silent) y
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

--: lot_insert(text name, text region, text address, text city, text state, text country, text postal_code, text? latitude, text? longitude, text time_zone, text currency, int? tariff_id, int days_ahead, int min_minutes, int max_minutes, int default_minutes, bool pay_at_exit, int cancel_minutes, int refund_percent, int no_show_minutes, text hours, text status_override, text search, text plate_region) -> one by_id
insert into lots (name, region, address, city, state, country, postal_code, latitude, longitude, time_zone, currency, tariff_id,
  days_ahead, min_minutes, max_minutes, longest_minutes, default_minutes, pay_at_exit, cancel_minutes, refund_percent,
  no_show_minutes, hours, status_override, search, plate_region)
values ($1, $2, $3, $4, $5, $6, $7, $8::text::float8, $9::text::float8, $10, $11, $12, $13, $14, $15, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
returning id;

--: lot_update(int id, int version, text name, text region, text address, text city, text state, text country, text postal_code, text? latitude, text? longitude, text time_zone, text currency, int? tariff_id, int days_ahead, int min_minutes, int max_minutes, int default_minutes, bool pay_at_exit, int cancel_minutes, int refund_percent, int no_show_minutes, text hours, text status_override, text search, text plate_region) -> count
update lots set version = version + 1, name = $3, region = $4, address = $5, city = $6, state = $7, country = $8,
  postal_code = $9, latitude = $10::text::float8, longitude = $11::text::float8, time_zone = $12, currency = $13, tariff_id = $14,
  days_ahead = $15, min_minutes = $16, max_minutes = $17, longest_minutes = greatest(longest_minutes, $17),
  default_minutes = $18, pay_at_exit = $19, cancel_minutes = $20, refund_percent = $21, no_show_minutes = $22, hours = $23,
  status_override = $24, search = $25, plate_region = $26
where id = $1 and (version = $2 or $2 = 0);

--: lot_status_set(int id, text status) -> count
update lots set status_override = $2, version = version + 1 where id = $1;

--: lot_id_named(text name) -> one by_id
select id from lots where lower(name) = lower($1);

--: lots_with_tariff(int tariff_id) -> one counted
select count(id) as n from lots where tariff_id = $1;

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

-- ---- whole tables, for CSV

--: csv_lots_rows(text? folded) -> each csv_lots
select l.id, l.name, l.region, l.address, l.city, l.state, l.country, l.postal_code, l.latitude, l.longitude, l.time_zone, l.currency,
  l.tariff_id, t.name as tariff, l.days_ahead, l.min_minutes, l.max_minutes, l.default_minutes, l.pay_at_exit, l.cancel_minutes,
  l.refund_percent, l.no_show_minutes, l.tax_basis_points, l.hours, l.status_override, l.plate_region, l.created_at
from lots l
left join tariffs t on t.id = l.tariff_id
--= lots_wanted
order by l.id;

--: csv_zones_rows() -> each csv_zones
select z.id, z.lot_id, l.name as lot, z.code, z.name, z.position
from zones z
join lots l on l.id = z.lot_id
order by z.id;

--: csv_slots_rows() -> each csv_slots
select s.id, s.lot_id, l.name as lot, s.zone_id, z.code as zone, s.code, s.label, s.size, s.vehicle_type, s.accessible, s.ev,
  s.out_of_service, s.reason, s.created_at
from slots s
join lots l on l.id = s.lot_id
join zones z on z.id = s.zone_id
order by s.id;

--: csv_lot_counts_rows() -> each csv_lot_counts
select n.lot_id, l.name as lot, n.slots, n.free, n.reserved, n.occupied, n.unknown, n.out_of_service
from lot_counts n
join lots l on l.id = n.lot_id
order by n.lot_id;

-- ---- one by one

--: lot_usual(int wanted) -> one by_id
select coalesce((select l.id from lots l where l.id = $1), (select min(l.id) from lots l), 0) as id;

--: zones_newest(int lot_id, int skip, int most) -> many lot_zone
select id, lot_id, code, name, position from zones where lot_id = $1 order by id desc limit $3 offset $2;

--: zones_in(int lot_id) -> one counted
select count(id) as n from zones where lot_id = $1;

-- Labelled like its code; where the lot has that label on another slot, with a number behind it.
--: slot_insert(int lot_id, int zone_id, text code) -> one by_id
insert into slots (lot_id, zone_id, code, label, position)
select $1, $2, $3, case when exists (select from slots s where s.lot_id = $1 and s.label = $3)
    then left($3, 10) || '.' || (select max(s.id) + 1 from slots s) else $3 end,
  1 + (select coalesce(max(s.position), 0) from slots s where s.zone_id = $2)
returning id;

-- A label that was the code stays the code, if it can.
--: slot_put(int id, int zone_id, text code) -> count
update slots set zone_id = $2, code = $3, label = case when label = code and not exists (select from slots s
  where s.lot_id = slots.lot_id and s.label = $3 and s.id <> $1) then $3 else label end
where id = $1;
