-- The demo and the bench data, by sets.
--
-- Chance is a hash: chance(what, which) in [0, 1) is the same for ever.  A day of a slot has three stretches (morning,
-- afternoon, evening) and at most one booking in each, so bookings never overlap by their making.

--: seeded_already() -> one seeded
select count(id) as lots, 0::bigint as slots, 0::bigint as reservations from lots;

--: seeded_now() -> one seeded
select (select count(id) from lots) as lots, (select count(id) from slots) as slots,
  (select count(id) from reservations) as reservations;

--: seed_lots(text json) -> none
insert into lots (name, region, address, city, country, postal_code, latitude, longitude, time_zone, currency, days_ahead,
  max_minutes, longest_minutes, cancel_minutes, refund_percent, no_show_minutes, hours, search)
select name, region, address, city, country, postal_code, latitude, longitude, time_zone, currency, 90,
  1440, 1440, cancel_minutes, 50, 30, hours, search
from jsonb_to_recordset($1::jsonb) as l (name text, region text, address text, city text, country text, postal_code text,
  latitude float8, longitude float8, time_zone text, currency text, cancel_minutes int, hours text, search text);

--: seed_zones(text json) -> none
insert into zones (lot_id, code, name, position)
select l.id, s.prefix || chr(64 + n),
  (array['Ground floor, by the entry', 'First level down', 'Second level down, lift to the hall', 'Roof'])[n], n
from jsonb_to_recordset($1::jsonb) as s (name text, prefix text, zones int)
join lots l on l.name = s.name
cross join generate_series(1, s.zones) as n
order by l.id, n;

--: seed_slots(text json) -> none
insert into slots (lot_id, zone_id, code, label, size, accessible, ev, out_of_service, reason, position)
select l.id, z.id, s.prefix || chr(64 + z.position) || '-' || lpad(n::text, 2, '0'),
  chr(64 + z.position) || '-' || lpad(n::text, 2, '0'),
  case when h < 0.18 then 'compact' when h > 0.93 then 'large' else 'regular' end,
  z.position = 1 and n <= 2, z.position = 2 and n between 3 and 6, broken,
  case when broken then 'Being painted' else '' end, n
from jsonb_to_recordset($1::jsonb) as s (name text, prefix text, per_zone int)
join lots l on l.name = s.name
join zones z on z.lot_id = l.id
cross join generate_series(1, s.per_zone) as n
cross join lateral (select (hashint8extended(z.id * 1000 + n, 11) & 1048575) / 1048576.0 as h,
  hashint8extended(z.id * 1000 + n, 12) & 63 = 0 as broken) c
order by l.id, z.id, n;

--: seed_people(int most, instant now) -> none
insert into users (username, email, first_name, last_name, region, verified_at, created_at)
select 'guest' || n, 'guest' || n || '@example.org',
  (array['Ilse', 'Krzysztof', 'Ana', 'Bence', 'Sushila', 'Jack', 'Zoë', 'Noor', 'Łucja', 'Mateus', 'Eszter', 'Gwen'])[1 + n % 12],
  (array['de Vries', 'Wójcik', 'Ferreira', 'Kovács', 'Shrestha', 'Wilson', 'Meier', 'Jansen', 'Nowak', 'Silva'])[1 + (n / 12) % 10],
  '', $2::timestamptz - interval '200 days', $2::timestamptz - interval '200 days'
from generate_series(1, $1) as n
on conflict do nothing;

--: seed_vehicles() -> none
insert into vehicles (user_id, plate, plate_typed, label)
select u.id, 'PK' || lpad((u.id * 7919 % 100000)::text, 5, '0') || chr(65 + (u.id % 26)::int),
  'PK ' || lpad((u.id * 7919 % 100000)::text, 5, '0') || ' ' || chr(65 + (u.id % 26)::int), ''
from users u
where u.role = 'customer'
on conflict do nothing;

