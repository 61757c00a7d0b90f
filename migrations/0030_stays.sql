-- Stays: a car in a lot, from entry to exit.

create table stays (
  id bigint generated always as identity primary key,
  lot_id bigint not null constraint stays_lot references lots (id),
  slot_id bigint constraint stays_slot references slots (id),  -- null: let in although no slot was free
  plate text not null,                   -- normalised; '' only of one whose entry nobody saw
  plate_typed text not null,             -- as it was typed or read
  vehicle_id bigint constraint stays_vehicle references vehicles (id) on delete set null,
  user_id bigint constraint stays_user references users (id),  -- whose vehicle or booking it is; null: nobody we know
  reservation_id bigint constraint stays_reservation references reservations (id),
  source text not null,
  entered_at timestamptz not null,
  left_at timestamptz,
  status text not null default 'open',
  closed_how text not null default '',
  reason text not null default '',       -- in an operator's words, where it did not end by driving out
  tariff_version_id bigint not null,     -- of the entry, or of the booking
  currency text not null,
  fee bigint,                            -- minor units: what it cost in all; null until it is closed
  booked bigint not null default 0,      -- so much of the fee is the booking's price
  entered_by bigint constraint stays_entered_by references users (id),
  left_by bigint constraint stays_left_by references users (id),
  constraint stays_plate_form check (plate ~ '^[[:alnum:]]*$' and (plate <> '' or closed_how = 'no_entry')),
  constraint stays_source_known check (source in ('gate', 'api', 'camera', 's0', 's3')),
  constraint stays_status_known check (status in ('open', 'closed', 'void')),
  constraint stays_left check ((left_at is null) = (status = 'open')),
  constraint stays_order check (left_at >= entered_at),
  constraint stays_fee_told check ((fee is not null) = (status = 'closed')),
  constraint stays_fee_range check (fee between 0 and 1000000000000000),
  constraint stays_booked_range check (booked between 0 and coalesce(fee, 0)),
  constraint stays_closed_how check (case status when 'closed'
    then closed_how in ('exit', 'lost_ticket', 'unseen', 'waived', 'no_entry') else closed_how = '' end),
  constraint stays_reason_told check (reason <> '' or closed_how in ('', 'exit')),
  constraint stays_currency_form check (currency ~ '^[A-Z]{3}$')
);

-- One car is in one place, and one place has one car.
create unique index stays_open_plate on stays (plate) where status = 'open';
create unique index stays_open_vehicle on stays (vehicle_id) where status = 'open' and vehicle_id is not null;
create unique index stays_open_slot on stays (slot_id) where status = 'open' and slot_id is not null;
create unique index stays_of_reservation on stays (reservation_id) where reservation_id is not null and status <> 'void';

create index stays_of_plate on stays (plate, entered_at);
create index stays_of_lot on stays (lot_id, entered_at);
create index stays_left_of_lot on stays (lot_id, left_at) where left_at is not null;
create index stays_newest on stays (entered_at, id);
create index stays_of_user on stays (user_id, entered_at) where user_id is not null;
create index stays_slot on stays (slot_id) where slot_id is not null;
create index stays_vehicle on stays (vehicle_id) where vehicle_id is not null;
create index stays_open on stays (entered_at) where status = 'open';

-- What came through a gate and stands on a slot at this moment.  `since`: until then its booking accounts for it; `until`:
-- when that stops being known.
create view slots_occupied as
select s.slot_id, s.id as stay_id, s.reservation_id,
  coalesce(case when r.slot_id = s.slot_id then r.ends end, s.entered_at) as since, timestamptz 'infinity' as until
from stays s
left join reservations r on r.id = s.reservation_id
where s.status = 'open' and s.slot_id is not null;

-- Until when a slot is not given to others: nobody knows when a car leaves that has no booking, so for an hour, and if
-- it has been there for longer, for as long again.
create function kept_until(since timestamptz, at timestamptz) returns timestamptz language sql immutable parallel safe as $$
  select at + greatest(interval '60 minutes', at - since)
$$;

-- For the gate: whose booking is this plate's?
create index reservations_of_plate on reservations (plate, starts) where status in ('confirmed', 'checked_in');
