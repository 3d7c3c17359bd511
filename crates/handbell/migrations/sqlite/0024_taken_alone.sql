-- What one member took from the public alone, until a second one agrees: a list for the desk, and a count for the limit.
-- On a million proposals the column is a default that no row is rewritten for, and the index holds only those few.
alter table proposal add column alone integer not null default 0;
create index proposal_alone on proposal (at, key) where alone = 1;
