-- Payments: every statement of this slice.  See src/tools/sqlgen.c.
--include payments/tables.h
--include payments/inner.h

-- ---- charges

--: charge_insert(int reservation_id, int? user_id, int lot_id, text kind, money amount, text currency, instant now) -> one charge
insert into charges (reservation_id, user_id, lot_id, kind, amount, currency, tax_basis_points, made_at)
select $1, $2, l.id, $4, $5, $6, l.tax_basis_points, $7 from lots l where l.id = $3
returning id;

-- What a stay costs that no booking covers.
--: charge_insert_stay(int stay_id, int? user_id, int lot_id, money amount, text currency, instant now) -> one charge
insert into charges (stay_id, user_id, lot_id, kind, amount, currency, tax_basis_points, made_at)
select $1, $2, l.id, 'exit', $4, $5, l.tax_basis_points, $6 from lots l where l.id = $3
returning id;

--: charge_of_stay(int stay_id) -> one charge
select id from charges where stay_id = $1 and state <> 'void';

-- `paid` is what came, and did not go back nor is about to.
--: charge_one(int id) -> one charge
select c.id, c.reservation_id, c.stay_id, c.user_id, c.lot_id, c.kind, c.amount, c.currency, c.tax_basis_points, c.state,
  c.made_at, c.settled_at,
  (select coalesce(sum(p.amount - p.refunded), 0)::bigint from payments p where p.charge_id = c.id and p.status = 'paid') as paid
from charges c
where c.id = $1;

--: charge_row_lock(int id) -> none
select id from charges where id = $1 for no key update;

--: charge_open_of(int reservation_id) -> one charge
select id from charges where reservation_id = $1 and state = 'open';

--: charge_booking_of(int reservation_id) -> one charge
select id from charges where reservation_id = $1 and kind = 'booking';

--: charge_set_amount(int id, money amount) -> none
update charges set amount = $2 where id = $1;

--: charge_set_settled(int id, instant now) -> none
update charges set state = 'settled', settled_at = $2 where id = $1;

--: charge_set_void(int id) -> none
update charges set state = 'void', settled_at = null where id = $1;

-- What a reaction has to know of a reservation, and no more: most have no charge.
--: payment_standing(int reservation_id) -> one standing
select r.status, r.pay, r.refund, r.currency, h.id as charge_id, coalesce(h.kind, '') as kind
from reservations r
left join charges h on h.reservation_id = r.id and h.state = 'open'
where r.id = $1;

-- ---- payments

--: payment_insert_online(int charge_id, money amount, text currency, text attempt, instant ask_at, instant now) -> one payment
insert into payments (charge_id, method, status, amount, currency, attempt, ask_at, created_at)
values ($1, 'online', 'pending', $2, $3, $4, $5, $6)
returning id;

--: payment_insert_recorded(int charge_id, text method, money amount, text currency, int recorded_by, instant now) -> one payment
insert into payments (charge_id, method, status, amount, currency, recorded_by, created_at, paid_at)
values ($1, $2, 'paid', $3, $4, $5, $6, $6)
returning id;

--: payment_one(int id) -> one payment
select p.id, p.charge_id, c.reservation_id, c.stay_id, c.user_id, c.lot_id, c.kind, p.method, p.status, p.amount, p.currency,
  p.refunded, p.attempt, p.attempts, p.provider_ref, p.intent_ref, p.checkout_url, p.error, p.created_at, p.paid_at,
  p.recorded_by, l.name as lot_name, l.time_zone,
  coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '') as user_name, u.email as user_email,
  coalesce(nullif(trim(o.first_name || ' ' || o.last_name), ''), o.username, '') as recorded_by_name,
  coalesce(s.label, '') as slot_label, coalesce(r.starts, y.entered_at) as starts, coalesce(r.ends, y.left_at) as ends,
  coalesce(y.plate_typed, r.plate_typed, '') as plate_typed, q.id as receipt_id, q.number as receipt_number
