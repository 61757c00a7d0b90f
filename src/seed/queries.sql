-- The demo and the bench data, by sets.
--include devices/devices.h
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
  max_minutes, longest_minutes, cancel_minutes, refund_percent, no_show_minutes, hours, search, tax_basis_points)
select name, region, address, city, country, postal_code, latitude, longitude, time_zone, currency, 90,
  1440, 1440, cancel_minutes, 50, 30, hours, search,
  case country when 'Netherlands' then 2100 when 'Germany' then 1900 when 'Switzerland' then 810 when 'Poland' then 2300
    when 'Portugal' then 2300 when 'Hungary' then 2700 when 'Australia' then 1000 when 'Nepal' then 1300 else 0 end
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

-- More than half of them were there from the start, others have joined day after day.
--: seed_people(int most, instant now) -> none
insert into users (username, email, first_name, last_name, region, verified_at, created_at)
select 'guest' || n, 'guest' || n || '@example.org',
  (array['Ilse', 'Krzysztof', 'Ana', 'Bence', 'Sushila', 'Jack', 'Zoë', 'Noor', 'Łucja', 'Mateus', 'Eszter', 'Gwen'])[1 + n % 12],
  (array['de Vries', 'Wójcik', 'Ferreira', 'Kovács', 'Shrestha', 'Wilson', 'Meier', 'Jansen', 'Nowak', 'Silva'])[1 + (n / 12) % 10],
  '', j.at, j.at
from generate_series(1, $1) as n
cross join lateral (select $2::timestamptz - interval '200 days'
  + greatest(0, n::float8 / $1 - 0.55) / 0.45 * interval '195 days' as at) j
on conflict do nothing;

--: seed_vehicles() -> none
insert into vehicles (user_id, plate, plate_typed, label)
select u.id, 'PK' || lpad((u.id * 7919 % 100000)::text, 5, '0') || chr(65 + (u.id % 26)::int),
  'PK ' || lpad((u.id * 7919 % 100000)::text, 5, '0') || ' ' || chr(65 + (u.id % 26)::int), ''
from users u
where u.role = 'customer'
on conflict do nothing;

-- The house became known over half a year: at first few came, and for two weeks as many as today.
--: seed_bookings(text json, text lot, instant now, int share) -> none
with priced as materialized (
  select l.id as lot_id, s.rate, s.busy, s.by_minute,
    (select v.id from tariff_versions v where v.tariff_id = l.tariff_id order by v.number desc limit 1) as version_id
  from jsonb_to_recordset($1::jsonb) as s (name text, rate bigint, busy float8, by_minute boolean)
  join lots l on l.name = s.name
  where l.name = $2
), drivers as (
  select array_agg(u.id order by u.id) as users, count(u.id) as n
  from users u where u.username like 'guest%'
), wanted as materialized (
  select s.id as slot_id, s.lot_id, p.rate, p.by_minute, p.version_id, d.day, d.nth, b.hour, s.id * 4096 + d.nth * 3 + b.nth as which
  from slots s
  join priced p on p.lot_id = s.lot_id
  cross join (select nth, $3::timestamptz::date - 180 + nth as day from generate_series(0, 195) as nth) d
  cross join (values (0, 7, 1.0::float8), (1, 12, 1.2), (2, 17, 0.8)) as b (nth, hour, weight)
  where not s.out_of_service
    and (hashint8extended(s.id * 4096 + d.nth * 3 + b.nth, 1) & 1048575) / 1048576.0::float8
      < (case when p.busy > 0 then p.busy else $4::bigint / 10000.0 end) * b.weight * 0.6
        * (case when extract(isodow from d.day) >= 6 then 0.6 else 1 end)
        * (case when d.day > $3::timestamptz::date then greatest(0, 1 - (d.day - $3::timestamptz::date) / 15.0::float8)
          when p.busy > 0 then least(1, 0.06 + power(d.nth / 165.0::float8, 3)) else 1 end)
), stretches as materialized (
  select w.slot_id, w.lot_id, w.rate, w.by_minute, w.version_id, w.day, w.nth, w.hour,
    (hashint8extended(w.which, 2) & 1048575) / 1048576.0 as late,
    (hashint8extended(w.which, 3) & 1048575) / 1048576.0 as long,
    (hashint8extended(w.which, 4) & 1048575) / 1048576.0 as fate,
    (hashint8extended(w.which, 5) & 1048575) / 1048576.0 as early,
    (hashint8extended(w.which, 7) & 1048575) / 1048576.0 as way,
    hashint8extended(w.which, 6) & 2147483647 as who
  from wanted w
), timed as materialized (
  select t.slot_id, t.lot_id, t.rate, t.by_minute, t.version_id, t.nth, t.fate, t.early, t.way, t.who, l.currency, l.cancel_minutes, l.refund_percent, l.no_show_minutes,
    w.starts, w.starts + (4 + floor(t.long * t.long * 14)) * interval '15 minutes' as ends
  from stretches t
  join lots l on l.id = t.lot_id
  cross join lateral (select (t.day + t.hour * interval '1 hour' + floor(t.late * 3) * interval '15 minutes')
    at time zone l.time_zone as starts) w
), fated as materialized (
  select t.slot_id, t.lot_id, t.currency, t.starts, t.ends, t.cancel_minutes, t.refund_percent, t.no_show_minutes, t.who, t.nth,
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
    end as status, case when t.way < 0.55 then 'online' else 'exit' end as pay
  from timed t
)
insert into reservations (lot_id, slot_id, user_id, vehicle_id, plate, plate_typed, starts, ends, status, hold_until, pay, tariff_version_id, price,
  currency, refund, cancel_until, refund_percent, no_show_at, created_at, confirmed_at, checked_in_at, ended_at)
