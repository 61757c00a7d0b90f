-- Whose plates are likely at a lot: a house may have lots in several countries.  '': as OCR_REGION says.

alter table lots add column plate_region text not null default '',
  add constraint lots_plate_region_known check (plate_region in ('', 'any', 'eu', 'us', 'br', 'in'));
