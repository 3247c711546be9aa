-- Ends that take longer than a request: what is left of them is deleted in batches.

-- A deleted room has no members; its messages are deleted, then the room.
alter table rooms add column deleted_at timestamptz;
create index rooms_deleted on rooms (id) where deleted_at is not null;

-- When its owner asked for the account's deletion.
alter table accounts add column leaving_at timestamptz;
create index accounts_leaving on accounts (id) where leaving_at is not null;

-- Pages of members begin after a time that clients have in milliseconds.
update room_members set joined_at = date_trunc('milliseconds', joined_at);
alter table room_members alter column joined_at set default date_trunc('milliseconds', clock_timestamp());
