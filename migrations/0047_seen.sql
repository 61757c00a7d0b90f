-- Slots of which a sensor, a charger or a person may have told something, in what slot_sensed() asks for.  Few slots have a row, so
-- that a search can look at it for each of many.

create view slots_told as
select s.id as slot_id, coalesce(p.occupied, false) as said, p.said_at, d.id as device_id, q.last_reported, s.ev as charger,
  q.current as drawn
from slots s
left join slot_presence p on p.slot_id = s.id
left join devices d on d.slot_id = s.id
left join device_reports q on q.device_id = d.id
where p.occupied or s.ev;
