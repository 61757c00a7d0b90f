-- Operators are told of anomalies.

alter table notices drop constraint notices_kind_known;
alter table notices add constraint notices_kind_known check (kind in
  ('reservation_starts', 'reservation_ends', 'payment', 'refund', 'cancellation', 'report', 'account', 'device', 'anomaly', 'news'));
