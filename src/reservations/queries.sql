--include reservations/tables.h

-- Reservations: every statement of this slice.  See src/tools/sqlgen.c.
--
-- Live is `status in ('held', 'confirmed', 'checked_in')`, in these words, so that the partial indexes serve.  A hold whose
-- hold_until has come reads as expired whether it was swept or not.

-- The rest of a reservation as struct reservation has it, behind its status, with its money m.
--part reservation_whole
  r.hold_until, r.pay, r.tariff_version_id, r.price, r.currency, r.refund, r.refund_percent, r.cancel_until,
  r.no_show_at, r.created_at, r.confirmed_at, r.checked_in_at, r.ended_at,
  coalesce(m.paid, 0) as paid, coalesce(m.returned, 0) as returned, coalesce(m.covered, 0) as covered,
  l.name as lot_name, l.address as lot_address, l.city as lot_city, l.time_zone, l.pay_at_exit, s.label as slot_label
from reservations r
join lots l on l.id = r.lot_id
join slots s on s.id = r.slot_id
left join lateral (
  select (select coalesce(sum(g.amount), 0)::bigint from ledger g where g.reservation_id = r.id and g.kind = 'payment') as paid,
    (select -coalesce(sum(g.amount), 0)::bigint from ledger g where g.reservation_id = r.id and g.kind = 'refund') as returned,
    (select coalesce(sum(case h.state when 'settled' then h.amount else (select coalesce(sum(p.amount), 0)
        from payments p where p.charge_id = h.id and p.status = 'paid') end), 0)::bigint
      from charges h where h.reservation_id = r.id and h.state <> 'void') as covered
  where r.pay <> '') m on true

--: person_lock(int user_id) -> none
select pg_advisory_xact_lock($1::bigint * 4 + 1);

--: slot_lock(int slot_id) -> none
select pg_advisory_xact_lock($1::bigint * 4 + 2);

-- Both in one go, in that order, as everybody takes them.  The slot is as somebody typed it: a number no slot will ever have
-- shares a lock, and is not found.
--: booking_locks(int user_id, int slot_id) -> none
select pg_advisory_xact_lock($1::bigint * 4 + 1), pg_advisory_xact_lock($2::bigint % (1::bigint << 61) * 4 + 2);

-- The first of the lot's free slots, in an order of this caller's own, that nobody else is just booking.  The order is
-- made before anything is probed and the probing before any lock is tried (offset 0 keeps them apart), and all
-- ends with the first slot that can be had.
--: slot_pick_lock(int lot_id, instant starts, instant ends, instant now, int seed) -> one found_slot, planned once
select f.id as slot_id
from (
  select o.id
  from (
    select s.id, s.ev
    from slots s
    where s.lot_id = $1 and not s.out_of_service and s.vehicle_type = 'car'
    order by s.accessible, s.ev, hashint8extended(s.id, $5)
    offset 0) o
  where (select 1
      from reservations r
      where r.slot_id = o.id and r.status in ('held', 'confirmed', 'checked_in') and r.starts < $3
        and r.starts > $2::timestamptz - make_interval(mins => (select longest_minutes from lots where id = $1))
        and r.ends > $2 and (r.status <> 'held' or r.hold_until > $4)
      limit 1) is null
    and (select 1 from slots_occupied q where q.slot_id = o.id and q.since <= $4 and q.until > $4 and $2 < kept_until(q.since, $4)
      limit 1) is null
    and (not (o.ev or exists (select from slot_presence p where p.slot_id = o.id and p.occupied))
      or (select 1 from slots_told t
        where t.slot_id = o.id and slot_told_taken(t.said, t.said_at, t.device_id, t.last_reported, t.charger, t.drawn, $4) and $2 < kept_until($4, $4) limit 1) is null)
  offset 0) f
where pg_try_advisory_xact_lock(f.id * 4 + 2)
limit 1;

