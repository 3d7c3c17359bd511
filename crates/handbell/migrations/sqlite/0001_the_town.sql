-- The whole of Handbell, first shape. Times are UTC milliseconds, ids are their sixteen bytes, truth values
-- are 0 and 1, `body` is the row as JSON. Everything here is made empty, so nothing is slow today; the
-- sentence above each table says what a million rows in it do, for whoever changes it later.

-- What the store is: its mode, its log's key. Never more than a handful of rows.
create table meta (
    name text not null primary key,
    value text not null
) strict, without rowid;

-- Who did what to what, without a word of content. A million lines are about 120 MB; a new index reads all
-- of them once (seconds). Lines are only ever added, so their numbers need no counter of their own.
create table journal (
    number integer not null primary key,
    change blob not null unique,
    at integer not null,
    member blob,
    what text not null,
    subject blob
) strict;

-- What the desk works on. A million incidents are about 500 MB and every question asked of them is indexed.
create table incident (
    key blob not null primary key,
    version integer not null,
    opened_at integer not null,
    open integer not null,
    body text not null
) strict;
create index incident_opened on incident (opened_at, key);

-- What witnesses told. A million reports are about 1 GB; the queue's index holds the unread ones only, so
-- its cost follows the queue and not the years. A new column with a constant default is free, a new index
-- reads everything once (half a minute).
create table report (
    key blob not null primary key,
    version integer not null,
    receipt blob not null unique,
    state text not null,
    incident blob references incident (key),
    filed_at integer not null,
    body text not null
) strict;
create index report_waiting on report (filed_at, key) where state in ('received', 'being-read');
create index report_incident on report (incident, filed_at) where incident is not null;
create index report_joined on report (filed_at, key) where incident is not null;

-- Sealed contact details, three days each. A million of them would be 500 MB; forgetting walks its index.
create table contact (
    key blob not null primary key references report (key),
    sealed blob not null,
    forget_at integer not null
) strict, without rowid;
create index contact_forget on contact (forget_at);

-- First answers to repeated requests, one day each. A million are about 200 MB; forgetting walks its index.
create table repeat (
    key blob not null primary key,
    body_hash blob not null,
    seed blob not null,
    report blob not null references report (key),
    forget_at integer not null
) strict, without rowid;
create index repeat_forget on repeat (forget_at);
create index repeat_report on repeat (report);

-- What was added, asked and answered. A million notes are about 700 MB, always read by report.
create table note (
    key blob not null primary key,
    report blob not null references report (key),
    at integer not null,
    body text not null
) strict;
create index note_report on note (report, at);

-- Checkable statements. A million are about 600 MB, always read by incident.
create table claim (
    key blob not null primary key,
    incident blob not null references incident (key),
    recorded_at integer not null,
    body text not null
) strict;
create index claim_incident on claim (incident, recorded_at);

-- Judgements on whether two reports are independent. A million are about 600 MB, always read by incident.
create table independence (
    key blob not null primary key,
    incident blob not null references incident (key),
    recorded_at integer not null,
    body text not null
) strict;
create index independence_incident on independence (incident, recorded_at);

-- Drafts, alerts and updates. A million would be 3 GB; open, public and followed ones have small indexes.
create table alert (
    key blob not null primary key,
    version integer not null,
    incident blob not null references incident (key),
    follows blob references alert (key),
    state text not null,
    reach text not null,
    drafted_at integer not null,
    rung_at integer,
    told_until integer,
    body text not null
) strict;
create index alert_incident on alert (incident, drafted_at);
create index alert_follows on alert (follows, drafted_at) where follows is not null;
create index alert_open on alert (drafted_at, key) where state in ('draft', 'live');
create index alert_public on alert (rung_at, key) where reach = 'public' and follows is null and rung_at is not null;
create index alert_told on alert (told_until) where told_until is not null;

-- Approvals, one row for each member and alert. A million are about 300 MB, always read by alert.
create table approval (
    key blob not null primary key,
    alert blob not null references alert (key),
    at integer not null,
    body text not null
) strict;
create index approval_alert on approval (alert, at);

