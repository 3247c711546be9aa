-- From where owners signed in: their tries there are not stopped by what others guess (core/sessions/sign-in-guard.ts). A network is
-- kept as 16 bytes of its HMAC with a key of the installation.
create table known_networks (
  account_id int         not null references accounts (id) on delete cascade,
  network    bytea       not null check (octet_length(network) = 16),
  seen_at    timestamptz not null default now(),
  primary key (account_id, network)
);
create index known_networks_seen on known_networks (seen_at);
