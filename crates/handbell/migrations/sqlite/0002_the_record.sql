-- The public record's five tables. Each is one kind of leaf of the log, and the log's own table is the only
-- place where their words stand, so that nothing can be in the one and not in the other and a withdrawal has
-- one place to empty (docs/decisions/0020-five-tables-in-one-log.md). Made of views, this is free on a million rows; reading one
-- view without an incident walks its kind's entries (seconds for a million).

-- Leaf kind 11.
create view record_source as
select leaf_index, stream as incident,
    json_extract(cast(substr(content, 33) as text), '$.number') as number,
    json_extract(cast(substr(content, 33) as text), '$.kind') as kind,
    json_extract(cast(substr(content, 33) as text), '$.label') as label,
    json_extract(cast(substr(content, 33) as text), '$.standing') as standing,
    json_extract(cast(substr(content, 33) as text), '$.copies') as copies,
    json_extract(cast(substr(content, 33) as text), '$.via') as via,
    json_extract(cast(substr(content, 33) as text), '$.at') as at
from log_entry where kind = 11;

-- Leaf kind 2.
create view record_claim as
select leaf_index, stream as incident,
    json_extract(cast(substr(content, 33) as text), '$.number') as number,
    json_extract(cast(substr(content, 33) as text), '$.source') as source,
    json_extract(cast(substr(content, 33) as text), '$.predicate') as predicate,
    json_extract(cast(substr(content, 33) as text), '$.about') as about,
    json_extract(cast(substr(content, 33) as text), '$.polarity') as polarity,
    json_extract(cast(substr(content, 33) as text), '$.value') as value,
    json_extract(cast(substr(content, 33) as text), '$.at') as at
from log_entry where kind = 2;

-- Leaf kind 13.
create view record_claim_event as
select leaf_index, stream as incident,
    json_extract(cast(substr(content, 33) as text), '$.claim') as claim,
    json_extract(cast(substr(content, 33) as text), '$.event') as event,
    json_extract(cast(substr(content, 33) as text), '$.by_claim') as by_claim,
    json_extract(cast(substr(content, 33) as text), '$.reason') as reason,
    json_extract(cast(substr(content, 33) as text), '$.at') as at
from log_entry where kind = 13;

-- Leaf kind 12.
create view record_assessment as
select leaf_index, stream as incident,
    json_extract(cast(substr(content, 33) as text), '$.number') as number,
    json_extract(cast(substr(content, 33) as text), '$.predicate') as predicate,
    json_extract(cast(substr(content, 33) as text), '$.about') as about,
    json_extract(cast(substr(content, 33) as text), '$.standing') as standing,
    json_extract(cast(substr(content, 33) as text), '$.relies_on') as relies_on,
    json_extract(cast(substr(content, 33) as text), '$.sets_aside') as sets_aside,
    json_extract(cast(substr(content, 33) as text), '$.sentences') as sentences,
    json_extract(cast(substr(content, 33) as text), '$.supersedes') as supersedes,
    json_extract(cast(substr(content, 33) as text), '$.at') as at
from log_entry where kind = 12;

-- Leaf kind 3.
create view record_correction as
select leaf_index, stream as incident,
    json_extract(cast(substr(content, 33) as text), '$.number') as number,
    json_extract(cast(substr(content, 33) as text), '$.kind') as kind,
    json_extract(cast(substr(content, 33) as text), '$.assessment') as assessment,
    json_extract(cast(substr(content, 33) as text), '$.supersedes') as supersedes,
    json_extract(cast(substr(content, 33) as text), '$.note') as note,
    json_extract(cast(substr(content, 33) as text), '$.at') as at
from log_entry where kind = 3;

-- Append-only, also for whoever opens the file with another program: a row never goes, and only its content
-- may be emptied.
create trigger log_entry_never_goes before delete on log_entry
begin
    select raise(abort, 'the public log only grows');
end;
create trigger log_entry_never_changes before update on log_entry
when not (new.content is null and old.content is not null and new.leaf_index = old.leaf_index
    and new.stream = old.stream and new.kind = old.kind and new.leaf = old.leaf)
begin
    select raise(abort, 'an entry of the public log only ever loses its content');
end;
create trigger checkpoint_never_goes before delete on checkpoint
begin
    select raise(abort, 'what was signed stays signed');
end;
create trigger checkpoint_never_changes before update on checkpoint
begin
    select raise(abort, 'what was signed stays signed');
end;