select f.lot_id, f.slot_id, u.id, v.id, coalesce(v.plate, ''), coalesce(v.plate_typed, ''), f.starts, f.ends, f.status,
  f.made + interval '10 minutes', case f.status when 'expired' then '' else f.pay end, f.version_id, f.price, f.currency,
  case when f.status <> 'cancelled' or f.pay = 'exit' then 0
    when f.made + interval '30 minutes' <= f.starts - f.cancel_minutes * interval '1 minute' then f.price
    else f.price * f.refund_percent / 100 end, f.starts - f.cancel_minutes * interval '1 minute', f.refund_percent,
  f.starts + f.no_show_minutes * interval '1 minute', f.made,
  case f.status when 'expired' then null else f.made + interval '3 minutes' end,
  case when f.status in ('checked_in', 'completed') then f.starts + interval '4 minutes' end,
  case f.status when 'expired' then f.made + interval '10 minutes' when 'cancelled' then f.made + interval '30 minutes'
    when 'no_show' then f.starts + f.no_show_minutes * interval '1 minute' when 'completed' then f.ends end
from fated f
cross join drivers d
cross join lateral (select d.users[1 + f.who % greatest(1, d.n * (195 * 11 + 9 * f.nth) / (195 * 20))] as id) u
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

-- ---- reviews, lot by lot: one in nine of those who parked there says how it was, most of them well, some weeks back.

--: seed_reviews(text lot, instant now) -> none
with parked as (
  select distinct on (r.user_id) r.user_id, r.lot_id, r.starts, r.ends
  from reservations r join lots l on l.id = r.lot_id
  where l.name = $1 and r.status = 'completed' and r.ends < $2::timestamptz - interval '1 day'
    and hashint8extended(r.user_id * 1000 + r.lot_id, 41) % 9 = 0
  order by r.user_id, hashint8extended(r.id, 42)
), rated as (
  select p.user_id, p.lot_id, p.starts, p.ends,
    abs(hashint8extended(p.user_id * 1000 + p.lot_id, 44)) % 1000 as which,
    case when k.luck < 46 then 5 when k.luck < 76 then 4 when k.luck < 89 then 3 when k.luck < 96 then 2 else 1 end as rating
  from parked p
  cross join lateral (select abs(hashint8extended(p.user_id * 1000 + p.lot_id, 43)) % 100 as luck) k
)
insert into reviews (lot_id, user_id, rating, words, stayed_at, created_at)
select x.lot_id, x.user_id, x.rating,
  case x.rating
    when 5 then (array['Slot exactly as numbered, and the gate opened before I had stopped.', 'Bright, clean, and I found my slot at once.', 'Zehn Minuten zu Fuß zum Bahnhof, sauber, freundlich. Gerne wieder.', 'Net op tijd geboekt, plek was vrij en ruim. Top.', 'Parfait : entrée rapide, place large, sortie sans attendre.', 'نظيف وآمن، والدخول سريع جدًا.', 'Łatwo trafić, szeroko, czysto. Polecam 👍', ''])[1 + x.which % 8]
    when 4 then (array['Clean and bright. The charger gave 11 kW, not 22 as I had expected.', 'Good, but the way out on foot is hard to find the first time.', 'Gut gelegen. Die Rampe ist etwas eng für einen Van.', 'Prijs is redelijk, alleen de lift was stuk.', 'Boa localização, mas a rampa é estreita.', 'Everything worked. The lights on level −2 could be brighter.', ''])[1 + x.which % 7]
    when 3 then (array['All right for an hour. My neighbour stood on the line.', 'Es war in Ordnung, aber am Ausgang gab es eine Schlange.', 'Jó helyen van, de kicsit drága.', 'It does the job. The stairs smelled of paint.', ''])[1 + x.which % 5]
    when 2 then (array['Queue of twelve minutes at the exit after the concert.', 'Schlecht ausgeschildert, ich bin zweimal vorbeigefahren.', 'Tight corners: I touched the wall with the mirror.', ''])[1 + x.which % 4]
    when 1 then (array['The barrier did not open, and nobody answered for ten minutes.', 'Mijn plek was bezet toen ik kwam.'])[1 + x.which % 2]
  end, x.starts, least(x.ends + (1 + x.which % 70) * interval '1 hour', $2::timestamptz - interval '1 hour')
