-- What a witness answered beyond the report's own fields, one row a report that has any. A million are about
-- 250 MB; a page asks by the report, and a withdrawal takes the row with the words.
create table answer (
    key blob not null primary key references report (key),
    at integer not null,
    body text not null
) strict, without rowid;
