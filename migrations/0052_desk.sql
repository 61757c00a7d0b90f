-- Ten years take as long as one: years are summed like months, and how many people came is kept beside who they were.

-- Not kept any more: 0046_desk.sql.
drop view desk_bookings_now;
alter table desk_bookings drop column firsts, drop column people;
drop table desk_customers;

-- ---- years, beside days and months

alter table desk_money drop constraint desk_money_grain,
  add constraint desk_money_grain check (grain in ('day', 'month', 'year'));
alter table desk_bookings drop constraint desk_bookings_grain,
  add constraint desk_bookings_grain check (grain in ('day', 'month', 'year'));
alter table desk_hours drop constraint desk_hours_grain,
  add constraint desk_hours_grain check (grain in ('day', 'month', 'year'));

insert into desk_money (lot_id, grain, start, currency, online, card, cash, online_back, card_back, cash_back, payments, refunds)
select lot_id, 'year', date_trunc('year', start), currency, sum(online), sum(card), sum(cash), sum(online_back), sum(card_back),
  sum(cash_back), sum(payments), sum(refunds)
from desk_money where grain = 'month'
group by lot_id, date_trunc('year', start), currency;

insert into desk_bookings (lot_id, grain, start, kept, cancelled, no_shows, seconds, len0, len1, len2, len3, len4, len5, len6, len7,
  len8, made, drive_ups)
select lot_id, 'year', date_trunc('year', start), sum(kept), sum(cancelled), sum(no_shows), sum(seconds), sum(len0), sum(len1),
  sum(len2), sum(len3), sum(len4), sum(len5), sum(len6), sum(len7), sum(len8), sum(made), sum(drive_ups)
from desk_bookings where grain = 'month'
group by lot_id, date_trunc('year', start);

insert into desk_hours (lot_id, grain, start, weekday, hour, seconds)
select lot_id, 'year', date_trunc('year', start), weekday, hour, sum(seconds)
from desk_hours where grain = 'month'
group by lot_id, date_trunc('year', start), weekday, hour;

-- Where a day of a lot is added: to that day, its month and its year, of the lot and of all lots.
create function desk_grains(lot bigint, a_day date)
returns table (lot_id bigint, grain text, start date) language sql immutable parallel safe as $$
  select l.lot_id, g.grain, date_trunc(g.grain, a_day::timestamp)::date
  from (values (lot), (0)) as l (lot_id)
  cross join (values ('day'), ('month'), ('year')) as g (grain)
$$;

create or replace view desk_money_now as
select lot_id, grain, start, currency, online, card, cash, online_back, card_back, cash_back, payments, refunds
from desk_money
union all
select k.lot_id, k.grain, k.start, p.currency, p.online, p.card, p.cash, p.online_back, p.card_back, p.cash_back, p.payments,
  p.refunds
from desk_money_pending p
cross join lateral desk_grains(p.lot_id, p.day) k;

create view desk_bookings_now as
select lot_id, grain, start, kept, cancelled, no_shows, seconds, len0, len1, len2, len3, len4, len5, len6, len7, len8, made,
  drive_ups
from desk_bookings
union all
select k.lot_id, k.grain, k.start, p.kept, p.cancelled, p.no_shows, p.seconds, p.len0, p.len1, p.len2, p.len3, p.len4, p.len5,
  p.len6, p.len7, p.len8, p.made, p.drive_ups
from desk_bookings_pending p
cross join lateral desk_grains(p.lot_id, p.day) k;

create or replace view desk_hours_now as
select lot_id, grain, start, weekday, hour, seconds
from desk_hours
union all
select k.lot_id, k.grain, k.start, extract(isodow from p.day)::smallint, p.hour, p.seconds
from desk_hours_pending p
cross join lateral desk_grains(p.lot_id, p.day) k;

-- As desk_pieces(), with whole years; the months and days before the first of them and after the last.
create function desk_long_pieces(from_day date, until_day date)
returns table (grain text, a date, b date) language sql immutable parallel safe as $$
  with y as (
    select date_trunc('year', from_day + interval '1 year' - interval '1 day')::date as first,
      date_trunc('year', until_day + interval '1 day')::date as after)
  select 'year', y.first, y.after - 1 from y where y.first < y.after
  union all
  select p.grain, p.a, p.b
  from y
  cross join lateral (values (from_day, case when y.first < y.after then y.first - 1 else until_day end),
    (case when y.first < y.after then y.after end, until_day)) as x (a, b)
  cross join lateral desk_pieces(x.a, x.b, false) p
  where x.a <= x.b
$$;

-- ---- how many people came on a day, or in a month: the sums of desk_returns

create table desk_heads (
  lot_id bigint not null,                -- 0: anywhere
  grain text not null,                   -- day, month
  start date not null,
  people bigint not null,
  firsts bigint not null,                -- of them, those who had never come before
  constraint desk_heads_pkey primary key (lot_id, grain, start),
  constraint desk_heads_grain check (grain in ('day', 'month'))
);
insert into desk_heads (lot_id, grain, start, people, firsts)
select lot_id, grain, start, sum(n), coalesce(sum(n) filter (where since = '-infinity'), 0)
from desk_returns
group by lot_id, grain, start;
