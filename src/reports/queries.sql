-- Reports: every statement of this slice.  It reads all, and writes its own tables.
--include reports/tables.h
--include reports/inner.h

-- Months come as "2026-10" and are half open on the lot's clock.  A day more at either end bounds what is looked at by
-- an index, since no clock is further from UTC than 14 hours.

-- ---- figures

-- Bookings, and stays that had none and are over.
--: report_parkings(ints users, text from, text until) -> many report_parking
with asked as (select ($2 || '-01')::date as first, ($3 || '-01')::date as past), parked as (
  select r.user_id, r.lot_id, r.status, r.starts, r.ends
  from asked a
  join reservations r on r.user_id = any($1) and r.starts >= (a.first - 1)::timestamp at time zone 'UTC'
    and r.starts < (a.past + 1)::timestamp at time zone 'UTC' and r.confirmed_at is not null
  union all
  select s.user_id, s.lot_id, 'drive_up', date_trunc('second', s.entered_at), date_trunc('second', s.left_at)
  from asked a
  join stays s on s.user_id = any($1) and s.entered_at >= (a.first - 1)::timestamp at time zone 'UTC'
    and s.entered_at < (a.past + 1)::timestamp at time zone 'UTC' and s.reservation_id is null and s.status = 'closed'
)
select p.user_id, to_char(m.month, 'YYYY-MM') as month, p.lot_id, l.name,
  count(*) filter (where p.status not in ('cancelled', 'drive_up')) as bookings,
  count(*) filter (where p.status = 'cancelled') as cancelled,
  count(*) filter (where p.status = 'no_show') as no_shows,
  count(*) filter (where p.status = 'drive_up') as drive_ups,
  coalesce(sum(extract(epoch from p.ends - p.starts)) filter (where p.status not in ('cancelled', 'no_show')), 0)::bigint as seconds
from asked a
cross join parked p
join lots l on l.id = p.lot_id
cross join lateral (select date_trunc('month', p.starts at time zone l.time_zone)::date as month) m
where m.month >= a.first and m.month < a.past
group by p.user_id, m.month, p.lot_id, l.name
order by p.user_id, m.month desc, count(*) filter (where p.status <> 'cancelled') desc, seconds desc, l.name;

--: report_moneys(ints users, text from, text until) -> many report_money
select g.user_id, to_char(g.month, 'YYYY-MM') as month, g.lot_id, l.name, g.currency,
  coalesce(sum(g.amount) filter (where g.kind = 'payment'), 0)::bigint as paid,
  -coalesce(sum(g.amount) filter (where g.kind = 'refund'), 0)::bigint as returned
from ledger g
join lots l on l.id = g.lot_id
where g.user_id = any($1) and g.month >= ($2 || '-01')::date and g.month < ($3 || '-01')::date
group by g.user_id, g.month, g.lot_id, l.name, g.currency
order by g.user_id, g.month desc, g.currency, l.name;

-- ---- who wants it

--: report_wanted_by(int user_id) -> one report_wanted
select coalesce((select k.wanted from report_choices k where k.user_id = u.id), true) as wanted, u.email
from users u where u.id = $1;

-- Nobody for a number that nobody has.
--: report_choice_set(int user_id, bool wanted, instant now) -> count
insert into report_choices (user_id, wanted, chosen_at)
select u.id, $2, $3 from users u where u.id = $1
on conflict (user_id) do update set wanted = excluded.wanted, chosen_at = excluded.chosen_at;

--: report_choice_forget(int user_id) -> none
delete from report_choices where user_id = $1;

-- ---- rounds

-- The newest month that is over on every lot's clock; without lots on that of UTC.
--: report_month_over(instant now) -> one the_month
select to_char(coalesce(min(date_trunc('month', $1::timestamptz at time zone z.time_zone)),
    date_trunc('month', $1::timestamptz at time zone 'UTC')) - interval '1 month', 'YYYY-MM') as month
from (select distinct time_zone from lots) z;

