-- The gate: where operators sit, and their shifts.

create table gate_places (
  user_id bigint constraint gate_places_pkey primary key constraint gate_places_user references users (id) on delete cascade,
  lot_id bigint not null constraint gate_places_lot references lots (id) on delete cascade
);

-- A shift that was closed; the next one begins where it ended.  What was taken in it is asked of the books.
create table gate_shifts (
  id bigint generated always as identity primary key,
  user_id bigint not null constraint gate_shifts_user references users (id),
  begun_at timestamptz not null,
  ended_at timestamptz not null,
  currency text not null,                -- of the cash that was counted
  cash bigint not null,                  -- what the books say was taken in cash, less what was handed out
  counted bigint not null,               -- what lay in the till
  note text not null default '',
  constraint gate_shifts_order check (ended_at > begun_at),
  constraint gate_shifts_currency_form check (currency ~ '^[A-Z]{3}$'),
  constraint gate_shifts_counted_range check (counted between 0 and 1000000000000000)
);
create index gate_shifts_of_user on gate_shifts (user_id, ended_at);
create index gate_shifts_newest on gate_shifts (ended_at, id);

-- What an operator took since when.
create index payments_recorded on payments (recorded_by, paid_at) where recorded_by is not null;
create index refunds_handed_out on refunds (made_by, done_at) where made_by is not null;
create index stays_let_in on stays (entered_by, entered_at) where entered_by is not null;
create index stays_let_out on stays (left_by, left_at) where left_by is not null;
