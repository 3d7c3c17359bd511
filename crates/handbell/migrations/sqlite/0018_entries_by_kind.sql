-- Lists of corrections and of decisions begin at the newest entry of their kind, and a record of a million entries is
-- not read to find a few. Making the index reads the log once.
create index log_entry_kind on log_entry (kind, leaf_index);
