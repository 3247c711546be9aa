-- Outgoing hooks: events of a stream are sent to an address elsewhere, in their order. What waits is not stored again: a hook has a
-- position in the log of events.
create table outgoing_hooks (
  id            uuid        primary key default gen_random_uuid(),
  -- A room or the board.
  stream_id     int         not null references streams (id) on delete cascade,
  creator_id    int         references accounts (id) on delete set null,
  url           text        not null check (length(url) between 1 and 2048),
  kinds         text[]      not null check (cardinality(kinds) between 1 and 32),
  -- Sealed.
  secret        bytea       not null check (length(secret) between 1 and 256),
  seq           bigint      not null check (seq >= 0),
  due_at        timestamptz not null default now(),
  -- Failed ones of the next event.
  attempts      int         not null default 0 check (attempts >= 0),
  failing_since timestamptz,
  disabled_at   timestamptz,
  created_at    timestamptz not null default now()
);
create index outgoing_hooks_stream on outgoing_hooks (stream_id, created_at desc, id);
create index outgoing_hooks_creator on outgoing_hooks (creator_id) where creator_id is not null;
create index outgoing_hooks_due on outgoing_hooks (due_at) where disabled_at is null;

-- Attempts to send an event. `status` null: there was no answer.
create table hook_deliveries (
  id         bigint      generated always as identity primary key,
  hook_id    uuid        not null references outgoing_hooks (id) on delete cascade,
  seq        bigint      not null check (seq > 0),
  kind       text        not null check (length(kind) between 1 and 64),
  attempt    int         not null check (attempt > 0),
  status     int         check (status between 100 and 999),
  error      text        check (length(error) between 1 and 200),
  duration   int         not null check (duration >= 0),
  created_at timestamptz not null default now()
);
create index hook_deliveries_hook on hook_deliveries (hook_id, id desc);
