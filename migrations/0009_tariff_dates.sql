-- A version of a tariff may be published before it counts: it is in force from its day until another one's comes.

alter table tariff_versions add column in_force_from timestamptz;
update tariff_versions set in_force_from = created_at;
alter table tariff_versions
  alter column in_force_from set not null,
  add constraint tariff_versions_begin_after check (in_force_from >= created_at);
create index tariff_versions_in_force on tariff_versions (tariff_id, in_force_from, number);

-- Who names no day means at once; so does a server of the release before this one.
create function tariff_version_begins() returns trigger language plpgsql as $$
begin
  new.in_force_from := coalesce(new.in_force_from, new.created_at);
  return new;
end $$;
create trigger tariff_versions_begin before insert on tariff_versions
  for each row execute function tariff_version_begins();

drop trigger tariff_versions_stand on tariff_versions;
create trigger tariff_versions_stand before update of id, tariff_id, number, created_at, in_force_from or delete on tariff_versions
  for each row execute function tariff_version_stands();
