-- What the source systems' addresses show, as they named it: they read, and write nothing.  See src/tools/sqlgen.c.
--include dialects/s0.h
--include dialects/s2.h
--include dialects/s3.h
--include dialects/s4.h
--include accounts/accounts.h
--include plates/plates.h
--include lots/lots.h

-- ---- S2

-- Available if any slot may be had, else reserved if any is only that; a person's word wins.
--: s2_lots(int most) -> many s2_lot
select l.id::text as lot_id, l.name as location, coalesce(n.slots, 0) as capacity,
  case when l.status_override <> '' then l.status_override when n.free + n.unknown > 0 then 'available'
    when n.reserved > 0 then 'reserved' else 'occupied' end as status
from lots l left join lot_counts n on n.lot_id = l.id
order by l.id desc limit $1;

--: s2_lot_of(int id) -> one s2_lot_one
select l.id::text as lot_id, l.name as location, coalesce(n.slots, 0) as capacity, coalesce(n.occupied, 0) as current_occupancy,
  case when l.status_override <> '' then l.status_override when n.free + n.unknown > 0 then 'available'
    when n.reserved > 0 then 'reserved' else 'occupied' end as status
from lots l left join lot_counts n on n.lot_id = l.id
where l.id = $1;

--: s2_reservations(int user_id, instant now, int most) -> many s2_reservation
select r.id::text as reservation_id, r.lot_id::text as lot_id, r.starts as reserved_at,
  case when r.status = 'held' and r.hold_until <= $2 then 'expired' when r.status in ('held', 'confirmed') then 'reserved'
    when r.status = 'checked_in' then 'occupied' when r.status = 'cancelled' then 'canceled'
    when r.status = 'no_show' then 'expired' else r.status end as status
from reservations r
where r.user_id = $1
order by r.starts desc, r.id desc limit $3;

-- ---- S4

--: s4_reviews(text? lot, int most) -> many s4_review
select l.name as lot, v.rating, v.words as comment, u.first_name, v.created_at
from reviews v join lots l on l.id = v.lot_id join users u on u.id = v.user_id
where v.hidden_at is null and ($1::text is null or lower(l.name) = lower($1) or l.id::text = $1)
order by v.id desc limit $2;

-- A booking that was kept counts, its hours unless nobody came.
--: s4_dashboard_of(int user_id, instant now) -> one s4_dashboard
select u.first_name, b.total_bookings, b.total_hours_parked, b.active_bookings, b.most_visited_location
from users u
cross join lateral (
  select count(r.id) filter (where r.status <> 'held') as total_bookings,
    count(r.id) filter (where r.status in ('confirmed', 'checked_in') or (r.status = 'held' and r.hold_until > $2)) as active_bookings,
    coalesce(round(sum(extract(epoch from least(r.ends, $2) - r.starts) / 3600)
      filter (where r.status in ('checked_in', 'completed') and r.starts < $2), 2), 0)::float8 as total_hours_parked,
    (select l.name from reservations w join lots l on l.id = w.lot_id
      where w.user_id = u.id and w.status in ('confirmed', 'checked_in', 'completed')
      group by l.id order by count(w.id) desc, l.id limit 1) as most_visited_location
  from reservations r
  where r.user_id = u.id and r.status in ('held', 'confirmed', 'checked_in', 'completed', 'no_show')) b
where u.id = $1;

--: s4_months_of(int user_id, instant now) -> many s4_month
select to_char(m.first, 'YYYY-MM') as month, count(r.id) as count
from generate_series(date_trunc('month', $2::timestamptz at time zone 'UTC') - interval '11 months',
  date_trunc('month', $2::timestamptz at time zone 'UTC'), interval '1 month') m (first)
left join (reservations r join lots l on l.id = r.lot_id)
  on r.user_id = $1 and r.status in ('confirmed', 'checked_in', 'completed', 'no_show')
  and date_trunc('month', r.starts at time zone l.time_zone) = m.first
group by m.first
order by m.first;

--: s4_upcoming(int user_id, instant now, int most) -> many s4_booking
select r.id as reservation_id, l.name as lot, l.city, s.label as slot, l.time_zone, r.plate_typed as vehicle_registration_number,
  r.status, r.starts as start_time, r.ends as end_time, r.price, r.currency
