-- Tariffs: every statement of this slice.  See src/tools/sqlgen.c.
--include tariffs/tables.h
--include tariffs/terms.h

-- A line as struct stored_line has it, of tariff t, version v.
--part line_of
select t.id as tariff_id, t.name, t.currency, v.id as version_id, v.number, v.created_at as since, v.in_force_from as begins,
  l.kind, l.minutes, l.price, l.days, l.from_minute, l.until_minute

-- In force is the version whose day came last, and of one day the later version; the first one always was.
--: lines_of_current(ints tariff_ids, instant now) -> many stored_line, planned once
--= line_of
from tariffs t
  join lateral (select w.id, w.number, w.created_at, w.in_force_from from tariff_versions w
    where w.tariff_id = t.id and (w.in_force_from <= $2 or w.number = 1) order by w.in_force_from desc, w.number desc limit 1) v on true
  join tariff_lines l on l.version_id = v.id
where t.id = any ($1)
order by t.id, l.position;

-- The same of one tariff.
--: lines_of_tariff(int tariff_id, instant now) -> many stored_line
--= line_of
from (select w.id, w.tariff_id, w.number, w.created_at, w.in_force_from from tariff_versions w
    where w.tariff_id = $1 and (w.in_force_from <= $2 or w.number = 1) order by w.in_force_from desc, w.number desc limit 1) v
  join tariffs t on t.id = v.tariff_id
  join tariff_lines l on l.version_id = v.id
order by l.position;

--: lines_of_version(int version_id) -> many stored_line
--= line_of
from tariff_versions v
  join tariffs t on t.id = v.tariff_id
  join tariff_lines l on l.version_id = v.id
where v.id = $1
order by l.position;

-- $1 part of the name, $2 currency.
--part tariffs_wanted
where ($1::text is null or position(lower($1) in lower(t.name)) > 0) and ($2::text is null or t.currency = upper($2))

--: lines_of_listed(text? q, text? currency, text sort, int skip, int most, instant now) -> many stored_line
with listed as (
  select t.id, t.name, t.currency, v.id as version_id, v.number, v.created_at, v.in_force_from, row_number() over (order by
  case when $3 = 'name' then lower(t.name) end, case when $3 = '-name' then lower(t.name) end desc,
  case when $3 = 'currency' then t.currency end, case when $3 = '-currency' then t.currency end desc,
  case when $3 = 'version' then v.number end, case when $3 = '-version' then v.number end desc,
  case when $3 = 'since' then v.in_force_from end, case when $3 = '-since' then v.in_force_from end desc,
  case when left($3, 1) <> '-' then t.id end, case when left($3, 1) = '-' then t.id end desc) as nth
  from tariffs t
  join lateral (select w.id, w.number, w.created_at, w.in_force_from from tariff_versions w
    where w.tariff_id = t.id and (w.in_force_from <= $6 or w.number = 1) order by w.in_force_from desc, w.number desc limit 1) v on true
--= tariffs_wanted
    and not t.built_in and t.retired_at is null
  order by nth limit $5 offset $4)
select t.id as tariff_id, t.name, t.currency, t.version_id, t.number, t.created_at as since, t.in_force_from as begins,
  l.kind, l.minutes, l.price, l.days, l.from_minute, l.until_minute
from listed t
join tariff_lines l on l.version_id = t.version_id
order by t.nth, l.position;

--: tariffs_number(text? q, text? currency, int most) -> one number_of
select count(1) as n from (select t.id from tariffs t
--= tariffs_wanted
  and not t.built_in and t.retired_at is null
limit $3) x;

--: tariff_insert(text name, text currency) -> one stored_id
insert into tariffs (name, currency) values ($1, $2) returning id;

--: lines_of_built_in(text name, text currency) -> many stored_line
--= line_of
from tariffs t
  join lateral (select w.id, w.number, w.created_at, w.in_force_from from tariff_versions w where w.tariff_id = t.id
    order by w.number desc limit 1) v on true
  join tariff_lines l on l.version_id = v.id
where t.built_in and t.name = $1 and t.currency = $2
order by l.position;

-- The same row whoever comes first; the update makes the second one wait for the first.
--: tariff_insert_built_in(text name, text currency) -> one stored_id
insert into tariffs (name, currency, built_in) values ($1, $2, true)
on conflict (name, currency) where built_in do update set name = excluded.name
returning id;

