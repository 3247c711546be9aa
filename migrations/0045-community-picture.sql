-- The picture of the community. It stays when the account that uploaded it is deleted.

alter table community add column avatar_key text unique references objects (key) on delete set null;
create trigger community_let_go_of_avatar after update of avatar_key on community
  for each row when (old.avatar_key is not null and old.avatar_key is distinct from new.avatar_key)
  execute function let_go_of_object('avatar_key');
