-- An event says what changed, and is small. Its bytes of jsonb, before they are compressed (store/events.ts has the same
-- bound for its JSON text). Not valid: what is stored already is deleted after two days, and need not be read.
alter table events
  add constraint events_payload_size check (pg_column_size(payload) <= 1048576) not valid;
