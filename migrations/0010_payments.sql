-- Money: what is owed (charges), what was paid, what came back, and the receipts for both.
--
-- Every total anywhere is a sum over the view `ledger`.

alter table lots add column tax_basis_points integer not null default 0
  constraint lots_tax_range check (tax_basis_points between 0 and 9999);  -- prices include it: 1900 is 19 %

create table charges (
  id bigint generated always as identity primary key,
  reservation_id bigint constraint charges_reservation references reservations (id),
  stay_id bigint,                        -- of a car that came without a booking
  user_id bigint constraint charges_user references users (id),  -- null: nobody we know
  lot_id bigint not null constraint charges_lot references lots (id),
  kind text not null,
  amount bigint not null,                -- minor units, tax included
  currency text not null,
  tax_basis_points integer not null,     -- the lot's, when it was made
  state text not null default 'open',
  made_at timestamptz not null,
  settled_at timestamptz,
  constraint charges_kind_known check (kind in ('booking', 'extension', 'exit')),
  constraint charges_amount_range check (amount between 1 and 1000000000000000),
  constraint charges_currency_form check (currency ~ '^[A-Z]{3}$'),
  constraint charges_tax_range check (tax_basis_points between 0 and 9999),
  constraint charges_state_known check (state in ('open', 'settled', 'void')),
  constraint charges_settled check ((settled_at is not null) = (state = 'settled')),
  constraint charges_of_something check (reservation_id is not null or stay_id is not null)
);
create index charges_of_reservation on charges (reservation_id) where reservation_id is not null;
create index charges_of_stay on charges (stay_id) where stay_id is not null;
create index charges_of_user on charges (user_id, id) where user_id is not null;
create index charges_of_lot on charges (lot_id);
create unique index charges_one_open on charges (reservation_id) where state = 'open';
create unique index charges_one_booking on charges (reservation_id) where kind = 'booking' and state <> 'void';

-- One attempt to pay a charge, or a part of it.
create table payments (
  id bigint generated always as identity primary key,
  charge_id bigint not null constraint payments_charge references charges (id),
  method text not null,
  status text not null,
  amount bigint not null,
  currency text not null,
  refunded bigint not null default 0,    -- sum of its refunds that are pending or done
  attempt text constraint payments_attempt_unique unique,       -- online: what the provider knows it by; no two alike
  attempts integer not null default 0,   -- how often the provider broke while it was asked for a checkout
  provider_ref text constraint payments_provider_ref_unique unique,  -- cs_…: the checkout
  intent_ref text,                       -- pi_…: what a refund names
  checkout_url text not null default '',
  ask_at timestamptz,                    -- when the worker asks the provider what became of it
  error text not null default '',        -- in the provider's words
  created_at timestamptz not null,
  paid_at timestamptz,
  recorded_by bigint constraint payments_recorded_by references users (id),
  constraint payments_method_known check (method in ('cash', 'card', 'online')),
  constraint payments_status_known check (status in ('pending', 'paid', 'failed', 'void')),
  constraint payments_amount_range check (amount between 1 and 1000000000000000),
  constraint payments_currency_form check (currency ~ '^[A-Z]{3}$'),
  constraint payments_refund_range check (refunded between 0 and amount),
  constraint payments_refund_of_paid check (refunded = 0 or status = 'paid'),
  constraint payments_paid check ((paid_at is not null) = (status = 'paid')),
  constraint payments_online check ((method = 'online') = (attempt is not null)),
  constraint payments_recorded check (method = 'online' or recorded_by is not null),
  constraint payments_by_hand_paid check (method = 'online' or status in ('paid', 'void'))
);
create index payments_of_charge on payments (charge_id);
create unique index payments_one_pending on payments (charge_id) where status = 'pending';
create index payments_to_ask on payments (ask_at) where status = 'pending';
create index payments_paid_at on payments (paid_at, id) where status = 'paid';
create index payments_newest on payments (created_at, id);

