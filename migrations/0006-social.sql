-- The pictures of a post, in order. A picture is shown in one place; whichever way its row goes, its object is let go of.
create table post_images (
  post_id    int  not null references posts (id) on delete cascade,
  position   int  not null check (position >= 0),
  object_key text not null unique references objects (key),
  primary key (post_id, position)
);
create trigger post_images_let_go after delete on post_images
  for each row execute function let_go_of_object('object_key');
create trigger post_images_stay before update on post_images for each row execute function refuse();

-- Who has seen a post: each member counts once, ever. The counter keeps those too whose accounts are gone.
create table post_views (
  post_id    int not null references posts (id) on delete cascade,
  account_id int not null references accounts (id) on delete cascade,
  primary key (post_id, account_id)
);
create index post_views_account on post_views (account_id);
alter table posts add column views int not null default 0 check (views >= 0);
