-- How full lots were, quarter of an hour by quarter of an hour, and what is foreseen of that.

-- A row says what was read in the quarter that begins `at`; a quarter without a row was not read, and nothing is known of it.
create table occupancy (
  lot_id bigint not null constraint occupancy_lot references lots (id) on delete cascade,
  at timestamptz not null,
  taken real not null,                   -- slots with a car, on average over the readings
  capacity integer not null,             -- slots in service, at the last of them
  closed boolean not null default false, -- by its opening hours, at all of them
  readings smallint not null default 1,
  constraint occupancy_pkey primary key (lot_id, at),
  constraint occupancy_quarter check (extract(epoch from at)::bigint % 900 = 0),
  constraint occupancy_range check (capacity > 0 and taken between 0 and capacity and readings > 0)
);
create index occupancy_at on occupancy using brin (at);

-- One row a lot, written anew each quarter.  Lists of 96 quarters from `begins` on; tenths of a slot; null: not known.
create table forecasts (
  lot_id bigint primary key constraint forecasts_lot references lots (id) on delete cascade,
  made_at timestamptz not null,
  begins timestamptz not null,
  days integer not null,                 -- with readings, in the weeks it was made from
  capacity integer not null,
  usual integer[] not null,              -- what its profile says
  expected integer[] not null,
  low integer[] not null,                -- eight in ten end up from low to high
  high integer[] not null,
  booked integer[] not null,             -- whole slots
  week integer[] not null,               -- usual share in 1/1000, the fullest quarter of each hour of the week, from Sunday 0:00
  past_taken integer[] not null,         -- the 96 quarters before `begins`, as they were …
  past_expected integer[] not null,      -- … and as had been foreseen an hour before each
  replays bigint[] not null,             -- of each horizon: minutes, forecasts, their errors in 1/10^6 of capacity, …
  constraint forecasts_quarter check (extract(epoch from begins)::bigint % 900 = 0),
  constraint forecasts_lists check (cardinality(expected) in (0, 96) and cardinality(low) = cardinality(expected)
    and cardinality(high) = cardinality(expected) and cardinality(usual) = cardinality(expected)
    and cardinality(booked) = cardinality(expected) and cardinality(week) in (0, 168))
) with (fillfactor = 50);
