-- Files that come in parts. `reserved`: bytes that count as the account's while the file comes, `length` or, when it is being stored, 0.
-- Whoever writes to an upload holds its lease, which ends by itself.
create table uploads (
  uid          uuid        primary key default gen_random_uuid(),
  account_id   int         not null references accounts (id) on delete cascade,
  length       bigint      not null check (length > 0),
  reserved     bigint      not null check (reserved in (0, length)),
  name         text        check (char_length(name) between 1 and 255),
  type         text        check (char_length(type) between 1 and 255),
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  lease        uuid,
  leased_until timestamptz not null default now()
);
create index uploads_account on uploads (account_id);
create index uploads_expire on uploads (expires_at);

create function count_stored_upload() returns trigger language plpgsql as $$
begin
  perform count_stored(array[coalesce(new.account_id, old.account_id)], array[coalesce(new.reserved, 0) - coalesce(old.reserved, 0)]);
  return null;
end $$;
create trigger uploads_stored after insert or update of reserved or delete on uploads
  for each row execute function count_stored_upload();
