-- The desk's figures, counted as things happen.
--
-- What happens to money and bookings is written down as it does (…_deltas: append only, so nobody waits for anybody), and
-- folded into sums by the worker.  Who reads adds the sums and what is not folded yet (…_now): exact at every moment.
-- A day, a month, an hour are those of the lot's own clock.  Lot 0 stands for all lots.

-- ---- money, as the view `ledger` has it

create table desk_money_deltas (
  lot_id bigint not null,
  at timestamptz not null,
  kind text not null,                    -- payment, refund
  method text not null,
  currency text not null,
  amount bigint not null,                -- positive for both kinds; the other way round: taken back
  n integer not null                     -- 1, or -1
);

create table desk_money (
  lot_id bigint not null,
  grain text not null,                   -- day, month
  start date not null,
  currency text not null,
  online bigint not null,
  card bigint not null,
  cash bigint not null,
  online_back bigint not null,           -- refunds, positive, by the method of what they give back
  card_back bigint not null,
  cash_back bigint not null,
  payments bigint not null,              -- how many
  refunds bigint not null,
  constraint desk_money_pkey primary key (lot_id, grain, start, currency),
  constraint desk_money_grain check (grain in ('day', 'month'))
);
create index desk_money_of_lots on desk_money (grain, start) where lot_id <> 0;

create function desk_payment_told() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.status = 'paid' then
    insert into desk_money_deltas (lot_id, at, kind, method, currency, amount, n)
    select c.lot_id, old.paid_at, 'payment', old.method, old.currency, -old.amount, -1 from charges c where c.id = old.charge_id;
  end if;
  if tg_op <> 'DELETE' and new.status = 'paid' then
    insert into desk_money_deltas (lot_id, at, kind, method, currency, amount, n)
    select c.lot_id, new.paid_at, 'payment', new.method, new.currency, new.amount, 1 from charges c where c.id = new.charge_id;
  end if;
  return null;
end $$;
create trigger desk_payment_made after insert on payments for each row when (new.status = 'paid')
  execute function desk_payment_told();
create trigger desk_payment_changed after update of status, amount, currency, method, paid_at, charge_id on payments for each row
  when ((old.status = 'paid' or new.status = 'paid')
    and (old.status, old.amount, old.currency, old.method, old.paid_at, old.charge_id)
      is distinct from (new.status, new.amount, new.currency, new.method, new.paid_at, new.charge_id))
  execute function desk_payment_told();
create trigger desk_payment_gone after delete on payments for each row when (old.status = 'paid')
  execute function desk_payment_told();

create function desk_refund_told() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.status = 'done' then
    insert into desk_money_deltas (lot_id, at, kind, method, currency, amount, n)
    select c.lot_id, old.done_at, 'refund', p.method, old.currency, -old.amount, -1
    from payments p join charges c on c.id = p.charge_id where p.id = old.payment_id;
  end if;
  if tg_op <> 'DELETE' and new.status = 'done' then
    insert into desk_money_deltas (lot_id, at, kind, method, currency, amount, n)
    select c.lot_id, new.done_at, 'refund', p.method, new.currency, new.amount, 1
    from payments p join charges c on c.id = p.charge_id where p.id = new.payment_id;
  end if;
  return null;
end $$;
create trigger desk_refund_made after insert on refunds for each row when (new.status = 'done')
  execute function desk_refund_told();
create trigger desk_refund_changed after update of status, amount, currency, done_at, payment_id on refunds for each row
  when ((old.status = 'done' or new.status = 'done')
    and (old.status, old.amount, old.currency, old.done_at, old.payment_id)
      is distinct from (new.status, new.amount, new.currency, new.done_at, new.payment_id))
  execute function desk_refund_told();
create trigger desk_refund_gone after delete on refunds for each row when (old.status = 'done')
  execute function desk_refund_told();

-- ---- bookings that were confirmed

