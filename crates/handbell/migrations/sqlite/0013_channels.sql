-- Wishes to be told by mail that wait for their owner, sealed, for an hour.
create table joining (
    key blob not null primary key,
    version integer not null,
    forget_at integer not null,
    body text not null
) strict;
create index joining_forget on joining (forget_at);

-- What each channel took, by month, counted without people.
create table reach (
    key blob not null primary key,
    version integer not null,
    since integer not null,
    forget_at integer not null,
    body text not null
) strict;
create index reach_forget on reach (forget_at);