--: seed_bookings(text json, text lot, instant now, int share) -> none
with priced as (
  select l.id as lot_id, s.rate, s.busy, s.by_minute,
    (select v.id from tariff_versions v where v.tariff_id = l.tariff_id order by v.number desc limit 1) as version_id
  from jsonb_to_recordset($1::jsonb) as s (name text, rate bigint, busy float8, by_minute boolean)
  join lots l on l.name = s.name
  where l.name = $2
), drivers as (
  select array_agg(u.id order by u.id) as users, count(u.id) as n
  from users u where u.username like 'guest%'
), stretches as (
  select s.id as slot_id, s.lot_id, p.rate, p.by_minute, p.version_id, d.day, b.hour,
    (hashint8extended(s.id * 4096 + d.nth * 3 + b.nth, 1) & 1048575) / 1048576.0 as booked,
    (hashint8extended(s.id * 4096 + d.nth * 3 + b.nth, 2) & 1048575) / 1048576.0 as late,
    (hashint8extended(s.id * 4096 + d.nth * 3 + b.nth, 3) & 1048575) / 1048576.0 as long,
    (hashint8extended(s.id * 4096 + d.nth * 3 + b.nth, 4) & 1048575) / 1048576.0 as fate,
    (hashint8extended(s.id * 4096 + d.nth * 3 + b.nth, 5) & 1048575) / 1048576.0 as early,
    hashint8extended(s.id * 4096 + d.nth * 3 + b.nth, 6) & 2147483647 as who,
    (case when p.busy > 0 then p.busy else $4::bigint / 10000.0 end) * b.weight * 0.6 * (case when extract(isodow from d.day) >= 6 then 0.6 else 1 end)
      * (case when d.day > $3::timestamptz::date then greatest(0, 1 - (d.day - $3::timestamptz::date) / 15.0) else 1 end) as chance
  from slots s
  join priced p on p.lot_id = s.lot_id
  cross join (select nth, $3::timestamptz::date - 180 + nth as day from generate_series(0, 195) as nth) d
  cross join (values (0, 7, 1.0), (1, 12, 1.2), (2, 17, 0.8)) as b (nth, hour, weight)
  where not s.out_of_service
), timed as (
  select t.slot_id, t.lot_id, t.rate, t.by_minute, t.version_id, t.fate, t.early, t.who, l.currency, l.cancel_minutes, l.refund_percent, l.no_show_minutes,
    w.starts, w.starts + (4 + floor(t.long * t.long * 14)) * interval '15 minutes' as ends
  from stretches t
  join lots l on l.id = t.lot_id
  cross join lateral (select (t.day + t.hour * interval '1 hour' + floor(t.late * 3) * interval '15 minutes')
    at time zone l.time_zone as starts) w
  where t.booked < t.chance
), fated as (
  select t.slot_id, t.lot_id, t.currency, t.starts, t.ends, t.cancel_minutes, t.refund_percent, t.no_show_minutes, t.who,
    t.version_id, case when t.by_minute then round(extract(epoch from t.ends - t.starts) / 60 * t.rate / 60)::bigint
      else ceil(extract(epoch from t.ends - t.starts) / 3600)::bigint * t.rate end as price,
    least($3::timestamptz - interval '1 minute', t.starts) - t.early * interval '9 days' - interval '40 minutes' as made,
    case
      when t.fate < 0.05 then 'cancelled'
      when t.ends <= $3 and t.fate < 0.08 then 'no_show'
      when t.ends <= $3 and t.fate < 0.10 then 'expired'
      when t.ends <= $3 then 'completed'
      when t.starts <= $3::timestamptz - interval '10 minutes' then 'checked_in'
      else 'confirmed'
    end as status
  from timed t
)
insert into reservations (lot_id, slot_id, user_id, vehicle_id, plate, plate_typed, starts, ends, status, hold_until, pay, tariff_version_id, price,
  currency, refund, cancel_until, refund_percent, no_show_at, created_at, confirmed_at, checked_in_at, ended_at)
