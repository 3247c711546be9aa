-- What people say of themselves.
alter table accounts add column bio text not null default '' check (char_length(bio) <= 1000);
