-- Idempotent requests.  See src/web/once.c.
--include web/once.h

--: request_lock(text what) -> one key_lock
select pg_try_advisory_xact_lock(hashtextextended($1, 7)) as mine;

--: request_answer(int user_id, text route, text key, instant since) -> one first_answer
select body_hash, status, type, location, body, at
from requests
where user_id = $1 and route = $2 and key = $3 and at > $4;

--: request_keep(int user_id, text route, text key, text body_hash, int status, text type, text location, text body, instant now) -> none
insert into requests (user_id, route, key, body_hash, status, type, location, body, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (user_id, route, key) do update
set body_hash = excluded.body_hash, status = excluded.status, type = excluded.type,
	location = excluded.location, body = excluded.body, at = excluded.at;

--: requests_forget(instant before, int most) -> count
delete from requests
where ctid = any (array(select ctid from requests where at < $1 limit $2));

--: requests_of_user_forget(int user_id) -> none
delete from requests where user_id = $1;
