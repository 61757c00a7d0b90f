-- The monthly report: who got which, and how far a month's round has come.

-- Who is written to when a month is over.  One round a month.
create table report_rounds (
  month date constraint report_rounds_pkey primary key,
  state text not null default 'running',
  people bigint not null,                -- who could get one, when it began
  looked bigint not null default 0,      -- of them, those it has come past
  last_user bigint not null default 0,   -- up to this one
  mailed bigint not null default 0,      -- reports written so far
  declined bigint not null default 0,    -- people with something to report who want no mail, or cannot get one
  pace_at timestamptz not null,          -- nothing is written before
  begun_at timestamptz not null,
  touched_at timestamptz not null,
  done_at timestamptz,
  begun_by bigint constraint report_rounds_begun_by references users (id) on delete set null,  -- null: by itself
  constraint report_rounds_month check (month = date_trunc('month', month)::date),
  constraint report_rounds_state_known check (state in ('running', 'stopped', 'done')),
  constraint report_rounds_done check ((done_at is not null) = (state = 'done')),
  constraint report_rounds_counts check (people >= 0 and looked >= 0 and mailed >= 0 and declined >= 0)
);

-- That somebody's report of a month was written, together with its mail: once, for ever.
create table report_runs (
  user_id bigint not null constraint report_runs_user references users (id) on delete cascade,
  month date not null,
  kind text not null,                    -- own: one's own parking; business: the house's, to admins
  made_at timestamptz not null,
  constraint report_runs_once primary key (user_id, month, kind),
  constraint report_runs_month check (month = date_trunc('month', month)::date),
  constraint report_runs_kind_known check (kind in ('own', 'business'))
);
create index report_runs_of_month on report_runs (month, kind);

-- Who said whether they want the monthly mail.  Without a row they do.
create table report_choices (
  user_id bigint constraint report_choices_pkey primary key constraint report_choices_user references users (id) on delete cascade,
  wanted boolean not null,
  chosen_at timestamptz not null
);
