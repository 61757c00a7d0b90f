-- Cameras and plate reads: every statement of this slice.  See src/tools/sqlgen.c.
--include plates/tables.h
--include plates/plates.h

-- ---- cameras

--: cameras_all(int? id) -> many camera
select c.id, c.lot_id, c.name, c.location, c.created_at, l.name as lot_name, l.time_zone,
  (select count(*) from camera_slots s where s.camera_id = c.id) as looks_at, c.lot_id as lot,
  coalesce((select string_agg(s.slot_id::text, ',' order by s.slot_id) from camera_slots s where s.camera_id = c.id), '') as slots,
  coalesce((select string_agg(p.label, ', ' order by p.position, p.id) from camera_slots s join slots p on p.id = s.slot_id
    where s.camera_id = c.id), '') as labels,
  (select max(seen_at) from plate_reads r where r.camera_id = c.id) as last_read_at
from cameras c
join lots l on l.id = c.lot_id
where $1::bigint is null or c.id = $1
order by c.id desc
limit 1000;

--: camera_lots_all(int chosen) -> many camera_lot
select id, name, id = $1 as chosen from lots order by lower(name), id limit 1000;

--: camera_add(int lot_id, text name, text location, instant now) -> one plate_id
insert into cameras (lot_id, name, location, created_at) values ($1, $2, $3, $4) returning id, 0::bigint as n, '' as key;

--: camera_change(int id, int lot_id, text name, text location) -> count
update cameras set lot_id = $2, name = $3, location = $4 where id = $1;

--: camera_delete(int id) -> count
delete from cameras where id = $1;

--: camera_slots_clear(int camera_id) -> none
delete from camera_slots where camera_id = $1;

--: camera_slots_add(int camera_id, int lot_id, ints slots) -> count
insert into camera_slots (camera_id, slot_id) select $1, id from slots where id = any($3::bigint[]) and lot_id = $2;

-- The lot of the first of them.
--: slots_lot(ints slots) -> one plate_id
select lot_id as id, count(*) over () as n, '' as key from slots where id = any($1::bigint[]) order by id limit 1;

-- ---- reads

--: plate_read_add(text source, int? lot_id, int? camera_id, int? slot_id, int? user_id, text raw, text plate, real confidence, text candidates, text corners, text second, text engine, int width, int height, text image_key, text state, instant now, instant? decided_at) -> one plate_id
insert into plate_reads (source, lot_id, camera_id, slot_id, user_id, raw, plate, confidence, candidates, corners, second, engine,
  width, height, image_key, state, seen_at, decided_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) returning id, 0::bigint as n, '' as key;

--: plate_read_by_id(int id) -> one plate_read
select r.id, r.lot_id, r.camera_id, r.slot_id, r.user_id, r.stay_id, r.seen_at, r.decided_at, r.source, r.state, r.raw, r.plate,
  r.candidates, r.corners, r.second, r.engine, r.image_key, r.confidence, r.width, r.height, coalesce(l.name, '') as lot_name,
  coalesce(c.name, '') as camera_name, coalesce(s.label, '') as slot_label, coalesce(l.time_zone, 'UTC') as time_zone,
  coalesce(nullif(btrim(u.first_name || ' ' || u.last_name), ''), u.username, '') as decided_by_name
from plate_reads r
left join lots l on l.id = r.lot_id
left join cameras c on c.id = r.camera_id
left join slots s on s.id = r.slot_id
left join users u on u.id = r.decided_by
where r.id = $1;

--: plate_reads_newest(text? state, text? plate, int? camera, int? before, int most) -> many plate_read
select r.id, r.lot_id, r.camera_id, r.slot_id, r.user_id, r.stay_id, r.seen_at, r.decided_at, r.source, r.state, r.raw, r.plate,
  r.candidates, r.corners, r.second, r.engine, r.image_key, r.confidence, r.width, r.height, coalesce(l.name, '') as lot_name,
  coalesce(c.name, '') as camera_name, coalesce(s.label, '') as slot_label, coalesce(l.time_zone, 'UTC') as time_zone,
  coalesce(nullif(btrim(u.first_name || ' ' || u.last_name), ''), u.username, '') as decided_by_name
from plate_reads r
left join lots l on l.id = r.lot_id
left join cameras c on c.id = r.camera_id
left join slots s on s.id = r.slot_id
left join users u on u.id = r.decided_by
where ($1::text is null or r.state = $1) and ($2::text is null or r.plate = $2) and ($3::bigint is null or r.camera_id = $3)
  and ($4::bigint is null or r.id < $4)
order by r.id desc
limit $5;

--: plate_reads_waiting() -> one plate_id
select coalesce(min(id), 0) as id, count(*) as n, '' as key from plate_reads where state = 'waiting';

--: plate_read_decide(int id, text state, text plate, int? decided_by, instant now) -> count
update plate_reads set state = $2, plate = $3, decided_by = $4, decided_at = $5 where id = $1 and state = 'waiting';

--: plate_read_set_stay(int id, int stay_id) -> none
update plate_reads set stay_id = $2 where id = $1;

--: plate_reads_expire(instant before, int most) -> many plate_id
delete from plate_reads where id in (select id from plate_reads where seen_at < $1 and stay_id is null order by seen_at, id limit $2)
returning id, 0::bigint as n, image_key as key;

-- ---- whole tables, for CSV

--: csv_plate_reads_rows() -> each csv_plate_reads
select r.id, r.seen_at, r.source, r.lot_id, l.name as lot, r.camera_id, r.slot_id, r.user_id, r.stay_id, r.raw, r.plate, r.confidence,
  r.candidates, r.corners, r.second, r.engine, r.width, r.height, r.image_key, r.state, r.decided_at, r.decided_by
from plate_reads r
left join lots l on l.id = r.lot_id
order by r.id;

--: csv_cameras_rows() -> each csv_cameras
select k.id, k.lot_id, l.name as lot, k.name, k.location, k.created_at
from cameras k
join lots l on l.id = k.lot_id
order by k.id;

--: csv_camera_slots_rows() -> each csv_camera_slots
select k.camera_id, c.name as camera, k.slot_id, s.code as slot
from camera_slots k
join cameras c on c.id = k.camera_id
join slots s on s.id = k.slot_id
order by k.camera_id, k.slot_id;