--: round_insert(text month, int? begun_by, instant now) -> count
insert into report_rounds (month, people, pace_at, begun_at, touched_at, begun_by)
select ($1 || '-01')::date, count(*), $3, $3, $3, $2 from users where verified_at is not null and disabled_at is null
on conflict (month) do nothing;

--: round_lock(text month) -> one round
select to_char(month, 'YYYY-MM') as month, state, people, looked, last_user, mailed, declined, pace_at, begun_at, touched_at, done_at
from report_rounds where month = ($1 || '-01')::date
for no key update;

--: round_set_running(text month, instant now) -> none
update report_rounds set state = 'running', pace_at = $2, touched_at = $2 where month = ($1 || '-01')::date;

-- From the beginning, for those who have none yet.
--: round_set_again(text month, int? begun_by, instant now) -> none
update report_rounds set state = 'running', done_at = null, looked = 0, last_user = 0, declined = 0, pace_at = $3, begun_at = $3,
  touched_at = $3, begun_by = $2,
  people = (select count(*) from users where verified_at is not null and disabled_at is null)
where month = ($1 || '-01')::date;

--: round_set_stopped(text month, instant now) -> none
update report_rounds set state = 'stopped', touched_at = $2 where month = ($1 || '-01')::date;

--: round_set_done(text month, instant now) -> none
update report_rounds set state = 'done', done_at = $2, touched_at = $2, people = looked where month = ($1 || '-01')::date;

--: round_advance(text month, int last_user, int looked, int mailed, int declined, instant pace_at, instant now) -> none
update report_rounds set last_user = $2, looked = looked + $3, mailed = mailed + $4, declined = declined + $5, pace_at = $6,
  touched_at = $7
where month = ($1 || '-01')::date;

--: round_one(text month) -> one round
select to_char(r.month, 'YYYY-MM') as month, r.state, r.people, r.looked, r.last_user, r.mailed, r.declined, r.pace_at, r.begun_at,
  r.touched_at, r.done_at, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '') as begun_by
from report_rounds r
left join users u on u.id = r.begun_by
where r.month = ($1 || '-01')::date;

--part rounds_wanted
where ($1::text is null or r.state = $1)

--: rounds_page(text? state, text sort, int skip, int most) -> many round
select to_char(r.month, 'YYYY-MM') as month, r.state, r.people, r.looked, r.last_user, r.mailed, r.declined, r.pace_at, r.begun_at,
  r.touched_at, r.done_at, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '') as begun_by
from report_rounds r
left join users u on u.id = r.begun_by
--= rounds_wanted
order by
  case when $2 = 'state' then r.state end, case when $2 = '-state' then r.state end desc,
  case when $2 = 'looked' then r.looked end, case when $2 = '-looked' then r.looked end desc,
  case when $2 = 'written' then r.mailed end, case when $2 = '-written' then r.mailed end desc,
  case when $2 = 'declined' then r.declined end, case when $2 = '-declined' then r.declined end desc,
  case when $2 = 'begun' then r.begun_at end, case when $2 = '-begun' then r.begun_at end desc,
  case when $2 = 'ended' then r.done_at end, case when $2 = '-ended' then r.done_at end desc nulls last,
  case when left($2, 1) <> '-' then r.month end, case when left($2, 1) = '-' then r.month end desc
limit $4 offset $3;

--: rounds_number(text? state, int most) -> one number_of
select count(1) as n from (select r.month from report_rounds r
--= rounds_wanted
limit $2) x;

-- Rounds that run, but nobody has touched since then: their job was lost.
--: rounds_left(instant touched_before) -> many round
select to_char(month, 'YYYY-MM') as month, state, people, looked, last_user, mailed, declined, pace_at, begun_at, touched_at, done_at
from report_rounds where state = 'running' and touched_at < $1 and pace_at < $1
order by month;

-- Of the next people, those with anything in that month who have no report of it yet.
--: round_recipients(text month, int past, int looks, int most) -> many recipient
with asked as (select ($1 || '-01')::date as month), next_ones as (
  select u.id, u.email, u.username, u.first_name, u.last_name
  from users u
  where u.id > $2 and u.verified_at is not null and u.disabled_at is null
  order by u.id limit $3)
