-- Files of any type. Pictures have a preview, a size and a placeholder (a ThumbHash in base64); others have none, unless they are films.
-- `duration`: in ms.
alter table objects
  alter column preview_key drop not null,
  alter column width drop not null,
  alter column height drop not null,
  add column type        text not null default 'application/octet-stream' check (char_length(type) between 3 and 100),
  add column placeholder text check (char_length(placeholder) between 1 and 64),
  add column duration    bigint check (duration >= 0),
  add constraint objects_sizes check ((width is null) = (height is null)),
  add constraint objects_pictures check (preview_key is null or width is not null);
update objects set type = 'image/' || replace(substring(key from '[^.]+$'), 'jpg', 'jpeg') where preview_key is not null;
