-- Upkeep: every statement of this slice.  See src/tools/sqlgen.c.

-- Done work is the most there is, and is not counted: the indexes of what is not done serve.
--: kinds_now(text kinds) -> many kind_line
select k.kind, coalesce(s.waiting, 0) as waiting, coalesce(s.running, 0) as running, coalesce(f.failed, 0) as failed, s.next_at,
  r.began_at as last_began_at, r.ended_at as last_ended_at, coalesce(r.problem, '') as last_problem, coalesce(r.detail, '') as last_detail
from unnest(string_to_array($1, ' ')) with ordinality as k (kind, place)
left join (
  select kind, count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'running') as running,
    min(run_at) filter (where state = 'waiting') as next_at
  from jobs where state in ('waiting', 'running') group by kind) s on s.kind = k.kind
left join (select kind, count(*) as failed from jobs where state = 'failed' group by kind) f on f.kind = k.kind
left join lateral (select began_at, ended_at, problem, detail from job_runs where kind = k.kind order by id desc limit 1) r on true
order by k.place;

--part jobs_wanted
from jobs
where ($1::text is null or state = $1) and ($2::text is null or kind = $2)

--: jobs_page(text? state, text? kind, text sort, int skip, int most) -> many job
select id, kind, state, args, run_at, created_at, finished_at, tries, last_error
--= jobs_wanted
order by case when $3 = 'kind' then kind end, case when $3 = '-kind' then kind end desc,
  case when $3 = 'state' then state end, case when $3 = '-state' then state end desc,
  case when $3 = 'due' then run_at end, case when $3 = '-due' then run_at end desc,
  case when $3 = 'tries' then tries end, case when $3 = '-tries' then tries end desc,
  case when left($3, 1) <> '-' then id end, case when left($3, 1) = '-' then id end desc
limit $5 offset $4;

--: jobs_number(text? state, text? kind, int most) -> one number_of
select count(1) as n from (select id
--= jobs_wanted
limit $3) x;

--: job_state_of(int id) -> one job_state
select kind, state from jobs where id = $1;

-- Rounds are what is done again and again.  When one is due, or its worker's lease on it ends, stands in run_at.
--: queue_looked_at(instant now, instant overdue_since) -> one queue_now
select count(*) filter (where unique_key = 'every') as rounds,
  count(*) filter (where unique_key = 'every' and run_at < $2) as late_rounds,
  count(*) filter (where state = 'running' and run_at >= $1) as at_work,
  count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'running') as running,
  count(*) filter (where state = 'waiting' and run_at < $2) as overdue,
  min(run_at) filter (where state = 'waiting' and run_at < $1) as oldest_due,
  (select count(*) from jobs where state = 'failed') as failed,
  (select max(ended_at) from job_runs) as last_run
from jobs where state in ('waiting', 'running');

--: outbox_looked_at(instant since) -> one outbox_now
select count(*) as waiting, min(created_at) as oldest,
  (select count(*) from outbox where state in ('bounced', 'failed') and tried_at > $1) as returned
from outbox where state = 'waiting';

--: database_looked_at() -> one database_now
select current_setting('server_version') as version, pg_database_size(current_database()) as bytes,
  (select count(*) from pg_stat_activity where datname = current_database()) as connections,
  current_setting('max_connections')::bigint as connections_most, pg_postmaster_start_time() as started_at,
  (select count(*) from migrations) as migrations, (select max(name) from migrations) as last_migration;

--: tables_by_size(int most) -> many table_size
select c.relname::text as name, greatest(c.reltuples, 0)::bigint as rows_about, pg_total_relation_size(c.oid) as bytes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p')
order by pg_total_relation_size(c.oid) desc, c.relname
limit $1;
