-- What many reports change of the counts is summed up in one pass over them, before and after, without a join.

create or replace function device_reports_changed() returns trigger language plpgsql as $$
begin
  insert into device_minutes as m (lot_id, minute, shard, n)
  select lot_id, minute, pg_backend_pid() % 4, sum(n) from (
    select lot_id, date_trunc('minute', last_reported) as minute, 1 as n from now_so where last_reported is not null
    union all
    select lot_id, date_trunc('minute', last_reported), -1 from before where last_reported is not null) moved
  group by lot_id, minute having sum(n) <> 0
  order by lot_id, minute
  on conflict on constraint device_minutes_pkey do update set n = m.n + excluded.n;
  insert into device_counts as k (lot_id, shard, devices, warning, critical)
  select lot_id, pg_backend_pid() % 4, sum(n), sum(n * (electrical = 'warning')::int), sum(n * (electrical = 'critical')::int) from (
    select lot_id, electrical, 1 as n from now_so
    union all
    select lot_id, electrical, -1 from before) moved
  group by lot_id
  having sum(n) <> 0 or sum(n * (electrical = 'warning')::int) <> 0 or sum(n * (electrical = 'critical')::int) <> 0
  order by lot_id
  on conflict on constraint device_counts_pkey do update set devices = k.devices + excluded.devices,
    warning = k.warning + excluded.warning, critical = k.critical + excluded.critical;
  return null;
end $$;