from rated x
order by 6, x.user_id;

-- One is hidden, and says why.
--: seed_hidden_review(instant now) -> none
update reviews set hidden_at = $1::timestamptz - interval '2 days', hidden_by = (select min(id) from users where role = 'admin'),
  hidden_why = 'It names somebody who works there.',
  words = 'The man in the booth, Mr. B., was rude to me.'
where id = (select id from reviews where rating = 1 and created_at < $1::timestamptz - interval '3 days' order by id limit 1);

-- ---- money, lot by lot.  Who paid online paid when it was confirmed, the others as they left.

--: seed_charges(text lot) -> none
insert into charges (reservation_id, user_id, lot_id, kind, amount, currency, tax_basis_points, state, made_at, settled_at)
select r.id, r.user_id, r.lot_id, case r.pay when 'online' then 'booking' else 'exit' end, r.price, r.currency,
  l.tax_basis_points, 'settled', w.at, w.at
from reservations r
join lots l on l.id = r.lot_id
cross join lateral (select case r.pay when 'online' then r.confirmed_at else r.ended_at end as at) w
where l.name = $1 and r.price > 0
  and (r.pay = 'online' and r.confirmed_at is not null or r.pay = 'exit' and r.status = 'completed')
order by w.at;

-- One in 250 got a part back, since something was not as it should be.
--: seed_payments(text lot) -> none
insert into payments (charge_id, method, status, amount, currency, refunded, attempt, provider_ref, intent_ref, created_at, paid_at,
  recorded_by)
select c.id, m.method, 'paid', c.amount, c.currency,
  case when m.method = 'online' and r.status = 'completed' and hashint8extended(c.id, 31) % 250 = 0 then (c.amount + 3) / 4
    else r.refund end,
  case m.method when 'online' then 'pay_demo' || c.id end, case m.method when 'online' then 'cs_demo' || c.id end,
  case m.method when 'online' then 'pi_demo' || c.id end,
  c.made_at - case m.method when 'online' then interval '90 seconds' else interval '0' end, c.made_at,
  case when m.method <> 'online' then w.id end
from charges c
join reservations r on r.id = c.reservation_id
join lots l on l.id = c.lot_id
cross join (select coalesce(min(id) filter (where role = 'operator'), min(id)) as id from users) w
cross join lateral (select case when c.kind = 'booking' then 'online' when hashint8extended(c.id, 32) % 5 < 2 then 'cash'
  else 'card' end as method) m
where l.name = $1
order by c.made_at;

-- Some cards were declined first, and the time to try another ran out.
--: seed_failures(text lot) -> none
insert into payments (charge_id, method, status, amount, currency, attempt, provider_ref, error, created_at)
select c.id, 'online', 'failed', c.amount, c.currency, 'pay_demo' || c.id || 'a', 'cs_demo' || c.id || 'a',
  (array['Your card was declined.', 'Your card has insufficient funds.', 'The time to pay ran out.'])[1 + abs(hashint8extended(c.id, 34)) % 3],
  c.made_at - interval '4 minutes'
