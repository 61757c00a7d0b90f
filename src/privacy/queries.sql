-- ---- all of a person's data: each class after a number, oldest first.  Amounts are in minor units.
--include base/listing.h
--include privacy/tables.h

--: data_profile(int user_id, int after, int most) -> many data_row
select u.id, json_build_object('id', u.id, 'username', u.username, 'email', u.email, 'first_name', u.first_name,
  'last_name', u.last_name, 'phone', u.phone, 'region', u.region, 'address', u.address, 'role', u.role,
  'email_proven_at', utc_text(u.verified_at), 'password_set_at', utc_text(u.password_at),
  'last_login_at', utc_text(u.seen_at), 'account_made_at', utc_text(u.created_at))::text as body
from users u where u.id = $1 and u.id > $2 limit $3

--: data_logins(int user_id, int after, int most) -> many data_row
select id, json_build_object('began_at', utc_text(created_at), 'ends_at', utc_text(expires_at),
  'ended_at', utc_text(revoked_at), 'with', agent, 'from', address)::text as body
from sessions where user_id = $1 and id > $2 order by id limit $3

--: data_codes(int user_id, int after, int most) -> many data_row
select id, json_build_object('for', purpose, 'email', email, 'sent_at', utc_text(sent_at), 'used_at', utc_text(used_at))::text as body
from codes where user_id = $1 and id > $2 order by id limit $3

--: data_vehicles(int user_id, int after, int most) -> many data_row
select id, json_build_object('id', id, 'plate', plate, 'as_typed', plate_typed, 'label', label, 'type', car_type,
  'added_at', utc_text(created_at))::text as body
from vehicles where user_id = $1 and id > $2 order by id limit $3

--: data_reservations(int user_id, int after, int most) -> many data_row
select r.id, json_build_object('id', r.id, 'lot', l.name, 'city', l.city, 'slot', s.label, 'time_zone', l.time_zone,
  'from', utc_text(r.starts), 'until', utc_text(r.ends), 'status', r.status, 'plate', r.plate, 'plate_as_typed', r.plate_typed,
  'pay', r.pay, 'price_minor', r.price, 'refund_minor', r.refund, 'currency', r.currency, 'held_until', utc_text(r.hold_until),
  'made_at', utc_text(r.created_at), 'confirmed_at', utc_text(r.confirmed_at), 'came_at', utc_text(r.checked_in_at),
  'ended_at', utc_text(r.ended_at))::text as body
from reservations r join lots l on l.id = r.lot_id join slots s on s.id = r.slot_id
where r.user_id = $1 and r.id > $2 order by r.id limit $3

--: data_stays(int user_id, int after, int most) -> many data_row
select s.id, json_build_object('id', s.id, 'lot', l.name, 'city', l.city, 'slot', t.label, 'plate', s.plate, 'plate_as_typed', s.plate_typed,
  'reservation', s.reservation_id, 'seen_by', s.source, 'from', utc_text(s.entered_at), 'until', utc_text(s.left_at),
  'status', s.status, 'ended_by', s.closed_how, 'reason', s.reason, 'fee_minor', s.fee, 'currency', s.currency)::text as body
from stays s join lots l on l.id = s.lot_id left join slots t on t.id = s.slot_id
where s.user_id = $1 and s.id > $2 order by s.id limit $3

--: data_anomalies(int user_id, int after, int most) -> many data_row
select a.id, json_build_object('what', a.kind, 'stay', a.stay_id, 'plate', a.plate, 'detail', a.detail, 'state', a.state,
  'found_at', utc_text(a.raised_at), 'closed_at', utc_text(a.closed_at), 'closed_because', a.reason)::text as body
from anomalies a join stays s on s.id = a.stay_id
where s.user_id = $1 and a.id > $2 order by a.id limit $3

--: data_charges(int user_id, int after, int most) -> many data_row
select c.id, json_build_object('id', c.id, 'reservation', c.reservation_id, 'stay', c.stay_id, 'for', c.kind,
  'amount_minor', c.amount, 'currency', c.currency, 'tax_basis_points', c.tax_basis_points, 'state', c.state,
  'made_at', utc_text(c.made_at), 'settled_at', utc_text(c.settled_at))::text as body
from charges c where c.user_id = $1 and c.id > $2 order by c.id limit $3

