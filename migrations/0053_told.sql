-- What a slot's state is reckoned with becomes part of the statement that asks.  A function whose body depends on the session's time
-- zone, as a time and an interval do, and that calls itself immutable is called for every slot instead, and read anew by every
-- statement; so is one that names an argument twice that is more than a column.

alter function kept_until(timestamptz, timestamptz) stable;
alter function slot_state(boolean, boolean, boolean, timestamptz, boolean, timestamptz) stable;

-- A car is there by somebody's word, which holds as long as no device is there to contradict it or one of the two was heard of within
-- ten minutes; or by what a charger draws, likewise.
create or replace function slot_told_taken(said boolean, said_at timestamptz, device bigint, last_reported timestamptz, charger boolean,
  drawn double precision, at timestamptz) returns boolean language sql stable parallel safe as $$
  select coalesce(said and device is null
    or greatest(case when said then said_at end, case when said or charger and drawn >= 6 then last_reported end) >= at - interval '10 minutes',
    false)
$$;

create function slot_silent(device bigint, last_reported timestamptz, at timestamptz) returns boolean language sql stable parallel safe as $$
  select device is not null and coalesce(last_reported < at - interval '10 minutes', true)
$$;

drop function slot_sensed(boolean, timestamptz, bigint, timestamptz, boolean, double precision, timestamptz);