select n.id, n.email, coalesce(nullif(trim(n.first_name || ' ' || n.last_name), ''), n.username) as name,
  coalesce((select k.wanted from report_choices k where k.user_id = n.id), true) as wants
from next_ones n
cross join asked a
where not exists (select 1 from report_runs d where d.user_id = n.id and d.month = a.month and d.kind = 'own')
  and (exists (select 1 from reservations r join lots l on l.id = r.lot_id
      where r.user_id = n.id and r.confirmed_at is not null and r.starts >= (a.month - 1)::timestamp at time zone 'UTC'
        and r.starts < (a.month + interval '1 month 1 day') at time zone 'UTC'
        and date_trunc('month', r.starts at time zone l.time_zone)::date = a.month)
    or exists (select 1 from stays s join lots l on l.id = s.lot_id
      where s.user_id = n.id and s.reservation_id is null and s.status = 'closed'
        and s.entered_at >= (a.month - 1)::timestamp at time zone 'UTC'
        and s.entered_at < (a.month + interval '1 month 1 day') at time zone 'UTC'
        and date_trunc('month', s.entered_at at time zone l.time_zone)::date = a.month)
    or exists (select 1 from ledger g where g.user_id = n.id and g.month = a.month))
order by n.id limit $4;

-- How many of the next people have an id up to that one (none: all), and who is the last of them.
--: round_come_past(int past, int looks, int? up_to) -> one come_past
select count(*) as n, coalesce(max(n.id), 0) as last
from (select u.id from users u where u.id > $1 and u.verified_at is not null and u.disabled_at is null order by u.id limit $2) n
where $3::bigint is null or n.id <= $3;

-- Who is new in it gets one.
--: report_runs_add(text month, text kind, ints users, instant now) -> many report_run
insert into report_runs (user_id, month, kind, made_at)
select id, ($1 || '-01')::date, $2, $4 from unnest($3::bigint[]) as id
on conflict (user_id, month, kind) do nothing
returning user_id;

--: report_admins(text month) -> many recipient
select u.id, u.email, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username) as name, true as wants
from users u
where u.role = 'admin' and u.verified_at is not null and u.disabled_at is null
  and not exists (select 1 from report_runs d where d.user_id = u.id and d.month = ($1 || '-01')::date and d.kind = 'business')
order by u.id limit 1000;

-- ---- the house's month

