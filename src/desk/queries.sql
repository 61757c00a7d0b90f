-- Desk: every statement of this slice.  See src/tools/sqlgen.c.
--include desk/inner.h

-- ---- keeping the sums

-- One at a time folds, counts anew or checks.
--: desk_lock() -> none
select pg_advisory_xact_lock(1414, 1);

-- The plan of a fold is made once, perhaps when there were few people: it is to look them up by their index all the same.
--: desk_plan_by_index(bool only) -> none
select set_config('enable_seqscan', case when $1 then 'off' else 'on' end, true);

-- A statement sees one state of the database: what it takes away is what it adds.
--: desk_fold_money() -> none
with gone as (delete from desk_money_deltas)
insert into desk_money as m (lot_id, grain, start, currency, online, card, cash, online_back, card_back, cash_back, payments,
  refunds)
select k.lot_id, k.grain, k.start, p.currency, sum(p.online), sum(p.card), sum(p.cash), sum(p.online_back), sum(p.card_back),
  sum(p.cash_back), sum(p.payments), sum(p.refunds)
from desk_money_pending p
cross join lateral desk_grains(p.lot_id, p.day) k
group by 1, 2, 3, 4
on conflict (lot_id, grain, start, currency) do update
set online = m.online + excluded.online, card = m.card + excluded.card, cash = m.cash + excluded.cash,
  online_back = m.online_back + excluded.online_back, card_back = m.card_back + excluded.card_back,
  cash_back = m.cash_back + excluded.cash_back, payments = m.payments + excluded.payments, refunds = m.refunds + excluded.refunds;

-- Who came on a day and is written down for it yet gets a place between the day before it (`since`) and the day after, which
-- follows that one no more (`was`).
--: desk_fold_bookings() -> none
with gone as (delete from desk_booking_deltas),
hours as (
  insert into desk_hours as h (lot_id, grain, start, weekday, hour, seconds)
  select k.lot_id, k.grain, k.start, extract(isodow from p.day), p.hour, sum(p.seconds)
  from desk_hours_pending p
  cross join lateral desk_grains(p.lot_id, p.day) k
  group by 1, 2, 3, 4, 5
  on conflict (lot_id, grain, start, weekday, hour) do update set seconds = h.seconds + excluded.seconds
), fresh as (
  insert into desk_people (lot_id, user_id, day)
  select distinct k.lot_id, d.user_id, (d.confirmed_at at time zone l.time_zone)::date
  from desk_booking_deltas d
  join lots l on l.id = d.lot_id
  cross join lateral (values (d.lot_id), (0)) as k (lot_id)
  where d.n > 0 and d.user_id is not null
  on conflict do nothing
  returning lot_id, user_id, day
), near as (
  select f.lot_id, f.user_id, f.day, true as fresh, false as follows from fresh f
  union all
  select f.lot_id, f.user_id, o.day, false, false
  from fresh f
  cross join lateral (select p.day from desk_people p where p.lot_id = f.lot_id and p.user_id = f.user_id and p.day < f.day
    order by p.day desc limit 1) o
  union all
  select f.lot_id, f.user_id, o.day, false, true
  from fresh f
  cross join lateral (select p.day from desk_people p where p.lot_id = f.lot_id and p.user_id = f.user_id and p.day > f.day
    order by p.day limit 1) o
), days as (
  select n.lot_id, n.user_id, n.day, bool_or(n.fresh) as fresh, bool_or(n.follows) as follows from near n group by 1, 2, 3
), chain as (
  select d.lot_id, d.day, d.fresh, d.follows, coalesce(lag(d.day) over w, '-infinity') as since,
    coalesce(max(d.day) filter (where not d.fresh) over (w rows between unbounded preceding and 1 preceding), '-infinity') as was
  from days d
  window w as (partition by d.lot_id, d.user_id order by d.day)
), turns as (
  select c.lot_id, k.grain, k.start, c.since, sum(c.n) as n
  from (select lot_id, day, since, 1 as n from chain where fresh or follows
    union all
    select lot_id, day, was, -1 from chain where follows) c
  cross join lateral (values ('day', c.day),
    ('month', case when c.since < date_trunc('month', c.day) then date_trunc('month', c.day)::date end)) as k (grain, start)
  where k.start is not null
  group by 1, 2, 3, 4
  having sum(c.n) <> 0
), returns as (
  insert into desk_returns as r (lot_id, grain, start, since, n)
  select t.lot_id, t.grain, t.start, t.since, t.n from turns t
  on conflict (lot_id, grain, start, since) do update set n = r.n + excluded.n
), heads as (
  insert into desk_heads as h (lot_id, grain, start, people, firsts)
  select t.lot_id, t.grain, t.start, sum(t.n), coalesce(sum(t.n) filter (where t.since = '-infinity'), 0)
  from turns t
  group by 1, 2, 3
  on conflict (lot_id, grain, start) do update set people = h.people + excluded.people, firsts = h.firsts + excluded.firsts
)
insert into desk_bookings as b (lot_id, grain, start, kept, cancelled, no_shows, seconds, len0, len1, len2, len3, len4, len5,
  len6, len7, len8, made, drive_ups)