from payments p
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
left join users u on u.id = c.user_id
left join users o on o.id = p.recorded_by
left join reservations r on r.id = c.reservation_id
left join stays y on y.id = c.stay_id
left join slots s on s.id = coalesce(r.slot_id, y.slot_id)
left join receipts q on q.payment_id = p.id
where p.id = $1;

--: payment_row_lock(int id) -> none
select id from payments where id = $1 for no key update;

--: payment_by_attempt(text attempt) -> one payment
select p.id, p.charge_id, c.reservation_id from payments p join charges c on c.id = p.charge_id where p.attempt = $1;

--: payment_by_intent(text intent_ref) -> one payment
select p.id, p.charge_id, c.reservation_id from payments p join charges c on c.id = p.charge_id where p.intent_ref = $1;

--: payment_pending_of_charge(int charge_id) -> one payment
select id from payments where charge_id = $1 and status = 'pending';

-- The latest attempt to pay online.
--: payment_latest_online(int reservation_id) -> one payment
select p.id
from payments p join charges c on c.id = p.charge_id
where c.reservation_id = $1 and p.method = 'online'
order by p.id desc
limit 1;

--: payment_latest_online_of_stay(int stay_id) -> one payment
select p.id
from payments p join charges c on c.id = p.charge_id
where c.stay_id = $1 and p.method = 'online'
order by p.id desc
limit 1;

--: payments_of(int reservation_id) -> many payment
select p.id, p.charge_id, c.reservation_id, c.stay_id, c.user_id, c.lot_id, c.kind, p.method, p.status, p.amount, p.currency,
  p.refunded, p.attempt, p.provider_ref, p.error, p.created_at, p.paid_at, p.recorded_by, l.name as lot_name, l.time_zone,
  coalesce(nullif(trim(o.first_name || ' ' || o.last_name), ''), o.username, '') as recorded_by_name,
  q.id as receipt_id, q.number as receipt_number
from payments p
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
left join users o on o.id = p.recorded_by
left join receipts q on q.payment_id = p.id
where c.reservation_id = $1
order by p.id;

-- What was paid for a stay, and for the booking it came on.
--: payments_of_stay_and_booking(int stay_id, int reservation_id) -> many payment
select p.id, p.charge_id, c.reservation_id, c.stay_id, c.user_id, c.lot_id, c.kind, p.method, p.status, p.amount, p.currency,
  p.refunded, p.attempt, p.provider_ref, p.error, p.created_at, p.paid_at, p.recorded_by, l.name as lot_name, l.time_zone,
  coalesce(nullif(trim(o.first_name || ' ' || o.last_name), ''), o.username, '') as recorded_by_name,
  q.id as receipt_id, q.number as receipt_number
from payments p
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
left join users o on o.id = p.recorded_by
left join receipts q on q.payment_id = p.id
where c.stay_id = $1 or c.reservation_id = nullif($2, 0)
order by p.id;

--: payments_of_charge(int charge_id) -> many payment
select id, charge_id, method, status, amount, currency, refunded from payments where charge_id = $1 order by id;

-- Paid for a reservation and not yet given back, the latest first: what a cancellation gives back comes off these.
--: payments_to_return(int reservation_id) -> many payment
select p.id, p.charge_id, p.method, p.amount, p.currency, p.refunded, p.status
from payments p join charges c on c.id = p.charge_id
where c.reservation_id = $1 and p.status = 'paid' and p.refunded < p.amount
order by p.id desc;

--: payment_set_checkout(int id, text provider_ref, text checkout_url) -> none
update payments set provider_ref = $2, checkout_url = $3, error = '' where id = $1;

--: payment_set_paid(int id, text? provider_ref, text? intent_ref, instant now) -> none
update payments
set status = 'paid', paid_at = $4, ask_at = null, error = '',
  provider_ref = coalesce(provider_ref, $2), intent_ref = coalesce($3, intent_ref)
where id = $1;

