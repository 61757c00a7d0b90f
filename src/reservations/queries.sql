-- Reservations: every statement of this slice.  See src/tools/sqlgen.c.
--
-- Live is `status in ('held', 'confirmed', 'checked_in')`, in these words, so that the partial indexes serve.  A hold whose
-- hold_until has come reads as expired whether it was swept or not.

--: person_lock(int user_id) -> none
select pg_advisory_xact_lock($1::bigint * 4 + 1);

--: slot_lock(int slot_id) -> none
select pg_advisory_xact_lock($1::bigint * 4 + 2);

-- The first of the lot's free slots, in an order of this caller's own, that nobody else is just booking.  The order is
-- made before anything is probed and the probing before any lock is tried (offset 0 keeps them apart), and all
-- ends with the first slot that can be had.
--: slot_pick_lock(int lot_id, instant starts, instant ends, instant now, int seed) -> one found_slot
select f.id as slot_id
from (
  select o.id
  from (
    select s.id
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
  offset 0) f
where pg_try_advisory_xact_lock(f.id * 4 + 2)
limit 1;

-- The same without a lock, the one nearest to the slot that was wanted: is there one at all?
--: slot_free(int lot_id, instant starts, instant ends, instant now, int near_id) -> one found_slot
select o.id as slot_id, o.label as slot_label
from (
  select s.id, s.label
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
limit 1;

-- What stands in the way on one slot: does somebody have any of that time, or did a hold that has ended?  Asked of the
-- btree, which is ten times quicker than the GiST index behind the constraint.
--: slot_standing(int slot_id, instant starts, instant ends, instant now, int but) -> one found_slot
select s.id as slot_id, s.label as slot_label, s.lot_id, s.out_of_service,
  coalesce(bool_or(r.status <> 'held' or r.hold_until > $4), false) as taken,
  coalesce(bool_or(r.status = 'held' and r.hold_until <= $4), false) as cluttered
from slots s
join lots l on l.id = s.lot_id
left join reservations r on r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in') and r.id <> $5
  and r.starts < $3 and r.starts > $2::timestamptz - make_interval(mins => l.longest_minutes) and r.ends > $2
where s.id = $1
group by s.id;

-- When somebody else has the slot next.
--: slot_next_start(int slot_id, instant after, instant now, int but) -> one next_start
select min(r.starts) as starts
from reservations r
where r.slot_id = $1 and r.starts >= $2 and r.id <> $4 and r.status in ('held', 'confirmed', 'checked_in')
  and (r.status <> 'held' or r.hold_until > $3);

--: live_count(int user_id, instant now) -> one live_counted
select count(*) as n
from reservations
where user_id = $1 and status in ('held', 'confirmed', 'checked_in') and (status <> 'held' or hold_until > $2);

-- Holds that have ended and would still stand in the way of a new booking.
--: holds_clear(int slot_id, instant starts, instant ends, instant now) -> many swept
update reservations
set status = 'expired', ended_at = hold_until
where slot_id = $1 and status = 'held' and hold_until <= $4 and during && tstzrange($2, $3)
returning id, lot_id, starts, ends;

--: reservation_insert(int lot_id, int slot_id, int user_id, instant starts, instant ends, instant hold_until, int? tariff_version_id, money price, text currency, int refund_percent, instant cancel_until, instant no_show_at, instant now) -> one reservation
insert into reservations (lot_id, slot_id, user_id, starts, ends, hold_until, tariff_version_id, price, currency,
  refund_percent, cancel_until, no_show_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning id;

--: reservation_one(int id, instant now) -> one reservation
select r.id, r.lot_id, r.slot_id, r.user_id, r.vehicle_id, r.plate, r.plate_typed, r.starts, r.ends,
  case when r.status = 'held' and r.hold_until <= $2 then 'expired' else r.status end as status,
  r.hold_until, r.pay, r.tariff_version_id, r.price, r.currency, r.refund, r.refund_percent, r.cancel_until,
  r.no_show_at, r.created_at, r.confirmed_at, r.checked_in_at, r.ended_at,
  l.name as lot_name, l.address as lot_address, l.city as lot_city, l.time_zone, l.pay_at_exit, s.label as slot_label
from reservations r
join lots l on l.id = r.lot_id
join slots s on s.id = r.slot_id
where r.id = $1;

-- The row is ours until the transaction ends, so that two who change it do so one after the other.
--: reservation_row_lock(int id) -> none
select id from reservations where id = $1 for no key update;

--: reservations_live_of(int user_id, instant now) -> many reservation
select r.id, r.lot_id, r.slot_id, r.user_id, r.vehicle_id, r.plate, r.plate_typed, r.starts, r.ends, r.status,
  r.hold_until, r.pay, r.tariff_version_id, r.price, r.currency, r.refund, r.refund_percent, r.cancel_until,
  r.no_show_at, r.created_at, r.confirmed_at, r.checked_in_at, r.ended_at,
  l.name as lot_name, l.address as lot_address, l.city as lot_city, l.time_zone, l.pay_at_exit, s.label as slot_label
from reservations r
join lots l on l.id = r.lot_id
join slots s on s.id = r.slot_id
where r.user_id = $1 and r.status in ('held', 'confirmed', 'checked_in') and (r.status <> 'held' or r.hold_until > $2)
order by r.starts, r.id
limit 100;

-- What is over, latest first.  Holds that came to nothing are no past worth telling.
--: reservations_past_of(int user_id, int? before, int most) -> many reservation
select r.id, r.lot_id, r.slot_id, r.user_id, r.vehicle_id, r.plate, r.plate_typed, r.starts, r.ends, r.status,
  r.hold_until, r.pay, r.tariff_version_id, r.price, r.currency, r.refund, r.refund_percent, r.cancel_until,
  r.no_show_at, r.created_at, r.confirmed_at, r.checked_in_at, r.ended_at,
  l.name as lot_name, l.address as lot_address, l.city as lot_city, l.time_zone, l.pay_at_exit, s.label as slot_label
from reservations r
join lots l on l.id = r.lot_id
join slots s on s.id = r.slot_id
where r.user_id = $1 and r.status in ('completed', 'cancelled', 'no_show') and r.confirmed_at is not null
  and ($2::bigint is null or (r.starts, r.id) < (select b.starts, b.id from reservations b where b.id = $2 and b.user_id = $1))
order by r.starts desc, r.id desc
limit $3;

--: reservation_set_confirmed(int id, int? vehicle_id, text plate, text plate_typed, text pay, instant now) -> count
update reservations
set status = 'confirmed', vehicle_id = $2, plate = $3, plate_typed = $4, pay = $5, confirmed_at = $6
where id = $1 and status = 'held' and hold_until > $6;

--: reservation_set_cancelled(int id, money refund, instant now) -> none
update reservations set status = 'cancelled', refund = $2, ended_at = $3 where id = $1;

--: reservation_set_ends(int id, instant ends, money price) -> none
update reservations set ends = $2, price = $3 where id = $1;

--: reservation_set_checked_in(int id, instant now) -> none
update reservations set status = 'checked_in', checked_in_at = $2 where id = $1;

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

--: ends_sweep(instant now, int most) -> many swept
update reservations
set status = 'completed', ended_at = ends
where id = any (array(select id from reservations where status = 'checked_in' and ends <= $1
  order by ends limit $2 for no key update skip locked))
returning id, lot_id, starts, ends;

--: vehicles_to_choose(int user_id) -> many own_vehicle
select id, plate_typed, label from vehicles where user_id = $1 order by id limit 50;

--: vehicle_to_drive(int id, int user_id) -> one own_vehicle
select id, plate, plate_typed, label from vehicles where id = $1 and user_id = $2;

--: address_of_person(int user_id) -> one mail_goes_to
select email from users where id = $1;