from reservations r join lots l on l.id = r.lot_id join slots s on s.id = r.slot_id
where r.user_id = $1 and r.ends > $2 and r.status in ('held', 'confirmed', 'checked_in') and (r.status <> 'held' or r.hold_until > $2)
order by r.starts, r.id limit $3;

--: s4_bookings_of(int user_id, instant now, int most) -> many s4_booking
select r.id as reservation_id, l.name as lot, l.city, s.label as slot, l.time_zone, r.plate_typed as vehicle_registration_number,
  case when r.status = 'held' and r.hold_until <= $2 then 'expired' else r.status end as status,
  r.starts as start_time, r.ends as end_time, r.price, r.currency
from reservations r join lots l on l.id = r.lot_id join slots s on s.id = r.slot_id
where r.user_id = $1
order by r.starts desc, r.id desc limit $3;

--: s4_vehicles_of(int user_id) -> many vehicle
select plate_typed, label, car_type from vehicles where user_id = $1 order by id limit 100;

--: s4_reservations(int? before, instant now, int most) -> many s4_booking
select r.id as reservation_id, l.name as lot, l.city, s.label as slot, l.time_zone, r.plate_typed as vehicle_registration_number,
  case when r.status = 'held' and r.hold_until <= $2 then 'expired' else r.status end as status,
  r.starts as start_time, r.ends as end_time, r.price, r.currency, u.username as user, u.email
from reservations r join lots l on l.id = r.lot_id join slots s on s.id = r.slot_id join users u on u.id = r.user_id
where $1::bigint is null or r.id < $1
order by r.id desc limit $3;

--: s4_lots_named(int most) -> many lot
select l.id, l.name, l.city, l.state, l.country, l.postal_code, l.currency, l.tariff_id, n.slots, n.free
from lots l left join lot_counts n on n.lot_id = l.id
order by l.id desc limit $1;

--: s4_users(int? before, int most) -> many s4_user
select id, username, email, first_name, last_name, phone, role, verified_at is not null as verified, created_at
from users
where $1::bigint is null or id < $1
order by id desc limit $2;

-- Sums by month, as the desk keeps them.
--: s4_lots(int most) -> many s4_lot_stats
select l.id, l.name, l.city, l.currency, coalesce(n.slots, 0) as total_slots, coalesce(n.free, 0) as available_slots,
  coalesce(n.occupied, 0) as occupied_slots, coalesce(n.reserved, 0) as reserved_slots,
  coalesce((select sum(b.kept) from desk_bookings_now b where b.lot_id = l.id and b.grain = 'month'), 0)::bigint as total_reservations,
  coalesce((select sum(m.online + m.card + m.cash - m.online_back - m.card_back - m.cash_back) from desk_money_now m
    where m.lot_id = l.id and m.grain = 'month' and m.currency = l.currency), 0)::bigint as earned
from lots l left join lot_counts n on n.lot_id = l.id
order by l.id desc limit $1;

--: s4_people(instant now) -> one s4_user_stats
select count(id) as total_users,
  count(id) filter (where created_at >= date_trunc('month', $1::timestamptz at time zone 'UTC') at time zone 'UTC') as new_users_this_month,
  count(id) filter (where seen_at > $1::timestamptz - interval '30 days') as active_users
from users;

--: s4_top_users() -> many s4_top_user
select u.id as user_id, u.username, u.first_name, t.bookings
from (select r.user_id, count(r.id) as bookings from reservations r
  where r.status in ('confirmed', 'checked_in', 'completed', 'no_show')
  group by r.user_id order by bookings desc, r.user_id limit 5) t
join users u on u.id = t.user_id
order by t.bookings desc, u.id;

-- ---- S0.  `whose`: a person's own; null: everybody's.

--: s0_users(int? self, int skip, int most) -> many s0_user
select id, username, email, case role when 'customer' then 'user' else role end as role
from users where $1::bigint is null or id = $1
order by id desc offset $2 limit $3;

--: s0_users_count(int? self) -> one s0_n
select count(id) as n from users where $1::bigint is null or id = $1;

--: s0_cars(int? whose, int skip, int most) -> many s0_car
select id, plate_typed as plate_number, car_type, user_id as owner, created_at
from vehicles where $1::bigint is null or user_id = $1
order by id desc offset $2 limit $3;