-- What a booking counts as: kept (it stands, runs or ran), cancelled, no_show.
create table desk_booking_deltas (
  lot_id bigint not null,
  user_id bigint not null,
  starts timestamptz not null,
  ends timestamptz not null,
  confirmed_at timestamptz not null,
  fate text not null,
  n integer not null                     -- 1, or -1
);

create table desk_bookings (
  lot_id bigint not null,
  grain text not null,
  start date not null,
  kept bigint not null,                  -- by the day they begin …
  cancelled bigint not null,
  no_shows bigint not null,
  seconds bigint not null,               -- booked by those that were kept
  len0 bigint not null,                  -- of those: up to ½ h, 1, 2, 3, 4, 6, 8, 12 hours, and more
  len1 bigint not null,
  len2 bigint not null,
  len3 bigint not null,
  len4 bigint not null,
  len5 bigint not null,
  len6 bigint not null,
  len7 bigint not null,
  len8 bigint not null,
  made bigint not null,                  -- … and by the day they were made
  firsts bigint not null,                -- the first ever of their customers
  people bigint not null,                -- different people who made them; of a month: a sum over its days
  constraint desk_bookings_pkey primary key (lot_id, grain, start),
  constraint desk_bookings_grain check (grain in ('day', 'month'))
);
create index desk_bookings_of_lots on desk_bookings (grain, start) where lot_id <> 0;

-- How long slots were booked, by the hour of the day.
create table desk_hours (
  lot_id bigint not null,
  grain text not null,
  start date not null,
  weekday smallint not null,             -- 1 Monday … 7 Sunday
  hour smallint not null,
  seconds bigint not null,
  constraint desk_hours_pkey primary key (lot_id, grain, start, weekday, hour),
  constraint desk_hours_grain check (grain in ('day', 'month'))
);

create table desk_customers (            -- whose first booking was counted
  user_id bigint primary key
);
create table desk_people (               -- who booked on a day; lot 0: anywhere
  day date not null,
  lot_id bigint not null,
  user_id bigint not null,
  constraint desk_people_pkey primary key (day, lot_id, user_id)
);

create function desk_fate(status text) returns text language sql immutable parallel safe as $$
  select case when status in ('confirmed', 'checked_in', 'completed') then 'kept' else status end
$$;

create function desk_booking_told() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.confirmed_at is not null then
    insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
    values (old.lot_id, old.user_id, old.starts, old.ends, old.confirmed_at, desk_fate(old.status), -1);
  end if;
  if tg_op <> 'DELETE' and new.confirmed_at is not null then
    insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
    values (new.lot_id, new.user_id, new.starts, new.ends, new.confirmed_at, desk_fate(new.status), 1);
  end if;
  return null;
end $$;
create trigger desk_booking_made after insert on reservations for each row when (new.confirmed_at is not null)
  execute function desk_booking_told();
create trigger desk_booking_changed after update of status, starts, ends, lot_id, confirmed_at on reservations for each row
  when ((old.confirmed_at is not null or new.confirmed_at is not null)
    and (old.starts, old.ends, old.lot_id, old.confirmed_at,
        case when old.status in ('confirmed', 'checked_in', 'completed') then 'kept' else old.status end)
      is distinct from (new.starts, new.ends, new.lot_id, new.confirmed_at,
        case when new.status in ('confirmed', 'checked_in', 'completed') then 'kept' else new.status end))
  execute function desk_booking_told();
create trigger desk_booking_gone after delete on reservations for each row when (old.confirmed_at is not null)
  execute function desk_booking_told();

-- ---- what is not folded yet, by lot and day

