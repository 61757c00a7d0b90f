-- Anomalies: what is not as it should be, each once, until somebody has looked into it.

create table anomalies (
  id bigint generated always as identity primary key,
  kind text not null,
  key text not null constraint anomalies_once unique,  -- what makes it one and the same: "duplicate_entry:12"
  lot_id bigint constraint anomalies_lot references lots (id) on delete cascade,
  stay_id bigint constraint anomalies_stay references stays (id),
  subject text not null default '',      -- what else it is about: device, camera, plate_read …
  subject_id bigint,
  plate text not null default '',
  detail text not null default '',
  times integer not null default 1,      -- how often it was found
  raised_at timestamptz not null,
  last_at timestamptz not null,
  state text not null default 'open',
  acknowledged_at timestamptz,
  acknowledged_by bigint constraint anomalies_acknowledged_by references users (id),
  closed_at timestamptz,
  closed_by bigint constraint anomalies_closed_by references users (id),
  reason text not null default '',       -- why it was closed
  constraint anomalies_kind_form check (kind ~ '^[a-z_]{1,40}$'),
  constraint anomalies_state_known check (state in ('open', 'acknowledged', 'closed')),
  constraint anomalies_acknowledged check (acknowledged_at is not null or state <> 'acknowledged'),
  constraint anomalies_closed check ((closed_at is not null) = (state = 'closed')),
  constraint anomalies_reason check ((reason <> '') = (state = 'closed'))
);
create index anomalies_newest on anomalies (raised_at, id);
create index anomalies_unclosed on anomalies (lot_id, raised_at) where state <> 'closed';
create index anomalies_of_stay on anomalies (stay_id) where stay_id is not null;
create index anomalies_of_plate on anomalies (plate) where plate <> '';
