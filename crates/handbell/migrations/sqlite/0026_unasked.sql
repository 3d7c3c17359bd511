-- Which files are still to be held against the bank of known pictures, so that a restart forgets none. On a million files
-- the column is a default that no row is rewritten for, and the index holds only those few. What was developed before this
-- was asked for then.
alter table footage add column unasked integer not null default 0;
create index footage_unasked on footage (received_at) where unasked = 1;
