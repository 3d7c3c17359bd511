-- Replies and complaints of those concerned, from their coming until 30 days after they are decided. Dozens; on a
-- million rows this only creates two empty tables. A way to reach a sender is sealed and lies apart.
create table letter (
    key blob not null primary key,
    version integer not null,
    receipt blob not null unique,
    incident blob not null,
    open integer not null,
    received_at integer not null,
    forget_at integer not null,
    body text not null
) strict;
create index letter_by_time on letter (open, received_at);
create index letter_forget on letter (forget_at);

create table letter_contact (
    key blob not null primary key,
    sealed blob not null,
    forget_at integer not null
) strict;
create index letter_contact_forget on letter_contact (forget_at);
