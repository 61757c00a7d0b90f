--include notices/tables.h

-- ---- telling

--: notice_insert(int? user_id, text region, text kind, text words, text link, text? once, int? made_by, instant now) -> one notice_id
insert into notices (user_id, region, kind, words, link, once, made_by, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (once) do nothing
returning id

--: notice_give(int notice, int user) -> none
insert into notice_readers (notice_id, user_id) values ($1, $2) on conflict do nothing

--: notice_give_region(int notice, text region) -> count
insert into notice_readers (notice_id, user_id)
select $1, id from users where lower(region) = $2 and disabled_at is null
on conflict do nothing

--: notice_give_staff(int notice) -> count
insert into notice_readers (notice_id, user_id)
select $1, id from users where role in ('operator', 'admin') and disabled_at is null
on conflict do nothing

--: notice_by_id(int id) -> one notice_row
select id, user_id, region, kind, words, link, created_at from notices where id = $1

-- How a kind goes out to one person.
--: addressee_of(int user_id, text kind, bool mail, bool sms) -> one addressee
select u.id, coalesce(nullif(u.first_name, ''), u.username) as name, u.email, u.phone,
  coalesce(c.mail, $3) as mail, coalesce(c.sms, $4) as sms
from users u left join notice_choices c on c.user_id = u.id and c.kind = $2
where u.id = $1 and u.disabled_at is null and u.verified_at is not null

-- The same for those who hold a notice, in the order of their numbers, who want more than the list.
--: addressees_after(int notice, text kind, bool mail, bool sms, int after, int most) -> many addressee
select u.id, coalesce(nullif(u.first_name, ''), u.username) as name, u.email, u.phone,
  coalesce(c.mail, $3) as mail, coalesce(c.sms, $4) as sms
from notice_readers r
join users u on u.id = r.user_id and u.disabled_at is null and u.verified_at is not null
left join notice_choices c on c.user_id = u.id and c.kind = $2
where r.notice_id = $1 and r.user_id > $5 and (coalesce(c.mail, $3) or coalesce(c.sms, $4))
order by u.id limit $6

-- ---- somebody's list

--: lines_unread(int user_id, int most) -> many notice_line
select n.id, n.kind, n.words, n.link, n.region, false as read, n.created_at
from notice_readers r join notices n on n.id = r.notice_id
where r.user_id = $1 and r.read_at is null
order by r.notice_id desc limit $2

--: lines_read(int user_id, int? before, int most) -> many notice_line
select n.id, n.kind, n.words, n.link, n.region, true as read, n.created_at
from notice_readers r join notices n on n.id = r.notice_id
where r.user_id = $1 and r.read_at is not null and ($2::bigint is null or r.notice_id < $2)
order by r.notice_id desc limit $3

--: lines_newest(int user_id, int most) -> many notice_line
select n.id, n.kind, n.words, n.link, n.region, r.read_at is not null as read, n.created_at
from notice_readers r join notices n on n.id = r.notice_id
where r.user_id = $1
order by r.notice_id desc limit $2

--: lines_unread_counted(int user_id, int most) -> one notice_counted
select count(*) as n
from (select 1 from notice_readers where user_id = $1 and read_at is null limit $2) u

--: line_read(int user_id, int notice, instant now) -> count
update notice_readers set read_at = coalesce(read_at, $3) where user_id = $1 and notice_id = $2

--: lines_all_read(int user_id, instant now) -> none
update notice_readers set read_at = $2 where user_id = $1 and read_at is null

--: lines_some_read(int user_id, ints notices, instant now) -> count
update notice_readers set read_at = coalesce(read_at, $3)
where user_id = $1 and notice_id = any($2::bigint[])

-- ---- live

-- Those who look at its region hold it from now on.
--: holders_reached(int notice, ints watching, ints connected) -> many notice_id
with given as (
  insert into notice_readers (notice_id, user_id)
  select distinct $1::bigint, w from unnest($2::bigint[]) w
  on conflict do nothing)
select distinct w as id from unnest($2::bigint[]) w
union
select user_id from notice_readers where notice_id = $1 and user_id = any($3::bigint[])

--: notices_told_since(instant since, int most) -> many notice_row
select id, user_id, region, kind, words, link, created_at
from notices where created_at > $1
order by id limit $2

--: logins_ended(ints sessions, instant now) -> many notice_id
select distinct i as id
from unnest($1::bigint[]) i
where not exists (select 1 from sessions s join users u on u.id = s.user_id
  where s.id = i and s.revoked_at is null and s.expires_at > $2 and u.disabled_at is null)

-- Nothing, if the session has just gone.
--: ticket_insert(text hash, int session_id, instant expires_at) -> count
insert into socket_tickets (hash, session_id, expires_at) select $1, id, $3 from sessions where id = $2

-- Once: who comes second finds nothing.
--: ticket_take(text hash, instant now) -> one ticket_person
delete from socket_tickets t
using sessions s, users u
where t.hash = $1 and t.expires_at > $2 and s.id = t.session_id and s.revoked_at is null
  and s.expires_at > $2 and u.id = s.user_id and u.disabled_at is null
returning u.id, s.id as session_id, coalesce(nullif(u.first_name, ''), u.username) as name, u.role,
  u.verified_at is not null as verified

--: tickets_sweep(instant before, int most) -> count
delete from socket_tickets where hash in (select hash from socket_tickets where expires_at <= $1 limit $2)

-- ---- choices

--: choices_of(int user_id) -> many notice_choice
select kind, mail, sms from notice_choices where user_id = $1

--: choices_set(int user_id, text choices) -> none
insert into notice_choices (user_id, kind, mail, sms)
select $1, c.kind, c.mail, c.sms
from jsonb_to_recordset($2::jsonb) as c (kind text, mail boolean, sms boolean)
on conflict (user_id, kind) do update set mail = excluded.mail, sms = excluded.sms

-- ---- reminders: of what was booked before the reminder's time, and was not reminded of yet

--: starts_to_remind(instant now, instant until, int lead_seconds, int most) -> many due_reminder
select r.id, r.user_id, r.starts, r.ends, l.name as lot_name, s.label as slot_label, l.time_zone
from reservations r join lots l on l.id = r.lot_id join slots s on s.id = r.slot_id
where r.status = 'confirmed' and r.starts > $1 and r.starts <= $2
  and r.confirmed_at <= r.starts - make_interval(secs => ($3::bigint)::float8)
  and not exists (select 1 from notices n
    where n.once = 'starts:' || r.id || ':' || (extract(epoch from r.starts) * 1000000)::bigint)
order by r.starts limit $4

--: ends_to_remind(instant now, instant until, int lead_seconds, int most) -> many due_reminder
select r.id, r.user_id, r.starts, r.ends, l.name as lot_name, s.label as slot_label, l.time_zone
from reservations r join lots l on l.id = r.lot_id join slots s on s.id = r.slot_id
where r.status in ('confirmed', 'checked_in') and r.ends > $1 and r.ends <= $2 and r.starts <= $1
  and r.confirmed_at <= r.ends - make_interval(secs => ($3::bigint)::float8)
  and not exists (select 1 from notices n
    where n.once = 'ends:' || r.id || ':' || (extract(epoch from r.ends) * 1000000)::bigint)
order by r.ends limit $4

-- ---- taken away when its time has come

--: notices_sweep(instant before, int most) -> count
delete from notices where id = any (array(select id from notices where created_at < $1 order by created_at limit $2))

-- ---- to a region

--: regions_known() -> many known_region
select region from lots where region <> ''
union
select lower(region) from users where lower(region) ~ '^[a-z0-9-]{1,64}$' and disabled_at is null
order by region limit 500

-- What was told to somebody whose account goes.
--: notices_forget(int user_id) -> none
with lines as (delete from notice_readers where user_id = $1),
chosen as (delete from notice_choices where user_id = $1)
delete from notices where user_id = $1

-- ---- money that came, came to nothing, or went back

--: payment_to_tell(int id) -> one told_money
select c.user_id, p.amount, p.currency, p.error as why, l.name as lot_name, c.reservation_id, r.id as receipt_id, r.number as receipt_number
from payments p
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
left join receipts r on r.payment_id = p.id
where p.id = $1 and c.user_id is not null

--: refund_to_tell(int id) -> one told_money
select c.user_id, f.amount, f.currency, f.reason as why, l.name as lot_name, c.reservation_id, r.id as receipt_id, r.number as receipt_number
from refunds f
join payments p on p.id = f.payment_id
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
left join receipts r on r.refund_id = f.id
where f.id = $1 and c.user_id is not null

-- ---- whole tables, for CSV

--: csv_notices_rows() -> each csv_notices
select n.id, n.user_id, u.username, n.region, n.kind, n.words, n.link, m.username as made_by, n.created_at
from notices n
left join users u on u.id = n.user_id
left join users m on m.id = n.made_by
order by n.id;

--: csv_notice_readers_rows() -> each csv_notice_readers
select r.notice_id, r.user_id, u.username, r.read_at
from notice_readers r
join users u on u.id = r.user_id
order by r.notice_id, r.user_id;

--: csv_notice_choices_rows() -> each csv_notice_choices
select h.user_id, u.username, h.kind, h.mail, h.sms
from notice_choices h
join users u on u.id = h.user_id
order by h.user_id, h.kind;