--: payment_set_over(int id, text status, text error) -> none
update payments set status = $2, error = $3, ask_at = null where id = $1 and status = 'pending';

--: payment_set_error(int id, text error) -> none
update payments set error = $2 where id = $1;

--: payment_set_broke(int id) -> none
update payments set attempts = attempts + 1 where id = $1;

--: payment_set_method(int id, text method) -> none
update payments set method = $2 where id = $1;

--: payment_set_refunded(int id, money more) -> none
update payments set refunded = refunded + $2 where id = $1;

-- Payments that nobody has told us about for a while, each to be asked about once, and again after as long as it is old:
-- at most ten minutes.
--: payments_due_to_ask(instant now, int most) -> many payment
update payments
set ask_at = $1::timestamptz + least(interval '10 minutes', greatest(interval '1 minute', $1::timestamptz - created_at))
where id = any (array(select id from payments where status = 'pending' and ask_at <= $1
  order by ask_at limit $2 for no key update skip locked))
returning id, provider_ref;

-- The list.  $1 method, $2 status, $3 lot, $4 and $5 days, $6 whom or what it is about.
--part payments_wanted
from payments p
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
left join users u on u.id = c.user_id
left join receipts q on q.payment_id = p.id
where ($1::text is null or p.method = $1)
  and ($2::text is null or p.status = $2)
  and ($3::bigint is null or c.lot_id = $3)
  and ($4::text is null or (p.created_at >= $4::text::date - 1
    and (coalesce(p.paid_at, p.created_at) at time zone l.time_zone)::date >= $4::text::date))
  and ($5::text is null or (p.created_at < $5::text::date + 2
    and (coalesce(p.paid_at, p.created_at) at time zone l.time_zone)::date <= $5::text::date))
  and ($6::text is null or q.number = upper($6) or p.provider_ref = $6 or p.intent_ref = $6 or lower(u.username) = lower($6)
    or lower(u.email) = lower($6))

--: payments_page(text? method, text? status, int? lot_id, text? from, text? until, text? about, text sort, int skip, int most) -> many payment
select p.id, p.charge_id, c.reservation_id, c.stay_id, c.user_id, c.lot_id, c.kind, p.method, p.status, p.amount, p.currency,
  p.refunded, p.provider_ref, p.error, p.created_at, p.paid_at, p.recorded_by, l.name as lot_name, l.time_zone,
  coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '') as user_name,
  q.id as receipt_id, q.number as receipt_number
--= payments_wanted
order by case when $7 = 'when' then p.created_at end, case when $7 = '-when' then p.created_at end desc,
  case when $7 = 'amount' then p.amount end, case when $7 = '-amount' then p.amount end desc,
  case when $7 = 'refunded' then p.refunded end, case when $7 = '-refunded' then p.refunded end desc,
  case when $7 = 'lot' then lower(l.name) end, case when $7 = '-lot' then lower(l.name) end desc,
  case when $7 = 'customer' then lower(u.username) end, case when $7 = '-customer' then lower(u.username) end desc nulls last,
  case when $7 = 'how' then p.method end, case when $7 = '-how' then p.method end desc,
  case when $7 = 'state' then p.status end, case when $7 = '-state' then p.status end desc,
  case when left($7, 1) <> '-' then p.id end, case when left($7, 1) = '-' then p.id end desc
limit $9 offset $8;

--: payments_number(text? method, text? status, int? lot_id, text? from, text? until, text? about, int most) -> one number_of
select count(1) as n from (select p.id
--= payments_wanted
limit $7) x;

--: lots_to_choose() -> many lot_choice
select id, name from lots order by lower(name) limit 1000;

-- ---- refunds

--: refund_insert(int payment_id, money amount, text currency, text reason, int? made_by, instant now) -> one refund
insert into refunds (payment_id, amount, currency, reason, made_by, made_at)
values ($1, $2, $3, $4, $5, $6)
returning id;

