-- Patterns that a member folded away for some hours: at most fifty stand at once, and each goes a day after its
-- end, so that a million rows never are.
create table mute (
    key blob not null primary key,
    version integer not null,
    forget_at integer not null,
    body text not null
) strict;
create index mute_forget on mute (forget_at);

-- Reports that somebody has begun, or that were finished with and written to again: a flood of unread ones must
-- not stand before them. An unread report, the only sort that comes by the thousand, is not in it.
create index report_begun on report (filed_at, key) where state = 'being-read';