select f.lot_id, f.slot_id, u.id, v.id, coalesce(v.plate, ''), coalesce(v.plate_typed, ''), f.starts, f.ends, f.status,
  f.made + interval '10 minutes', case f.status when 'expired' then '' else 'exit' end, f.version_id, f.price, f.currency,
  0, f.starts - f.cancel_minutes * interval '1 minute', f.refund_percent,
  f.starts + f.no_show_minutes * interval '1 minute', f.made,
  case f.status when 'expired' then null else f.made + interval '3 minutes' end,
  case when f.status in ('checked_in', 'completed') then f.starts + interval '4 minutes' end,
  case f.status when 'expired' then f.made + interval '10 minutes' when 'cancelled' then f.made + interval '30 minutes'
    when 'no_show' then f.starts + f.no_show_minutes * interval '1 minute' when 'completed' then f.ends end
from fated f
cross join drivers d
join users u on u.id = d.users[1 + f.who % d.n]
left join vehicles v on v.user_id = u.id
order by f.made;

--: seed_tariff_of_lots(int tariff_id, text prefix, text city) -> none
update lots set tariff_id = $1
where id in (select l.id from lots l join zones z on z.lot_id = l.id where z.code like $2 || '%')
  or (city = $3 and tariff_id is null);

-- Where they are parked now, three to come on days of their own, and the past.
--: seed_bookings_of(text username, instant now) -> none
update reservations r set user_id = u.id, vehicle_id = v.id, plate = coalesce(v.plate, ''), plate_typed = coalesce(v.plate_typed, '')
from users u left join vehicles v on v.user_id = u.id
where u.username = $1 and r.id in (
  (select id from reservations where status = 'checked_in' order by lot_id, id limit 1)
  union all
  (select f.id from (
    select distinct on (r.starts::date) r.id, r.starts from reservations r
    where r.status = 'confirmed' and r.starts > $2::timestamptz + interval '12 hours'
      and r.starts < $2::timestamptz + interval '12 days' and (r.starts::date - date '2000-01-01') % 3 = 0
      and r.lot_id in (select id from lots order by id limit 4)
    order by r.starts::date, hashint8extended(r.id, 22)) f
   order by f.starts limit 3)
  union all
  (select id from reservations where status in ('completed', 'cancelled', 'no_show') and ends < $2
    and hashint8extended(id, 21) % 900 = 0 order by id limit 24));

-- What was written to them when they booked: to read, and too old to be sent by a mail server that is set later.
--: seed_messages(text username, instant now) -> none
insert into outbox (recipient, subject, body, user_id, created_at)
select u.email, 'Booked: ' || s.label || ', ' || l.name,
  'You’re booked.' || e'\n\n' || 'Slot ' || s.label || e'\n' || l.name || e'\n' || l.address || ', ' || l.city || e'\n'
    || to_char(r.starts at time zone l.time_zone, 'FMDD Mon, HH24:MI') || '–' || to_char(r.ends at time zone l.time_zone, 'HH24:MI')
    || e'\n' || 'Number plate ' || r.plate_typed || e'\n',
  u.id, least(r.confirmed_at, $2::timestamptz - interval '2 days')
from reservations r
join users u on u.id = r.user_id
join slots s on s.id = r.slot_id
join lots l on l.id = r.lot_id
where u.username = $1 and r.status in ('confirmed', 'checked_in')
order by r.starts;

-- Keys nobody holds: a hash that is none fits no key.
--: seed_keys(instant now) -> none
insert into api_keys (name, prefix, hash, scopes, made_by, created_at, used_at, revoked_at)
select k.name, k.prefix, 'of no key: ' || k.name, k.scopes, (select min(id) from users where role = 'admin'),
  $1::timestamptz - k.days * interval '1 day', null, case when k.revoked then $1::timestamptz - interval '20 days' end
from (values ('Barrier, Museumkwartier Noord', 'pk_4f1c', 'gate', 90, false),
    ('Sensors, Concertgebouw', 'pk_a07e', 'telemetry', 60, false),
    ('Barrier of the old firm', 'pk_93bd', 'gate lots', 180, true)) as k (name, prefix, scopes, days, revoked);
