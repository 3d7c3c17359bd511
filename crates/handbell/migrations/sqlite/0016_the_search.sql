-- What lists and searches of the public record are answered from. All of it is derived from the log's entries, in the
-- commit that writes them, and made anew from them when `found_mark` says that another version made it. Nothing
-- stands here that the pages do not say, and what is withdrawn leaves it in the same commit. On a store with a
-- million entries this migration is free; the index is filled after the start, a few hundred incidents at a time, the newest first,
-- and a search finds fewer until it is whole.

-- One row for each incident of the record. `place` is where its opening stands in the log, made negative: rows are
-- walked from the newest on. `words` is a checksum of the words that the index has of it. Days are counted from the beginning of 1970; without a date the first is after the
-- last. Without a point there are no edges. `body` is the sheet (handbell-rules, record/search/sheet.rs).
create table found (
    place integer not null primary key,
    incident blob not null unique,
    first_day integer not null,
    last_day integer not null,
    west integer,
    south integer,
    east integer,
    north integer,
    kind text not null,
    state text not null,
    words integer not null,
    body text not null
) strict;

-- Its words as they are compared, folded by us, so that the tokenizer has nothing left to decide; then its shelfmarks.
-- `secure-delete`: a word that goes leaves the index's pages at once and not when they are merged one day. No text is
-- kept beside the lists (`content`): rows that shrink and grow are moved about in the file, and SQLite overwrites what is
-- erased but not every copy that a move left behind. What the index has of an incident follows from the log.
create virtual table found_words using fts5(words, content = '', tokenize = 'ascii', columnsize = 0);
insert into found_words (found_words, rank) values ('secure-delete', 1);

-- Which version made it, and from the newest down to which opening it was made: all of it when that is -1, and
-- nothing yet when it is the largest number there is.
create table found_mark (
    key integer not null primary key check (key = 1),
    version integer not null,
    downto integer not null
) strict;
insert into found_mark (key, version, downto) values (1, 0, 9223372036854775807);
