-- Forecasts: every statement of this slice.  See src/tools/sqlgen.c.
--include forecasts/tables.h
--include forecasts/inner.h

--: forecast_lots(int after, int most) -> many forecast_lot
select l.id, coalesce(n.slots - n.out_of_service, 0) as capacity, coalesce(n.occupied, 0) as taken, l.name, l.time_zone, l.hours
from lots l left join lot_counts n on n.lot_id = l.id
where l.id > $1
order by l.id limit $2;

-- ---- occupancy

-- One reading of every lot into the quarter that runs.  Of slots whose sensors are silent nothing is known: the others stand
-- for them, unless they are the fewer.
--: occupancy_add(instant at, ints closed) -> none
insert into occupancy as o (lot_id, at, taken, capacity, closed)
select n.lot_id, $1, least(n.occupied * s.capacity / (s.capacity - n.unknown)::real, s.capacity), s.capacity,
  n.lot_id = any($2::bigint[])
from lot_counts n
cross join lateral (select n.slots - n.out_of_service as capacity) s
where s.capacity > 0 and n.unknown * 2 <= s.capacity
order by n.lot_id
on conflict (lot_id, at) do update
set taken = least((o.taken * o.readings + excluded.taken) / (o.readings + 1), excluded.capacity), capacity = excluded.capacity,
  closed = o.closed and excluded.closed, readings = o.readings + 1;

--: occupancy_sweep(instant before) -> none
delete from occupancy where at < $1;

-- "12 4750,13 5000c": the quarter since the beginning, the share taken in 1/10,000, and whether it was closed.
--: occupancy_of_lots(ints lots, instant begins, instant ends) -> many lot_readings
select o.lot_id, string_agg((extract(epoch from o.at - $2)::int / 900)::text || ' ' || round(o.taken / o.capacity * 10000)::int
  || case when o.closed then 'c' else '' end, ',') as readings
from occupancy o
where o.lot_id = any($1::bigint[]) and o.at >= $2 and o.at < $3
group by o.lot_id
order by o.lot_id;

-- ---- forecasts

-- How many different slots are booked in each of the 96 quarters, where any are.
--: bookings_ahead(ints lots, instant begins) -> many booked_quarter
select r.lot_id, q.nth as quarter, count(distinct r.slot_id) as n
from reservations r
join lots l on l.id = r.lot_id
cross join lateral generate_series(greatest(0, floor(extract(epoch from r.starts - $2) / 900)::int),
  least(95, ceil(extract(epoch from r.ends - $2) / 900)::int - 1)) as q (nth)
where r.lot_id = any($1::bigint[]) and r.status in ('confirmed', 'checked_in')
  and r.starts < $2::timestamptz + interval '24 hours' and r.starts > $2::timestamptz - l.longest_minutes * interval '1 minute'
  and r.ends > $2
group by r.lot_id, q.nth
order by r.lot_id, q.nth;

--: forecasts_put(text json, instant made_at, instant begins) -> none
insert into forecasts as f (lot_id, made_at, begins, days, capacity, usual, expected, low, high, booked, week, past_taken,
  past_expected, replays)
select j.lot_id, $2, $3, j.days, j.capacity, j.usual, j.expected, j.low, j.high, j.booked, j.week, j.past_taken, j.past_expected,
  j.replays
from jsonb_to_recordset($1::jsonb) as j (lot_id bigint, days int, capacity int, usual int[], expected int[], low int[], high int[],
  booked int[], week int[], past_taken int[], past_expected int[], replays bigint[])
order by j.lot_id
on conflict (lot_id) do update set made_at = excluded.made_at, begins = excluded.begins, days = excluded.days,
  capacity = excluded.capacity, usual = excluded.usual, expected = excluded.expected, low = excluded.low, high = excluded.high,
  booked = excluded.booked, week = excluded.week, past_taken = excluded.past_taken, past_expected = excluded.past_expected,
  replays = excluded.replays;

-- ---- the admins' pages

-- Lot 0: all of them.
--: outlooks(int lot_id, int most) -> many lot_outlook
select l.id as lot_id, l.name, l.city, l.time_zone, coalesce(f.days, 0) as days, coalesce(n.slots - n.out_of_service, 0) as capacity,
  coalesce(n.occupied, 0) as taken, f.begins, array_to_string(f.expected, ',', '') as expected,
  array_to_string(f.past_taken, ',', '') as past_taken, array_to_string(f.past_expected, ',', '') as past_expected,
  array_to_string(f.replays, ',', '') as replays
from lots l left join lot_counts n on n.lot_id = l.id left join forecasts f on f.lot_id = l.id
where $1 = 0 or l.id = $1
order by l.name, l.id limit $2;

--: outlook_of(int lot_id) -> one lot_outlook
select l.id as lot_id, l.name, l.city, l.time_zone, coalesce(f.days, 0) as days, coalesce(n.slots - n.out_of_service, 0) as capacity,
  coalesce(n.occupied, 0) as taken, f.begins, array_to_string(f.expected, ',', '') as expected,
  array_to_string(f.past_taken, ',', '') as past_taken, array_to_string(f.past_expected, ',', '') as past_expected,
  array_to_string(f.replays, ',', '') as replays
from lots l left join lot_counts n on n.lot_id = l.id left join forecasts f on f.lot_id = l.id
where l.id = $1;

-- ---- whole tables, for CSV

--: csv_occupancy_rows() -> each csv_occupancy
select o.lot_id, l.name as lot, o.at, round(o.taken::numeric, 3)::float8 as taken, o.capacity, o.closed, o.readings
from occupancy o
join lots l on l.id = o.lot_id
order by o.lot_id, o.at;

--: csv_forecasts_rows() -> each csv_forecasts
select f.lot_id, l.name as lot, f.made_at, f.begins, f.days, f.capacity, array_to_string(f.usual, ' ', '-') as usual,
  array_to_string(f.expected, ' ', '-') as expected, array_to_string(f.low, ' ', '-') as low, array_to_string(f.high, ' ', '-') as high,
  array_to_string(f.booked, ' ', '-') as booked, array_to_string(f.week, ' ', '-') as week,
  array_to_string(f.past_taken, ' ', '-') as past_taken, array_to_string(f.past_expected, ' ', '-') as past_expected,
  array_to_string(f.replays, ' ', '-') as replays
from forecasts f
join lots l on l.id = f.lot_id
order by f.lot_id;
