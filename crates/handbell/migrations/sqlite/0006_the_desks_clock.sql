-- The desk's clock: looks, nudges, escalations, holds, the board and hand-over notes. Everything here is
-- short-lived and goes by `forget_at`, so tables stay at days of work; the indexes hold what forgetting walks.

-- Requests to an observer to go and look. A million would be 1 GB; three days of them are hundreds.
create table look (
    key blob not null primary key,
    version integer not null,
    incident blob not null,
    open integer not null,
    forget_at integer not null,
    body text not null
) strict;
create index look_incident on look (incident, key);
create index look_open on look (key) where open = 1;
create index look_forget on look (forget_at);

-- Short messages to members' duty phones. An hour of them; the queue is the rows with a due time.
create table nudge (
    key blob not null primary key,
    version integer not null,
    member blob not null,
    due_at integer,
    forget_at integer not null,
    body text not null
) strict;
create index nudge_due on nudge (due_at, key) where due_at is not null;
create index nudge_forget on nudge (forget_at);

-- How far the waiting of a report was called out: one row for each report that waited, one day.
create table escalation (
    key blob not null primary key,
    version integer not null,
    forget_at integer not null,
    body text not null
) strict;
create index escalation_forget on escalation (forget_at);

-- Who works on what: one row for each report or incident that somebody has, one day.
create table hold (
    key blob not null primary key,
    version integer not null,
    forget_at integer not null,
    body text not null
) strict;
create index hold_forget on hold (forget_at);

-- The known-activity board. A handful of lines.
create table posting (
    key blob not null primary key,
    version integer not null,
    forget_at integer not null,
    body text not null
) strict;
create index posting_forget on posting (forget_at);

-- Notes from a shift to the next, one day.
create table handover (
    key blob not null primary key,
    forget_at integer not null,
    body text not null
) strict;
create index handover_forget on handover (forget_at);

-- Since when a member is on without a rest, and whether they were told that it ends. One row for each member,
-- so the default costs nothing; a duty from before counts from its own start.
alter table duty add column on_since integer not null default 0;
alter table duty add column reminded_at integer;
update duty set on_since = starts_at;