create view desk_money_pending as
select d.lot_id, (d.at at time zone l.time_zone)::date as day, d.currency,
  coalesce(sum(d.amount) filter (where d.kind = 'payment' and d.method = 'online'), 0)::bigint as online,
  coalesce(sum(d.amount) filter (where d.kind = 'payment' and d.method = 'card'), 0)::bigint as card,
  coalesce(sum(d.amount) filter (where d.kind = 'payment' and d.method = 'cash'), 0)::bigint as cash,
  coalesce(sum(d.amount) filter (where d.kind = 'refund' and d.method = 'online'), 0)::bigint as online_back,
  coalesce(sum(d.amount) filter (where d.kind = 'refund' and d.method = 'card'), 0)::bigint as card_back,
  coalesce(sum(d.amount) filter (where d.kind = 'refund' and d.method = 'cash'), 0)::bigint as cash_back,
  coalesce(sum(d.n) filter (where d.kind = 'payment'), 0)::bigint as payments,
  coalesce(sum(d.n) filter (where d.kind = 'refund'), 0)::bigint as refunds
from desk_money_deltas d
join lots l on l.id = d.lot_id
group by 1, 2, 3;

create view desk_bookings_pending as
select x.lot_id, x.day, sum(x.kept)::bigint as kept, sum(x.cancelled)::bigint as cancelled, sum(x.no_shows)::bigint as no_shows,
  sum(x.kept * x.seconds)::bigint as seconds,
  coalesce(sum(x.kept) filter (where x.seconds <= 1800), 0)::bigint as len0,
  coalesce(sum(x.kept) filter (where x.seconds > 1800 and x.seconds <= 3600), 0)::bigint as len1,
  coalesce(sum(x.kept) filter (where x.seconds > 3600 and x.seconds <= 7200), 0)::bigint as len2,
  coalesce(sum(x.kept) filter (where x.seconds > 7200 and x.seconds <= 10800), 0)::bigint as len3,
  coalesce(sum(x.kept) filter (where x.seconds > 10800 and x.seconds <= 14400), 0)::bigint as len4,
  coalesce(sum(x.kept) filter (where x.seconds > 14400 and x.seconds <= 21600), 0)::bigint as len5,
  coalesce(sum(x.kept) filter (where x.seconds > 21600 and x.seconds <= 28800), 0)::bigint as len6,
  coalesce(sum(x.kept) filter (where x.seconds > 28800 and x.seconds <= 43200), 0)::bigint as len7,
  coalesce(sum(x.kept) filter (where x.seconds > 43200), 0)::bigint as len8,
  sum(x.made)::bigint as made
from (
  select d.lot_id, (d.starts at time zone l.time_zone)::date as day,
    case d.fate when 'kept' then d.n else 0 end as kept, case d.fate when 'cancelled' then d.n else 0 end as cancelled,
    case d.fate when 'no_show' then d.n else 0 end as no_shows,
    extract(epoch from d.ends - d.starts)::bigint as seconds, 0 as made
  from desk_booking_deltas d join lots l on l.id = d.lot_id
  union all
  select d.lot_id, (d.confirmed_at at time zone l.time_zone)::date, 0, 0, 0, 0, d.n
  from desk_booking_deltas d join lots l on l.id = d.lot_id) x
group by 1, 2;

-- Each booking cut where the lot's clock begins another hour.  If that clock is put forward or back within it by less than
-- whole hours (Lord Howe), it is cut every quarter of an hour, where all clocks of the world have their hours begin.
create view desk_hours_pending as
select d.lot_id, (p.begins at time zone l.time_zone)::date as day,
  extract(hour from p.begins at time zone l.time_zone)::smallint as hour,
  sum(d.n * extract(epoch from least(d.ends, p.begins + z.step) - greatest(d.starts, p.begins)))::bigint as seconds
from desk_booking_deltas d
join lots l on l.id = d.lot_id
cross join lateral (select d.starts at time zone l.time_zone as wall,
  case when date_part('minute', (d.starts at time zone l.time_zone) - (d.starts at time zone 'UTC'))
      = date_part('minute', (d.ends at time zone l.time_zone) - (d.ends at time zone 'UTC'))
    then interval '1 hour' else interval '15 minutes' end as step) z
cross join lateral generate_series(case z.step when interval '1 hour' then d.starts - (z.wall - date_trunc('hour', z.wall))
    else date_bin('15 minutes', d.starts, timestamptz 'epoch') end,
  d.ends - interval '1 microsecond', z.step) as p (begins)