from charges c join lots l on l.id = c.lot_id
where l.name = $1 and c.kind = 'booking' and hashint8extended(c.id, 33) % 70 = 0
order by c.made_at;

--: seed_refunds(text lot) -> none
insert into refunds (payment_id, amount, currency, status, provider_ref, reason, made_at, done_at, made_by)
select p.id, p.refunded, p.currency, 'done', 're_demo' || p.id,
  case r.status when 'cancelled' then 'The booking was cancelled.' else 'The barrier did not open at once.' end,
  w.at, w.at + interval '20 seconds',
  case r.status when 'cancelled' then null else (select min(id) from users where role = 'admin') end
from payments p
join charges c on c.id = p.charge_id
join reservations r on r.id = c.reservation_id
join lots l on l.id = c.lot_id
cross join lateral (select case r.status when 'cancelled' then r.ended_at else r.ended_at + interval '1 minute' end as at) w
where l.name = $1 and p.refunded > 0
order by w.at;

-- ---- stays, lot by lot

-- Who booked and came was let in by a camera, or at the gate; two in three left before their time was up.
--: seed_stays(text lot) -> none
insert into stays (lot_id, slot_id, plate, plate_typed, vehicle_id, user_id, reservation_id, source, entered_at, left_at, status,
  closed_how, tariff_version_id, currency, fee, booked, entered_by, left_by)
select r.lot_id, r.slot_id, r.plate, r.plate_typed, r.vehicle_id, r.user_id, r.id, k.source, r.checked_in_at,
  r.ended_at - (abs(hashint8extended(r.id, 52)) % 3) * interval '4 minutes', 'closed', 'exit', r.tariff_version_id, r.currency,
  r.price, r.price, k.by, k.by
from reservations r
join lots l on l.id = r.lot_id
cross join (select min(id) filter (where role = 'operator') as id from users) o
cross join lateral (select case when hashint8extended(r.id, 51) % 4 = 0 then 'gate' else 'camera' end as source,
  case when hashint8extended(r.id, 51) % 4 = 0 then o.id end as by) k
where l.name = $1 and r.status = 'completed' and r.plate <> '' and r.tariff_version_id is not null
order by r.checked_in_at;

-- Each car once.
--: seed_stays_open(text lot) -> none
insert into stays (lot_id, slot_id, plate, plate_typed, vehicle_id, user_id, reservation_id, source, entered_at, tariff_version_id,
  currency)
select distinct on (r.plate) r.lot_id, r.slot_id, r.plate, r.plate_typed, r.vehicle_id, r.user_id, r.id, 'camera', r.checked_in_at,
  r.tariff_version_id, r.currency
from reservations r
join lots l on l.id = r.lot_id
where l.name = $1 and r.status = 'checked_in' and r.plate <> '' and r.tariff_version_id is not null
  and not exists (select from stays s where s.plate = r.plate and s.status = 'open')
order by r.plate, r.id;

