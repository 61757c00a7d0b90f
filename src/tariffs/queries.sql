-- Tariffs: every statement of this slice.  See src/tools/sqlgen.c.
--include tariffs/terms.h

--: lines_of_current(ints tariff_ids) -> many stored_line
select t.id as tariff_id, t.name, t.currency, v.id as version_id, v.number, v.created_at as since,
  l.kind, l.minutes, l.price, l.days, l.from_minute, l.until_minute
from tariffs t
  join lateral (select w.id, w.number, w.created_at from tariff_versions w where w.tariff_id = t.id
    order by w.number desc limit 1) v on true
  join tariff_lines l on l.version_id = v.id
where t.id = any ($1)
order by t.id, l.position;

--: lines_of_version(int version_id) -> many stored_line
select t.id as tariff_id, t.name, t.currency, v.id as version_id, v.number, v.created_at as since,
  l.kind, l.minutes, l.price, l.days, l.from_minute, l.until_minute
from tariff_versions v
  join tariffs t on t.id = v.tariff_id
  join tariff_lines l on l.version_id = v.id
where v.id = $1
order by l.position;

--: lines_of_listed(int after, int limit) -> many stored_line
with listed as (
  select t.id, t.name, t.currency from tariffs t where not t.built_in and t.retired_at is null and t.id > $1 order by t.id limit $2)
select t.id as tariff_id, t.name, t.currency, v.id as version_id, v.number, v.created_at as since,
  l.kind, l.minutes, l.price, l.days, l.from_minute, l.until_minute
from listed t
  join lateral (select w.id, w.number, w.created_at from tariff_versions w where w.tariff_id = t.id
    order by w.number desc limit 1) v on true
  join tariff_lines l on l.version_id = v.id
order by t.id, l.position;

--: tariff_insert(text name, text currency) -> one stored_id
insert into tariffs (name, currency) values ($1, $2) returning id;

--: lines_of_built_in(text name, text currency) -> many stored_line
select t.id as tariff_id, t.name, t.currency, v.id as version_id, v.number, v.created_at as since,
  l.kind, l.minutes, l.price, l.days, l.from_minute, l.until_minute
from tariffs t
  join lateral (select w.id, w.number, w.created_at from tariff_versions w where w.tariff_id = t.id
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

--: tariff_rename(int id, text name) -> none
update tariffs set name = $2 where id = $1 and name <> $2;

--: tariff_set_retired(int id, instant now) -> none
update tariffs set retired_at = $2 where id = $1;

--: version_insert(int tariff_id, int number, instant created_at, int? created_by) -> one stored_id
insert into tariff_versions (tariff_id, number, created_at, created_by) values ($1, $2, $3, $4) returning id;

--: lines_insert(int version_id, text kinds, ints minutes, ints prices, ints days, ints froms, ints untils) -> none
insert into tariff_lines (version_id, position, kind, minutes, price, days, from_minute, until_minute)
select $1, u.position, u.kind, u.minutes, u.price, u.days, u.from_minute, u.until_minute
from unnest(string_to_array($2, ' '), $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
  with ordinality as u (kind, minutes, price, days, from_minute, until_minute, position);

--: versions_of(int tariff_id, int limit) -> many tariff_version
select v.id, v.tariff_id, v.number, v.created_at as since, coalesce(u.username, '') as author
from tariff_versions v left join users u on u.id = v.created_by
where v.tariff_id = $1 order by v.number desc limit $2;

-- Number 0: the latest.
--: lines_of_number(int tariff_id, int number) -> many stored_line
select t.id as tariff_id, t.name, t.currency, v.id as version_id, v.number, v.created_at as since,
  l.kind, l.minutes, l.price, l.days, l.from_minute, l.until_minute
from tariff_versions v
  join tariffs t on t.id = v.tariff_id
  join tariff_lines l on l.version_id = v.id
where v.tariff_id = $1 and not t.built_in and v.number = case when $2 > 0 then $2
  else (select max(w.number) from tariff_versions w where w.tariff_id = $1) end
order by l.position;

-- Whose pages show it.
--: lots_charging(int tariff_id) -> many charging_lot
select l.id, l.name, l.time_zone from lots l where l.tariff_id = $1 order by l.name, l.id;

-- Whose clock most lots have, those that charge this tariff first.
--: clock_for(int tariff_id) -> many charging_lot
select min(l.id) as id, '' as name, l.time_zone from lots l
group by l.time_zone order by count(*) filter (where l.tariff_id = $1) desc, count(*) desc, min(l.id) limit 1;
