-- Stays: every statement of this slice.  See src/tools/sqlgen.c.
--include base/listing.h
--include stays/tables.h
--include stays/stays.h
--
-- Money is asked of the charges of the stay and of its booking: `owes` of both.

-- A stay as struct stay has it: s, with its place, its people, its booking and its money m.
--part stay_columns
select s.id, s.lot_id, s.slot_id, s.vehicle_id, s.user_id, s.reservation_id, s.plate, s.plate_typed, s.source, s.status,
  s.closed_how, s.reason, s.entered_at, s.left_at, s.tariff_version_id, s.currency, coalesce(s.fee, 0) as fee, s.booked,
  m.paid, m.covered as paid_here, case s.status when 'closed' then greatest(0, s.fee - s.booked - m.covered) + m.booking_owes else 0 end as owes,
  l.name as lot_name, l.city as lot_city, l.time_zone, coalesce(t.label, '') as slot_label,
  coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '') as user_name,
  coalesce(nullif(trim(i.first_name || ' ' || i.last_name), ''), i.username, '') as entered_by_name,
  coalesce(nullif(trim(o.first_name || ' ' || o.last_name), ''), o.username, '') as left_by_name,
  r.starts as booked_from, r.ends as booked_until

--part stay_around
join lots l on l.id = s.lot_id
left join slots t on t.id = s.slot_id
left join users u on u.id = s.user_id
left join users i on i.id = s.entered_by
left join users o on o.id = s.left_by
left join reservations r on r.id = s.reservation_id
cross join lateral (
  select coalesce(sum(p.amount - p.refunded) filter (where p.status = 'paid'), 0)::bigint as paid,
    coalesce(sum(case when h.stay_id = s.id then p.amount end) filter (where p.status = 'paid' and h.state <> 'void'), 0)::bigint as covered,
    greatest(0, coalesce(r.price, 0) - coalesce(sum(case when h.reservation_id = r.id then p.amount end)
      filter (where p.status = 'paid' and h.state <> 'void'), 0))::bigint as booking_owes
  from charges h
  left join payments p on p.charge_id = h.id
  where h.stay_id = s.id or h.reservation_id = s.reservation_id) m

-- The third of the numbers a lock is made of; the first two are a person's and a slot's (reservations/queries.sql).
--: plate_lock(text plate) -> none
select pg_advisory_xact_lock((hashtextextended($1, 7) & ((1::bigint << 60) - 1)) * 4 + 3);