select k.lot_id, k.grain, k.start, sum(p.kept), sum(p.cancelled), sum(p.no_shows), sum(p.seconds), sum(p.len0), sum(p.len1),
  sum(p.len2), sum(p.len3), sum(p.len4), sum(p.len5), sum(p.len6), sum(p.len7), sum(p.len8), sum(p.made), sum(p.drive_ups)
from desk_bookings_pending p
cross join lateral desk_grains(p.lot_id, p.day) k
group by 1, 2, 3
on conflict (lot_id, grain, start) do update
set kept = b.kept + excluded.kept, cancelled = b.cancelled + excluded.cancelled, no_shows = b.no_shows + excluded.no_shows,
  seconds = b.seconds + excluded.seconds, len0 = b.len0 + excluded.len0, len1 = b.len1 + excluded.len1,
  len2 = b.len2 + excluded.len2, len3 = b.len3 + excluded.len3, len4 = b.len4 + excluded.len4, len5 = b.len5 + excluded.len5,
  len6 = b.len6 + excluded.len6, len7 = b.len7 + excluded.len7, len8 = b.len8 + excluded.len8, made = b.made + excluded.made,
  drive_ups = b.drive_ups + excluded.drive_ups;

-- ---- counting anew.  Everything: forget, then tell and fold one stretch of time after the other.

--: desk_forget_money() -> none
delete from desk_money;

--: desk_forget_bookings() -> none
delete from desk_bookings;

--: desk_forget_hours() -> none
delete from desk_hours;

--: desk_forget_people() -> none
delete from desk_people;

--: desk_forget_returns() -> none
delete from desk_returns;

--: desk_forget_heads() -> none
delete from desk_heads;

--: desk_forget_stale() -> none
delete from desk_stale;

--: desk_untell_money() -> none
delete from desk_money_deltas;

--: desk_untell_bookings() -> none
delete from desk_booking_deltas;

-- When the first and the last of all that counts happened; null if nothing did.
--: desk_span() -> one desk_stretch
select min(x.a) as since, max(x.b) as until
from (
  select min(paid_at) as a, max(paid_at) as b from payments where status = 'paid'
  union all select min(done_at), max(done_at) from refunds where status = 'done'
  union all select min(confirmed_at), max(confirmed_at) from reservations
  union all select min(entered_at), max(entered_at) from stays) x;

--: desk_tell_money(instant since, instant until) -> none
insert into desk_money_deltas (lot_id, at, kind, method, currency, amount, n)
select g.lot_id, g.at, g.kind, g.method, g.currency, abs(g.amount), 1 from ledger g where g.at >= $1 and g.at < $2;

--: desk_tell_bookings(instant since, instant until) -> none
insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
select r.lot_id, r.user_id, r.starts, r.ends, r.confirmed_at, desk_fate(r.status), 1
from reservations r where r.confirmed_at >= $1 and r.confirmed_at < $2;

--: desk_tell_stays(instant since, instant until) -> none
insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
select s.lot_id, s.user_id, date_trunc('second', s.entered_at), date_trunc('second', s.left_at), s.entered_at, 'drive_up', 1
from stays s where s.entered_at >= $1 and s.entered_at < $2 and s.status = 'closed' and s.reservation_id is null;

--: desk_told() -> one desk_told
select count(*) as n from desk_booking_deltas;

-- One lot: its own sums go, and go out of those of all lots; the same for what is not folded yet.
--: desk_stale_next() -> one desk_lot
select lot_id as id from desk_stale order by lot_id limit 1;