-- A refund as struct refund has it: u gave it back, w gets it.
--part refund_columns
select r.id, r.payment_id, r.amount, r.currency, r.status, r.attempts, r.provider_ref, r.error, r.reason, r.made_at, r.done_at,
  r.made_by, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '') as made_by_name,
  p.method, p.attempt, p.intent_ref, l.time_zone, c.reservation_id, c.user_id, c.id as charge_id,
  q.id as receipt_id, q.number as receipt_number,
  coalesce(nullif(trim(w.first_name || ' ' || w.last_name), ''), w.username, '') as user_name

--part refunds_around
from refunds r
join payments p on p.id = r.payment_id
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
left join users u on u.id = r.made_by
left join users w on w.id = c.user_id
left join receipts q on q.refund_id = r.id

--: refund_one(int id) -> one refund
--= refund_columns
--= refunds_around
where r.id = $1;

--: refunds_of(int payment_id) -> many refund
--= refund_columns
--= refunds_around
where r.payment_id = $1
order by r.id;

--: refund_by_ref(text provider_ref) -> one refund
select id, payment_id from refunds where provider_ref = $1;

--: refund_set_done(int id, text? provider_ref, instant now) -> none
update refunds set status = 'done', done_at = $3, provider_ref = coalesce(provider_ref, $2), error = '' where id = $1;

--: refund_set_failed(int id, text error) -> none
update refunds set status = 'failed', error = $2 where id = $1 and status = 'pending';

--: refund_set_ref(int id, text provider_ref) -> none
update refunds set provider_ref = $2 where id = $1;

--: refund_set_error(int id, text error) -> none
update refunds set error = $2 where id = $1;

--: refund_set_broke(int id, text error) -> none
update refunds set attempts = attempts + 1, error = $2 where id = $1;

--: refunds_waiting(instant made_before, int most) -> many money_job
select r.id
from refunds r join payments p on p.id = r.payment_id
where r.status = 'pending' and r.made_at < $1 and p.method = 'online'
order by r.id
limit $2;

-- The list.  $1 status, $2 method, $3 and $4 days, $5 whom or what it is about.
--part refunds_wanted
where ($1::text is null or r.status = $1)
  and ($2::text is null or p.method = $2)
  and ($3::text is null or (r.made_at >= $3::text::date - 1 and (r.made_at at time zone l.time_zone)::date >= $3::text::date))
  and ($4::text is null or (r.made_at < $4::text::date + 2 and (r.made_at at time zone l.time_zone)::date <= $4::text::date))
  and ($5::text is null or q.number = upper($5) or r.provider_ref = $5 or lower(w.username) = lower($5) or lower(w.email) = lower($5))

--: refunds_page(text? status, text? method, text? from, text? until, text? about, text sort, int skip, int most) -> many refund
--= refund_columns
--= refunds_around
--= refunds_wanted
order by case when $6 = 'when' then r.made_at end, case when $6 = '-when' then r.made_at end desc,
  case when $6 = 'amount' then r.amount end, case when $6 = '-amount' then r.amount end desc,
  case when $6 = 'customer' then lower(w.username) end, case when $6 = '-customer' then lower(w.username) end desc nulls last,
  case when $6 = 'how' then p.method end, case when $6 = '-how' then p.method end desc,
  case when $6 = 'state' then r.status end, case when $6 = '-state' then r.status end desc,
  case when left($6, 1) <> '-' then r.id end, case when left($6, 1) = '-' then r.id end desc
limit $8 offset $7;

--: refunds_number(text? status, text? method, text? from, text? until, text? about, int most) -> one number_of
select count(1) as n from (select r.id
--= refunds_around
--= refunds_wanted
limit $6) x;

-- ---- receipts

--: receipt_number_next(int year) -> one receipt_number
insert into receipt_numbers as n (year, last) values ($1, 1)
on conflict (year) do update set last = n.last + 1
returning last;