-- What was taken, booked or not, by the hour in the month it lies in; a booking, and a stay that had none and is over, is counted
-- where it begins.  No booking lasts longer than sixty days; stays that do have an index of their own.  A lot stands in each month it
-- was there for, taken or not.
--: business_parkings(text from, text until) -> many business_parking
with asked as (select ($1 || '-01')::date as first, ($2 || '-01')::date as past), parked as (
  select r.lot_id, r.status, r.starts, r.ends
  from asked a
  join lots l on true
  join reservations r on r.lot_id = l.id and r.starts >= (a.first - 61)::timestamp at time zone 'UTC'
    and r.starts < (a.past + 1)::timestamp at time zone 'UTC' and r.confirmed_at is not null
  union all
  select s.lot_id, 'drive_up', date_trunc('second', s.entered_at), date_trunc('second', s.left_at)
  from asked a
  join lots l on true
  join stays s on s.lot_id = l.id and s.entered_at >= (a.first - 61)::timestamp at time zone 'UTC'
    and s.entered_at < (a.past + 1)::timestamp at time zone 'UTC' and s.reservation_id is null and s.status = 'closed'
  union all
  select s.lot_id, 'drive_up', date_trunc('second', s.entered_at), date_trunc('second', s.left_at)
  from asked a
  join lots l on true
  join stays s on s.lot_id = l.id and s.left_at - s.entered_at > interval '60 days'
    and s.left_at >= (a.first - 1)::timestamp at time zone 'UTC'
    and s.entered_at < (a.first - 61)::timestamp at time zone 'UTC' and s.reservation_id is null and s.status = 'closed'
), booked as (
  select p.lot_id, s.month, s.month = date_trunc('month', p.starts at time zone l.time_zone) as begins, p.status,
    extract(epoch from least(p.ends, (s.month + interval '1 month') at time zone l.time_zone)
      - greatest(p.starts, s.month at time zone l.time_zone)) as seconds
  from asked a
  cross join parked p
  join lots l on l.id = p.lot_id
  cross join lateral generate_series(date_trunc('month', p.starts at time zone l.time_zone),
    date_trunc('month', greatest(p.ends - interval '1 second', p.starts) at time zone l.time_zone), interval '1 month') as s (month)
  where s.month >= a.first and s.month < a.past
), counted as (
  select b.lot_id, b.month, count(*) filter (where b.begins and b.status not in ('cancelled', 'drive_up')) as bookings,
    count(*) filter (where b.begins and b.status = 'cancelled') as cancelled,
    count(*) filter (where b.begins and b.status = 'no_show') as no_shows,
    count(*) filter (where b.begins and b.status = 'drive_up') as drive_ups,
    coalesce(sum(b.seconds) filter (where b.status not in ('cancelled', 'no_show')), 0)::bigint as seconds
  from booked b group by b.lot_id, b.month
)
select l.id as lot_id, l.name, to_char(m.month, 'YYYY-MM') as month, coalesce(c.bookings, 0) as bookings,
  coalesce(c.cancelled, 0) as cancelled, coalesce(c.no_shows, 0) as no_shows, coalesce(c.drive_ups, 0) as drive_ups,
  coalesce(c.seconds, 0) as seconds,
  ((select count(*) from slots s where s.lot_id = l.id and not s.out_of_service) * extract(epoch from
    (m.month + interval '1 month') at time zone l.time_zone - m.month at time zone l.time_zone))::bigint as capacity
from asked a
cross join lateral generate_series(a.first::timestamp, a.past - interval '1 month', interval '1 month') as m (month)
cross join lots l
left join counted c on c.lot_id = l.id and c.month = m.month
where c.lot_id is not null or l.created_at < (m.month + interval '1 month') at time zone l.time_zone
order by m.month desc, coalesce(c.bookings, 0) + coalesce(c.drive_ups, 0) desc, seconds desc, l.name;

--: business_moneys(text from, text until) -> many business_money
select g.lot_id, l.name, to_char(g.month, 'YYYY-MM') as month, g.currency, g.method,
  count(*) filter (where g.kind = 'payment') as payments, count(*) filter (where g.kind = 'refund') as refunds,
  coalesce(sum(g.amount) filter (where g.kind = 'payment'), 0)::bigint as paid,
  -coalesce(sum(g.amount) filter (where g.kind = 'refund'), 0)::bigint as returned
from ledger g
join lots l on l.id = g.lot_id
where g.at >= ((($1 || '-01')::date - 1)::timestamp at time zone 'UTC')
  and g.at < ((($2 || '-01')::date + 1)::timestamp at time zone 'UTC')
  and g.month >= ($1 || '-01')::date and g.month < ($2 || '-01')::date
group by g.lot_id, l.name, g.month, g.currency, g.method
order by g.month desc, g.currency, g.method, l.name;

-- ---- whole tables, for CSV

--: csv_reports_rows() -> each csv_reports
select r.user_id, u.username, to_char(r.month, 'YYYY-MM') as month, r.kind, r.made_at
from report_runs r
join users u on u.id = r.user_id
order by r.month, r.user_id, r.kind;

--: csv_report_rounds_rows(text? state) -> each csv_report_rounds
select to_char(r.month, 'YYYY-MM') as month, r.state, r.people, r.looked, r.mailed, r.declined, r.begun_at, r.touched_at, r.done_at,
  r.begun_by
from report_rounds r
--= rounds_wanted
order by r.month;

--: csv_report_choices_rows() -> each csv_report_choices
select h.user_id, u.username, h.wanted, h.chosen_at
from report_choices h
join users u on u.id = h.user_id
order by h.user_id;
