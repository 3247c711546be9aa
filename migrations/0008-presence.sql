-- The processes that serve this database, and until when (by its own clock) each is believed to be alive.
create table nodes (
  id          uuid        primary key,
  lease_until timestamptz not null
);

-- Who is in the lobby: a row for each door (`via`) that an account has sockets at on a node. `username` rather than a
-- reference to accounts: whoever is deleted while here is still to be seen leaving.
create table places (
  account_id int  not null,
  via        text not null check (via <> ''),
  node_id    uuid not null references nodes (id),
  username   text not null check (username <> ''),
  primary key (account_id, via, node_id)
);
create index places_node on places (node_id);

-- Coming and going, in the order of its commits (core/events/events.ts). Other streams have ids from 1.
insert into streams (id) overriding system value values (0);