-- Who came without a booking: on most days some, for one to four hours by day, on a slot that nobody had then.  One in
-- forty of the last weeks has not paid yet.
--: seed_walk_ins(text json, text lot, instant now) -> none
with here as (
  select l.id as lot_id, l.time_zone, l.currency, s.rate, s.by_minute,
    (select v.id from tariff_versions v where v.tariff_id = l.tariff_id order by v.number desc limit 1) as version_id,
    (select array_agg(t.id order by t.id) from slots t where t.lot_id = l.id and not t.out_of_service) as slots
  from jsonb_to_recordset($1::jsonb) as s (name text, rate bigint, by_minute boolean)
  join lots l on l.name = s.name
  where l.name = $2
), wishes as (
  select h.lot_id, h.currency, h.rate, h.by_minute, h.version_id, d.n, k,
    h.slots[1 + abs(hashint8extended(h.lot_id * 4096 + d.n * 4 + k, 61)) % cardinality(h.slots)] as slot_id,
    (($3::timestamptz at time zone h.time_zone)::date - d.n + interval '7 hours' + (abs(hashint8extended(h.lot_id * 4096 + d.n * 4 + k, 62)) % 600)
      * interval '1 minute') at time zone h.time_zone as entered_at,
    (25 + abs(hashint8extended(h.lot_id * 4096 + d.n * 4 + k, 63)) % 210) * interval '1 minute' as lasts
  from here h
  cross join generate_series(1, 179) as d (n)
  cross join generate_series(0, 3) as k
), free as (
  select w.lot_id, w.currency, w.rate, w.by_minute, w.version_id, w.n, w.k, w.slot_id, w.entered_at, w.entered_at + w.lasts as left_at,
    extract(epoch from w.lasts)::bigint / 60 as minutes,
    abs(hashint8extended(w.lot_id * 4096 + w.n * 4 + w.k, 64)) % 90000 + 10000 as plate
  from wishes w
  where w.slot_id is not null and (select 1 from reservations r where r.lot_id = w.lot_id and r.slot_id = w.slot_id
    and r.starts < w.entered_at + w.lasts and r.starts > w.entered_at - interval '6 hours' and r.ends > w.entered_at limit 1) is null
), came as (
  insert into stays (lot_id, slot_id, plate, plate_typed, source, entered_at, left_at, status, closed_how, tariff_version_id,
    currency, fee, entered_by, left_by)
  select f.lot_id, f.slot_id, 'WX' || f.plate, 'WX ' || f.plate, 'gate', f.entered_at, f.left_at, 'closed', 'exit', f.version_id, f.currency,
    case when f.by_minute then (f.minutes * f.rate + 30) / 60 else (f.minutes + 59) / 60 * f.rate end, o.id, o.id
  from free f
  cross join (select min(id) filter (where role = 'operator') as id from users) o
  order by f.entered_at
  returning id, lot_id, fee, currency, left_at
)
insert into charges (stay_id, lot_id, kind, amount, currency, tax_basis_points, state, made_at, settled_at)
select c.id, c.lot_id, 'exit', c.fee, c.currency, l.tax_basis_points,
  case when q.owes then 'open' else 'settled' end, c.left_at, case when not q.owes then c.left_at end
from came c
join lots l on l.id = c.lot_id
cross join lateral (select c.left_at > $3::timestamptz - interval '40 days' and hashint8extended(c.id, 65) % 40 = 0 as owes) q
where c.fee > 0
order by c.left_at;

--: seed_stay_payments(text lot) -> none
insert into payments (charge_id, method, status, amount, currency, created_at, paid_at, recorded_by)
select c.id, case when hashint8extended(c.id, 66) % 5 < 2 then 'cash' else 'card' end, 'paid', c.amount, c.currency, c.made_at, c.made_at,
  w.id
from charges c
join lots l on l.id = c.lot_id
cross join (select coalesce(min(id) filter (where role = 'operator'), min(id)) as id from users) w
where l.name = $1 and c.reservation_id is null and c.state = 'settled'
order by c.made_at;

-- Inside at this moment without a booking: some of each lot, on slots that nobody has for a while.
--: seed_inside(text lot, instant now) -> none
insert into stays (lot_id, slot_id, plate, plate_typed, source, entered_at, tariff_version_id, currency, entered_by)
select l.id, f.id, 'WX' || 100000 + f.id, 'WX ' || 100000 + f.id, 'gate',
  $2::timestamptz - (5 + abs(hashint8extended(f.id, 71)) % 170) * interval '1 minute',
  (select v.id from tariff_versions v where v.tariff_id = l.tariff_id order by v.number desc limit 1), l.currency, o.id
from lots l
cross join (select min(id) filter (where role = 'operator') as id from users) o
cross join lateral (
  select s.id from slots s
  where s.lot_id = l.id and not s.out_of_service and not s.accessible
    and not exists (select from stays y where y.slot_id = s.id and y.status = 'open')
    and not exists (select from reservations r where r.slot_id = s.id and r.status in ('held', 'confirmed', 'checked_in')
      and r.starts < $2::timestamptz + interval '2 hours' and r.ends > $2)
  order by hashint8extended(s.id, 72)
  limit 5) f
where l.name = $1 and exists (select from tariff_versions v where v.tariff_id = l.tariff_id);

-- One of them has been there since the day before yesterday.
--: seed_long_stay(instant now) -> none
update stays set entered_at = $1::timestamptz - interval '50 hours'
where id = (select s.id from stays s join lots l on l.id = s.lot_id where s.status = 'open' and s.reservation_id is null
  order by l.id, s.id limit 1);

