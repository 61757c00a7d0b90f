-- Behind the lists of the admin's desk: orders that people choose, of tables that grow, and what is not done among much that is.

create index jobs_failed on jobs (id) where state = 'failed';
create index jobs_of_kind on jobs (kind, id);
create index outbox_returned on outbox (tried_at) where state in ('bounced', 'failed');
create index outbox_of_state on outbox (state, id);
create index audit_by_action on audit (action, id);
create index payments_by_amount on payments (amount, id);
create index refunds_by_age on refunds (made_at, id);
create index receipts_by_age on receipts (issued_at, id);
create index receipts_by_amount on receipts (amount, id);
create index reservations_by_age on reservations (created_at, id);
create index reservations_by_start on reservations (starts, id);
create index reservations_by_price on reservations (price, id);
