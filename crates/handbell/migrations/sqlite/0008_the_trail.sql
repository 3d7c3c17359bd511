-- Who opened what at the desk, when, why, and with whom; each line carries the hash of the one before. A
-- million lines are about 300 MB; a page asks by number, or for one member's newest line on one subject.
create table opening (
    number integer not null primary key,
    at integer not null,
    member blob not null,
    subject blob not null,
    why text not null,
    reason text not null,
    second blob,
    previous blob not null,
    hash blob not null
) strict;
create index opening_subject on opening (member, subject, number);
create index opening_at on opening (at);

-- Wishes to open something that is over, a day each. Never more than a handful of rows.
create table opening_ask (
    key blob not null primary key,
    version integer not null,
    at integer not null,
    body text not null
) strict, without rowid;
create index opening_ask_at on opening_ask (at);

-- Who worked on what, for access after an end; the lines of witnesses are not in it.
create index journal_subject on journal (subject, member) where member is not null;

-- Append-only, also for whoever opens the file with another program: no line changes, and only the oldest goes.
create trigger opening_never_changes before update on opening
begin
    select raise(abort, 'a line of the trail stays as it was written');
end;
create trigger opening_goes_from_its_end before delete on opening
when old.number > (select min(number) from opening)
begin
    select raise(abort, 'only the oldest line of the trail goes');
end;
