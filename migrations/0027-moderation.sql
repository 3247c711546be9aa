-- How a community looks after itself: reports, sanctions, what moderators delete, who hears nothing of whom, and the log of it all.

-- The invitation that an account joined by: kept when that is revoked, so that all who used it can be found.
alter table accounts add column invite_code text check (char_length(invite_code) between 16 and 64);
create index accounts_by_invite on accounts (invite_code, id) where invite_code is not null;

-- An author's newest texts are read first.
create index messages_author_newest on messages (author_id, id);
drop index messages_author;
create index comments_author_newest on comments (author_id, id);
drop index comments_author;

-- Writers in a room: everybody who may enter it, or its moderators (in the lobby, those of the community).
alter table rooms
  add column posting text not null default 'everybody' check (posting in ('everybody', 'moderators')),
  add constraint rooms_posting_of_pairs check (kind <> 'direct' or posting = 'everybody');

-- A bulk action of moderators on texts or accounts: it runs in batches and goes on where it ended. It is about one account, or
-- about all that joined by an invitation since a time. Accounts up to `after_id` are done in the phase.
create table cleanups (
  id          int         generated always as identity primary key,
  account_id  int         references accounts (id) on delete cascade,
  invite_code text        check (char_length(invite_code) between 16 and 64),
  since       timestamptz not null,
  sanction    text        check (sanction in ('suspension', 'ban')),
  until       timestamptz,
  reason      text        not null default '' check (char_length(reason) <= 1000),
  purges      boolean     not null,
  creator_id  int         references accounts (id) on delete set null,
  created_at  timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  phase       text        not null default 'sanctioning' check (phase in ('sanctioning', 'purging', 'done')),
  after_id    int         not null default 0 check (after_id >= 0),
  accounts    int         not null default 0 check (accounts >= 0),
  texts       int         not null default 0 check (texts >= 0),
  constraint cleanups_of_one check (num_nonnulls(account_id, invite_code) = 1),
  constraint cleanups_do_something check (purges or sanction is not null)
);
create index cleanups_account on cleanups (account_id) where account_id is not null;
create index cleanups_creator on cleanups (creator_id) where creator_id is not null;
create index cleanups_pending on cleanups (id) where phase <> 'done';

-- Each is against one account or, as a ban, against sign-ups: of names (with `*` for any letters), of an e-mail domain, from a network.
-- `until` null: for ever. `creator_id` null: the operator, or an account that is gone.
create table sanctions (
  id           int         generated always as identity primary key,
  kind         text        not null check (kind in ('removal', 'warning', 'silence', 'suspension', 'ban')),
  account_id   int         references accounts (id) on delete cascade,
  name_pattern text        check (char_length(name_pattern) between 3 and 64),
  email_domain text        check (char_length(email_domain) between 3 and 253),
  network      cidr,
  reason       text        not null default '' check (char_length(reason) <= 1000),
  creator_id   int         references accounts (id) on delete set null,
  cleanup_id   int         references cleanups (id) on delete set null,
  created_at   timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  until        timestamptz,
  lifted_at    timestamptz,
  constraint sanctions_of_one check (num_nonnulls(account_id, name_pattern, email_domain, network) = 1),
  constraint sanctions_of_sign_ups check (account_id is not null or kind = 'ban'),
  constraint sanctions_end check (until is null or (until > created_at and kind in ('silence', 'suspension', 'ban')))
);
create index sanctions_account on sanctions (account_id, id) where account_id is not null;
create index sanctions_in_force on sanctions (account_id)
  where account_id is not null and lifted_at is null and kind in ('silence', 'suspension', 'ban');
create index sanctions_sign_ups on sanctions (id) where account_id is null and lifted_at is null;
create index sanctions_creator on sanctions (creator_id) where creator_id is not null;
create index sanctions_cleanup on sanctions (cleanup_id) where cleanup_id is not null;