--: desk_stale_done(int lot_id) -> none
delete from desk_stale where lot_id = $1;

--: desk_lot_out_of_money(int lot_id) -> none
update desk_money z
set online = z.online - m.online, card = z.card - m.card, cash = z.cash - m.cash, online_back = z.online_back - m.online_back,
  card_back = z.card_back - m.card_back, cash_back = z.cash_back - m.cash_back, payments = z.payments - m.payments,
  refunds = z.refunds - m.refunds
from desk_money m
where m.lot_id = $1 and z.lot_id = 0 and z.grain = m.grain and z.start = m.start and z.currency = m.currency;

--: desk_lot_forget_money(int lot_id) -> none
delete from desk_money where lot_id = $1;

--: desk_lot_tell_money(int lot_id) -> none
with gone as (delete from desk_money_deltas where lot_id = $1)
insert into desk_money_deltas (lot_id, at, kind, method, currency, amount, n)
select g.lot_id, g.at, g.kind, g.method, g.currency, abs(g.amount), 1 from ledger g where g.lot_id = $1;

-- Who came stays with the days on which they were counted.
--: desk_lot_out_of_bookings(int lot_id) -> none
update desk_bookings z
set kept = z.kept - b.kept, cancelled = z.cancelled - b.cancelled, no_shows = z.no_shows - b.no_shows,
  seconds = z.seconds - b.seconds, len0 = z.len0 - b.len0, len1 = z.len1 - b.len1, len2 = z.len2 - b.len2,
  len3 = z.len3 - b.len3, len4 = z.len4 - b.len4, len5 = z.len5 - b.len5, len6 = z.len6 - b.len6, len7 = z.len7 - b.len7,
  len8 = z.len8 - b.len8, made = z.made - b.made, drive_ups = z.drive_ups - b.drive_ups
from desk_bookings b
where b.lot_id = $1 and z.lot_id = 0 and z.grain = b.grain and z.start = b.start;

--: desk_lot_forget_bookings(int lot_id) -> none
update desk_bookings
set kept = 0, cancelled = 0, no_shows = 0, seconds = 0, len0 = 0, len1 = 0, len2 = 0, len3 = 0, len4 = 0, len5 = 0, len6 = 0,
  len7 = 0, len8 = 0, made = 0, drive_ups = 0
where lot_id = $1;

--: desk_lot_tell_bookings(int lot_id) -> none
with gone as (delete from desk_booking_deltas where lot_id = $1)
insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
select r.lot_id, r.user_id, r.starts, r.ends, r.confirmed_at, desk_fate(r.status), 1
from reservations r where r.lot_id = $1 and r.confirmed_at is not null;

-- After the bookings, which take away what was not folded yet.
--: desk_lot_tell_stays(int lot_id) -> none
insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
select s.lot_id, s.user_id, date_trunc('second', s.entered_at), date_trunc('second', s.left_at), s.entered_at, 'drive_up', 1
from stays s where s.lot_id = $1 and s.status = 'closed' and s.reservation_id is null;

--: desk_lot_out_of_hours(int lot_id) -> none
update desk_hours z
set seconds = z.seconds - h.seconds
from desk_hours h
where h.lot_id = $1 and z.lot_id = 0 and z.grain = h.grain and z.start = h.start and z.weekday = h.weekday and z.hour = h.hour;

--: desk_lot_forget_hours(int lot_id) -> none
delete from desk_hours where lot_id = $1;

-- ---- are they right?