--: receipt_insert_payment(text number, int payment_id, instant now) -> one receipt
insert into receipts (number, payment_id, user_id, user_name, kind, method, amount, currency, tax_basis_points, tax, lot_id, lot_name,
  lot_address, lot_city, time_zone, slot_label, plate, starts, ends, issued_at)
select $1, p.id, c.user_id, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, ''), c.kind, p.method,
  p.amount, p.currency, c.tax_basis_points, tax_within(p.amount, c.tax_basis_points), l.id, l.name, l.address, l.city, l.time_zone,
  coalesce(s.label, ''), coalesce(nullif(r.plate_typed, ''), r.plate, y.plate_typed, ''), coalesce(r.starts, y.entered_at),
  coalesce(r.ends, y.left_at), $3
from payments p
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
left join users u on u.id = c.user_id
left join reservations r on r.id = c.reservation_id
left join stays y on y.id = c.stay_id
left join slots s on s.id = coalesce(r.slot_id, y.slot_id)
where p.id = $2
returning id;

--: receipt_insert_refund(text number, int refund_id, instant now) -> one receipt
insert into receipts (number, refund_id, user_id, user_name, kind, method, amount, currency, tax_basis_points, tax, lot_id, lot_name,
  lot_address, lot_city, time_zone, slot_label, plate, starts, ends, issued_at)
select $1, f.id, c.user_id, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, ''), c.kind, p.method,
  -f.amount, f.currency, c.tax_basis_points, -tax_within(f.amount, c.tax_basis_points), l.id, l.name, l.address, l.city, l.time_zone,
  coalesce(s.label, ''), coalesce(nullif(r.plate_typed, ''), r.plate, y.plate_typed, ''), coalesce(r.starts, y.entered_at),
  coalesce(r.ends, y.left_at), $3
from refunds f
join payments p on p.id = f.payment_id
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
left join users u on u.id = c.user_id
left join reservations r on r.id = c.reservation_id
left join stays y on y.id = c.stay_id
left join slots s on s.id = coalesce(r.slot_id, y.slot_id)
where f.id = $2
returning id;

--: receipt_one(int id) -> one receipt
select q.id, q.number, q.payment_id, q.refund_id, c.reservation_id, c.stay_id, q.user_id, q.lot_id, q.user_name, q.kind, q.method,
  q.amount, q.tax, q.currency, q.tax_basis_points, q.lot_name, q.lot_address, q.lot_city, q.time_zone, q.slot_label, q.plate,
  q.starts, q.ends, q.issued_at, coalesce(f.reason, '') as reason
from receipts q
left join refunds f on f.id = q.refund_id
join payments p on p.id = coalesce(q.payment_id, f.payment_id)
join charges c on c.id = p.charge_id
where q.id = $1;

--: receipts_of_user(int user_id, int? before, int most) -> many receipt
select q.id, q.number, q.payment_id, q.refund_id, c.reservation_id, c.stay_id, q.user_id, q.lot_id, q.user_name, q.kind, q.method,
  q.amount, q.tax, q.currency, q.tax_basis_points, q.lot_name, q.lot_address, q.lot_city, q.time_zone, q.slot_label, q.plate,
  q.starts, q.ends, q.issued_at, coalesce(f.reason, '') as reason
from receipts q
left join refunds f on f.id = q.refund_id
join payments p on p.id = coalesce(q.payment_id, f.payment_id)
join charges c on c.id = p.charge_id
where q.user_id = $1 and ($2::bigint is null or q.id < $2)
order by q.id desc
limit $3;

-- The list.  $1 receipt or credit, $2 and $3 days, $4 whom or what it is about.
--part receipts_wanted
from receipts q
left join users u on u.id = q.user_id
where ($1::text is null or (q.refund_id is not null) = ($1 = 'credit'))
  and ($2::text is null or (q.issued_at >= $2::text::date - 1 and (q.issued_at at time zone q.time_zone)::date >= $2::text::date))
  and ($3::text is null or (q.issued_at < $3::text::date + 2 and (q.issued_at at time zone q.time_zone)::date <= $3::text::date))
  and ($4::text is null or q.number = upper($4) or q.plate = upper($4) or lower(u.username) = lower($4) or lower(u.email) = lower($4))

