-- Passkeys of members, one row for each. Never many. The public key and its counter stand in `body`.
create table passkey (
    key blob not null primary key,
    version integer not null,
    member blob not null references member (key),
    credential blob not null unique,
    since integer not null,
    body text not null
) strict;
create index passkey_member on passkey (member);

-- Whether a session locks when nobody touches it. Those that are open do not; they end within the day.
alter table session add column locks integer not null default 0;