where d.fate = 'kept'
group by 1, 2, 3;

-- ---- sums, and what is not in them yet

create view desk_money_now as
select lot_id, grain, start, currency, online, card, cash, online_back, card_back, cash_back, payments, refunds
from desk_money
union all
select k.lot_id, k.grain, k.start, p.currency, p.online, p.card, p.cash, p.online_back, p.card_back, p.cash_back, p.payments,
  p.refunds
from desk_money_pending p
cross join lateral (values (p.lot_id, 'day', p.day), (0, 'day', p.day), (p.lot_id, 'month', date_trunc('month', p.day)::date),
  (0, 'month', date_trunc('month', p.day)::date)) as k (lot_id, grain, start);

create view desk_bookings_now as
select lot_id, grain, start, kept, cancelled, no_shows, seconds, len0, len1, len2, len3, len4, len5, len6, len7, len8, made,
  firsts, people
from desk_bookings
union all
select k.lot_id, k.grain, k.start, p.kept, p.cancelled, p.no_shows, p.seconds, p.len0, p.len1, p.len2, p.len3, p.len4, p.len5,
  p.len6, p.len7, p.len8, p.made, 0, 0
from desk_bookings_pending p
cross join lateral (values (p.lot_id, 'day', p.day), (0, 'day', p.day), (p.lot_id, 'month', date_trunc('month', p.day)::date),
  (0, 'month', date_trunc('month', p.day)::date)) as k (lot_id, grain, start);

create view desk_hours_now as
select lot_id, grain, start, weekday, hour, seconds
from desk_hours
union all
select k.lot_id, k.grain, k.start, extract(isodow from p.day)::smallint, p.hour, p.seconds
from desk_hours_pending p
cross join lateral (values (p.lot_id, 'day', p.day), (0, 'day', p.day), (p.lot_id, 'month', date_trunc('month', p.day)::date),
  (0, 'month', date_trunc('month', p.day)::date)) as k (lot_id, grain, start);

-- A stretch of days as whole months and the days at its ends; by_day: all as days.
create function desk_pieces(from_day date, until_day date, by_day boolean)
returns table (grain text, a date, b date) language sql immutable parallel safe as $$
  with m as (
    select date_trunc('month', from_day + interval '1 month' - interval '1 day')::date as first,
      date_trunc('month', until_day + interval '1 day')::date as after)
  select x.grain, x.a, x.b
  from m
  cross join lateral (values
    ('day', from_day, case when by_day or m.first >= m.after then until_day else m.first - 1 end),
    ('month', m.first, case when by_day then m.first - 1 else m.after - 1 end),
    ('day', case when by_day or m.first >= m.after then until_day + 1 else m.after end, until_day)) as x (grain, a, b)
  where x.a <= x.b
$$;

-- Lots whose clock was changed: their days are other days now, and are counted anew.
create table desk_stale (
  lot_id bigint primary key
);
create function desk_lot_moved() returns trigger language plpgsql as $$
begin
  insert into desk_stale (lot_id) values (new.id) on conflict do nothing;
  return null;
end $$;
create trigger desk_lot_moved after update of time_zone on lots for each row when (old.time_zone <> new.time_zone)
  execute function desk_lot_moved();

-- Whether the sums are what the ledger adds up to: asked by a job, and what it found.
create table desk_checks (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  from_day date not null,
  until_day date not null,
  differences bigint not null,           -- lots, days and currencies of which the figures differ
  words text not null default ''         -- the first of them
);

create index users_created_at on users (created_at);

-- What stood in the books before.
insert into desk_money_deltas (lot_id, at, kind, method, currency, amount, n)
select g.lot_id, g.at, g.kind, g.method, g.currency, abs(g.amount), 1 from ledger g;
insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
select r.lot_id, r.user_id, r.starts, r.ends, r.confirmed_at, desk_fate(r.status), 1
from reservations r where r.confirmed_at is not null;