--: receipts_page(text? of, text? from, text? until, text? about, text sort, int skip, int most) -> many receipt
select q.id, q.number, q.payment_id, q.refund_id, q.user_id, q.lot_id, q.user_name, q.kind, q.method, q.amount, q.tax, q.currency,
  q.tax_basis_points, q.lot_name, q.lot_address, q.lot_city, q.time_zone, q.slot_label, q.plate, q.starts, q.ends, q.issued_at
--= receipts_wanted
order by case when $5 = 'when' then q.issued_at end, case when $5 = '-when' then q.issued_at end desc,
  case when $5 = 'number' then q.number end, case when $5 = '-number' then q.number end desc,
  case when $5 = 'amount' then q.amount end, case when $5 = '-amount' then q.amount end desc,
  case when $5 = 'tax' then q.tax end, case when $5 = '-tax' then q.tax end desc,
  case when $5 = 'lot' then lower(q.lot_name) end, case when $5 = '-lot' then lower(q.lot_name) end desc,
  case when $5 = 'customer' then lower(q.user_name) end, case when $5 = '-customer' then lower(q.user_name) end desc,
  case when left($5, 1) <> '-' then q.id end, case when left($5, 1) = '-' then q.id end desc
limit $7 offset $6;

--: receipts_number(text? of, text? from, text? until, text? about, int most) -> one number_of
select count(1) as n from (select q.id
--= receipts_wanted
limit $5) x;

--: receipts_of(int reservation_id) -> many receipt
select q.id, q.number, q.payment_id, q.refund_id, x.reservation_id, x.stay_id, q.user_id, q.lot_id, q.user_name, q.kind, q.method,
  q.amount, q.tax, q.currency, q.tax_basis_points, q.lot_name, q.lot_address, q.lot_city, q.time_zone, q.slot_label, q.plate,
  q.starts, q.ends, q.issued_at, x.reason
from (
  select o.id, c.reservation_id, c.stay_id, '' as reason
  from charges c join payments p on p.charge_id = c.id join receipts o on o.payment_id = p.id
  where c.reservation_id = $1
  union all
  select o.id, c.reservation_id, c.stay_id, f.reason
  from charges c join payments p on p.charge_id = c.id join refunds f on f.payment_id = p.id join receipts o on o.refund_id = f.id
  where c.reservation_id = $1) x
join receipts q on q.id = x.id
order by q.id;

-- The others of the same payment: its own receipt, and the credit notes of what went back.
--: receipts_beside(int id) -> many receipt_link
with this as (
  select coalesce(q.payment_id, f.payment_id) as payment_id
  from receipts q left join refunds f on f.id = q.refund_id
  where q.id = $1)
select q.id, q.number, q.amount, false as credit
from this join receipts q on q.payment_id = this.payment_id
where q.id <> $1
union all
select q.id, q.number, q.amount, true
from this join refunds f on f.payment_id = this.payment_id join receipts q on q.refund_id = f.id
where q.id <> $1
order by 1;

-- ---- what the provider told

--: inbox_add(text provider, text event_id, text type, text body, instant now) -> one inbox_event
insert into inbox_events (provider, event_id, type, body, received_at)
values ($1, $2, $3, $4, $5)
on conflict (provider, event_id) do nothing
returning id;

--: inbox_one_lock(int id) -> one inbox_event
select id, provider, event_id, type, body, payment_id, received_at, done_at, error from inbox_events where id = $1 for update;

--: inbox_done(int id, int? payment_id, text error, instant now) -> none
update inbox_events set done_at = $4, payment_id = $2, error = $3 where id = $1;

--: inbox_of_payment(int payment_id) -> many inbox_event
select id, provider, event_id, type, body, payment_id, received_at, done_at, error
from inbox_events where payment_id = $1 order by id limit 100;

