-- Null: the account was deleted while it was here.
alter table places alter column username drop not null;

-- Whose the comment or message is, so that the id which it had elsewhere goes with the account. Null for what was imported
-- before this migration.
alter table imported add column account_id int references accounts (id) on delete cascade;
create index imported_account on imported (account_id) where account_id is not null;

-- Numbers for names that no room has any more: the names may be those of people who were deleted.
delete from room_names n where not exists (select from rooms r where r.name = n.base);