-- What operators find in the morning.
--: seed_anomalies(instant now) -> none
with inside as (
  select s.id, s.lot_id, s.plate, s.plate_typed, s.entered_at, l.name,
    row_number() over (order by s.lot_id, s.id) as nth
  from stays s join lots l on l.id = s.lot_id
  where s.status = 'open'
), told (kind, nth, at, state, detail, reason) as (values
  ('long_stay', 0, interval '2 hours', 'open', '%s has been at %s for two days.', ''),
  ('duplicate_entry', 3, interval '25 minutes', 'open', '%s wanted to drive in at %s, and is inside already.', ''),
  ('plate_mismatch', 5, interval '70 minutes', 'acknowledged', '%s came to %s on the booking of another plate.', ''),
  ('duplicate_entry', 8, interval '26 hours', 'closed', '%s wanted to drive in at %s, and is inside already.', 'A trailer with the same plate'),
  ('manual_opening', 9, interval '5 hours', 'closed', 'The barrier was opened by hand for %s at %s.', 'Ambulance'),
  ('manual_opening', 11, interval '40 minutes', 'open', 'The barrier was opened by hand for %s at %s.', ''),
  ('exit_without_entry', 12, interval '12 minutes', 'open', '%s is at the exit of %s, and nobody saw it drive in.', ''),
  ('lost_ticket', 14, interval '3 days', 'closed', '%s left %s without its ticket.', 'Ticket lost in the museum')
)
insert into anomalies (kind, key, lot_id, stay_id, plate, detail, raised_at, last_at, state, acknowledged_at, acknowledged_by, closed_at,
  closed_by, reason)
select t.kind, t.kind || ':' || case t.kind when 'manual_opening' then 'demo' || t.nth else i.id::text end, i.lot_id,
  case when t.kind not in ('exit_without_entry', 'manual_opening') then i.id end, i.plate, format(t.detail, i.plate_typed, i.name),
  $1::timestamptz - t.at, $1::timestamptz - t.at, t.state,
  case t.state when 'acknowledged' then $1::timestamptz - t.at + interval '4 minutes' end, case t.state when 'acknowledged' then o.id end,
  case t.state when 'closed' then $1::timestamptz - t.at + interval '9 minutes' end, case t.state when 'closed' then o.id end, t.reason
from told t
join inside i on i.nth = case t.nth when 0 then (select nth from inside order by entered_at limit 1) else t.nth end
cross join (select coalesce(min(id) filter (where role = 'operator'), min(id)) as id from users) o
order by t.at desc;

-- The operator closed their shift last evening, as on the days before; once the till was short.
--: seed_shifts(instant now) -> none
insert into gate_shifts (user_id, begun_at, ended_at, currency, cash, counted, note)
select o.id, e.ended - interval '8 hours', e.ended, l.currency, q.cash, greatest(0, q.cash - case d when 4 then 500 else 0 end),
  case d when 4 then 'A note of 5 is missing.' else '' end
from (select min(id) filter (where role = 'operator') as id from users) o
cross join (select currency, time_zone from lots order by id limit 1) l
cross join generate_series(1, 6) as d
cross join lateral (select (($1::timestamptz at time zone l.time_zone)::date - d + interval '22 hours') at time zone l.time_zone as ended) e
cross join lateral (select coalesce(sum(p.amount), 0)::bigint as cash from payments p
  where p.recorded_by = o.id and p.method = 'cash' and p.currency = l.currency and p.paid_at > e.ended - interval '1 day'
    and p.paid_at <= e.ended) q
where o.id is not null
order by e.ended;

