-- Who is wanted at an alert's place, who was asked and what they said. One row for each dispatch, a day after
-- its end: dozens. On a million rows this only creates two empty tables.
create table dispatch (
    key blob not null primary key,
    version integer not null,
    open integer not null,
    planned_at integer not null,
    forget_at integer not null,
    body text not null
) strict;
create index dispatch_open on dispatch (key) where open = 1;
create index dispatch_forget on dispatch (forget_at);

-- What a member said for one duty: coarse areas they could go from, languages they speak. Erased with the duty.
create table ready (
    key blob not null primary key,
    forget_at integer not null,
    body text not null
) strict;
create index ready_forget on ready (forget_at);
