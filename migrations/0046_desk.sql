-- The desk counts who came without a booking, too, and different people over any stretch of days.

-- ---- cars that came without a booking
--
-- A stay without a booking counts once it is closed, on the day on which it began.  One that has a booking does not: its booking
-- is counted.  One whose entry nobody saw counts, and has no length.  Its times are told in whole seconds.

alter table desk_booking_deltas
  alter column user_id drop not null;    -- null: nobody we know.  A stay's confirmed_at is its entry, its fate drive_up
alter table desk_bookings
  add column drive_ups bigint not null default 0;  -- by the day they begin; `seconds` and `len…` are of these and of what was kept

create function desk_stay_told() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.status = 'closed' and old.reservation_id is null then
    insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
    values (old.lot_id, old.user_id, date_trunc('second', old.entered_at), date_trunc('second', old.left_at), old.entered_at,
      'drive_up', -1);
  end if;
  if tg_op <> 'DELETE' and new.status = 'closed' and new.reservation_id is null then
    insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
    values (new.lot_id, new.user_id, date_trunc('second', new.entered_at), date_trunc('second', new.left_at), new.entered_at,
      'drive_up', 1);
  end if;
  return null;
end $$;
create trigger desk_stay_made after insert on stays for each row when (new.status = 'closed' and new.reservation_id is null)
  execute function desk_stay_told();
create trigger desk_stay_changed after update of status, entered_at, left_at, lot_id, reservation_id on stays for each row
  when ((old.status = 'closed' or new.status = 'closed') and (old.reservation_id is null or new.reservation_id is null)
    and (old.status, old.entered_at, old.left_at, old.lot_id, old.reservation_id)
      is distinct from (new.status, new.entered_at, new.left_at, new.lot_id, new.reservation_id))
  execute function desk_stay_told();
create trigger desk_stay_gone after delete on stays for each row when (old.status = 'closed' and old.reservation_id is null)
  execute function desk_stay_told();

create or replace view desk_bookings_pending as
select x.lot_id, x.day, sum(x.kept)::bigint as kept, sum(x.cancelled)::bigint as cancelled, sum(x.no_shows)::bigint as no_shows,
  sum(x.took * x.seconds)::bigint as seconds,
  coalesce(sum(x.took) filter (where x.seconds > 0 and x.seconds <= 1800), 0)::bigint as len0,
  coalesce(sum(x.took) filter (where x.seconds > 1800 and x.seconds <= 3600), 0)::bigint as len1,
  coalesce(sum(x.took) filter (where x.seconds > 3600 and x.seconds <= 7200), 0)::bigint as len2,
  coalesce(sum(x.took) filter (where x.seconds > 7200 and x.seconds <= 10800), 0)::bigint as len3,
  coalesce(sum(x.took) filter (where x.seconds > 10800 and x.seconds <= 14400), 0)::bigint as len4,
  coalesce(sum(x.took) filter (where x.seconds > 14400 and x.seconds <= 21600), 0)::bigint as len5,
  coalesce(sum(x.took) filter (where x.seconds > 21600 and x.seconds <= 28800), 0)::bigint as len6,
  coalesce(sum(x.took) filter (where x.seconds > 28800 and x.seconds <= 43200), 0)::bigint as len7,
  coalesce(sum(x.took) filter (where x.seconds > 43200), 0)::bigint as len8,
  sum(x.made)::bigint as made, sum(x.drive_ups)::bigint as drive_ups
from (
  select d.lot_id, (d.starts at time zone l.time_zone)::date as day,
    case d.fate when 'kept' then d.n else 0 end as kept, case d.fate when 'cancelled' then d.n else 0 end as cancelled,
    case d.fate when 'no_show' then d.n else 0 end as no_shows, case d.fate when 'drive_up' then d.n else 0 end as drive_ups,
    case when d.fate in ('kept', 'drive_up') then d.n else 0 end as took,
    extract(epoch from d.ends - d.starts)::bigint as seconds, 0 as made
  from desk_booking_deltas d join lots l on l.id = d.lot_id
  union all
  select d.lot_id, (d.confirmed_at at time zone l.time_zone)::date, 0, 0, 0, 0, 0, 0, d.n
  from desk_booking_deltas d join lots l on l.id = d.lot_id
  where d.fate <> 'drive_up') x