-- From one state of the database: what the ledger adds up to beside the sums of lots, and the sums of all lots.
--: desk_compare_money(text from, text until) -> one desk_difference
with ours as (
  select m.lot_id, m.start, m.currency, sum(m.online) as online, sum(m.card) as card, sum(m.cash) as cash,
    sum(m.online_back) as online_back, sum(m.card_back) as card_back, sum(m.cash_back) as cash_back, sum(m.payments) as payments,
    sum(m.refunds) as refunds
  from desk_money_now m
  where m.grain = 'day' and m.start between $1::text::date and $2::text::date
  group by 1, 2, 3
), theirs as (
  select k.lot_id, g.day, g.currency, sum(g.amount) filter (where g.kind = 'payment' and g.method = 'online') as online,
    sum(g.amount) filter (where g.kind = 'payment' and g.method = 'card') as card,
    sum(g.amount) filter (where g.kind = 'payment' and g.method = 'cash') as cash,
    -sum(g.amount) filter (where g.kind = 'refund' and g.method = 'online') as online_back,
    -sum(g.amount) filter (where g.kind = 'refund' and g.method = 'card') as card_back,
    -sum(g.amount) filter (where g.kind = 'refund' and g.method = 'cash') as cash_back,
    count(g.payment_id) filter (where g.kind = 'payment') as payments, count(g.refund_id) as refunds
  from ledger g
  cross join lateral (values (g.lot_id), (0)) as k (lot_id)
  where g.at >= $1::text::date - 1 and g.at < $2::text::date + 2 and g.day between $1::text::date and $2::text::date
  group by 1, 2, 3
), apart as (
  select coalesce(o.lot_id, t.lot_id) as lot_id, coalesce(o.start, t.day) as day, coalesce(o.currency, t.currency) as currency
  from ours o
  full join theirs t on t.lot_id = o.lot_id and t.day = o.start and t.currency = o.currency
  where (coalesce(o.online, 0), coalesce(o.card, 0), coalesce(o.cash, 0), coalesce(o.online_back, 0), coalesce(o.card_back, 0),
      coalesce(o.cash_back, 0), coalesce(o.payments, 0), coalesce(o.refunds, 0))
    <> (coalesce(t.online, 0), coalesce(t.card, 0), coalesce(t.cash, 0), coalesce(t.online_back, 0), coalesce(t.card_back, 0),
      coalesce(t.cash_back, 0), coalesce(t.payments, 0), coalesce(t.refunds, 0))
)
select count(a.day) as n, coalesce(min(a.day)::text, '') as day, coalesce((array_agg(a.lot_id order by a.day, a.lot_id))[1], 0) as lot_id,
  coalesce((array_agg(a.currency order by a.day, a.lot_id))[1], '') as currency
from apart a;

-- Months are the sums of their days, and years of their months.
--: desk_compare_months(text from, text until) -> one desk_difference
with apart as (
  select m.lot_id, date_trunc(x.grain, m.start)::date as start, m.currency
  from desk_money_now m
  cross join lateral (values ('month', case m.grain when 'day' then 1 when 'month' then -1 end),
    ('year', case m.grain when 'month' then 1 when 'year' then -1 end)) as x (grain, s)
  where x.s is not null and m.start >= date_trunc(x.grain, $1::text::date)
    and m.start < date_trunc(x.grain, $2::text::date) + ('1 ' || x.grain)::interval
  group by m.lot_id, x.grain, 2, m.currency
  having (sum(x.s * m.online), sum(x.s * m.card), sum(x.s * m.cash), sum(x.s * m.online_back), sum(x.s * m.card_back),
    sum(x.s * m.cash_back), sum(x.s * m.payments), sum(x.s * m.refunds)) <> (0, 0, 0, 0, 0, 0, 0, 0)
)
select count(a.start) as n, coalesce(min(a.start)::text, '') as day, coalesce((array_agg(a.lot_id order by a.start))[1], 0) as lot_id,
  coalesce((array_agg(a.currency order by a.start))[1], '') as currency
from apart a;