--: data_payments(int user_id, int after, int most) -> many data_row
select p.id, json_build_object('id', p.id, 'charge', p.charge_id, 'method', p.method, 'status', p.status,
  'amount_minor', p.amount, 'refunded_minor', p.refunded, 'currency', p.currency, 'known_to_the_provider_as', p.provider_ref,
  'the_provider_said', p.error, 'begun_at', utc_text(p.created_at), 'paid_at', utc_text(p.paid_at))::text as body
from charges c join payments p on p.charge_id = c.id
where c.user_id = $1 and p.id > $2 order by p.id limit $3

--: data_refunds(int user_id, int after, int most) -> many data_row
select r.id, json_build_object('id', r.id, 'payment', r.payment_id, 'amount_minor', r.amount, 'currency', r.currency,
  'status', r.status, 'reason', r.reason, 'made_at', utc_text(r.made_at), 'done_at', utc_text(r.done_at))::text as body
from charges c join payments p on p.charge_id = c.id join refunds r on r.payment_id = p.id
where c.user_id = $1 and r.id > $2 order by r.id limit $3

--: data_receipts(int user_id, int after, int most) -> many data_row
select id, json_build_object('number', number, 'payment', payment_id, 'refund', refund_id, 'name', user_name, 'for', kind,
  'method', method, 'amount_minor', amount, 'tax_minor', tax, 'tax_basis_points', tax_basis_points, 'currency', currency,
  'lot', lot_name, 'address', lot_address, 'city', lot_city, 'slot', slot_label, 'plate', plate, 'from', utc_text(starts),
  'until', utc_text(ends), 'issued_at', utc_text(issued_at))::text as body
from receipts where user_id = $1 and id > $2 order by id limit $3

--: data_provider_messages(int user_id, int after, int most) -> many data_row
select e.id, json_build_object('from', e.provider, 'event', e.event_id, 'type', e.type, 'about_payment', e.payment_id,
  'received_at', utc_text(e.received_at), 'as_it_came', nullif(e.body, ''))::text as body
from charges c join payments p on p.charge_id = c.id join inbox_events e on e.payment_id = p.id
where c.user_id = $1 and e.id > $2 order by e.id limit $3

--: data_plate_reads(int user_id, int after, int most) -> many data_row
select p.id, json_build_object('id', p.id, 'read_as', p.raw, 'plate', p.plate, 'confidence', p.confidence, 'state', p.state,
  'sent_at', utc_text(p.seen_at), 'photograph_kept', p.image_key <> '')::text as body
from plate_reads p
where p.user_id = $1 and p.id > $2 order by p.id limit $3

--: data_reviews(int user_id, int after, int most) -> many data_row
select r.id, json_build_object('id', r.id, 'lot', l.name, 'stars', r.rating, 'words', r.words, 'written_at', utc_text(r.created_at),
  'changed_at', utc_text(r.changed_at), 'hidden_at', utc_text(r.hidden_at), 'hidden_because', r.hidden_why)::text as body
from reviews r join lots l on l.id = r.lot_id
where r.user_id = $1 and r.id > $2 order by r.id limit $3

--: data_notices(int user_id, int after, int most) -> many data_row
select n.id, json_build_object('about', n.kind, 'words', n.words, 'to_all_of', nullif(n.region, ''), 'told_at', utc_text(n.created_at),
  'read_at', utc_text(r.read_at))::text as body
from notice_readers r join notices n on n.id = r.notice_id
where r.user_id = $1 and r.notice_id > $2 order by r.notice_id limit $3

--: data_messages(int user_id, int after, int most) -> many data_row
select id, json_build_object('by', channel, 'to', recipient, 'subject', subject, 'words', body, 'state', state,
  'written_at', utc_text(created_at), 'sent_at', utc_text(sent_at))::text as body
from outbox where user_id = $1 and id > $2 order by id limit $3

--: data_choices(int user_id, int after, int most) -> many data_row
select k.id, k.body from (
  select row_number() over (order by c.kind) as id,
    json_build_object('about', c.kind, 'by_email', c.mail, 'by_text_message', c.sms)::text as body
  from notice_choices c where c.user_id = $1
  union all
  select 1000, json_build_object('about', 'monthly report', 'by_email', r.wanted, 'chosen_at', utc_text(r.chosen_at))::text
  from report_choices r where r.user_id = $1) k
where k.id > $2 order by k.id limit $3

