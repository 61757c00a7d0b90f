-- Privacy: how long things are kept and what was taken away, all of a person's data in one file, and accounts that are gone.

-- A deleted account is a number and nothing more: bookings and money lead to it, and it leads to nobody.
alter table users add column gone_at timestamptz;
alter table users add constraint user_gone check (gone_at is null or (disabled_at is not null and verified_at is null
  and seen_at is null and password = '' and first_name = '' and last_name = '' and phone = '' and region = ''
  and address = '' and username like 'gone-%' and email = username || '@gone.invalid'));

-- What a rule, or somebody, took away.
create table deletions (
  id bigint generated always as identity constraint deletions_pkey primary key,
  class text not null,                   -- of data: the name of a rule in the program, or account
  rule text not null,                    -- in words, as it stood
  until timestamptz,                     -- what was older is gone; null: not by age
  n bigint not null,                     -- rows that went, or lost what was personal in them
  at timestamptz not null,               -- when it began
  ended_at timestamptz not null,
  constraint deletions_n check (n >= 0),
  constraint deletions_order check (ended_at >= at)
);
create index deletions_of_class on deletions (class, id);
create index deletions_by_age on deletions (at);

-- A person's own file with all there is about them: asked for, gathered by the worker, fetched by the same log-in, gone.
create table data_files (
  id bigint generated always as identity constraint data_files_pkey primary key,
  user_id bigint not null constraint data_files_user references users (id) on delete cascade,
  session_id bigint not null constraint data_files_session references sessions (id) on delete cascade,
  asked_at timestamptz not null,
  ready_at timestamptz,
  bytes bigint not null default 0,
  fetched_at timestamptz,                -- the last time
  constraint data_files_bytes check (bytes >= 0)
);
create index data_files_of_user on data_files (user_id, id);
create index data_files_of_session on data_files (session_id);
create index data_files_by_age on data_files (asked_at);

-- In pieces, so that neither who writes nor who checks holds all of it.
create table data_file_parts (
  file_id bigint not null constraint data_file_parts_file references data_files (id) on delete cascade,
  position integer not null,
  body text not null,
  constraint data_file_parts_pkey primary key (file_id, position)
);

-- The audit log is append only, but words and addresses of people may be taken off: by a rule of retention, or when an
-- account is deleted.  Who did what to what, and when, stays.
create or replace function audit_stays() returns trigger language plpgsql as $$
begin
  if current_setting('parking.retention', true) = 'on' then
    if tg_op = 'DELETE' then
      return old;
    end if;
    if tg_op = 'UPDATE' and new.detail in (old.detail, '') and new.address in (old.address, '')
      and (new.id, new.at, new.user_id, new.api_key_id, new.action, new.subject, new.subject_id, new.request_id)
        is not distinct from (old.id, old.at, old.user_id, old.api_key_id, old.action, old.subject, old.subject_id, old.request_id) then
      return new;
    end if;
  end if;
  raise exception 'the audit log is append only' using constraint = 'audit_append_only';
end $$;
create index audit_with_address on audit (at) where address <> '';

-- Whose messages are whose, and which are old.
create index outbox_of_user on outbox (user_id, id) where user_id is not null;
create index outbox_by_age on outbox (created_at);
create index outbox_with_words on outbox (created_at) where body <> '';
create index inbox_events_with_body on inbox_events (received_at) where body <> '';

-- What they did is the work of rules of retention now.
delete from jobs where kind in ('accounts_sweep', 'notices_sweep', 'jobs_sweep', 'requests_forget');

-- Notices about one's own account: a file is ready.
alter table notices drop constraint notices_kind_known;
alter table notices add constraint notices_kind_known check (kind in
  ('reservation_starts', 'reservation_ends', 'payment', 'refund', 'cancellation', 'report', 'account', 'device', 'news'));

-- How many rows of each class a file holds.
create table data_file_counts (
  file_id bigint not null constraint data_file_counts_file references data_files (id) on delete cascade,
  class text not null,
  n bigint not null,
  constraint data_file_counts_pkey primary key (file_id, class)
);

-- An instant as it is spoken outside.
create function utc_text(at timestamptz) returns text language sql immutable parallel safe as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;