--: desk_compare_bookings(text from, text until) -> one desk_difference
with ours as (
  select b.lot_id, b.start, sum(b.kept) as kept, sum(b.cancelled) as cancelled, sum(b.no_shows) as no_shows,
    sum(b.drive_ups) as drive_ups, sum(b.seconds) as seconds
  from desk_bookings_now b
  where b.grain = 'day' and b.start between $1::text::date and $2::text::date
  group by 1, 2
), came as (
  select r.lot_id, r.starts, r.ends, desk_fate(r.status) as fate
  from lots l
  join reservations r on r.lot_id = l.id and r.starts >= $1::text::date - 1 and r.starts < $2::text::date + 2
    and r.confirmed_at is not null
  union all
  select s.lot_id, date_trunc('second', s.entered_at), date_trunc('second', s.left_at), 'drive_up'
  from lots l
  join stays s on s.lot_id = l.id and s.entered_at >= $1::text::date - 1 and s.entered_at < $2::text::date + 2
    and s.status = 'closed' and s.reservation_id is null
), theirs as (
  select k.lot_id, (r.starts at time zone l.time_zone)::date as day, count(r.fate) filter (where r.fate = 'kept') as kept,
    count(r.fate) filter (where r.fate = 'cancelled') as cancelled, count(r.fate) filter (where r.fate = 'no_show') as no_shows,
    count(r.fate) filter (where r.fate = 'drive_up') as drive_ups,
    sum(extract(epoch from r.ends - r.starts)) filter (where r.fate in ('kept', 'drive_up')) as seconds
  from came r
  join lots l on l.id = r.lot_id
  cross join lateral (values (r.lot_id), (0)) as k (lot_id)
  where (r.starts at time zone l.time_zone)::date between $1::text::date and $2::text::date
  group by 1, 2
), apart as (
  select coalesce(o.lot_id, t.lot_id) as lot_id, coalesce(o.start, t.day) as day
  from ours o
  full join theirs t on t.lot_id = o.lot_id and t.day = o.start
  where (coalesce(o.kept, 0), coalesce(o.cancelled, 0), coalesce(o.no_shows, 0), coalesce(o.drive_ups, 0), coalesce(o.seconds, 0))
    <> (coalesce(t.kept, 0), coalesce(t.cancelled, 0), coalesce(t.no_shows, 0), coalesce(t.drive_ups, 0), coalesce(t.seconds, 0))
)
select count(a.day) as n, coalesce(min(a.day)::text, '') as day, coalesce((array_agg(a.lot_id order by a.day, a.lot_id))[1], 0) as lot_id,
  '' as currency
from apart a;

--: desk_check_add(instant now, text from, text until, int differences, text words) -> none
insert into desk_checks (at, from_day, until_day, differences, words)
values ($1, $2::text::date, $3::text::date, $4, $5);

-- The first month of which there are figures.
--: desk_first_month(instant now) -> one desk_day
select coalesce(min(m.start), $1::timestamptz::date)::text as day
from desk_money m
where m.lot_id = 0 and m.grain = 'month';

--: desk_checks_forget(instant older_than) -> none
delete from desk_checks where at < $1;

-- ---- the dashboard.  Lot 0: all of them.
--
-- Each piece of a stretch is read by itself, by its index: `offset 0` keeps the planner, which cannot know how short a stretch is,
-- from reading all there ever was.

-- By day, by week from Monday, or by month, of which the ends may be parts.
--: desk_money_by(int lot_id, text from, text until, text unit) -> many desk_money
select date_trunc($4, m.start::timestamp)::date::text as start, m.currency, sum(m.online)::bigint as online,
  sum(m.card)::bigint as card, sum(m.cash)::bigint as cash, sum(m.online_back)::bigint as online_back,
  sum(m.card_back)::bigint as card_back, sum(m.cash_back)::bigint as cash_back, sum(m.payments)::bigint as payments,
  sum(m.refunds)::bigint as refunds
from desk_pieces($2::text::date, $3::text::date, $4 <> 'month') p
cross join lateral (
  select d.start, d.currency, d.online, d.card, d.cash, d.online_back, d.card_back, d.cash_back, d.payments, d.refunds
  from desk_money_now d where d.lot_id = $1 and d.grain = p.grain and d.start between p.a and p.b offset 0) m
group by 1, 2
having sum(m.payments) <> 0 or sum(m.refunds) <> 0
order by 1, 2;

--: desk_bookings_by(int lot_id, text from, text until, text unit) -> many desk_bookings
select date_trunc($4, b.start::timestamp)::date::text as start, sum(b.kept)::bigint as kept, sum(b.cancelled)::bigint as cancelled,
  sum(b.no_shows)::bigint as no_shows, sum(b.seconds)::bigint as seconds, sum(b.len0)::bigint as len0, sum(b.len1)::bigint as len1,
  sum(b.len2)::bigint as len2, sum(b.len3)::bigint as len3, sum(b.len4)::bigint as len4, sum(b.len5)::bigint as len5,
  sum(b.len6)::bigint as len6, sum(b.len7)::bigint as len7, sum(b.len8)::bigint as len8, sum(b.made)::bigint as made,
  sum(b.drive_ups)::bigint as drive_ups
