-- Which reports belong to which incidents: a report to several, an incident to many. It repeats, to be looked up,
-- what stands in the report's own row. Filing a report writes nothing here; joining it writes a row, taking it out
-- takes one away. A million are about 120 MB with their indexes; a page asks by incident or by time.
create table belonging (
    incident blob not null references incident (key),
    report blob not null references report (key),
    filed_at integer not null,
    primary key (incident, filed_at, report)
) strict, without rowid;
create index belonging_report on belonging (report);
create index belonging_filed on belonging (filed_at, report, incident);

-- What was joined before stays joined. Every joined report is written once: with a million reports, half of them
-- joined, all of this took a minute.
insert into belonging (incident, report, filed_at)
    select incident, key, filed_at from report where incident is not null order by incident, filed_at, key;
update report set body = json_set(json_remove(body, '$.incident'), '$.incidents', json_array(json_extract(body, '$.incident')))
    where incident is not null;
drop index report_incident;
drop index report_joined;
alter table report drop column incident;

-- What members said is not the same happening: a report and an incident, never suggested to each other again. A
-- row for each pair that somebody pressed, ninety days; a million are about 300 MB.
create table difference (
    key blob not null primary key,
    version integer not null,
    report blob not null,
    incident blob not null,
    forget_at integer not null,
    body text not null
) strict;
create index difference_report on difference (report);
create index difference_incident on difference (incident);
create index difference_forget on difference (forget_at);