-- Receipts of a stretch of days, in order, and where their numbers ended.
--: seed_receipts(instant from, instant until) -> none
with paid as (
  select p.id as payment_id, null::bigint as refund_id, p.paid_at as at, p.charge_id, p.method, p.amount, p.currency
  from payments p where p.status = 'paid' and p.paid_at >= $1 and p.paid_at < $2
  union all
  select null, f.id, f.done_at, p.charge_id, p.method, -f.amount, f.currency
  from refunds f join payments p on p.id = f.payment_id where f.status = 'done' and f.done_at >= $1 and f.done_at < $2
), numbered as (
  select x.payment_id, x.refund_id, x.at, x.charge_id, x.method, x.amount, x.currency, y.year,
    coalesce((select n.last from receipt_numbers n where n.year = y.year), 0)
      + row_number() over (partition by y.year order by x.at, x.payment_id, x.refund_id) as nth
  from paid x
  join charges c on c.id = x.charge_id
  join lots l on l.id = c.lot_id
  cross join lateral (select extract(year from x.at at time zone l.time_zone)::integer as year) y
), given as (
  insert into receipts (number, payment_id, refund_id, user_id, user_name, kind, method, amount, currency, tax_basis_points, tax,
    lot_id, lot_name, lot_address, lot_city, time_zone, slot_label, plate, starts, ends, issued_at)
  select 'R-' || n.year || '-' || lpad(n.nth::text, greatest(6, length(n.nth::text)), '0'), n.payment_id, n.refund_id, c.user_id,
    coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, ''), c.kind, n.method, n.amount, n.currency,
    c.tax_basis_points, sign(n.amount) * tax_within(abs(n.amount), c.tax_basis_points), l.id, l.name, l.address, l.city, l.time_zone,
    coalesce(s.label, ''), coalesce(r.plate_typed, y.plate_typed), coalesce(r.starts, y.entered_at), coalesce(r.ends, y.left_at), n.at
  from numbered n
  join charges c on c.id = n.charge_id
  join lots l on l.id = c.lot_id
  left join reservations r on r.id = c.reservation_id
  left join stays y on y.id = c.stay_id
  left join slots s on s.id = coalesce(r.slot_id, y.slot_id)
  left join users u on u.id = c.user_id
  order by n.year, n.nth
)
insert into receipt_numbers as k (year, last)
select year, max(nth) from numbered group by year
on conflict (year) do update set last = excluded.last;

-- ---- how full it was: eight weeks of quarters, as the worker would have read them from the bookings whose car came.

-- `closed`: quarters of the week, from Sunday 0:00 on the lot's clock, in which nobody can drive in.
--: seed_occupancy(text lot, instant now, ints closed) -> none
with lot as (
  select l.id, l.time_zone, l.longest_minutes, (select count(s.id) from slots s where s.lot_id = l.id and not s.out_of_service) as capacity,
    date_bin('15 minutes', $2, timestamptz 'epoch') as until
  from lots l where l.name = $1
), cars as (
  select q.at, sum(extract(epoch from least(r.ends, q.at + interval '15 minutes') - greatest(r.starts, q.at)) / 900) as n
  from lot l
  join reservations r on r.lot_id = l.id
  cross join lateral generate_series(date_bin('15 minutes', r.starts, timestamptz 'epoch'),
    least(r.ends, l.until) - interval '1 microsecond', interval '15 minutes') as q (at)
  where r.status in ('completed', 'checked_in') and r.starts < l.until
    and r.ends > l.until - interval '56 days' and r.starts > l.until - interval '56 days' - l.longest_minutes * interval '1 minute'
  group by q.at
)
insert into occupancy (lot_id, at, taken, capacity, closed, readings)
select l.id, g.at, least(l.capacity, coalesce(c.n, 0)), l.capacity,
  (extract(dow from w.local) * 96 + extract(hour from w.local) * 4 + floor(extract(minute from w.local) / 15))::bigint = any($3::bigint[]), 15
from lot l
cross join lateral generate_series(l.until - interval '56 days', l.until - interval '15 minutes', interval '15 minutes') as g (at)
cross join lateral (select g.at at time zone l.time_zone as local) w
left join cars c on c.at = g.at
where l.capacity > 0
order by g.at;

-- ---- sensors: on the first zone and at the chargers of the first two lots; one in twelve is silent, one in twenty never spoke

--: seed_devices(instant now) -> none
insert into devices (code, name, slot_id, created_at)
select 'SEN-' || 1000 + w.nth, case when w.nth % 12 = 7 or w.nth % 20 = 19 then 'Out of order' when w.ev then 'Charger ' || w.label else '' end,
  w.id, $1::timestamptz - interval '90 days'
from (select s.id, s.label, s.ev, row_number() over (order by s.id) as nth
  from slots s
  join zones z on z.id = s.zone_id
  where s.lot_id in (select id from lots order by id limit 2) and (z.position = 1 or s.ev) and not s.out_of_service) w