--: tariff_lock(int id) -> one stored_head
select t.id, t.currency, t.built_in, t.retired_at is not null as retired, coalesce((select max(v.number) from tariff_versions v where v.tariff_id = t.id), 0) as number
from tariffs t where t.id = $1 for update;

--: tariff_head(int id) -> one stored_head
select t.id, t.currency, t.built_in, t.retired_at is not null as retired, 0::bigint as number from tariffs t where t.id = $1;

-- Nobody retires it until the transaction ends.
--: tariff_offered(int id) -> one stored_head
select t.id, t.currency, t.built_in, t.retired_at is not null as retired, 0::bigint as number from tariffs t where t.id = $1 for key share;

--: tariff_rename(int id, text name) -> none
update tariffs set name = $2 where id = $1 and name <> $2;

--: tariff_set_retired(int id, instant now) -> none
update tariffs set retired_at = $2 where id = $1;

--: version_insert(int tariff_id, int number, instant created_at, instant in_force_from, int? created_by) -> one stored_id
insert into tariff_versions (tariff_id, number, created_at, in_force_from, created_by) values ($1, $2, $3, $4, $5) returning id;

--: lines_insert(int version_id, text kinds, ints minutes, ints prices, ints days, ints froms, ints untils) -> none
insert into tariff_lines (version_id, position, kind, minutes, price, days, from_minute, until_minute)
select $1, u.position, u.kind, u.minutes, u.price, u.days, u.from_minute, u.until_minute
from unnest(string_to_array($2, ' '), $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
  with ordinality as u (kind, minutes, price, days, from_minute, until_minute, position);

--: versions_of(int tariff_id, int limit) -> many tariff_version
select v.id, v.tariff_id, v.number, v.created_at as since, v.in_force_from, coalesce(u.username, '') as author
from tariff_versions v left join users u on u.id = v.created_by
where v.tariff_id = $1 order by v.number desc limit $2;

-- The next version of each that is not in force yet.
--: versions_coming(ints tariff_ids, instant now) -> many tariff_version
select distinct on (v.tariff_id) v.id, v.tariff_id, v.number, v.created_at as since, v.in_force_from, '' as author
from tariff_versions v
where v.tariff_id = any ($1) and v.number > 1 and v.in_force_from > $2
order by v.tariff_id, v.in_force_from, v.number desc;

-- Number 0: the one in force; -1: the latest.
--: lines_of_number(int tariff_id, int number, instant now) -> many stored_line
--= line_of
from tariff_versions v
  join tariffs t on t.id = v.tariff_id
  join tariff_lines l on l.version_id = v.id
where v.tariff_id = $1 and not t.built_in and v.number = case
  when $2 > 0 then $2
  when $2 < 0 then (select max(w.number) from tariff_versions w where w.tariff_id = $1)
  else (select w.number from tariff_versions w where w.tariff_id = $1 and (w.in_force_from <= $3 or w.number = 1)
    order by w.in_force_from desc, w.number desc limit 1) end
order by l.position;

-- Whose pages show it.
--: lots_charging(int tariff_id) -> many charging_lot
select l.id, l.name, l.time_zone from lots l where l.tariff_id = $1 order by l.name, l.id;

-- Whose clock most lots have, those that charge this tariff first.
--: clock_for(int tariff_id) -> many charging_lot
select min(l.id) as id, '' as name, l.time_zone from lots l
group by l.time_zone order by count(*) filter (where l.tariff_id = $1) desc, count(*) desc, min(l.id) limit 1;

-- ---- whole tables, for CSV

--: csv_tariffs_rows(text? q, text? currency) -> each csv_tariffs
select t.id as tariff_id, t.name, t.currency, t.built_in, t.retired_at, v.id as version_id, v.number, v.in_force_from, v.created_at,
  u.username as created_by
from tariff_versions v
join tariffs t on t.id = v.tariff_id
left join users u on u.id = v.created_by
--= tariffs_wanted
order by v.id;

--: csv_tariff_lines_rows() -> each csv_tariff_lines
select l.version_id, l.position, l.kind, l.minutes, l.price, t.currency, l.days, l.from_minute, l.until_minute
from tariff_lines l
join tariff_versions v on v.id = l.version_id
join tariffs t on t.id = v.tariff_id
order by l.version_id, l.position;