--: s0_cars_count(int? whose) -> one s0_n
select count(id) as n from vehicles where $1::bigint is null or user_id = $1;

-- The state that slot_state() decides, in S0's three words: who cannot park there finds it occupied, and a silent device
-- says nothing against it.
--part s0_slot_lines
select s.id, s.code as slot_number, s.size as slot_type, s.created_at,
  case slot_state(s.out_of_service, coalesce(r.arrived, false) or y.occupied or o.slot_id is not null, coalesce(r.now, false), r.next, y.silent, $1)
    when 'out_of_service' then 'occupied' when 'occupied' then 'occupied' when 'reserved' then 'reserved'
    when 'reserved_soon' then 'reserved' else 'available' end as status
from slots s
join lots l on l.id = s.lot_id
left join slot_presence p on p.slot_id = s.id
left join devices d on d.slot_id = s.id
left join device_reports q on q.device_id = d.id
cross join lateral (select slot_told_taken(p.occupied, p.said_at, d.id, q.last_reported, s.ev, q.current, $1) as occupied,
  slot_silent(d.id, q.last_reported, $1) as silent) y
left join slots_occupied o on o.slot_id = s.id
left join lateral (
  select bool_or(r.status = 'checked_in' and r.starts <= $1) as arrived, bool_or(r.starts <= $1) as now,
    min(r.starts) filter (where r.starts > $1) as next
  from reservations r
  where r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in') and (r.status <> 'held' or r.hold_until > $1)
    and r.starts < $1::timestamptz + interval '60 minutes' and r.starts > $1::timestamptz - l.longest_minutes * interval '1 minute'
    and r.ends > $1) r on true

--: s0_slots(instant now, int? id, int skip, int most) -> many s0_slot
--= s0_slot_lines
where s.id in (select id from slots where $2::bigint is null or id = $2 order by id desc offset $3 limit $4)
order by s.id desc;

--: s0_slots_among(instant now, ints ids) -> many s0_slot
--= s0_slot_lines
where s.id = any($2::bigint[])
order by s.id;

--: s0_slots_count() -> one s0_n
select count(id) as n from slots;

--: s0_stays(int? whose, int? id, instant now, int skip, int most) -> many s0_stay
select s.id, s.slot_id, s.vehicle_id as car_id, v.user_id as owner, coalesce(v.plate_typed, s.plate_typed) as plate,
  coalesce(v.car_type, '') as car_type, coalesce(t.code, '') as slot_number, coalesce(t.size, '') as slot_type, s.currency,
  s.entered_at, s.left_at, v.created_at as car_made_at, t.created_at as slot_made_at, coalesce(s.fee, 0) as fee,
  s.status = 'open' as inside,
  case when t.out_of_service or b.slot_id is not null then 'occupied' when exists (select from reservations r
    where r.slot_id = t.id and r.status in ('held', 'confirmed') and (r.status <> 'held' or r.hold_until > $3)
      and r.starts <= $3 and r.ends > $3) then 'reserved' else 'available' end as status
from (
  select id from stays
  where ($1::bigint is null or user_id = $1) and ($2::bigint is null or id = $2) and status <> 'void'
  order by entered_at desc, id desc offset $4 limit $5) f
join stays s on s.id = f.id
left join vehicles v on v.id = s.vehicle_id
left join slots t on t.id = s.slot_id
left join slots_occupied b on b.slot_id = t.id
order by s.entered_at desc, s.id desc;

--: s0_stays_count(int? whose) -> one s0_n
select count(id) as n from stays where ($1::bigint is null or user_id = $1) and status <> 'void';

-- What went back whole is no payment any more.
--: s0_payments(int? whose, int? id, int skip, int most) -> many s0_payment
select p.id, coalesce(h.stay_id, (select s.id from stays s where s.reservation_id = h.reservation_id and s.status <> 'void')) as transaction,
  p.method as payment_method, p.paid_at, p.amount - p.refunded as left, p.currency
from payments p join charges h on h.id = p.charge_id
where p.status = 'paid' and p.refunded < p.amount and ($1::bigint is null or h.user_id = $1) and ($2::bigint is null or p.id = $2)
order by p.id desc offset $3 limit $4;