order by w.id;

--: seed_reports() -> none
insert into device_reports (device_id, lot_id)
select d.id, s.lot_id from devices d join slots s on s.id = d.slot_id;

-- Three days, a reading each ten minutes.  A charger's car comes and goes each few hours.
--: seed_readings(instant now) -> none
insert into telemetry (device_id, at, voltage, current, power_factor, received_at)
select d.id, t.at,
  case when d.nth % 17 = 5 and t.nth < 30 then 253 else 229 end + 4 * sin(t.nth / 23.0) + 3 * c.noise,
  case when d.ev and (hashint8extended(d.id * 1000 + t.nth / 25, 21) & 3) > 1 then 15.5 + c.noise else 0.11 + 0.02 * c.noise end,
  case when d.nth % 11 = 3 then 0.72 else 0.93 end + 0.04 * c.noise,
  t.at + interval '1 second'
from (select d.id, s.ev, row_number() over (order by d.id) as nth from devices d join slots s on s.id = d.slot_id) d
cross join (select nth, $1::timestamptz - interval '5 seconds' - nth * interval '10 minutes' as at from generate_series(0, 431) as nth) t
cross join lateral (select (hashint8extended(d.id * 1000 + t.nth, 22) & 1048575) / 1048576.0 as noise) c
where d.nth % 20 <> 19 and (d.nth % 12 <> 7 or t.nth > 20 + d.nth);

--: seed_latest(instant now) -> none
update device_reports r set last_reported = t.at, received_at = t.received_at, read_at = t.at, voltage = t.voltage, current = t.current,
  power_factor = t.power_factor, offline_since = case when t.at < $1::timestamptz - interval '10 minutes' then t.at + interval '10 minutes' end,
  electrical = case when t.voltage < 180 or t.voltage > 250 then 'critical' when t.power_factor < 0.8 then 'warning' else 'normal' end
from (select distinct on (device_id) device_id, at, received_at, voltage, current, power_factor from telemetry order by device_id, at desc) t
where t.device_id = r.device_id;

-- Those of the demo that report: the pretended sensors go on as they were.
--: demo_sensors(instant now) -> many reading
select d.code as device_code, $1::timestamptz as timestamp,
  r.voltage + random() - 0.5 + (case when r.voltage > 250 then 254 else 230 end - r.voltage) * 0.02 as voltage,
  case when not s.ev then 0.1 + random() / 50 when random() < 0.02 then case when r.current > 6 then 0.11 else 15.5 end else r.current end as current,
  r.power_factor + (random() - 0.5) / 100 + (case when r.power_factor < 0.8 then 0.73 else 0.94 end - r.power_factor) * 0.05 as power_factor
from devices d
join device_reports r on r.device_id = d.id
join slots s on s.id = d.slot_id
where d.code like 'SEN-1%' and d.name <> 'Out of order' and r.read_at is not null
order by d.id
limit 1000;
-- A camera at the gate of the first lots, and one over the first slots of each.
--: seed_cameras(instant now) -> none
with made as (
  insert into cameras (lot_id, name, location, created_at)
  select l.id, k.name, k.location, $1::timestamptz - interval '90 days'
  from (select id from lots order by id limit 5) l
  cross join (values ('Gate', 'Over the way in'), ('Row A', 'On the lamp post')) k (name, location)
  order by l.id, k.name
  returning id, lot_id, name
)
insert into camera_slots (camera_id, slot_id)
select m.id, s.id
from made m
cross join lateral (select id from slots where lot_id = m.lot_id order by position, id limit 4) s
where m.name = 'Row A';

-- What they told in the last days: the plates of bookings there, most of them sure.
--: seed_reads(instant now) -> none
insert into plate_reads (seen_at, source, lot_id, camera_id, raw, plate, confidence, candidates, engine, state, decided_at)
select $1::timestamptz - n * interval '97 minutes', 'camera', c.lot_id, c.id, v.plate, v.plate, .99 - (n % 7) * .03,
  v.plate || ' ' || (.99 - (n % 7) * .03)::text, 'nets', 'accepted', $1::timestamptz - n * interval '97 minutes'
from (select id, lot_id, row_number() over (order by id) as nth from cameras) c
join (select plate, row_number() over (order by id) as n from vehicles order by id limit 60) v on v.n % 10 + 1 = c.nth;