-- Rings. A million are about 300 MB, always read by alert.
create table ring (
    key blob not null primary key,
    alert blob not null references alert (key),
    kind text not null,
    at integer not null,
    body text not null
) strict;
create index ring_alert on ring (alert, at);

-- Told lists with what became of each delivery. One ring to a million people is a million rows (about 400
-- MB with its indexes, a minute to write); they go a day after the alert's end. What ringers ask, what is
-- due and what has run out, is answered by indexes that hold the open deliveries only.
create table delivery (
    key blob not null primary key,
    ring blob not null references ring (key),
    alert blob not null,
    words_of blob not null,
    kind text not null,
    live integer not null,
    subscription blob not null,
    state text not null,
    perhaps integer not null,
    attempts integer not null,
    due_at integer not null,
    lease_until integer not null,
    expires_at integer not null,
    ordering integer not null
) strict, without rowid;
create index delivery_turn on delivery (live, key, due_at) where state = 'waiting';
create index delivery_due on delivery (due_at) where state = 'waiting';
create index delivery_expiry on delivery (expires_at) where state = 'waiting';
create index delivery_lease on delivery (lease_until) where state = 'leased';
create index delivery_person on delivery (alert, subscription, ordering);

-- Members. Never many.
create table member (
    key blob not null primary key,
    version integer not null,
    since integer not null,
    revoked_at integer,
    body text not null
) strict;

-- Subscribed browsers. A million are about 700 MB. The endpoint and its keys stand in `body` and nowhere else.
create table subscription (
    key blob not null primary key,
    member blob references member (key),
    since integer not null,
    until integer not null,
    body text not null
) strict;
create index subscription_member on subscription (member) where member is not null;
create index subscription_until on subscription (until);

-- From a cell to who asked for it: each subscription under its own cells and under every coarser cell
-- around them. A million subscriptions with three cells are about 10 million rows (900 MB); an alert reads
-- only the rows of its own cells.
create table subscription_cell (
    cell integer not null,
    subscription blob not null references subscription (key) on delete cascade,
    own integer not null,
    primary key (cell, subscription)
) strict, without rowid;
create index subscription_cell_subscription on subscription_cell (subscription);

-- Sign-in links as hashes, fifteen minutes each. Never many.
create table invitation (
    key blob not null primary key,
    version integer not null,
    member blob not null references member (key),
    secret blob not null unique,
    expires_at integer not null,
    redeemed_at integer
) strict, without rowid;

-- Browsers bound to members. Never many.
create table device (
    key blob not null primary key,
    member blob not null references member (key),
    secret blob not null unique,
    since integer not null
) strict, without rowid;

-- Signed-in stretches, twelve hours each. Never many.
create table session (
    key blob not null primary key,
    version integer not null,
    member blob not null references member (key),
    device blob not null references device (key),
    secret blob not null unique,
    expires_at integer not null,
    closed_at integer
) strict, without rowid;

-- Duties, one row for each member at most.
create table duty (
    key blob not null primary key references member (key),
    version integer not null,
    starts_at integer not null,
    until integer not null,
    observing integer not null
) strict, without rowid;

-- Proposed entries of the public record. A million are about 500 MB; the open ones have a small index.
create table proposal (
    key blob not null primary key,
    version integer not null,
    incident blob not null references incident (key),
    at integer not null,
    published_at integer,
    body text not null
) strict;
create index proposal_incident on proposal (incident, at);
create index proposal_open on proposal (at, key) where published_at is null;

-- The public log: 57 bytes an entry and what opens it. A million entries are about 600 MB; opening the
-- store reads every leaf once (seconds). Rows are only added; a withdrawal empties `content`.
create table log_entry (
    leaf_index integer not null primary key,
    stream blob not null,
    kind integer not null,
    leaf blob not null,
    content blob
) strict;
create index log_entry_stream on log_entry (stream, leaf_index);
create index log_entry_opened on log_entry (leaf_index) where kind = 1;

-- Every checkpoint that was signed. A million are about 300 MB; only the newest is read.
create table checkpoint (
    size integer not null primary key,
    note text not null
) strict;
