-- Stays are charged: one charge each, for what a booking did not cover.

alter table charges add constraint charges_stay foreign key (stay_id) references stays (id);
create unique index charges_one_of_stay on charges (stay_id) where stay_id is not null and state <> 'void';
