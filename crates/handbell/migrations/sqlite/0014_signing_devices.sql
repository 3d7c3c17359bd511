-- Public halves of the keys that sign alerts: one for each browser of an approver and each time it makes a new
-- one, so that a group has dozens and never a million.
create table signing_key (
    key blob not null primary key,
    version integer not null,
    since integer not null,
    body text not null
) strict;

-- Versions of the list of signing devices, by number. One for each time a device comes or goes; phones walk them.
create table manifest (
    key blob not null primary key,
    version integer not null,
    body text not null
) strict;

-- The ceiling counts what rang within a day; with a million alerts it must not read them all.
create index alert_rung on alert (rung_at) where rung_at is not null and follows is null;
