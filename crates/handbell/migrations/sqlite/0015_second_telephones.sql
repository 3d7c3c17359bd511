-- The keyed hash of a telephone that is somebody's second channel, so that a STOP from it finds whose. Few have one.
alter table subscription add column further blob;
create index subscription_further on subscription (further) where further is not null;
