-- Reviews: every statement of this slice.  See src/tools/sqlgen.c.
--include reviews/tables.h
--include reviews/reviews.h
--
-- lot_ratings is kept by a trigger (migrations/0012_reviews.sql).

-- When somebody's latest booking there began: one whose time has come and that was not cancelled.
--: review_stay_of(int user_id, int lot_id, instant now) -> one last_stay
select max(starts) as stayed_at
from reservations
where user_id = $1 and lot_id = $2 and starts <= $3 and status in ('confirmed', 'checked_in', 'completed', 'no_show');

--: review_put(int lot_id, int user_id, int rating, text words, instant stayed_at, instant now) -> one review_id
insert into reviews as r (lot_id, user_id, rating, words, stayed_at, created_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (user_id, lot_id) do update
set rating = excluded.rating, words = excluded.words, stayed_at = excluded.stayed_at, changed_at = excluded.created_at
returning r.id, r.lot_id, r.rating;

--: review_delete(int user_id, int lot_id) -> one review_id
delete from reviews where user_id = $1 and lot_id = $2 returning id, lot_id, rating;

--: review_of(int user_id, int lot_id) -> one review
select r.id, r.lot_id, r.user_id, r.rating, r.words, r.stayed_at, r.created_at, r.changed_at, r.hidden_at, r.hidden_why,
  r.hidden_at is not null as hidden, l.name as lot_name, l.city as lot_city, l.time_zone
from reviews r
join lots l on l.id = r.lot_id
where r.user_id = $1 and r.lot_id = $2;

--: review_one(int id) -> one review
select r.id, r.lot_id, r.user_id, r.rating, r.words, r.stayed_at, r.created_at, r.changed_at, r.hidden_at, r.hidden_why,
  r.hidden_at is not null as hidden, l.name as lot_name, l.city as lot_city, l.time_zone,
  coalesce(nullif(btrim(u.first_name || ' ' || u.last_name), ''), u.username) as writer_name, u.email as writer_email,
  coalesce(nullif(btrim(h.first_name || ' ' || h.last_name), ''), h.username, '') as hidden_by_name
from reviews r
join lots l on l.id = r.lot_id
join users u on u.id = r.user_id
left join users h on h.id = r.hidden_by
where r.id = $1;

--: reviews_of_user(int user_id) -> many review
select r.id, r.lot_id, r.user_id, r.rating, r.words, r.stayed_at, r.created_at, r.changed_at, r.hidden_at, r.hidden_why,
  r.hidden_at is not null as hidden, l.name as lot_name, l.city as lot_city, l.time_zone
from reviews r
join lots l on l.id = r.lot_id
where r.user_id = $1
order by r.id desc
limit 1000;

--: lots_to_review(int user_id, instant now, int most) -> many to_review
select l.id, l.name, l.city, l.time_zone, s.stayed_at
from (select lot_id, max(starts) as stayed_at
  from reservations
  where user_id = $1 and starts <= $2 and status in ('confirmed', 'checked_in', 'completed', 'no_show')
  group by lot_id) s
join lots l on l.id = s.lot_id
where not exists (select from reviews r where r.user_id = $1 and r.lot_id = s.lot_id)
order by s.stayed_at desc, l.id
limit $3;

-- ---- admins

--: review_set_hidden(int id, int hidden_by, text why, instant now) -> count
update reviews set hidden_at = $4, hidden_by = $2, hidden_why = $3 where id = $1 and hidden_at is null;

--: review_set_shown(int id) -> count
update reviews set hidden_at = null, hidden_by = null, hidden_why = '' where id = $1 and hidden_at is not null;

-- $1 state, $2 stars, $3 lot, $4 words or writer.
--part reviews_wanted
from reviews r
join lots l on l.id = r.lot_id
join users u on u.id = r.user_id
where ($1::text is null or (r.hidden_at is not null) = ($1 = 'hidden'))
  and ($2::bigint is null or r.rating = $2)
  and ($3::bigint is null or r.lot_id = $3)
  and ($4::text is null or position(lower($4) in lower(r.words)) > 0 or lower(u.username) = lower($4) or lower(u.email) = lower($4))

--: reviews_page(text? state, int? rating, int? lot_id, text? q, text sort, int skip, int most) -> many review
select r.id, r.lot_id, r.user_id, r.rating, r.words, r.stayed_at, r.created_at, r.changed_at, r.hidden_at, r.hidden_why,
  r.hidden_at is not null as hidden, l.name as lot_name, l.city as lot_city, l.time_zone,
  coalesce(nullif(btrim(u.first_name || ' ' || u.last_name), ''), u.username) as writer_name, u.email as writer_email
--= reviews_wanted
order by case when $5 = 'written' then r.created_at end, case when $5 = '-written' then r.created_at end desc,
  case when $5 = 'stars' then r.rating end, case when $5 = '-stars' then r.rating end desc,
  case when $5 = 'lot' then lower(l.name) end, case when $5 = '-lot' then lower(l.name) end desc,
  case when $5 = 'who' then lower(u.username) end, case when $5 = '-who' then lower(u.username) end desc,
  case when left($5, 1) <> '-' then r.id end, case when left($5, 1) = '-' then r.id end desc
limit $7 offset $6;

--: reviews_number(text? state, int? rating, int? lot_id, text? q, int most) -> one number_of
select count(1) as n from (select r.id
--= reviews_wanted
limit $5) x;

--: lots_reviewed() -> many review_lot
select l.id, l.name from lots l where exists (select from reviews r where r.lot_id = l.id) order by lower(l.name) limit 1000;

-- The stars of an account that goes stay, as somebody's; words go, and what was hidden.
--: reviews_forget(int user_id) -> many review_id
with hidden as (delete from reviews where user_id = $1 and hidden_at is not null)
update reviews set words = '' where user_id = $1 and hidden_at is null
returning id, lot_id, rating::bigint

-- ---- whole tables, for CSV

--: csv_reviews_rows(text? state, int? rating, int? lot_id, text? q) -> each csv_reviews
select r.id, r.lot_id, l.name as lot, r.user_id, u.username, r.rating, r.words, r.stayed_at, r.created_at, r.changed_at, r.hidden_at,
  (select h.username from users h where h.id = r.hidden_by) as hidden_by, r.hidden_why
--= reviews_wanted
order by r.id;

--: csv_lot_ratings_rows() -> each csv_lot_ratings
select r.lot_id, l.name as lot, r.ones, r.twos, r.threes, r.fours, r.fives, r.n as reviews, r.average
from lot_ratings r
join lots l on l.id = r.lot_id
order by r.lot_id;
