-- Idempotent requests: the first answer to a key, given again to whoever sends the key again.
-- Keys belong to a person and a route and live 24 hours.
create table requests (
	user_id bigint not null,
	route text not null,
	key text not null,
	body_hash text not null,
	status int not null,
	type text not null,
	location text not null,
	body text not null,
	at timestamptz not null,
	constraint requests_key primary key (user_id, route, key)
);
create index requests_at on requests (at);
