-- The uploaded picture of a group, in place of the address of one elsewhere.

alter table rooms
  add column avatar_key text unique references objects (key) on delete set null,
  add constraint rooms_pictures check (avatar_key is null or (kind = 'group' and avatar is null));
create trigger rooms_let_go_of_avatar after update of avatar_key on rooms
  for each row when (old.avatar_key is not null and old.avatar_key is distinct from new.avatar_key)
  execute function let_go_of_object('avatar_key');
create trigger rooms_take_avatar_along after delete on rooms
  for each row when (old.avatar_key is not null)
  execute function let_go_of_object('avatar_key');
