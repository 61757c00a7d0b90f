-- Reservations: a slot, kept for somebody from one time to another.

create table reservations (
  id bigint generated always as identity primary key,
  lot_id bigint not null constraint reservations_lot references lots (id),
  slot_id bigint not null constraint reservations_slot references slots (id),
  user_id bigint not null constraint reservations_user references users (id),
  vehicle_id bigint constraint reservations_vehicle references vehicles (id) on delete set null,
  plate text not null default '',        -- normalised; '' until the person tells
  plate_typed text not null default '',  -- as it was typed
  starts timestamptz not null,
  ends timestamptz not null,
  during tstzrange not null generated always as (tstzrange(starts, ends)) stored,
  status text not null default 'held',
  hold_until timestamptz,                -- a hold is no longer one from this moment on, swept or not
  pay text not null default '',          -- exit, online; '' until confirmed
  tariff_version_id bigint,              -- null: the built-in tariff
  price bigint not null,                 -- minor units
  currency text not null,
  refund bigint not null default 0,      -- what came back when it was cancelled
  cancel_until timestamptz not null,     -- the lot's rules, as they stood when the hold was made
  refund_percent integer not null,
  no_show_at timestamptz not null,
  created_at timestamptz not null,
  confirmed_at timestamptz,
  checked_in_at timestamptz,
  ended_at timestamptz,

  constraint reservations_time_order check (starts < ends),
  constraint reservations_plate_form check (char_length(plate) <= 20 and char_length(plate_typed) <= 20),
  constraint reservations_price_range check (price >= 0 and refund between 0 and price),
  constraint reservations_currency_form check (currency ~ '^[A-Z]{3}$'),
  constraint reservations_refund_percent check (refund_percent between 0 and 100),
  constraint reservations_pay_known check (pay in ('', 'exit', 'online')),
  constraint reservations_status_known check (status in
    ('held', 'confirmed', 'checked_in', 'completed', 'cancelled', 'expired', 'no_show')),
  -- How it got where it is: held → confirmed → checked_in → completed; or cancelled, expired, no_show.
  constraint reservations_way check (case status
    when 'held' then hold_until is not null and confirmed_at is null and checked_in_at is null
    when 'expired' then hold_until is not null and confirmed_at is null and checked_in_at is null
    when 'confirmed' then confirmed_at is not null and checked_in_at is null
    when 'no_show' then confirmed_at is not null and checked_in_at is null
    when 'checked_in' then confirmed_at is not null and checked_in_at is not null
    when 'completed' then confirmed_at is not null and checked_in_at is not null
    else checked_in_at is null end),
  constraint reservations_pay_told check (confirmed_at is null or pay <> ''),
  constraint reservations_ended check ((ended_at is null) = (status in ('held', 'confirmed', 'checked_in'))),
  constraint reservations_refund_of_cancelled check (refund = 0 or status = 'cancelled'),

  -- Two live reservations of one slot never overlap.
  constraint reservations_no_overlap exclude using gist (slot_id with =, during with &&)
    where (status in ('held', 'confirmed', 'checked_in'))
);

-- For the search for free slots: who asks says `status in ('held', 'confirmed', 'checked_in')`, bounds starts
-- from below by the longest booking, and passes over a hold that has ended (hold_until <= now).
create index reservations_live on reservations (slot_id, starts) include (ends, status, hold_until)
  where status in ('held', 'confirmed', 'checked_in');
create index reservations_of_user on reservations (user_id, starts, id);
create index reservations_live_of_user on reservations (user_id)
  where status in ('held', 'confirmed', 'checked_in');
create index reservations_of_lot on reservations (lot_id, starts);
create index reservations_of_vehicle on reservations (vehicle_id) where vehicle_id is not null;
create index reservations_holds_due on reservations (hold_until) where status = 'held';
create index reservations_no_shows_due on reservations (no_show_at) where status = 'confirmed';
create index reservations_ends_due on reservations (ends) where status = 'checked_in';
