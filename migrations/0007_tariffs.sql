-- A tariff that nobody charges any more is retired: it stands in no list and cannot be chosen, and its name is free again.
-- Its versions stay, since bookings were priced by them.

alter table tariffs add column retired_at timestamptz;
drop index tariffs_name_unique;
create unique index tariffs_name_unique on tariffs (lower(name)) where not built_in and retired_at is null;