-- ---- what is personal, when its time has come or the account goes; no figure changes

--: inbox_bodies_sweep(instant before, int most) -> count
update inbox_events set body = ''
where id = any (array(select id from inbox_events where body <> '' and received_at < $1 and done_at is not null
  order by received_at limit $2))

--: receipts_forget(int user_id) -> none
update receipts set user_name = '', plate = '' where user_id = $1 and (user_name <> '' or plate <> '')

--: provider_words_forget(int user_id) -> none
with theirs as (select p.id from payments p join charges h on h.id = p.charge_id where h.user_id = $1),
told as (update inbox_events set body = '' where payment_id in (select id from theirs) and body <> '')
update payments set checkout_url = '' where id in (select id from theirs) and checkout_url <> ''

-- ---- whole tables, for CSV

-- The filter of the list; what was not paid is no money.
--: csv_payments_rows(text? method, text? status, int? lot_id, text? from, text? until, text? about) -> each csv_payments
select g.at as paid_at, g.amount, g.currency, g.method, g.kind, g.lot_id, l.name as lot, g.user_id, u.username, g.payment_id,
  g.refund_id, g.charge_id, g.reservation_id, g.stay_id
from ledger g
join lots l on l.id = g.lot_id
left join users u on u.id = g.user_id
where ($1::text is null or g.method = $1)
  and ($2::text is null or $2 = 'paid')
  and ($3::bigint is null or g.lot_id = $3)
  and ($4::text is null or g.day >= $4::text::date)
  and ($5::text is null or g.day <= $5::text::date)
  and ($6::text is null or lower(u.username) = lower($6) or lower(u.email) = lower($6)
    or g.payment_id in (select q.payment_id from receipts q where q.number = upper($6))
    or g.payment_id in (select p.id from payments p where p.provider_ref = $6 or p.intent_ref = $6))
order by g.at, g.payment_id, g.refund_id nulls first;

--: csv_payment_attempts_rows() -> each csv_payment_attempts
select p.id, p.charge_id, c.reservation_id, c.user_id, u.username, p.method, p.status, p.amount, p.refunded, p.currency, p.provider_ref,
  p.intent_ref, p.error, p.recorded_by, p.created_at, p.paid_at
from payments p
join charges c on c.id = p.charge_id
left join users u on u.id = c.user_id
order by p.id;

--: csv_refunds_rows(text? status, text? method, text? from, text? until, text? about) -> each csv_refunds
select r.id, r.payment_id, r.amount, r.currency, p.method, r.status, r.reason, r.error, c.reservation_id, c.user_id, w.username,
  u.username as made_by, r.made_at, r.done_at
--= refunds_around
--= refunds_wanted
order by r.id;

--: csv_charges_rows() -> each csv_charges
select id, kind, state, amount, currency, tax_basis_points, reservation_id, stay_id, user_id, lot_id, made_at, settled_at
from charges
order by id;

--: csv_receipts_rows(text? of, text? from, text? until, text? about) -> each csv_receipts
select q.id, q.number, q.issued_at, q.amount, q.tax, q.currency, q.tax_basis_points, q.kind, q.method, q.payment_id, q.refund_id,
  q.user_id, q.user_name, q.lot_id, q.lot_name, q.lot_city, q.slot_label, q.plate, q.starts, q.ends
--= receipts_wanted
order by q.id;

--: csv_provider_events_rows() -> each csv_provider_events
select id, provider, event_id, type, payment_id, received_at, done_at, error
from inbox_events
order by id;

--: csv_receipt_numbers_rows() -> each csv_receipt_numbers
select n.year, n.last
from receipt_numbers n
order by n.year;

--: csv_inbox_events_rows() -> each csv_inbox_events
select e.id, e.provider, e.event_id, e.type, e.payment_id, e.received_at, e.done_at, e.error
from inbox_events e
order by e.id;
