-- Places: lots, zones, slots, and how many are free.

create extension if not exists cube;

create table lots (
  id bigint generated always as identity primary key,
  name text not null,
  region text not null default '',
  address text not null default '',
  city text not null default '',
  state text not null default '',
  country text not null default '',
  postal_code text not null default '',
  latitude double precision,
  longitude double precision,
  time_zone text not null default 'UTC',
  currency text not null,
  tariff_id bigint constraint lots_tariff references tariffs (id),  -- null: the built-in one
  days_ahead integer not null default 90,
  min_minutes integer not null default 15,
  max_minutes integer not null default 20160,
  longest_minutes integer not null default 20160,  -- the highest max_minutes ever: bounds the search for bookings that still run
  default_minutes integer not null default 60,
  pay_at_exit boolean not null default true,
  cancel_minutes integer not null default 60,
  refund_percent integer not null default 50,
  no_show_minutes integer not null default 30,
  hours text not null default '',
  status_override text not null default '',
  search text not null,                           -- name, place and address folded: lower case, no accents
  on_globe cube generated always as (case when latitude is null then null else cube(array[
    cos(radians(latitude)) * cos(radians(longitude)),
    cos(radians(latitude)) * sin(radians(longitude)),
    sin(radians(latitude))]) end) stored,         -- a point of the unit sphere: nearest first by an index, also across 180 degrees
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  constraint lots_name_length check (char_length(name) between 1 and 100),
  constraint lots_region_form check (region ~ '^[a-z0-9-]{0,64}$'),
  constraint lots_latitude_range check (latitude between -90 and 90),
  constraint lots_longitude_range check (longitude between -180 and 180),
  constraint lots_place_whole check ((latitude is null) = (longitude is null)),
  constraint lots_currency_form check (currency ~ '^[A-Z]{3}$'),
  constraint lots_days_ahead_range check (days_ahead between 1 and 730),
  constraint lots_minutes_order check (0 < min_minutes and min_minutes <= default_minutes and default_minutes <= max_minutes
    and max_minutes <= longest_minutes and longest_minutes <= 86400),
  constraint lots_cancel_range check (cancel_minutes between 0 and 43200),
  constraint lots_refund_range check (refund_percent between 0 and 100),
  constraint lots_no_show_range check (no_show_minutes between 0 and 1440),
  constraint lots_override_known check (status_override in ('', 'available', 'reserved', 'occupied'))
);
create unique index lots_name_unique on lots (lower(name));
create index lots_on_globe on lots using gist (on_globe);

create table zones (
  id bigint generated always as identity primary key,
  lot_id bigint not null constraint zones_lot references lots (id),
  code text not null,
  name text not null default '',
  position integer not null default 0,
  constraint zones_code_form check (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,9}$'),
  constraint zones_name_length check (char_length(name) <= 50)
);
create unique index zones_code_unique on zones (upper(code));
create index zones_of_lot on zones (lot_id, position, id);

create table slots (
  id bigint generated always as identity primary key,
  lot_id bigint not null constraint slots_lot references lots (id),
  zone_id bigint not null constraint slots_zone references zones (id),
  code text not null,
  label text not null,
  size text not null default 'regular',
  vehicle_type text not null default 'car',
  accessible boolean not null default false,
  ev boolean not null default false,
  out_of_service boolean not null default false,
  reason text not null default '',
  position integer not null default 0,
  created_at timestamptz not null default now(),
  constraint slots_code_form check (code ~ '^[A-Za-z0-9][A-Za-z0-9._ -]{0,19}$'),
  constraint slots_label_form check (label ~ '^[A-Za-z0-9][A-Za-z0-9._ -]{0,19}$'),
  constraint slots_size_known check (size in ('compact', 'regular', 'large')),
  constraint slots_vehicle_known check (vehicle_type in ('car', 'motorcycle', 'van', 'bicycle', 'bus')),
  constraint slots_label_unique unique (lot_id, label)
);
create unique index slots_code_unique on slots (upper(code));
create index slots_of_lot on slots (lot_id, zone_id, position, id);
create index slots_of_zone on slots (zone_id);

-- Free, reserved, occupied now, in rows of their own: written often, and never with the lot's words.
create table lot_counts (
  lot_id bigint primary key constraint lot_counts_lot references lots (id) on delete cascade,
  slots integer not null default 0,
  free integer not null default 0,
  reserved integer not null default 0,
  occupied integer not null default 0,
  unknown integer not null default 0,
  out_of_service integer not null default 0,
  constraint lot_counts_add_up check (free + reserved + occupied + unknown + out_of_service = slots)
) with (fillfactor = 50);

-- The one decision about a slot's state.  `held_now`: a live reservation runs now; `next_starts`: the next one's
-- beginning, or null; `occupied` and `silent` (its device does not report) stay false until stays and devices come.
create function slot_state(out_of_service boolean, occupied boolean, held_now boolean, next_starts timestamptz,
  silent boolean, at timestamptz) returns text language sql immutable parallel safe as $$
  select case
    when out_of_service then 'out_of_service'
    when occupied then 'occupied'
    when held_now then 'reserved'
    when next_starts < at + interval '60 minutes' then 'reserved_soon'
    when silent then 'unknown'
    else 'available'
  end
$$;
