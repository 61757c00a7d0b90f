-- People are found by part of a name or address, however they are spelled, among millions.  And a try at a secret is
-- counted before it is checked.

-- unaccent() reads a dictionary that could change, so PostgreSQL takes it for less than immutable; ours does not change.
-- Who would change it runs: update users set first_name = first_name.
create function people_fold(words text) returns text
    language sql immutable parallel safe strict
    return lower(public.unaccent('public.unaccent'::regdictionary, normalize(words, nfkc)));

-- A space before each word, so that its beginning can be looked for.
alter table users add column search text not null generated always as
    (people_fold(' ' || username || ' ' || email || ' ' || first_name || ' ' || last_name)) stored;
create index user_search on users using gin (search public.gin_trgm_ops);
create index user_of_role on users (role, id);

alter table wrong_tries
    add column id bigint generated always as identity primary key,
    add column checking boolean not null default false;	-- whether it is wrong is being found out
