-- Told lists: one row for each ring, with everybody on it, written in the commit that rings. A list of a million
-- is 14 MB and a quarter of a second; a later ring of the same alert takes a bit for each of them. They go a day
-- after the alert's end. What stands in `people` is told byte by byte in `store/sql/told/coding.rs`.
create table told_list (
    ring blob not null primary key references ring (key),
    alert blob not null,
    words_of blob not null,
    kind text not null,
    at integer not null,
    expires_at integer not null,
    ordering integer not null,
    people blob not null
) strict;
create index told_list_alert on told_list (alert);

-- What became of them: a row for each lease and each batch of outcomes, newest last; many are put together into
-- one from time to time. They go with their list.
create table told_state (
    number integer primary key,
    ring blob not null references told_list (ring),
    states blob not null
) strict;
create index told_state_ring on told_state (ring);

-- Lists that are alive move over as they stand: whoever waits goes on waiting, and the end finds the same
-- people. A million deliveries take about ten seconds here. The old rows go at once: they say who was told
-- of what, and nothing would forget them.
insert into told_list (ring, alert, words_of, kind, at, expires_at, ordering, people)
    select d.ring, d.alert, d.words_of, d.kind, r.at, d.expires_at, d.ordering,
        unhex('00' || group_concat(hex(d.subscription), '' order by d.subscription))
    from delivery d join ring r on r.key = d.ring group by d.ring;
insert into told_state (ring, states)
    select s.ring, unhex(group_concat(s.state, '' order by s.place)) from (
        select d.ring as ring, row_number() over (partition by d.ring order by d.key) as place,
            printf('%08x%08x%02x%08x%016x',
                row_number() over (partition by d.ring order by d.key) - 1, 1,
                case d.state when 'waiting' then 0 when 'leased' then 1 when 'accepted' then 2 when 'gone' then 3
                    when 'refused' then 4 when 'expired' then 5 else 6 end + 128 * d.perhaps,
                d.attempts,
                case d.state when 'waiting' then d.due_at when 'leased' then d.lease_until else 0 end) as state
        from delivery d) s
    group by s.ring;
drop table delivery;
