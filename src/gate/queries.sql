-- The gate: every statement of this slice.  See src/tools/sqlgen.c.
--include gate/tables.h
--include gate/gate.h

--: gate_place_of(int user_id) -> one gate_id
select lot_id as id from gate_places where user_id = $1;

--: gate_place_put(int user_id, int lot_id) -> none
insert into gate_places as p (user_id, lot_id) values ($1, $2)
on conflict (user_id) do update set lot_id = excluded.lot_id;

--: gate_lots(int chosen) -> many gate_lot
select id, name, id = $1 as chosen from lots order by lower(name), id limit 1000;

-- ---- who is this

--: gate_car_of(text plate) -> one gate_car
select coalesce(v.user_id, 0) as user_id, v.label, v.car_type,
  coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '') as user_name
from vehicles v
left join users u on u.id = v.user_id
where v.plate = $1;

--: gate_visits(text plate) -> one gate_id
select count(id) as n from stays where plate = $1 and status = 'closed';

-- A booking of that plate here that does not let in now: the nearest, of a day before and after.
--: gate_booking_near(int lot_id, text plate, instant now) -> one gate_id
select r.id
from reservations r
where r.plate = $2 and r.lot_id = $1 and r.status = 'confirmed' and r.ends > $3::timestamptz - interval '1 day'
  and r.starts < $3::timestamptz + interval '1 day' and not exists (select from stays s where s.reservation_id = r.id and s.status <> 'void')
order by abs(extract(epoch from r.starts - $3)), r.id
limit 1;

--: gate_name_of(int user_id) -> one gate_car
select u.id as user_id, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '') as user_name
from users u where u.id = $1;

-- ---- in and out

--: gate_moves(int lot_id, instant since, instant now, int most) -> many gate_move
select m.id, m.at, m.in, s.plate_typed, coalesce(t.label, '') as slot_label, s.currency, s.status, coalesce(s.fee, 0) as fee,
  not m.in and coalesce(s.fee, 0) = 0 as free,
  m.at > $3::timestamptz - interval '15 minutes' and m.in = (s.status = 'open') and s.closed_how <> 'no_entry'
    and not exists (select from charges h join payments p on p.charge_id = h.id where h.stay_id = s.id and p.status = 'paid') as undoable
from (
  (select id, entered_at as at, true as in from stays
    where lot_id = $1 and entered_at > $2 and status <> 'void' and closed_how <> 'no_entry' order by entered_at desc limit $4)
  union all
  (select id, left_at, false from stays
    where lot_id = $1 and left_at > $2 and status = 'closed' order by left_at desc limit $4)) m
join stays s on s.id = m.id
left join slots t on t.id = s.slot_id
order by m.at desc, m.id desc, m.in
limit $4;

-- Bookings whose cars should come within the hour.
--: gate_expected(int lot_id, instant now) -> one gate_id
select count(id) as n
from reservations
where lot_id = $1 and status = 'confirmed' and starts < $2::timestamptz + interval '1 hour' and starts > $2::timestamptz - interval '1 day'
  and no_show_at > $2;

-- ---- shifts

-- Since the last one was closed, or the first deed of the day before now.
--: gate_shift_since(int user_id, instant now) -> one gate_since
with last as (
  select greatest(coalesce((select max(ended_at) from gate_shifts where user_id = $1), '-infinity'),
    $2::timestamptz - interval '1 day') as ended
), deeds as (
  select min(entered_at) as at, count(id) as ins, 0::bigint as outs from stays, last where entered_by = $1 and entered_at > last.ended and status <> 'void'
  union all
  select min(left_at), 0, count(id) from stays, last where left_by = $1 and left_at > last.ended and status = 'closed'
  union all
  select min(paid_at), 0, 0 from payments, last where recorded_by = $1 and paid_at > last.ended
)
select min(at) as since, sum(ins)::bigint as in, sum(outs)::bigint as out from deeds;