-- The same without a lock, the one nearest to the slot that was wanted: is there one at all?
--: slot_free(int lot_id, instant starts, instant ends, instant now, int near_id) -> one found_slot, planned once
select o.id as slot_id, o.label as slot_label
from (
  select s.id, s.label, s.ev
  from slots s
  where s.lot_id = $1 and not s.out_of_service and s.vehicle_type = 'car'
  order by s.accessible, s.ev, abs(s.id - $5), s.id
  offset 0) o
where (select 1
    from reservations r
    where r.slot_id = o.id and r.status in ('held', 'confirmed', 'checked_in') and r.starts < $3
      and r.starts > $2::timestamptz - make_interval(mins => (select longest_minutes from lots where id = $1))
      and r.ends > $2 and (r.status <> 'held' or r.hold_until > $4)
    limit 1) is null
  and (select 1 from slots_occupied q where q.slot_id = o.id and q.since <= $4 and q.until > $4 and $2 < kept_until(q.since, $4)
    limit 1) is null
  and (not (o.ev or exists (select from slot_presence p where p.slot_id = o.id and p.occupied))
    or (select 1 from slots_told t
      where t.slot_id = o.id and slot_told_taken(t.said, t.said_at, t.device_id, t.last_reported, t.charger, t.drawn, $4) and $2 < kept_until($4, $4) limit 1) is null)
limit 1;

-- What stands in the way on one slot: does somebody have any of that time, or did a hold that has ended?  Asked of the
-- btree, which is ten times quicker than the GiST index behind the constraint.
--: slot_standing(int slot_id, instant starts, instant ends, instant now, int but) -> one found_slot
select s.id as slot_id, s.label as slot_label, s.lot_id, s.out_of_service,
  coalesce(bool_or(r.status <> 'held' or r.hold_until > $4), false) as taken,
  exists (select from slots_occupied q where q.slot_id = $1 and q.since <= $4 and q.until > $4 and $2 < kept_until(q.since, $4)
    and q.reservation_id is distinct from $5) as occupied,
  case when $2 < kept_until($4, $4) then slot_sensed($1, $4) else false end as sensed,
  coalesce(bool_or(r.status = 'held' and r.hold_until <= $4), false) as cluttered
from slots s
join lots l on l.id = s.lot_id
left join reservations r on r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in') and r.id <> $5
  and r.starts < $3 and r.starts > $2::timestamptz - make_interval(mins => l.longest_minutes) and r.ends > $2
where s.id = $1
group by s.id;

-- The same for who is about to book it, with how many bookings they have.
--: booking_standing(int slot_id, instant starts, instant ends, instant now, int user_id) -> one found_slot
select s.id as slot_id, s.label as slot_label, s.lot_id, s.out_of_service,
  coalesce(bool_or(r.status <> 'held' or r.hold_until > $4), false) as taken,
  exists (select from slots_occupied q where q.slot_id = $1 and q.since <= $4 and q.until > $4 and $2 < kept_until(q.since, $4))
    or case when $2 < kept_until($4, $4) then slot_sensed($1, $4) else false end as occupied,
  coalesce(bool_or(r.status = 'held' and r.hold_until <= $4), false) as cluttered,
  (select count(*) from reservations m
    where m.user_id = $5 and m.status in ('held', 'confirmed', 'checked_in') and (m.status <> 'held' or m.hold_until > $4)) as live,
  exists (select 1 from users u where u.id = $5 and u.disabled_at is not null) as closed
from slots s
join lots l on l.id = s.lot_id
left join reservations r on r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in')
  and r.starts < $3 and r.starts > $2::timestamptz - make_interval(mins => l.longest_minutes) and r.ends > $2
where s.id = $1
group by s.id;

-- When somebody else has the slot next.
--: slot_next_start(int slot_id, instant after, instant now, int but) -> one next_start
select min(r.starts) as starts
from reservations r
where r.slot_id = $1 and r.starts >= $2 and r.id <> $4 and r.status in ('held', 'confirmed', 'checked_in')
  and (r.status <> 'held' or r.hold_until > $3);

-- Holds that have ended and would still stand in the way of a new booking.
--: holds_clear(int slot_id, instant starts, instant ends, instant now, int but) -> many swept
update reservations
set status = 'expired', ended_at = hold_until
where slot_id = $1 and status = 'held' and hold_until <= $4 and during && tstzrange($2, $3) and id <> $5
returning id, lot_id, starts, ends;

