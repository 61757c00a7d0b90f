-- Files that people and cameras sent, by the key under which they are kept.

create table stored (
  key text constraint stored_pkey primary key,
  type text not null,
  bytes bigint not null,
  sha256 text not null,
  created_at timestamptz not null,
  sent_at timestamptz,                   -- it is in the bucket; null: only under DATA_DIR
  constraint stored_key_form check (key ~ '^[a-z]+/[0-9a-f]{2}/[0-9a-f]{32}[.][a-z]+$'),
  constraint stored_bytes_positive check (bytes > 0)
);
create index stored_unsent on stored (created_at) where sent_at is null;
