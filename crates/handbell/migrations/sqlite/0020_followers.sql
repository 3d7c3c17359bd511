-- Browsers that asked to be told how an incident ended, until they take it back or nobody asks about it any more. A few
-- for each public incident; on a million rows this only creates an empty table. A row goes with its subscription. Whoever
-- publishes marks the rows of one incident as due, by its index; a hundred thousand of them are one statement.
create table follower (
    key blob not null primary key,
    version integer not null,
    subscription blob not null references subscription (key) on delete cascade,
    incident blob not null,
    due_at integer,
    tries integer not null,
    until integer not null
) strict;
create index follower_subscription on follower (subscription);
create index follower_incident on follower (incident);
create index follower_due on follower (due_at, key) where due_at is not null;
create index follower_until on follower (until);