group by 1, 2;

create or replace view desk_bookings_now as
select lot_id, grain, start, kept, cancelled, no_shows, seconds, len0, len1, len2, len3, len4, len5, len6, len7, len8, made,
  firsts, people, drive_ups
from desk_bookings
union all
select k.lot_id, k.grain, k.start, p.kept, p.cancelled, p.no_shows, p.seconds, p.len0, p.len1, p.len2, p.len3, p.len4, p.len5,
  p.len6, p.len7, p.len8, p.made, 0, 0, p.drive_ups
from desk_bookings_pending p
cross join lateral (values (p.lot_id, 'day', p.day), (0, 'day', p.day), (p.lot_id, 'month', date_trunc('month', p.day)::date),
  (0, 'month', date_trunc('month', p.day)::date)) as k (lot_id, grain, start);

create or replace view desk_hours_pending as
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
where d.fate in ('kept', 'drive_up') and d.ends > d.starts
group by 1, 2, 3;

-- ---- different people
--
-- Who came on a day, or in a month, beside the day on which they had come last before it.  Of a stretch of days, those who came
-- count once: each is met in its first day, or whole month, that has them, and only there is `since` before the stretch.  A sum
-- over days and whole months of a few years are some thousand rows, however many people came.
create table desk_returns (
  lot_id bigint not null,                -- 0: anywhere
  grain text not null,                   -- day, month
  start date not null,
  since date not null,                   -- before `start`; -infinity: never
  n bigint not null,                     -- people
  constraint desk_returns_pkey primary key (lot_id, grain, start, since),
  constraint desk_returns_grain check (grain in ('day', 'month')),
  constraint desk_returns_before check (since < start)
);

create function desk_met(lot bigint, from_day date, until_day date)
returns table (people bigint, firsts bigint) language sql stable parallel safe as $$
  select r.people, r.firsts
  from desk_pieces(from_day, until_day, false) p
  cross join lateral generate_series(p.a::timestamp, p.b::timestamp, ('1 ' || p.grain)::interval) as g (start)
  cross join lateral (select sum(d.n)::bigint as people, sum(d.n) filter (where d.since = '-infinity')::bigint as firsts
    from desk_returns d where d.lot_id = lot and d.grain = p.grain and d.start = g.start::date and d.since < from_day) r
$$;

-- Asked for by person now: the neighbours of a day.
alter table desk_people drop constraint desk_people_pkey;
alter table desk_people add constraint desk_people_pkey primary key (lot_id, user_id, day);

insert into desk_returns (lot_id, grain, start, since, n)
select p.lot_id, k.grain, k.start, p.since, count(*)
from (select lot_id, user_id, day, coalesce(lag(day) over (partition by lot_id, user_id order by day), '-infinity') as since
  from desk_people) p
cross join lateral (values ('day', p.day),
  ('month', case when p.since < date_trunc('month', p.day) then date_trunc('month', p.day)::date end)) as k (grain, start)
where k.start is not null
group by 1, 2, 3, 4;

-- Not kept any more; they go when no older program runs.
alter table desk_bookings alter column firsts set default 0, alter column people set default 0;

-- What stood in the books before.
insert into desk_booking_deltas (lot_id, user_id, starts, ends, confirmed_at, fate, n)
select s.lot_id, s.user_id, date_trunc('second', s.entered_at), date_trunc('second', s.left_at), s.entered_at, 'drive_up', 1
from stays s where s.status = 'closed' and s.reservation_id is null;