from desk_pieces($2::text::date, $3::text::date, $4 <> 'month') p
cross join lateral (
  select d.start, d.kept, d.cancelled, d.no_shows, d.seconds, d.len0, d.len1, d.len2, d.len3, d.len4, d.len5, d.len6, d.len7, d.len8,
    d.made, d.drive_ups
  from desk_bookings_now d where d.lot_id = $1 and d.grain = p.grain and d.start between p.a and p.b offset 0) b
group by 1
order by 1;

-- Different people in each day, week or month, cut at the ends of the stretch.  Of whole days and months it is kept how many they
-- were; else each start of a day or month is one short read of desk_returns: those who had come last before the stretch that is
-- counted.
--: desk_people_by(int lot_id, text from, text until, text unit) -> many desk_people
select x.a::text as start, coalesce(sum(r.people), 0)::bigint as people, coalesce(sum(r.firsts), 0)::bigint as firsts
from (select greatest(y.first, $2::text::date) as a, least(y.last, $3::text::date) as b,
    $4 <> 'week' and y.first >= $2::text::date and y.last <= $3::text::date as whole
  from (select g.start::date as first, (g.start + ('1 ' || $4)::interval)::date - 1 as last
    from generate_series(date_trunc($4, $2::text::date::timestamp), $3::text::date::timestamp, ('1 ' || $4)::interval) g (start)) y) x
cross join lateral (
  select h.people, h.firsts from desk_heads h where x.whole and h.lot_id = $1 and h.grain = $4 and h.start = x.a
  union all
  select m.people, m.firsts from desk_met($1, x.a, x.b) m where not x.whole) r
group by 1
having sum(r.people) > 0
order by 1;

--: desk_people_in(int lot_id, text from, text until) -> one desk_people
select $2 as start, coalesce(sum(r.people), 0)::bigint as people, coalesce(sum(r.firsts), 0)::bigint as firsts
from desk_met($1, $2::text::date, $3::text::date) r;

--: desk_hours_by(int lot_id, text from, text until) -> many desk_hour
select h.weekday, h.hour, sum(h.seconds)::bigint as seconds
from desk_long_pieces($2::text::date, $3::text::date) p
cross join lateral (
  select d.weekday, d.hour, d.seconds
  from desk_hours_now d where d.lot_id = $1 and d.grain = p.grain and d.start between p.a and p.b offset 0) h
group by 1, 2;

-- Sums and what is pending apart: the first day of sums is the first of an index.
--: desk_since_of(int lot_id) -> one desk_since
select coalesce(least((select min(m.start) from desk_money m where m.lot_id = $1 and m.grain = 'day'),
    (select min(p.day) from desk_money_pending p where $1 in (0, p.lot_id)),
    (select min(b.start) from desk_bookings b where b.lot_id = $1 and b.grain = 'day'),
    (select min(p.day) from desk_bookings_pending p where $1 in (0, p.lot_id)))::text, '') as figures,
  coalesce(least((select min(h.start) from desk_hours h where h.lot_id = $1 and h.grain = 'day'),
    (select min(p.day) from desk_hours_pending p where $1 in (0, p.lot_id)))::text, '') as booked;

--: desk_slots_of(int lot_id) -> one desk_slots
select coalesce(sum(n.slots), 0)::bigint as n from lot_counts n where $1 = 0 or n.lot_id = $1;

--: desk_places_now(int lot_id) -> many desk_place
select l.id as lot_id, l.name, l.city, coalesce(n.slots, 0)::bigint as slots, coalesce(n.free, 0)::bigint as free,
  coalesce(n.reserved, 0)::bigint as reserved, coalesce(n.occupied, 0)::bigint as occupied, coalesce(n.unknown, 0)::bigint as unknown,
  coalesce(n.out_of_service, 0)::bigint as out_of_service
from lots l
left join lot_counts n on n.lot_id = l.id
where $1 = 0 or l.id = $1
order by (n.occupied + n.reserved)::float8 / nullif(n.slots, 0) desc nulls last, l.name, l.id;

