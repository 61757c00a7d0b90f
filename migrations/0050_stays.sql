-- Who stood for longer than any booking may last: the months in between are asked for by when it left.
create index stays_long on stays (lot_id, left_at) where left_at - entered_at > interval '60 days';
