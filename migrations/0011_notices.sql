-- Notices: what people are told, in the list, live, by e-mail and by SMS.

create table notices (
  id bigint generated always as identity primary key,
  user_id bigint constraint notices_user references users (id) on delete cascade,  -- null: to many
  region text not null default '',       -- to all of it; '' with no user: to the staff
  kind text not null,
  words text not null,
  link text not null default '',         -- an address of ours that it is about
  once text constraint notices_once unique,  -- dedupe key
  made_by bigint constraint notices_made_by references users (id) on delete set null,
  created_at timestamptz not null,
  constraint notices_region_form check (region ~ '^[a-z0-9-]{0,64}$'),
  constraint notices_to_one_or_many check (user_id is null or region = ''),
  constraint notices_kind_known check (kind in
    ('reservation_starts', 'reservation_ends', 'payment', 'refund', 'cancellation', 'report', 'device', 'news')),
  constraint notices_words_length check (char_length(words) between 1 and 2000),
  constraint notices_link_ours check (link = '' or link like '/%')
);
create index notices_by_age on notices (created_at);

-- In whose list a notice stands, and since when it is read.
create table notice_readers (
  notice_id bigint not null constraint notice_readers_notice references notices (id) on delete cascade,
  user_id bigint not null constraint notice_readers_user references users (id) on delete cascade,
  read_at timestamptz,
  constraint notice_readers_pkey primary key (user_id, notice_id)
);
create index notice_readers_unread on notice_readers (user_id, notice_id) where read_at is null;
create index notice_readers_of_notice on notice_readers (notice_id);

-- Who wants which kind how, beside the list.  Without a row: as the kind is usually sent.
create table notice_choices (
  user_id bigint not null constraint notice_choices_user references users (id) on delete cascade,
  kind text not null,
  mail boolean not null,
  sms boolean not null,
  constraint notice_choices_pkey primary key (user_id, kind)
);

-- What lets a browser open a WebSocket once, where it can send neither cookie nor Authorization.
create table socket_tickets (
  hash text constraint socket_tickets_pkey primary key,
  session_id bigint not null constraint socket_tickets_session references sessions (id) on delete cascade,
  expires_at timestamptz not null
);
create index socket_tickets_ended on socket_tickets (expires_at);

-- A text message's number at the provider, by which it tells what became of it.
alter table outbox add column provider_ref text constraint outbox_provider_ref_once unique;

-- Reminders look for what begins soon.
create index reservations_starting on reservations (starts) where status = 'confirmed';
create index reservations_ending on reservations (ends) where status in ('confirmed', 'checked_in');