-- The queue of moderators: what was reported, and the answers of those who were sanctioned. The subject of a report has no foreign key: the
-- report stays when that is deleted. `account_id`: whose it is.
create table reports (
  id          int         generated always as identity primary key,
  kind        text        not null check (kind in ('account', 'message', 'post', 'comment', 'appeal')),
  reporter_id int         references accounts (id) on delete set null,
  account_id  int         references accounts (id) on delete set null,
  room_id     int,
  seq         bigint,
  post_id     int,
  comment_id  int,
  sanction_id int         unique references sanctions (id) on delete cascade,
  reason      text        check (reason in ('spam', 'harassment', 'hate', 'violence', 'sexual', 'illegal', 'other')),
  body        text        not null check (char_length(body) <= 1000),
  state       text        not null default 'open' check (state in ('open', 'resolved', 'dismissed')),
  outcome     text        check (outcome in ('removed', 'sanctioned', 'lifted', 'nothing')),
  note        text        not null default '' check (char_length(note) <= 1000),
  assignee_id int         references accounts (id) on delete set null,
  created_at  timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  handled_at  timestamptz,
  constraint reports_of_messages check ((kind = 'message') = (room_id is not null) and (room_id is null) = (seq is null)),
  constraint reports_of_posts check ((kind in ('post', 'comment')) = (post_id is not null)),
  constraint reports_of_comments check ((kind = 'comment') = (comment_id is not null)),
  constraint reports_of_sanctions check ((kind = 'appeal') = (sanction_id is not null)),
  constraint reports_have_reasons check ((kind = 'appeal') = (reason is null)),
  constraint reports_handled check ((state = 'open') = (handled_at is null) and (state = 'resolved') = (outcome is not null))
);
create index reports_open on reports (id) where state = 'open';
create index reports_by_state on reports (state, id);
create index reports_account on reports (account_id, id) where account_id is not null;
create index reports_assignee on reports (assignee_id) where assignee_id is not null;
create index reports_handled_at on reports (handled_at) where handled_at is not null;
create index reports_reporter on reports (reporter_id) where reporter_id is not null;
create unique index reports_once on reports
  (reporter_id, kind, coalesce(account_id, 0), coalesce(room_id, 0), coalesce(seq, 0), coalesce(post_id, 0), coalesce(comment_id, 0))
  where state = 'open' and kind <> 'appeal' and account_id is not null;

-- The reported text and the texts around it, as they were then, oldest first.
create table report_texts (
  report_id  int         not null references reports (id) on delete cascade,
  position   int         not null check (position >= 0),
  author_id  int         not null references accounts (id) on delete cascade,
  body       text        not null,
  files      int         not null default 0 check (files >= 0),
  written_at timestamptz not null,
  is_subject boolean     not null,
  primary key (report_id, position)
);
create index report_texts_author on report_texts (author_id);

-- Of whoever is gone, a report keeps no words: the reporter's are about the other one.
create function forget_in_reports() returns trigger language plpgsql as $$
begin
  if (old.account_id is not null and new.account_id is null) or (old.reporter_id is not null and new.reporter_id is null) then
    new.body := '';
    new.note := '';
  end if;
  return new;
end $$;
create trigger reports_forget before update of account_id, reporter_id on reports
  for each row execute function forget_in_reports();

-- An account gets no notification and no typing of an account that it muted. The other one does not learn of it.
create table mutes (
  account_id int         not null references accounts (id) on delete cascade,
  muted_id   int         not null references accounts (id) on delete cascade,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  primary key (account_id, muted_id),
  constraint mutes_others check (account_id <> muted_id)
);
create index mutes_muted on mutes (muted_id);

-- The moderators' notifications of reports, and everybody's of sanctions, name no actor.
alter table notifications
  alter column actor_id drop not null,
  add column report_id   int references reports (id) on delete cascade,
  add column sanction_id int references sanctions (id) on delete cascade,
  drop constraint notifications_kind_check,
  add constraint notifications_kind_check
    check (kind in ('mention', 'reply', 'reaction', 'like', 'comment', 'friend', 'invite', 'moderation')),
  add constraint notifications_of_moderation
    check ((kind = 'moderation') = (actor_id is null) and (kind = 'moderation') = (num_nonnulls(report_id, sanction_id) = 1));
create index notifications_report on notifications (report_id) where report_id is not null;
create index notifications_sanction on notifications (sanction_id) where sanction_id is not null;

-- Every act of moderation and administration. Rows are added, and deleted by age; nothing else.
create table audit (
  id          bigint      generated always as identity primary key,
  actor_id    int         references accounts (id) on delete set null,
  by_operator boolean     not null default false,
  action      text        not null check (action ~ '^[a-z-]+\.[a-z-]+$'),
  -- The account concerned.
  account_id  int         references accounts (id) on delete set null,
  -- The subject: `post 5f0c5c70-…`, say.
  subject     text        check (char_length(subject) between 1 and 128),
  reason      text        not null default '' check (char_length(reason) <= 1000),
  before      jsonb       check (pg_column_size(before) <= 16384),
  after       jsonb       check (pg_column_size(after) <= 16384),
  created_at  timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  constraint audit_by_one check (not by_operator or actor_id is null)
);
create index audit_created on audit (created_at);
create index audit_actor on audit (actor_id) where actor_id is not null;
create index audit_account on audit (account_id, id) where account_id is not null;

-- Accounts that are deleted leave their rows, without what was said about them.
create function keep_audit() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if current_setting('koine.prunes_audit', true) = 'on' then
      return old;
    end if;
    raise restrict_violation using message = 'the audit log is not deleted';
  end if;
  if old.account_id is not null and new.account_id is null then
    new.reason := '';
    new.before := null;
    new.after := null;
  elsif old.actor_id is null or new.actor_id is not null then
    raise restrict_violation using message = 'the audit log is not changed';
  end if;
  new.id := old.id;
  new.action := old.action;
  new.by_operator := old.by_operator;
  new.subject := old.subject;
  new.created_at := old.created_at;
  return new;
end $$;
create trigger audit_stays before update or delete on audit for each row execute function keep_audit();