--: stay_insert(int lot_id, int? slot_id, text plate, text plate_typed, int? vehicle_id, int? user_id, int? reservation_id, text source, int tariff_version_id, text currency, int? entered_by, instant now) -> one stay_id
insert into stays (lot_id, slot_id, plate, plate_typed, vehicle_id, user_id, reservation_id, source, tariff_version_id, currency,
  entered_by, entered_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
returning id;

--: stay_insert_missed(int lot_id, text plate, text plate_typed, int? vehicle_id, int? user_id, int tariff_version_id, text currency, money fee, text reason, int? by, instant now) -> one stay_id
insert into stays (lot_id, plate, plate_typed, vehicle_id, user_id, source, tariff_version_id, currency, fee, status, closed_how,
  reason, left_by, entered_at, left_at)
values ($1, $2, $3, $4, $5, 'gate', $6, $7, $8, 'closed', 'no_entry', $9, $10, $11, $11)
returning id;

--: stay_set_slot(int id, int slot_id) -> none
update stays set slot_id = $2 where id = $1 and status = 'open';

--: stay_row_lock(int id) -> one stay_id
select id, slot_id from stays where id = $1 for no key update;

--: stay_set_closed(int id, text how, text reason, money fee, money booked, int? by, instant left_at) -> none
update stays set status = 'closed', closed_how = $2, reason = $3, fee = $4, booked = $5, left_by = $6, left_at = $7
where id = $1 and status = 'open';

--: stay_set_open(int id) -> none
update stays set status = 'open', closed_how = '', reason = '', fee = null, booked = 0, left_by = null, left_at = null
where id = $1 and status = 'closed';

--: stay_set_void(int id, instant now) -> none
update stays set status = 'void', left_at = $2 where id = $1 and status = 'open';

--: stay_one(int id) -> one stay
--= stay_columns
from stays s
--= stay_around
where s.id = $1;

--: stay_open_with_plate(text plate) -> one stay_id
select id, slot_id from stays where plate = $1 and status = 'open';

--: stay_open_with_slot(int slot_id) -> one stay_id
select id, slot_id from stays where slot_id = $1 and status = 'open';

--: stay_on_booking(int reservation_id) -> one stay_id
select id, slot_id from stays where reservation_id = $1 and status <> 'void';

-- The latest that left a lot, not longer ago than that.
--: stay_just_left(text plate, int lot_id, instant since) -> one stay_id
select id, slot_id from stays where plate = $1 and lot_id = $2 and status = 'closed' and left_at > $3 order by left_at desc limit 1;

--: stay_car(int vehicle_id, text plate) -> one stay_vehicle
select id, user_id, plate, plate_typed from vehicles where id = $1 or $1 = 0 and plate = $2;

-- $1 status, $2 a part of the plate, $3 lot, $4 whose, $5 source, $6 only those that owe, $7 and $8 entered when.
--part stays_wanted
where ($1::text is null or s.status = $1)
  and ($2::text is null or position($2 in s.plate) > 0)
  and ($3::bigint is null or s.lot_id = $3)
  and ($4::text is null or s.source = $4)
  and (not $5 or s.status = 'closed' and (exists (select from charges h where h.stay_id = s.id and h.state = 'open')
        or exists (select from reservations r where r.id = s.reservation_id and r.price > (
          select coalesce(sum(p.amount), 0) from charges h join payments p on p.charge_id = h.id
          where h.reservation_id = r.id and h.state <> 'void' and p.status = 'paid'))))
  and ($6::timestamptz is null or s.entered_at >= $6)
  and ($7::timestamptz is null or s.entered_at < $7)

-- Which ones, before what they look like.  The usual order has a statement of its own, which the index serves.
--: stays_newest(text? status, text? plate, int? lot_id, text? source, bool debts, instant? from, instant? until, int skip, int most) -> many stay
--= stay_columns
from (
  select s.id
  from stays s
--= stays_wanted
  order by s.entered_at desc, s.id desc
  limit $9 offset $8) f
join stays s on s.id = f.id
--= stay_around
order by s.entered_at desc, s.id desc;

--: stays_sorted(text? status, text? plate, int? lot_id, text? source, bool debts, instant? from, instant? until, text sort, instant now, int skip, int most) -> many stay
--= stay_columns
from (
  select s.id, row_number() over (order by case when $8 = 'entered' then s.entered_at end,
      case when $8 = 'lasts' then coalesce(s.left_at, $9) - s.entered_at end,
      case when $8 = '-lasts' then coalesce(s.left_at, $9) - s.entered_at end desc,
      case when $8 = 'fee' then s.fee end, case when $8 = '-fee' then s.fee end desc nulls last,
      case when left($8, 1) <> '-' then s.id end, s.id desc) as nth
  from stays s
--= stays_wanted
  order by nth
  limit $11 offset $10) f
join stays s on s.id = f.id
--= stay_around
order by f.nth;

--: stays_count_wanted(text? status, text? plate, int? lot_id, text? source, bool debts, instant? from, instant? until, int most) -> one number_of
select count(f.id) as n
from (
  select s.id
  from stays s
--= stays_wanted
  limit $8) f;

--: stays_owing(text plate, int user_id, int most) -> many stay, planned once
--= stay_columns
from (
  select s.id
  from stays s
  where s.status = 'closed' and (s.plate = $1 and $1 <> '' or s.user_id = nullif($2, 0))
    and (exists (select from charges h where h.stay_id = s.id and h.state = 'open')
        or exists (select from reservations r where r.id = s.reservation_id and r.price > (
          select coalesce(sum(p.amount), 0) from charges h join payments p on p.charge_id = h.id
          where h.reservation_id = r.id and h.state <> 'void' and p.status = 'paid')))
  order by s.entered_at desc, s.id desc
  limit $3) f
join stays s on s.id = f.id
--= stay_around
order by s.entered_at desc, s.id desc;

-- Inside for longer than they should be, and nobody was told yet.
--: stays_too_long(instant before, int most) -> many stay
--= stay_columns
from stays s
--= stay_around
where s.status = 'open' and s.entered_at < $1 and (r.ends is null or r.ends < $1)
  and not exists (select from anomalies a where a.key = 'long_stay:' || s.id)
order by s.entered_at
limit $2;

-- ---- what is personal, when its time has come or the account goes; no time and no figure changes

--: stay_plates_sweep(instant before, int most) -> count
update stays set plate = 'GONE', plate_typed = ''
where id = any (array(select id from stays where left_at < $1 and plate_typed <> '' order by left_at limit $2));

--: stays_forget(int user_id) -> many stay_number
update stays set plate = 'GONE', plate_typed = '', reason = case when reason = '' then '' else 'The account was deleted' end
where user_id = $1 and status <> 'open'
returning id;

-- ---- whole tables, for CSV

--: csv_stays_rows(text? status, text? plate, int? lot_id, text? source, bool debts, instant? from, instant? until) -> each csv_stays
select s.id, s.lot_id, l.name as lot, s.slot_id, t.label as slot, s.plate, s.vehicle_id, s.user_id, u.username, s.reservation_id,
  s.source, s.status, s.entered_at, s.left_at, s.closed_how, s.reason, s.tariff_version_id, s.fee, s.booked, s.currency, s.entered_by,
  s.left_by
from stays s
join lots l on l.id = s.lot_id
left join slots t on t.id = s.slot_id
left join users u on u.id = s.user_id
--= stays_wanted
order by s.entered_at, s.id;
