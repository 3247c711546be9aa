-- Comments can be edited: what that does to the counter of their author's texts (0018).
create function count_edited_comment() returns trigger language plpgsql as $$
begin
  perform count_stored(array[new.author_id], array[(octet_length(new.body) - octet_length(old.body))::bigint]);
  return null;
end $$;
create trigger comments_edited after update of body on comments
  for each row when (old.body is distinct from new.body) execute function count_edited_comment();