--: data_reports(int user_id, int after, int most) -> many data_row
select k.id, k.body from (
  select row_number() over (order by r.month, r.kind) as id,
    json_build_object('month', to_char(r.month, 'YYYY-MM'), 'which', r.kind, 'written_at', utc_text(r.made_at))::text as body
  from report_runs r where r.user_id = $1) k
where k.id > $2 order by k.id limit $3

-- What they did, from where; and what others did to their account, without who.
--: data_audit(int user_id, int after, int most) -> many data_row
select a.id, json_build_object('at', utc_text(a.at), 'what', a.action, 'of', nullif(a.subject, ''), 'number', a.subject_id,
  'detail', a.detail, 'by', case when a.user_id = $1 then 'you' when a.user_id is not null then 'staff' else 'nobody signed in' end,
  'from', case when a.user_id = $1 then a.address end)::text as body
from audit a
where a.id > $2 and a.id in (
  select id from audit where user_id = $1 and id > $2
  union
  select id from audit where subject = 'user' and subject_id = $1 and id > $2)
order by a.id limit $3

--: data_requests(int user_id, int after, int most) -> many data_row
select k.id, k.body from (
  select row_number() over (order by q.at, q.route, q.key) as id,
    json_build_object('at', utc_text(q.at), 'what', q.route, 'answered', q.status)::text as body
  from requests q where q.user_id = $1) k
where k.id > $2 order by k.id limit $3

--: data_shifts(int user_id, int after, int most) -> many data_row
select id, json_build_object('from', utc_text(begun_at), 'until', utc_text(ended_at), 'cash_by_the_books_minor', cash,
  'cash_counted_minor', counted, 'currency', currency, 'note', note)::text as body
from gate_shifts where user_id = $1 and id > $2 order by id limit $3

--: data_keys(int user_id, int after, int most) -> many data_row
select id, json_build_object('name', name, 'begins_with', prefix, 'scopes', scopes, 'made_at', utc_text(created_at),
  'used_at', utc_text(used_at), 'revoked_at', utc_text(revoked_at))::text as body
from api_keys where made_by = $1 and id > $2 order by id limit $3

-- ---- the file

--: data_file_add(int user_id, int session_id, instant now) -> one data_file
insert into data_files (user_id, session_id, asked_at) values ($1, $2, $3)
returning id, user_id, session_id, '' as username, asked_at, ready_at, fetched_at, bytes

--: data_files_drop(int user_id) -> none
delete from data_files where user_id = $1

-- What was gathered goes when another is asked for, but how often somebody asked is remembered for a day.
--: data_files_empty(int user_id) -> none
with emptied as (delete from data_file_parts where file_id in (select id from data_files where user_id = $1))
update data_files set ready_at = null, bytes = 0 where user_id = $1

--: data_files_asked(int user_id, instant since) -> one counted_rows
select count(*) as n from data_files where user_id = $1 and asked_at > $2

-- In their turn.
--: data_files_wait(int user_id) -> none
select pg_advisory_xact_lock(hashtextextended('data_files ' || $1::bigint, 7))

--: data_file_latest(int user_id, instant since) -> one data_file
select f.id, f.user_id, f.session_id, u.username, f.asked_at, f.ready_at, f.fetched_at, f.bytes
from data_files f join users u on u.id = f.user_id
where f.user_id = $1 and f.asked_at > $2
order by f.id desc limit 1

--: data_file_to_gather(int id) -> one data_file
select f.id, f.user_id, f.session_id, u.username, f.asked_at, f.ready_at, f.fetched_at, f.bytes
from data_files f join users u on u.id = f.user_id
where f.id = $1 and f.ready_at is null and f.id = (select max(n.id) from data_files n where n.user_id = f.user_id)
for update of f

--: data_part_add(int file_id, int position, text body) -> none
insert into data_file_parts (file_id, position, body) values ($1, $2, $3)

--: data_count_add(int file_id, text class, int n) -> none
insert into data_file_counts (file_id, class, n) values ($1, $2, $3)

--: data_file_ready(int id, int bytes, instant now) -> none
update data_files set ready_at = $3, bytes = $2 where id = $1

--: data_parts_of(int file_id) -> many data_part
select body from data_file_parts where file_id = $1 order by position

--: data_counts_of(int file_id) -> many data_count
select class, n from data_file_counts where file_id = $1

--: data_file_fetched(int id, instant now) -> none
update data_files set fetched_at = $2 where id = $1

--: data_files_sweep(instant before, int most) -> count
delete from data_files where id = any (array(select id from data_files where asked_at < $1 order by asked_at limit $2))