-- The lots that brought the most, by currency; a lot to which somebody came and that brought nothing stands under its own.
--: desk_lots_by(text from, text until) -> many desk_lot_sum
with money as (
  select m.lot_id, m.currency, sum(m.online + m.card + m.cash)::bigint as paid,
    sum(m.online_back + m.card_back + m.cash_back)::bigint as returned
  from desk_long_pieces($1::text::date, $2::text::date) p
  cross join lateral (
    select d.lot_id, d.currency, d.online, d.card, d.cash, d.online_back, d.card_back, d.cash_back, d.payments, d.refunds
    from desk_money_now d where d.lot_id <> 0 and d.grain = p.grain and d.start between p.a and p.b offset 0) m
  group by 1, 2
  having sum(m.payments) <> 0 or sum(m.refunds) <> 0
), booked as (
  select b.lot_id, sum(b.kept)::bigint as kept, sum(b.drive_ups)::bigint as drive_ups, sum(b.seconds)::bigint as seconds
  from desk_long_pieces($1::text::date, $2::text::date) p
  cross join lateral (
    select d.lot_id, d.kept, d.drive_ups, d.seconds
    from desk_bookings_now d where d.lot_id <> 0 and d.grain = p.grain and d.start between p.a and p.b offset 0) b
  group by 1
  having sum(b.kept) <> 0 or sum(b.drive_ups) <> 0
), keys as (
  select m.lot_id, m.currency from money m
  union
  select b.lot_id, l.currency from booked b join lots l on l.id = b.lot_id
)
select k.lot_id, l.name, l.city, k.currency, coalesce(m.paid, 0) as paid, coalesce(m.returned, 0) as returned,
  coalesce(m.paid, 0) - coalesce(m.returned, 0) as net, coalesce(b.kept, 0) as bookings, coalesce(b.drive_ups, 0) as drive_ups,
  coalesce(b.seconds, 0) as seconds,
  coalesce(n.slots, 0)::bigint as slots
from keys k
join lots l on l.id = k.lot_id
left join money m on m.lot_id = k.lot_id and m.currency = k.currency
left join booked b on b.lot_id = k.lot_id and l.currency = k.currency
left join lot_counts n on n.lot_id = k.lot_id
order by k.currency, net desc, coalesce(b.kept, 0) + coalesce(b.drive_ups, 0) desc, l.name, k.lot_id;

--: desk_lot_choices() -> many desk_choice
select l.id, l.name, false as chosen from lots l order by l.name, l.id;

-- What a check found and none since, over the same days, has found right.
--: desk_findings(instant since) -> many desk_finding
select distinct on (k.from_day, k.until_day) k.at, k.from_day::text as from_day, k.until_day::text as until_day, k.differences, k.words
from desk_checks k
where k.at >= $1 and k.differences > 0
  and not exists (select from desk_checks n where n.id > k.id and n.differences = 0 and n.from_day <= k.until_day
    and n.until_day >= k.from_day)
order by k.from_day, k.until_day, k.id desc
limit 10;

--: desk_last_check() -> one desk_checked
select max(k.at) as at from desk_checks k;

-- ---- the house at a glance

--: desk_house_now() -> one desk_house
select (select count(u.id) from users u) as users,
  (select coalesce(sum(b.made), 0)::bigint from desk_bookings_now b where b.lot_id = 0 and b.grain = 'year') as bookings,
  (select count(l.id) from lots l) as lots, coalesce(sum(n.slots), 0)::bigint as slots, coalesce(sum(n.occupied), 0)::bigint as occupied,
  coalesce(sum(n.free), 0)::bigint as available
from lot_counts n;

-- All of time, and one month; the currency that is asked for first.
--: desk_revenue_of(text currency, text month) -> many desk_revenue
select m.currency, sum(m.online - m.online_back)::bigint as online, sum(m.card - m.card_back)::bigint as card,
  sum(m.cash - m.cash_back)::bigint as cash,
  sum(m.online + m.card + m.cash - m.online_back - m.card_back - m.cash_back)::bigint as total,
  coalesce(sum(m.online + m.card + m.cash - m.online_back - m.card_back - m.cash_back)
    filter (where m.start = date_trunc('month', $2::text::date::timestamp)), 0)::bigint as this_month
from desk_money_now m
where m.lot_id = 0 and m.grain = 'month'
group by 1
having sum(m.payments) <> 0 or sum(m.refunds) <> 0
order by m.currency <> $1, m.currency;

--: desk_latest_payments(int most) -> many desk_payment
select p.id as payment_id, coalesce(c.reservation_id, 0) as reservation_id, p.method, p.amount, p.currency, p.paid_at,
  l.name as lot, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '') as user_name
from payments p
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
left join users u on u.id = c.user_id
where p.status = 'paid'
order by p.paid_at desc, p.id desc
limit $1;
