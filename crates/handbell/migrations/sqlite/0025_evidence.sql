-- Footage that witnesses give. Hundreds a year; on a million rows this only creates empty tables. The files lie
-- sealed in the vault; here is what is known of them, the shares that open them, and what was done with them.
create table custody_keys (
    key blob not null primary key,
    version integer not null,
    body text not null
) strict;

create table footage_link (
    key blob not null primary key,
    version integer not null,
    report blob not null,
    forget_at integer not null,
    body text not null
) strict;
create index footage_link_forget on footage_link (forget_at);

create table upload (
    key blob not null primary key,
    version integer not null,
    report blob not null,
    length integer not null,
    came integer not null,
    forget_at integer not null,
    body text not null
) strict;
create index upload_report on upload (report);
create index upload_forget on upload (forget_at);

create table footage (
    key blob not null primary key,
    version integer not null,
    report blob not null,
    received_at integer not null,
    length integer not null,
    waits integer not null,
    noted integer not null,
    forget_at integer not null,
    body text not null
) strict;
create index footage_report on footage (report, received_at);
create index footage_received on footage (received_at);
create index footage_waits on footage (received_at) where waits = 1;
create index footage_unnoted on footage (received_at) where noted = 0;
create index footage_forget on footage (forget_at);

create table custody (
    number integer not null primary key,
    at integer not null,
    footage blob,
    said blob not null,
    hash blob not null,
    statement text
) strict;
create index custody_footage on custody (footage, number) where footage is not null;

create table hiding (
    key blob not null primary key,
    version integer not null,
    footage blob not null,
    open integer not null,
    address blob,
    body text not null
) strict;
create index hiding_footage on hiding (footage);
create index hiding_open on hiding (key) where open = 1;
create unique index hiding_address on hiding (address) where address is not null;

create table known (
    key blob not null primary key,
    version integer not null,
    at integer not null,
    body text not null
) strict;

create table lead (
    key blob not null primary key,
    version integer not null,
    footage blob not null,
    at integer not null,
    body text not null
) strict;
create index lead_footage on lead (footage, at);

create table stamp (
    key blob not null primary key,
    version integer not null,
    open integer not null,
    body text not null
) strict;
create index stamp_open on stamp (key) where open = 1;