--: reservation_insert(int lot_id, int slot_id, int user_id, instant starts, instant ends, instant hold_until, int? tariff_version_id, money price, text currency, int refund_percent, instant cancel_until, instant no_show_at, instant now) -> one reservation
insert into reservations (lot_id, slot_id, user_id, starts, ends, hold_until, tariff_version_id, price, currency,
  refund_percent, cancel_until, no_show_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning id, lot_id, slot_id, user_id, vehicle_id, plate, plate_typed, starts, ends, status, hold_until, pay,
  tariff_version_id, price, currency, refund, refund_percent, cancel_until, no_show_at, created_at;

--: reservation_one(int id, instant now) -> one reservation
select r.id, r.lot_id, r.slot_id, r.user_id, r.vehicle_id, r.plate, r.plate_typed, r.starts, r.ends,
  case when r.status = 'held' and r.hold_until <= $2 then 'expired' else r.status end as status,
--= reservation_whole
where r.id = $1;

-- The row is ours until the transaction ends, so that two who change it do so one after the other.
--: reservation_row_lock(int id) -> none
select id from reservations where id = $1 for no key update;

--: reservations_live_of(int user_id, instant now) -> many reservation
select r.id, r.lot_id, r.slot_id, r.user_id, r.vehicle_id, r.plate, r.plate_typed, r.starts, r.ends, r.status,
--= reservation_whole
where r.user_id = $1 and r.status in ('held', 'confirmed', 'checked_in') and (r.status <> 'held' or r.hold_until > $2)
order by r.starts, r.id
limit 100;

-- What is over, latest first.  Holds that came to nothing are no past worth telling.
--: reservations_past_of(int user_id, int? before, int most) -> many reservation
select r.id, r.lot_id, r.slot_id, r.user_id, r.vehicle_id, r.plate, r.plate_typed, r.starts, r.ends, r.status,
  r.hold_until, r.pay, r.tariff_version_id, r.price, r.currency, r.refund, r.refund_percent, r.cancel_until,
  r.no_show_at, r.created_at, r.confirmed_at, r.checked_in_at, r.ended_at,
  coalesce(m.paid, 0) as paid, coalesce(m.returned, 0) as returned, coalesce(m.covered, 0) as covered,
  r.status = 'completed' and not exists (select from reviews v where v.user_id = r.user_id and v.lot_id = r.lot_id) as unreviewed,
  l.name as lot_name, l.address as lot_address, l.city as lot_city, l.time_zone, l.pay_at_exit, s.label as slot_label
from reservations r
join lots l on l.id = r.lot_id
join slots s on s.id = r.slot_id
left join lateral (
  select (select coalesce(sum(g.amount), 0)::bigint from ledger g where g.reservation_id = r.id and g.kind = 'payment') as paid,
    (select -coalesce(sum(g.amount), 0)::bigint from ledger g where g.reservation_id = r.id and g.kind = 'refund') as returned,
    (select coalesce(sum(case h.state when 'settled' then h.amount else (select coalesce(sum(p.amount), 0)
        from payments p where p.charge_id = h.id and p.status = 'paid') end), 0)::bigint
      from charges h where h.reservation_id = r.id and h.state <> 'void') as covered
  where r.pay <> '') m on true
where r.user_id = $1 and r.status in ('completed', 'cancelled', 'no_show') and r.confirmed_at is not null
  and ($2::bigint is null or (r.starts, r.id) < (select b.starts, b.id from reservations b where b.id = $2 and b.user_id = $1))
order by r.starts desc, r.id desc
limit $3;

-- Inside without a booking, or gone without having paid.
--: own_stays(int user_id) -> many own_stay
select s.id, s.plate_typed, l.name as lot_name, coalesce(t.label, '') as slot_label, l.time_zone, s.currency, s.entered_at, s.left_at,
  coalesce(h.amount - (select coalesce(sum(p.amount), 0) from payments p where p.charge_id = h.id and p.status = 'paid'), 0)::bigint as owes
from stays s
join lots l on l.id = s.lot_id
left join slots t on t.id = s.slot_id
left join charges h on h.stay_id = s.id and h.state = 'open'
where s.user_id = $1 and (s.status = 'open' and s.reservation_id is null or s.status = 'closed' and h.id is not null)
order by s.entered_at desc, s.id desc
limit 20;

--: reservation_set_confirmed(int id, int? vehicle_id, text plate, text plate_typed, text pay, instant now) -> count
update reservations
set status = 'confirmed', vehicle_id = $2, plate = $3, plate_typed = $4, pay = $5, confirmed_at = $6
where id = $1 and status = 'held' and hold_until > $6;

--: reservation_set_plate(int id, text plate, text plate_typed) -> none
update reservations set plate = $2, plate_typed = $3 where id = $1;

-- Still a hold, but how it will be paid is chosen.
--: reservation_set_to_pay(int id, int? vehicle_id, text plate, text plate_typed, instant now) -> count
update reservations
set vehicle_id = $2, plate = $3, plate_typed = $4, pay = 'online'
where id = $1 and status = 'held' and hold_until > $5;

-- The money is there: also for a hold that had ended.
--: reservation_set_paid(int id, instant now) -> none
update reservations
set status = 'confirmed', pay = 'online', confirmed_at = $2, ended_at = null
where id = $1 and status in ('held', 'expired');

--: reservation_of_charge(int charge_id) -> one paid_for
select reservation_id, kind from charges where id = $1;

--: slot_of_reservation(int id) -> one found_slot
select slot_id from reservations where id = $1;

--: reservation_set_cancelled(int id, money refund, instant now) -> none
update reservations set status = 'cancelled', refund = $2, ended_at = $3 where id = $1;

--: reservation_set_ends(int id, instant ends, money price) -> none
update reservations set ends = $2, price = $3 where id = $1;

--: reservation_set_checked_in(int id, instant now) -> none
update reservations set status = 'checked_in', checked_in_at = $2 where id = $1;

-- ---- at the gate

-- Of this plate, at this lot, for now: one that runs or begins soon, and that no car has come for yet.
--: reservation_of_plate(int lot_id, text plate, instant now, instant early) -> one reservation_id
select r.id
from reservations r
where r.plate = $2 and r.lot_id = $1 and r.status in ('confirmed', 'checked_in') and r.starts <= $4 and r.ends > $3
  and (r.status = 'checked_in' or r.no_show_at > $3)
  and not exists (select from stays s where s.reservation_id = r.id and s.status <> 'void')
order by r.starts, r.id
limit 1;

--: reservation_set_left(int id, instant now) -> count
update reservations set status = 'completed', ended_at = $2 where id = $1 and status = 'checked_in';

--: reservation_set_back(int id) -> count
update reservations set status = 'confirmed', checked_in_at = null where id = $1 and status = 'checked_in';

--: reservation_set_returned(int id) -> count
update reservations set status = 'checked_in', ended_at = null where id = $1 and status = 'completed';

--: reservation_set_slot(int id, int slot_id) -> none
update reservations set slot_id = $2 where id = $1;

--: holds_sweep(instant now, int most) -> many swept
update reservations
set status = 'expired', ended_at = hold_until
where id = any (array(select id from reservations where status = 'held' and hold_until <= $1
  order by hold_until limit $2 for no key update skip locked))
returning id, lot_id, starts, ends;

--: no_shows_sweep(instant now, int most) -> many swept
update reservations
set status = 'no_show', ended_at = no_show_at
where id = any (array(select id from reservations where status = 'confirmed' and no_show_at <= $1
  order by no_show_at limit $2 for no key update skip locked))
returning id, lot_id, starts, ends;

-- A car that has not left yet ends its booking when it does.
--: ends_sweep(instant now, int most) -> many swept
update reservations
set status = 'completed', ended_at = ends
where id = any (array(select r.id from reservations r where r.status = 'checked_in' and r.ends <= $1
    and not exists (select from stays s where s.reservation_id = r.id and s.status = 'open')
  order by r.ends limit $2 for no key update skip locked))
returning id, lot_id, starts, ends;

--: vehicles_to_choose(int user_id) -> many own_vehicle
select id, plate_typed, label from vehicles where user_id = $1 order by id limit 50;

--: vehicle_to_drive(int id, int user_id) -> one own_vehicle
select id, plate, plate_typed, label from vehicles where id = $1 and user_id = $2;

--: address_of_person(int user_id) -> one mail_goes_to
select email from users where id = $1;

-- The plates of an account that goes; the bookings stay, as somebody's.
--: reservations_plates_forget(int user_id) -> none
update reservations set plate = '', plate_typed = '' where user_id = $1 and (plate <> '' or plate_typed <> '');

--: reservation_plates_sweep(instant before, int most) -> count
update reservations set plate = '', plate_typed = ''
where id = any (array(select id from reservations where ended_at < $1 and plate <> '' order by ended_at limit $2));

-- ---- all bookings, for admins

-- $1 status, $2 lot, $3 and $4 days it touches, $5 whom it is for, $6 now.  No booking is longer than sixty days.
--part bookings_wanted
from reservations r
join lots l on l.id = r.lot_id
join slots s on s.id = r.slot_id
join users u on u.id = r.user_id
where ($1::text is null or case when r.status = 'held' and r.hold_until <= $6::timestamptz then 'expired' else r.status end = $1)
  and ($2::bigint is null or r.lot_id = $2)
  and ($3::text is null or (r.starts >= $3::text::date - 62 and (r.ends at time zone l.time_zone)::date >= $3::text::date))
  and ($4::text is null or (r.starts < $4::text::date + 2 and (r.starts at time zone l.time_zone)::date <= $4::text::date))
  and ($5::text is null or r.user_id in (select w.id from users w where lower(w.username) = lower($5) or lower(w.email) = lower($5))
    or r.plate = regexp_replace(upper($5), '[^A-Z0-9]', '', 'g'))

--: bookings_page(text? status, int? lot_id, text? from, text? until, text? about, instant now, text sort, int skip, int most) -> many booking_line
select r.id, case when r.status = 'held' and r.hold_until <= $6 then 'expired' else r.status end as status, r.starts, r.ends, r.created_at,
  r.lot_id, r.user_id, r.price, r.currency, r.pay, coalesce(nullif(r.plate_typed, ''), r.plate) as plate, l.name as lot_name, l.time_zone,
  s.label as slot_label, coalesce(nullif(btrim(u.first_name || ' ' || u.last_name), ''), u.username) as user_name
--= bookings_wanted
order by case when $7 = 'starts' then r.starts end, case when $7 = '-starts' then r.starts end desc,
  case when $7 = 'made' then r.created_at end, case when $7 = '-made' then r.created_at end desc,
  case when $7 = 'price' then r.price end, case when $7 = '-price' then r.price end desc,
  case when $7 = 'lot' then lower(l.name) end, case when $7 = '-lot' then lower(l.name) end desc,
  case when $7 = 'customer' then lower(u.username) end, case when $7 = '-customer' then lower(u.username) end desc,
  case when $7 = 'status' then r.status end, case when $7 = '-status' then r.status end desc,
  case when left($7, 1) <> '-' then r.id end, case when left($7, 1) = '-' then r.id end desc
limit $9 offset $8;

--: bookings_number(text? status, int? lot_id, text? from, text? until, text? about, instant now, int most) -> one number_of
select count(1) as n from (select r.id
--= bookings_wanted
limit $7) x;

--: lots_with_bookings() -> many lot_to_choose
select id, name from lots order by lower(name) limit 1000;

-- ---- whole tables, for CSV

--: csv_reservations_rows(text? status, int? lot_id, text? from, text? until, text? about, instant now) -> each csv_reservations
select r.id, r.status, r.starts, r.ends, r.lot_id, l.name as lot, r.slot_id, s.label as slot, r.user_id, u.username, r.plate, r.price,
  r.refund, r.currency, r.pay, r.tariff_version_id, r.created_at, r.confirmed_at, r.checked_in_at, r.ended_at
--= bookings_wanted
order by r.id;
