-- What a search asks of each of many slots: which have a car by somebody's word, and whether what was told still holds.

create index slot_presence_occupied on slot_presence (slot_id) where occupied;

-- The one half of slot_sensed() in an expression of its own, which becomes part of the statement that asks; a function that
-- gives two things is called for every slot.
create function slot_told_taken(said boolean, said_at timestamptz, device bigint, last_reported timestamptz, charger boolean, drawn double precision,
  at timestamptz) returns boolean language sql stable parallel safe as $$
  select coalesce(said and (device is null or said_at >= at - interval '10 minutes' or last_reported >= at - interval '10 minutes'), false)
      or coalesce(charger and drawn >= 6 and last_reported >= at - interval '10 minutes', false)
$$;

create or replace function slot_sensed(said boolean, said_at timestamptz, device bigint, last_reported timestamptz, charger boolean, drawn double precision,
  at timestamptz, out occupied boolean, out silent boolean) language sql immutable parallel safe as $$
  select slot_told_taken(said, said_at, device, last_reported, charger, drawn, at),
    device is not null and coalesce(last_reported < at - interval '10 minutes', true)
$$;
