-- Anomalies: every statement of this slice.  See src/tools/sqlgen.c.
--include anomalies/tables.h
--include anomalies/anomalies.h

-- Found again, it is counted, and stays what it was.
--: anomaly_put(text kind, text key, int? lot_id, int? stay_id, text subject, int? subject_id, text plate, text detail, instant now) -> one anomaly_id
insert into anomalies as a (kind, key, lot_id, stay_id, subject, subject_id, plate, detail, raised_at, last_at)
values ($1, $1 || ':' || $2, $3, $4, $5, $6, $7, $8, $9, $9)
on conflict (key) do update set times = a.times + 1, last_at = greatest(a.last_at, excluded.last_at)
returning a.id, a.times;

-- An anomaly as struct anomaly has it, with its lot and its people.
--part anomaly_row
select a.id, a.kind, a.lot_id, a.stay_id, coalesce(l.name, '') as lot_name, coalesce(l.time_zone, 'UTC') as time_zone,
  a.subject, a.subject_id, a.plate, a.detail, a.times, a.raised_at, a.last_at, a.state, a.acknowledged_at, a.closed_at,
  coalesce(nullif(trim(k.first_name || ' ' || k.last_name), ''), k.username, '') as acknowledged_by_name,
  coalesce(nullif(trim(d.first_name || ' ' || d.last_name), ''), d.username, '') as closed_by_name, a.reason
from anomalies a
left join lots l on l.id = a.lot_id
left join users k on k.id = a.acknowledged_by
left join users d on d.id = a.closed_by

--: anomaly_one(int id) -> one anomaly
--= anomaly_row
where a.id = $1;

--: anomaly_row_lock(int id) -> one anomaly_id
select id from anomalies where id = $1 for no key update;

--: anomaly_set_acknowledged(int id, int? by, instant now) -> count
update anomalies set state = 'acknowledged', acknowledged_at = $3, acknowledged_by = $2 where id = $1 and state = 'open';

--: anomaly_set_closed(int id, int? by, text reason, instant now) -> count
update anomalies set state = 'closed', closed_at = $4, closed_by = $2, reason = $3 where id = $1 and state <> 'closed';

--: anomaly_unclosed_of_key(text kind, text key) -> many anomaly_id
select id from anomalies where key = $1 || ':' || $2 and state <> 'closed' for no key update;

--: anomalies_unclosed_of_stay(int stay_id) -> many anomaly_id
select id from anomalies where stay_id = $1 and state <> 'closed' order by id for no key update;

-- $1 kind, $2 state, $3 lot, $4 plate, $5 and $6 first and last day on the lot's clock.
--part anomalies_wanted
where ($1::text is null or a.kind = $1)
  and ($2::text is null or a.state = $2 or $2 = 'unclosed' and a.state <> 'closed')
  and ($3::bigint is null or a.lot_id = $3)
  and ($4::text is null or a.plate = $4)
  and ($5::text is null or (a.raised_at >= $5::text::date - 1
    and (a.raised_at at time zone coalesce(l.time_zone, 'UTC'))::date >= $5::text::date))
  and ($6::text is null or (a.raised_at < $6::text::date + 2
    and (a.raised_at at time zone coalesce(l.time_zone, 'UTC'))::date <= $6::text::date))

--: anomalies_page(text? kind, text? state, int? lot_id, text? plate, text? from, text? until, text sort, int skip, int most) -> many anomaly
--= anomaly_row
--= anomalies_wanted
order by case when $7 = 'when' then a.raised_at end, case when $7 = '-when' then a.raised_at end desc,
  case when $7 = 'what' then a.kind end, case when $7 = '-what' then a.kind end desc,
  case when $7 = 'lot' then lower(l.name) end, case when $7 = '-lot' then lower(l.name) end desc nulls last,
  case when $7 = 'plate' then a.plate end, case when $7 = '-plate' then a.plate end desc,
  case when $7 = 'state' then a.state end, case when $7 = '-state' then a.state end desc,
  case when left($7, 1) <> '-' then a.id end, case when left($7, 1) = '-' then a.id end desc
limit $9 offset $8;

--: anomalies_number(text? kind, text? state, int? lot_id, text? plate, text? from, text? until, int most) -> one number_of
select count(1) as n from (select a.id
from anomalies a
left join lots l on l.id = a.lot_id
--= anomalies_wanted
limit $7) x;

--: anomalies_waiting(int lot_id, text kinds, int most) -> many anomaly
--= anomaly_row
where a.state <> 'closed' and a.lot_id = $1 and a.kind = any(string_to_array($2, ' '))
order by a.raised_at, a.id
limit $3;

--: anomalies_count_unclosed() -> one anomaly_id
select count(id) as n from anomalies where state <> 'closed';

-- ---- what is personal, when its time has come or the account goes

--: anomaly_plates_sweep(instant before, int most) -> count
update anomalies set plate = '', detail = ''
where id = any (array(select id from anomalies where state = 'closed' and closed_at < $1 and plate <> '' order by closed_at limit $2));

-- Of their stays, and of their plates: told before either is forgotten.
--: anomalies_forget(int user_id) -> none
update anomalies set plate = '', detail = ''
where stay_id in (select id from stays where user_id = $1)
  or (plate <> '' and plate in (
    select plate from stays where user_id = $1
    union select plate from reservations where user_id = $1
    union select plate from vehicles where user_id = $1));

--: anomaly_lots(int chosen) -> many anomaly_choice
select id, name, id = $1 as chosen from lots order by lower(name) limit 1000;

-- ---- whole tables, for CSV

--: csv_anomalies_rows(text? kind, text? state, int? lot_id, text? plate, text? from, text? until) -> each csv_anomalies
select a.id, a.kind, a.lot_id, l.name as lot, a.stay_id, a.subject, a.subject_id, a.plate, a.detail, a.times, a.raised_at, a.last_at,
  a.state, a.acknowledged_at, a.acknowledged_by, a.closed_at, a.closed_by, a.reason
from anomalies a
left join lots l on l.id = a.lot_id
--= anomalies_wanted
order by a.raised_at, a.id;
