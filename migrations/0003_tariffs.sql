-- Tariffs, their numbered versions, and the lines of each.  What each kind of line means stands in src/tariffs/tariffs.h.

create table tariffs (
  id bigint generated always as identity primary key,
  name text not null,
  currency text not null,
  built_in boolean not null default false,  -- made from a setting for bookings to keep; shown to nobody as a tariff
  created_at timestamptz not null default now(),
  constraint tariffs_name_length check (char_length(name) between 1 and 100),
  constraint tariffs_currency_form check (currency ~ '^[A-Z]{3}$')
);
create unique index tariffs_name_unique on tariffs (lower(name)) where not built_in;
create unique index tariffs_built_in_unique on tariffs (name, currency) where built_in;

create table tariff_versions (
  id bigint generated always as identity primary key,
  tariff_id bigint not null constraint tariff_versions_tariff references tariffs (id),
  number integer not null,
  created_at timestamptz not null,
  created_by bigint constraint tariff_versions_author references users (id) on delete set null,
  constraint tariff_versions_number_positive check (number > 0),
  constraint tariff_versions_number_unique unique (tariff_id, number)
);
create index tariff_versions_author on tariff_versions (created_by);

create table tariff_lines (
  version_id bigint not null constraint tariff_lines_version references tariff_versions (id),
  position integer not null,
  kind text not null,
  minutes integer not null,
  price bigint not null,
  days integer not null default 0,        -- bit 0 is Sunday; 0: no window
  from_minute integer not null default 0, -- after midnight on the lot's clock
  until_minute integer not null default 0,
  constraint tariff_lines_pkey primary key (version_id, position),
  constraint tariff_lines_kind_known check (kind in ('grace', 'first', 'step', 'minute', 'cap', 'lost')),
  constraint tariff_lines_minutes_range check (minutes between 0 and 525600),
  constraint tariff_lines_length_given check (minutes > 0 or kind in ('cap', 'lost')),
  constraint tariff_lines_cap_length check (kind <> 'cap' or minutes in (0, 1440)),
  constraint tariff_lines_price_range check (price between 0 and 1000000000),
  constraint tariff_lines_window_range check (days between 0 and 127 and from_minute between 0 and 1439
    and until_minute between 0 and 1439),
  constraint tariff_lines_window_kind check (days = 0 or kind in ('step', 'minute'))
);

-- A booking is priced by the version it was made with, so a version never changes.
create function tariff_version_stands() returns trigger language plpgsql as $$
begin
  raise exception 'a published tariff never changes' using errcode = 'check_violation', constraint = 'tariff_version_stands';
end $$;
create trigger tariff_lines_stand before update or delete on tariff_lines
  for each row execute function tariff_version_stands();
create trigger tariff_versions_stand before update of id, tariff_id, number, created_at or delete on tariff_versions
  for each row execute function tariff_version_stands();
