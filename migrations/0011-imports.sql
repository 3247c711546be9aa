-- What was imported, by the id that it had elsewhere, so that importing it again doubles nothing. Accounts, posts and
-- rooms are told by their names and uids; friendships, likes and members are pairs.
create table imported (
  kind      text not null check (kind in ('comment', 'message')),
  source_id text not null check (char_length(source_id) between 1 and 300),
  primary key (kind, source_id)
);