-- ---- what hinders somebody from going

--: bookings_not_over(int user_id, instant now) -> one counted_rows
select count(*) as n from reservations
where user_id = $1 and status in ('held', 'confirmed', 'checked_in') and (status <> 'held' or hold_until > $2)

--: stays_not_over(int user_id, instant now) -> one counted_rows
select count(*) as n from stays where user_id = $1 and status = 'open' and entered_at <= $2

-- Charges that are open, and what was booked to be paid at the exit and has no charge yet.
--: owed_by(int user_id, instant now) -> one counted_rows
select (select count(*) from charges c
    where c.user_id = $1 and c.state = 'open'
      and c.amount > (select coalesce(sum(p.amount), 0) from payments p where p.charge_id = c.id and p.status = 'paid'))
  + (select count(*) from reservations r
    where r.user_id = $1 and r.status = 'completed' and r.ended_at <= $2
      and r.price > (select coalesce(sum(c.amount), 0) from charges c where c.reservation_id = r.id and c.state <> 'void')) as n

--: payments_under_way(int user_id, instant now) -> one counted_rows
select count(*) as n from charges c join payments p on p.charge_id = c.id
where c.user_id = $1 and p.status = 'pending' and p.created_at <= $2

--: refunds_under_way(int user_id, instant now) -> one counted_rows
select count(*) as n from charges c join payments p on p.charge_id = c.id join refunds r on r.payment_id = p.id
where c.user_id = $1 and r.status = 'pending' and r.made_at <= $2

--: other_admins(int user_id) -> one counted_rows
select count(*) as n from users where role = 'admin' and disabled_at is null and id <> $1

-- ---- the log of deletions

--: deletion_add(text class, text rule, instant? until, int n, instant at, instant ended_at) -> one counted_rows
insert into deletions (class, rule, until, n, at, ended_at) values ($1, $2, $3, $4, $5, greatest($5, $6::timestamptz))
returning id as n

--: deletion_more(int id, int n, instant ended_at) -> none
update deletions set n = n + $2, ended_at = greatest(ended_at, $3::timestamptz) where id = $1

-- $1 class, $2 runs that found nothing, too.
--part deletions_wanted
where ($1::text is null or d.class = $1) and ($2 or d.n > 0)

--: deletions_page_of(text? class, bool empty, text sort, int skip, int most) -> many deletion
select d.id, d.class, d.rule, d.until, d.at, d.ended_at, d.n
from deletions d
--= deletions_wanted
order by case when $3 = 'what' then d.class end, case when $3 = '-what' then d.class end desc,
  case when $3 = 'rule' then d.rule end, case when $3 = '-rule' then d.rule end desc,
  case when $3 = 'older' then d.until end, case when $3 = '-older' then d.until end desc nulls last,
  case when $3 = 'many' then d.n end, case when $3 = '-many' then d.n end desc,
  case when left($3, 1) <> '-' then d.id end, case when left($3, 1) = '-' then d.id end desc
limit $5 offset $4

--: deletions_number(text? class, bool empty, int most) -> one number_of
select count(1) as n from (select d.id
from deletions d
--= deletions_wanted
limit $3) x

--: rules_past(instant month_ago) -> many rule_past
select distinct on (d.class) d.class, d.at as last_at, d.n as last_n,
  (select coalesce(sum(m.n), 0)::bigint from deletions m where m.class = d.class and m.at > $1) as month_n
from deletions d order by d.class, d.id desc

--: empty_runs_sweep(instant before, int most) -> count
delete from deletions where id = any (array(select id from deletions where n = 0 and at < $1 order by at limit $2))

--: deletions_sweep(instant before, int most) -> count
delete from deletions where id = any (array(select id from deletions where at < $1 order by at limit $2))

-- ---- whole tables, for CSV

--: csv_deletions_rows(text? class, bool empty) -> each csv_deletions
select d.id, d.class, d.rule, d.until, d.n, d.at, d.ended_at
from deletions d
--= deletions_wanted
order by d.id;

--: csv_data_files_rows() -> each csv_data_files
select f.id, f.user_id, u.username, f.asked_at, f.ready_at, f.fetched_at, f.bytes
from data_files f
left join users u on u.id = f.user_id
order by f.id;

--: csv_data_file_counts_rows() -> each csv_data_file_counts
select n.file_id, n.class, n.n
from data_file_counts n
order by n.file_id, n.class;
