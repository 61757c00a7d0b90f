-- What people say of a lot where they parked: one review a person and lot.

create table reviews (
  id bigint generated always as identity primary key,
  lot_id bigint not null constraint reviews_lot references lots (id),
  user_id bigint not null constraint reviews_user references users (id),
  rating integer not null,
  words text not null default '',
  stayed_at timestamptz not null,        -- when their latest booking there began, as it was written
  created_at timestamptz not null,
  changed_at timestamptz,
  hidden_at timestamptz,                 -- by an admin: shown to its writer and to admins only, and not counted
  hidden_by bigint constraint reviews_hidden_by references users (id) on delete set null,
  hidden_why text not null default '',
  constraint reviews_once unique (user_id, lot_id),
  constraint reviews_rating_range check (rating between 1 and 5),
  constraint reviews_words_length check (char_length(words) <= 2000),
  constraint reviews_hidden_with_reason check ((hidden_at is null) = (hidden_why = ''))
);
create index reviews_shown on reviews (lot_id, id) where hidden_at is null;
create index reviews_of_lot on reviews (lot_id);
create index reviews_hidden on reviews (id) where hidden_at is not null;
create index reviews_by_age on reviews (created_at, id);

-- What the shown ones come to, a row a lot, so that results and lot pages need not count.
create table lot_ratings (
  lot_id bigint primary key constraint lot_ratings_lot references lots (id) on delete cascade,
  ones bigint not null default 0,
  twos bigint not null default 0,
  threes bigint not null default 0,
  fours bigint not null default 0,
  fives bigint not null default 0,
  n bigint not null generated always as (ones + twos + threes + fours + fives) stored,
  average double precision generated always as (round((ones + 2 * twos + 3 * threes + 4 * fours + 5 * fives)::numeric
    / nullif(ones + twos + threes + fours + fives, 0), 1)) stored,   -- one decimal, half up; null for none
  constraint lot_ratings_counted check (least(ones, twos, threes, fours, fives) >= 0)
);

-- The database itself keeps count, whoever writes a review; by adding, so that two at once both count.
create function lot_rating_add(lot bigint, stars integer, more integer) returns void language sql as $$
  insert into lot_ratings (lot_id) values (lot) on conflict do nothing;
  update lot_ratings set ones = ones + (stars = 1)::int * more, twos = twos + (stars = 2)::int * more,
    threes = threes + (stars = 3)::int * more, fours = fours + (stars = 4)::int * more, fives = fives + (stars = 5)::int * more
  where lot_id = lot;
$$;
create function lot_rating_follows() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.hidden_at is null then
    perform lot_rating_add(old.lot_id, old.rating, -1);
  end if;
  if tg_op <> 'DELETE' and new.hidden_at is null then
    perform lot_rating_add(new.lot_id, new.rating, 1);
  end if;
  return null;
end $$;
create trigger reviews_counted after insert or delete or update of lot_id, rating, hidden_at on reviews
  for each row execute function lot_rating_follows();