create table refunds (
  id bigint generated always as identity primary key,
  payment_id bigint not null constraint refunds_payment references payments (id),
  amount bigint not null,
  currency text not null,
  status text not null default 'pending',
  attempts integer not null default 0,   -- how often the provider broke while it was asked
  provider_ref text constraint refunds_provider_ref_unique unique,  -- re_…
  error text not null default '',
  reason text not null,
  made_at timestamptz not null,
  done_at timestamptz,
  made_by bigint constraint refunds_made_by references users (id),  -- null: by a rule
  constraint refunds_amount_range check (amount between 1 and 1000000000000000),
  constraint refunds_currency_form check (currency ~ '^[A-Z]{3}$'),
  constraint refunds_status_known check (status in ('pending', 'done', 'failed')),
  constraint refunds_done check ((done_at is not null) = (status = 'done')),
  constraint refunds_reason_length check (char_length(reason) between 1 and 200)
);
create index refunds_of_payment on refunds (payment_id);
create index refunds_done_at on refunds (done_at, id) where status = 'done';
create index refunds_pending on refunds (id) where status = 'pending';

-- One for each payment and each refund, numbered without a gap in each year.  What stood on it when it was given stays.
create table receipts (
  id bigint generated always as identity primary key,
  number text not null constraint receipts_number_unique unique,  -- R-2026-000123
  payment_id bigint constraint receipts_payment references payments (id),
  refund_id bigint constraint receipts_refund references refunds (id),
  user_id bigint constraint receipts_user references users (id),
  user_name text not null default '',
  kind text not null,                    -- of the charge: booking, extension, exit
  method text not null,
  amount bigint not null,                -- minor units, tax included; of a refund negative
  currency text not null,
  tax_basis_points integer not null,
  tax bigint not null,                   -- contained in the amount; of a refund negative
  lot_id bigint not null constraint receipts_lot references lots (id),
  lot_name text not null,
  lot_address text not null default '',
  lot_city text not null default '',
  time_zone text not null,
  slot_label text not null default '',
  plate text not null default '',
  starts timestamptz,
  ends timestamptz,
  issued_at timestamptz not null,
  constraint receipts_number_form check (number ~ '^R-[0-9]{4}-[0-9]{6,}$'),
  constraint receipts_of_one check ((payment_id is null) <> (refund_id is null)),
  constraint receipts_sign check (case when payment_id is null then amount < 0 and tax <= 0 else amount > 0 and tax >= 0 end),
  constraint receipts_tax_part check (abs(tax) < abs(amount) or tax = 0)
);
create unique index receipts_of_payment on receipts (payment_id) where payment_id is not null;
create unique index receipts_of_refund on receipts (refund_id) where refund_id is not null;
create index receipts_of_user on receipts (user_id, id) where user_id is not null;

-- The last number given in a year.  Locked last of all rows in a transaction, and held to its end: no number is lost.
create table receipt_numbers (
  year integer primary key,
  last bigint not null,
  constraint receipt_numbers_range check (year between 1970 and 9999 and last > 0)
);

-- What a provider told us, once each, as it came.
create table inbox_events (
  id bigint generated always as identity primary key,
  provider text not null,
  event_id text not null,
  type text not null,
  body text not null,
  payment_id bigint constraint inbox_events_payment references payments (id),  -- null: it concerns none of ours
  received_at timestamptz not null,
  done_at timestamptz,
  error text not null default '',
  constraint inbox_events_once unique (provider, event_id)
);
create index inbox_events_of_payment on inbox_events (payment_id, id) where payment_id is not null;
create index inbox_events_received on inbox_events (received_at);

-- The tax in an amount that includes it, rounded half up.  Without leaving 64 bits: the amount is cut in two.
create function tax_within(amount bigint, basis_points integer) returns bigint language sql immutable parallel safe as $$
  select (amount / (10000 + basis_points)) * basis_points
    + (2 * (amount % (10000 + basis_points)) * basis_points + 10000 + basis_points) / (2 * (10000 + basis_points))
$$;

-- Every total anywhere comes from here: what was paid, when it was, and what went back, negative, when it did.
create view ledger as
select p.paid_at as at, (p.paid_at at time zone l.time_zone)::date as day,
  date_trunc('month', p.paid_at at time zone l.time_zone)::date as month,
  'payment' as kind, p.method, p.amount, p.currency, c.lot_id, c.user_id, c.id as charge_id, p.id as payment_id,
  null::bigint as refund_id, c.reservation_id, c.stay_id
from payments p
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
where p.status = 'paid'
union all
select r.done_at, (r.done_at at time zone l.time_zone)::date,
  date_trunc('month', r.done_at at time zone l.time_zone)::date,
  'refund', p.method, -r.amount, r.currency, c.lot_id, c.user_id, c.id, p.id,
  r.id, c.reservation_id, c.stay_id
from refunds r
join payments p on p.id = r.payment_id
join charges c on c.id = p.charge_id
join lots l on l.id = c.lot_id
where r.status = 'done';