--: s0_payments_count(int? whose) -> one s0_n
select count(p.id) as n from payments p join charges h on h.id = p.charge_id
where p.status = 'paid' and p.refunded < p.amount and ($1::bigint is null or h.user_id = $1);

--: s0_totals_of(int? whose, text currency) -> one s0_totals
select n.total_slots, n.occupied_slots, n.reserved_slots, n.available_slots,
  (select count(id) from stays where status = 'open' and ($1::bigint is null or user_id = $1)) as active_transactions,
  (select count(id) from vehicles where $1::bigint is null or user_id = $1) as total_cars, m.total_payments, m.income
from (select coalesce(sum(slots), 0)::bigint as total_slots, coalesce(sum(occupied), 0)::bigint as occupied_slots,
    coalesce(sum(reserved), 0)::bigint as reserved_slots, coalesce(sum(free + unknown), 0)::bigint as available_slots
  from lot_counts) n
cross join (select count(p.id) as total_payments, coalesce(sum(p.amount - p.refunded), 0)::bigint as income
  from payments p join charges h on h.id = p.charge_id
  where p.status = 'paid' and p.refunded < p.amount and p.currency = $2 and ($1::bigint is null or h.user_id = $1)) m;

--: s0_cameras(int skip, int most) -> many camera
select c.id, c.name, c.location, c.created_at, count(s.slot_id) as looks_at,
  coalesce(string_agg(s.slot_id::text, ',' order by s.slot_id), '') as slots
from (select id from cameras order by id desc offset $1 limit $2) f
join cameras c on c.id = f.id
left join camera_slots s on s.camera_id = c.id
group by c.id
order by c.id desc;

--: s0_cameras_count() -> one s0_n
select count(id) as n from cameras;

-- What a person rejected was no plate.
--: s0_logs(int skip, int most) -> many s0_log
select id, camera_id as camera, slot_id as slot, plate as plate_number, seen_at as detected_at
from plate_reads where state <> 'rejected'
order by id desc offset $1 limit $2;

--: s0_logs_count() -> one s0_n
select count(id) as n from plate_reads where state <> 'rejected';

-- One's own: the photographs one sent, and what belongs to one's stays.
--: s0_log_lines(int? whose, int most) -> many s0_log_line
select r.plate as plate_number, coalesce(s.code, '') as slot, coalesce(c.name, '') as camera, r.seen_at as time
from (
  select id, plate, slot_id, camera_id, seen_at from plate_reads
  where state <> 'rejected' and ($1::bigint is null or user_id = $1 or stay_id in (select id from stays where user_id = $1))
  order by id desc limit $2) r
left join slots s on s.id = r.slot_id
left join cameras c on c.id = r.camera_id
order by r.id desc;

-- ---- S3

--: s3_sessions(text? status, text? plate, instant? from, instant? until, int skip, int most) -> many s3_session
select s.id as session_id, s.plate, case s.status when 'open' then 'active' else 'completed' end as status, s.currency, l.name as lot,
  coalesce(t.label, '') as slot, s.entered_at as entry_time, s.left_at as exit_time, coalesce(s.fee, 0) as fee, s.status = 'open' as inside
from (
  select id from stays
  where status <> 'void' and ($1::text is null or status = $1) and ($2::text is null or position($2 in plate) > 0)
    and ($3::timestamptz is null or entered_at >= $3) and ($4::timestamptz is null or entered_at < $4)
  order by entered_at desc, id desc offset $5 limit $6) f
join stays s on s.id = f.id
join lots l on l.id = s.lot_id
left join slots t on t.id = s.slot_id
order by s.entered_at desc, s.id desc;

--: s3_sessions_count(text? status, text? plate, instant? from, instant? until) -> one s3_n
select count(id) as n from stays
where status <> 'void' and ($1::text is null or status = $1) and ($2::text is null or position($2 in plate) > 0)
  and ($3::timestamptz is null or entered_at >= $3) and ($4::timestamptz is null or entered_at < $4);

--: s3_anomalies(int skip, int most) -> many s3_anomaly
select id, kind, plate, stay_id as session_id, detail, state, raised_at as created_at
from anomalies order by raised_at desc, id desc offset $1 limit $2;

--: s3_anomalies_count() -> one s3_n
select count(id) as n from anomalies;