-- Of one operator, or of all (user_id 0).
--: gate_sums(int user_id, instant since, instant until) -> many gate_sum
select x.method, x.currency, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '') as user_name,
  sum(x.payments)::bigint as payments, sum(x.refunds)::bigint as refunds, sum(x.taken)::bigint as taken,
  sum(x.returned)::bigint as returned, (sum(x.taken) - sum(x.returned))::bigint as net
from (
  select p.recorded_by as user_id, p.method, p.currency, 1 as payments, 0 as refunds, p.amount as taken, 0::bigint as returned
  from payments p
  where p.recorded_by is not null and ($1 = 0 or p.recorded_by = $1) and p.status = 'paid' and p.paid_at >= $2 and p.paid_at <= $3
  union all
  select r.made_by, p.method, r.currency, 0, 1, 0, r.amount
  from refunds r
  join payments p on p.id = r.payment_id
  where r.made_by is not null and ($1 = 0 or r.made_by = $1) and r.status = 'done' and p.method <> 'online' and r.done_at >= $2
    and r.done_at <= $3) x
join users u on u.id = x.user_id
group by u.id, x.method, x.currency
order by user_name, u.id, x.currency, x.method;

--: gate_shift_insert(int user_id, instant begun_at, instant ended_at, text currency, money cash, money counted, text note) -> one gate_id
insert into gate_shifts (user_id, begun_at, ended_at, currency, cash, counted, note) values ($1, $2, $3, $4, $5, $6, $7)
returning id;

--: gate_shift_lock(int user_id) -> none
select pg_advisory_xact_lock($1::bigint * 4);

--: gate_shifts_closed(int user_id, int most) -> many gate_shift_line
select s.id, s.begun_at, s.ended_at, s.currency, s.cash, s.counted, s.counted - s.cash as difference, s.note,
  coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '') as user_name
from gate_shifts s
join users u on u.id = s.user_id
where $1 = 0 or s.user_id = $1
order by s.ended_at desc, s.id desc
limit $2;

-- ---- the live map

--: live_slots(int lot_id, instant now) -> many live_slot
select s.id, s.zone_id, s.code, s.label, z.code as zone_code, z.name as zone_name, s.accessible, s.ev,
  slot_state(s.out_of_service, coalesce(r.arrived, false) or y.occupied or o.id is not null, coalesce(r.now, false), r.next,
    y.silent, $2) as state,
  coalesce(o.plate_typed, '') as plate, o.id as stay_id, o.entered_at as since, r.next
from zones z
join lots l on l.id = z.lot_id
join slots s on s.zone_id = z.id
left join slot_presence p on p.slot_id = s.id
left join devices d on d.slot_id = s.id
left join device_reports q on q.device_id = d.id
cross join lateral (select slot_told_taken(p.occupied, p.said_at, d.id, q.last_reported, s.ev, q.current, $2) as occupied,
  slot_silent(d.id, q.last_reported, $2) as silent) y
left join stays o on o.slot_id = s.id and o.status = 'open'
left join lateral (
  select bool_or(r.status = 'checked_in' and r.starts <= $2) as arrived, bool_or(r.starts <= $2) as now,
    min(r.starts) filter (where r.starts > $2) as next
  from reservations r
  where r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in') and (r.status <> 'held' or r.hold_until > $2)
    and r.starts < $2::timestamptz + interval '1 day' and r.starts > $2::timestamptz - l.longest_minutes * interval '1 minute'
    and r.ends > $2) r on true
where z.lot_id = $1
order by z.position, z.id, s.position, s.id;

-- ---- whole tables, for CSV

--: csv_gate_shifts_rows() -> each csv_gate_shifts
select g.id, g.user_id, u.username, g.begun_at, g.ended_at, g.cash, g.counted, g.currency, g.note
from gate_shifts g
join users u on u.id = g.user_id
order by g.ended_at, g.id;

--: csv_gate_places_rows() -> each csv_gate_places
select g.user_id, u.username, g.lot_id, l.name as lot
from gate_places g
join users u on u.id = g.user_id
join lots l on l.id = g.lot_id
order by g.user_id;
