-- Cameras, and what number plates were read in photographs.

create table cameras (
  id bigint generated always as identity primary key,
  lot_id bigint not null constraint cameras_lot references lots (id),
  name text not null,
  location text not null default '',
  created_at timestamptz not null,
  constraint cameras_name_length check (char_length(name) between 1 and 50),
  constraint cameras_location_length check (char_length(location) <= 100),
  constraint cameras_name_once unique (lot_id, name)
);

-- What a camera looks at.
create table camera_slots (
  camera_id bigint constraint camera_slots_camera references cameras (id) on delete cascade,
  slot_id bigint constraint camera_slots_slot references slots (id) on delete cascade,
  constraint camera_slots_pkey primary key (camera_id, slot_id)
);
create index camera_slots_by_slot on camera_slots (slot_id);

-- A read waits for a person when the reader was not sure; else it is accepted as it was read.
create table plate_reads (
  id bigint generated always as identity primary key,
  seen_at timestamptz not null,
  source text not null,
  lot_id bigint constraint plate_reads_lot references lots (id),
  camera_id bigint constraint plate_reads_camera references cameras (id) on delete set null,
  slot_id bigint constraint plate_reads_slot references slots (id) on delete set null,
  user_id bigint constraint plate_reads_user references users (id) on delete set null,   -- who sent the photograph
  stay_id bigint,                        -- the stay it opened, or belongs to
  raw text not null,                     -- as it was read, or told
  plate text not null,                   -- as it counts: read, or corrected
  confidence double precision not null,  -- 0 to 1
  candidates text not null default '',   -- "B21GSB .9123 B2IGSB .0512", best first
  corners text not null default '',      -- of the plate in the picture, "x,y x,y x,y x,y" in pixels
  second text not null default '',       -- what another engine made of it
  engine text not null default '',
  width bigint not null default 0,       -- of the picture, in pixels; 0: there is none
  height bigint not null default 0,
  image_key text not null default '',    -- where it is kept; '' if there is none, or no more
  state text not null,
  decided_at timestamptz,
  decided_by bigint constraint plate_reads_decided_by references users (id) on delete set null,
  constraint plate_reads_source_known check (source in ('upload', 'camera', 's3', 's0')),
  constraint plate_reads_state_known check (state in ('waiting', 'accepted', 'corrected', 'rejected')),
  constraint plate_reads_decided check ((state = 'waiting') <= (decided_at is null)),
  constraint plate_reads_plate_form check (plate ~ '^[A-Z0-9]{1,20}$'),
  constraint plate_reads_confidence_range check (confidence between 0 and 1)
);
create index plate_reads_waiting on plate_reads (id) where state = 'waiting';
create index plate_reads_by_plate on plate_reads (plate, id);
create index plate_reads_by_camera on plate_reads (camera_id, id);
create index plate_reads_by_age on plate_reads (seen_at, id);
create index plate_reads_by_stay on plate_reads (stay_id) where stay_id is not null;
