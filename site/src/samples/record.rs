//! Samples of the record's pages and of the pages about Handbell itself.

use super::{Pen, Sample};
use crate::{
    AboutPage, Also, Bar, Came, Changed, ChartShown, ChartsPage, Choice, CorrectionRow, CorrectionsPage, Differing, DistrictRow, Drawing,
    Drawn, Elsewhere, ErrorPage, FieldError, FileRow, FoundRow, HeldClass, Linked, LogPage, MapPage, NamedBy, NumberRow, Page, ProofOffer,
    Quoted, RecordEntry, RecordListPage, RecordPage, RecordPart, RecordPartPage, RecordSearch, Rest, SaidRow, SourceRow, Sourced, StandRow,
    State, Tab, Tag, TimeRow, Voice,
};

/// The form as it first stands, or with everything asked.
fn search(pen: &Pen, asked: bool) -> RecordSearch {
    let given = |text: &str| if asked { pen.say(text) } else { String::new() };
    let choices = |any: &str, one: &str| {
        vec![Choice { chosen: !asked, ..Choice::new("", any) }, Choice { chosen: asked, ..Choice::new("one", pen.say(one)) }]
    };
    RecordSearch {
        q: given("bailiffs"),
        from: given("2026-10-01"),
        to: given("2026-10-31"),
        kinds: choices("Any kind", "Eviction"),
        levels: choices("Any state", "Over"),
        district: given("Eastgate"),
        source: given("press"),
        sources: vec![pen.say("press"), pen.say("official")],
        bbox: given("-0.1,51.4,0,51.5"),
        asof: given("2026-11-01"),
        asked,
        narrowed: asked,
        no_word: false,
    }
}

/// The form with a day that is none, a box that is none and a kind that nobody knows.
fn typed(pen: &Pen) -> RecordSearch {
    let mut search = RecordSearch { from: pen.say("yesterday"), bbox: pen.say("1,2,3"), ..search(pen, true) };
    search.kinds.iter_mut().for_each(|kind| kind.chosen = false);
    search.kinds.push(Choice { chosen: true, ..Choice::new("bailif", "bailif") });
    search
}

/// What is said beside those fields.
fn unread(pen: &Pen) -> Vec<FieldError> {
    [
        ("from", "Write days as 2026-11-20."),
        ("bbox", "Write the box as west,south,east,north in degrees, for example -0.1,51.4,0,51.5."),
        ("kind", "Nothing here is of a kind called that. Choose one of the list."),
    ]
    .map(|(field, words)| FieldError::new(field, pen.say(words)))
    .to_vec()
}

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: Box<dyn Page>| {
        samples.push(Sample { name: name.to_owned(), page });
    };
    let row = |state: State| FoundRow {
        href: "/record/mzqk".to_owned(),
        title: pen.say("Report of bailiffs at a home in Eastgate"),
        meta: pen.say("28 October 2026 · Eastgate"),
        tag: pen.tag(state),
        only_possible: false,
        excerpt: None,
    };
    let frame = |path: &str| pen.frame(Tab::Record, path);
    let list = |search: RecordSearch, incidents: Vec<FoundRow>, next: Option<&str>| {
        let map_href = if search.asked { "/record/map?q=bailiffs" } else { "/record/map" }.to_owned();
        Box::new(RecordListPage {
            frame: frame("/record"),
            search,
            errors: Vec::new(),
            map_href,
            incidents,
            next_href: next.map(str::to_owned),
            neighbours: next.is_some(),
        })
    };
    push("record-list", list(search(pen, false), State::ALL.map(row).to_vec(), Some("/record?after=mzqk")));
    push("record-list-empty", list(search(pen, false), Vec::new(), None));
    let quoted = Quoted {
        pieces: vec![
            (pen.say("Claim 3. What was seen: source 2 says: two "), false),
            (pen.say("bailiffs"), true),
            (pen.say(" and a van"), false),
        ],
        cut_before: true,
        cut_behind: true,
    };
    let found = FoundRow { only_possible: true, excerpt: Some(quoted), ..row(State::Over) };
    push("record-list-found", list(search(pen, true), vec![found], Some("/record?after=mzqk&q=bailiffs")));
    push("record-list-nothing", list(search(pen, true), Vec::new(), None));
    push("record-list-no-word", list(RecordSearch { no_word: true, ..search(pen, true) }, Vec::new(), None));
    push("record-list-errors", Box::new(RecordListPage { errors: unread(pen), ..*list(typed(pen), Vec::new(), None) }));
    push("record", Box::new(incident(pen)));
    let mut open = bare(pen);
    open.frame.exercise = true;
    open.sources = vec![SourceRow { files: vec![file(pen), FileRow { link: None, ..file(pen) }], ..source(pen, "1") }];
    push("record-exercise", Box::new(open));
    for (name, part) in parts(pen) {
        push(name, Box::new(part));
    }
    push(
        "corrections",
        Box::new(CorrectionsPage {
            frame: frame("/corrections"),
            corrections: vec![slip(pen)],
            next_href: Some("/corrections?before=210".to_owned()),
        }),
    );
    push("corrections-empty", Box::new(CorrectionsPage { frame: frame("/corrections"), corrections: Vec::new(), next_href: None }));
    push("record-charts", Box::new(charts(pen)));
    push("record-charts-few", Box::new(few(pen)));
    push("record-map", Box::new(map(pen, true)));
    push("record-map-bare", Box::new(map(pen, false)));
    push("record-map-found", Box::new(map_of_a_search(pen)));
    let nothing = MapPage { search: search(pen, true), counted: pen.say("0 incidents found"), districts: Vec::new(), ..map(pen, false) };
    push("record-map-nothing", Box::new(nothing));
    let unread = MapPage { search: typed(pen), errors: unread(pen), counted: String::new(), districts: Vec::new(), ..map(pen, false) };
    push("record-map-errors", Box::new(unread));
    push("about", Box::new(about(pen)));
    push(
        "log",
        Box::new(LogPage {
            frame: frame("/log"),
            origin: pen.say("handbell.example/log"),
            key: pen.say("handbell.example/log+5c3f8a1b+AQNYb2p0c0pGQ1JqR2tLZ1ZzU3lhY1ZzZ1pXbQ"),
            size: pen.say("4 190"),
            root: pen.say("3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            signed_at: pen.say("20 November 2026, 22:31"),
            verify_command: pen.say("handbell verify https://handbell.example"),
            facts: vec![pen.fact("Cosigners", "cosigned by 2 of 3, 20 November 2026, 22:33", "")],
            doubt: None,
        }),
    );
    push(
        "log-in-doubt",
        Box::new(LogPage {
            frame: frame("/log"),
            origin: pen.say("handbell.example/log"),
            key: pen.say("handbell.example/log+5c3f8a1b+AQNYb2p0c0pGQ1JqR2tLZ1ZzU3lhY1ZzZ1pXbQ"),
            size: pen.say("4 190"),
            root: pen.say("3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            signed_at: pen.say("20 November 2026, 22:31"),
            verify_command: pen.say("handbell verify https://handbell.example"),
            facts: vec![pen.fact("Cosigners", "not cosigned: none of 3 has signed", "One cannot be reached.")],
            doubt: pen
                .some("southbank shows 4 200 entries that this log signed, and this store has 4 190: it is behind what the world saw"),
        }),
    );
    push(
        "error",
        Box::new(ErrorPage {
            frame: pen.frame(Tab::Nowhere, "/nothing"),
            status: 503,
            heading: pen.say("We could not save it"),
            what_to_do: pen.all(&["What you wrote is below. Try once more.", "In danger: 999."]),
            code: pen.say("store-unavailable"),
            links: vec![pen.link("/report", "Try once more")],
            kept: pen.some("Four people in uniform going from shop to shop."),
        }),
    );
}

fn came(pen: &Pen, label: &str, words: &str, sources: &[&str]) -> Came {
    let sourced = |words: &str, source: &str| Sourced { words: pen.say(words), sources: vec![source.to_owned()], claims: Vec::new() };
    Came {
        label: pen.say(label),
        words: pen.say(words),
        sources: sources.iter().map(|source| (*source).to_owned()).collect(),
        asked: pen.say("Recorded on 21 November 2026. Last asked on 14 May 2018: the police press office. We ask again from 14 May 2027."),
        before: if sources == ["2"] {
            vec![sourced("Released on bail or with conditions, on or after 13 May 2017.", "2")]
        } else {
            Vec::new()
        },
    }
}

pub(super) fn incident(pen: &Pen) -> RecordPage {
    let entry = |index: &str, kind: &str, at: &str, words: &str| RecordEntry {
        index: index.to_owned(),
        kind: pen.say(kind),
        at: pen.say(at),
        words: pen.say(words),
        tag: None,
        content_href: Some(format!("/log/content/{index}")),
    };
    let mut withdrawn = entry("4185", "Withdrawn", "21:55", "This entry was withdrawn by its author.");
    withdrawn.content_href = None;
    let mut ended = entry("4190", "Cancel", "22:31", "This alert is over. It was wrong.");
    ended.tag = Some(pen.tag(State::Mistaken));
    let sourced = |words: &str, sources: &[&str]| Sourced {
        words: pen.say(words),
        sources: sources.iter().map(|source| (*source).to_owned()).collect(),
        claims: Vec::new(),
    };
    let differing = |about: &str| Differing {
        about: pen.say(about),
        said: vec![sourced("A resident: two vans.", &["1"]), sourced("A broadcaster: a van.", &["2"])],
    };
    let elsewhere = |when: &str, place: &str, note: &str| Elsewhere {
        when: pen.say(when),
        place: pen.say(place),
        note: pen.say(note),
        link: Some(pen.link("/record?district=Glasgow", "One incident of this record in Glasgow")),
    };
    let stand = |who: &str, sub: bool, struck: bool| StandRow {
        who: pen.say(who),
        sub,
        about: pen.say("Vehicles"),
        says: pen.say("two vans"),
        struck,
        source: "2".to_owned(),
    };
    let time =
        |when: &str| TimeRow { when: pen.say(when), what: pen.say("Police were called"), sources: vec!["1".to_owned(), "2".to_owned()] };
    RecordPage {
        frame: pen.frame(Tab::Record, "/record/mzqk"),
        id: pen.say("mzqk3f7a2xw5n4ch6y"),
        at: "/record/mzqk3f7a2xw5n4ch6y".to_owned(),
        theirs: None,
        title: pen.say("Immigration officers leave Market Row after a confrontation"),
        as_of: pen.say("21 November 2026, 14:05"),
        earlier: pen.some("You are reading this page as the log's first 40 entries tell it."),
        held_back: None,
        tags: vec![
            Tag::of(State::Over),
            Tag::with_words(State::Confirmed, pen.say("Confirmed: one official statement")),
            Tag::of(State::Disputed),
            Tag::with_words(State::Corrected, pen.say("Corrected once")),
        ],
        entered: pen.some("Whoever runs this site entered this from a file."),
        slips: vec![slip(pen)],
        said: vec![Sourced {
            claims: vec![pen.link("#claim-40", "40")],
            ..sourced("It happened on 13 May 2017, according to the Home Office.", &["2", "3"])
        }],
        facts: vec![pen.fact("Date", "13 May 2017", "as given by the Home Office"), pen.fact("Kind", "Immigration visit", "")],
        claims: vec![
            claim(pen, "When", false, "13 May 2017", Some(pen.tag(State::Confirmed))),
            SaidRow {
                struck: true,
                notes: vec![pen.say("Set aside: a later source replaced it.")],
                ..claim(pen, "When", true, "a Saturday", None)
            },
            claim(pen, "Vehicles", false, "two vans", Some(pen.tag(State::Disputed))),
        ],
        differ: vec![differing("Vehicles")],
        worded: vec![differing("How long it lasted")],
        voices: [vec![own_words(pen)], ["A newspaper", "Witness A"].map(|name| voice(pen, name)).to_vec(), vec![replied(pen)]].concat(),
        asked: pen.all(&["Home Office was asked for comment by e-mail on 20 November 2026 at 14:05 UTC. No answer is recorded."]),
        moderated: pen.some("One decision about what is shown here"),
        lookalikes: vec![elsewhere("2013", "Another street", "Megaphones held close to two officers.")],
        similar: vec![elsewhere("13 May 2021", "Glasgow", "")],
        came: vec![
            came(pen, "People held: the three men", "Not charged, 4 July 2018.", &["2"]),
            came(pen, "Court or tribunal", "Found unlawful, 2019. It was about one of them.", &["3"]),
            came(pen, "Complaint or review of conduct", "Nobody could tell us.", &["1"]),
            came(pen, "Correction by a publisher", "Not known yet. Nobody was asked.", &[]),
        ],
        outcomes: vec![differing("Outcome: the three men")],
        outcome: pen.some("Nobody was arrested. The officers left at 22:20."),
        stands: vec![stand("A newspaper", false, true), stand("A newspaper", true, false)],
        silent: pen.some("On these facts nothing is recorded from: A campaign."),
        times: vec![time("13 May 2017")],
        also: Some(Also {
            words: pen.say("The record holds 3 other incidents in Eastgate, 2 of the same kind."),
            links: vec![pen.link("/record?district=Eastgate", "All in Eastgate")],
            named_by: vec![NamedBy {
                href: "/record/other".to_owned(),
                title: pen.say("Bailiffs at a home in Leith"),
                words: pen.say("Names this one as something similar."),
            }],
        }),
        rest: Rest { claims: Some(pen.link("/record/mzqk/claims?from=1", "All 212 claims")), ..Rest::default() },
        sources_at: "#s".to_owned(),
        sources: ["1", "2", "3"].map(|number| source(pen, number)).to_vec(),
        sources_words: pen.say("3 sources. What reached us through another counts once: 3 counts as 2."),
        changes: vec![
            Changed {
                at: pen.say("21 November 2026, 14:05"),
                words: pen.say("Correction 1: When"),
                href: Some("/record/mzqk?asof=40".to_owned()),
            },
            Changed { at: pen.say("20 November 2026, 21:40"), words: pen.say("First version."), href: None },
        ],
        entries: vec![
            entry("4180", "Opened", "21:40", "Opened to the record: immigration visit, Eastgate."),
            entry("4182", "Alert", "21:42", "Neighbours in 2 areas were told."),
            withdrawn,
            ended,
        ],
        entries_words: pen.say("4180 to 4190"),
        verify_command: pen.say("handbell verify https://handbell.example"),
        cosigned: Some(pen.say("cosigned by 2 of 3, 20 November 2026, 22:33")),
        data_href: "/api/v1/incidents/mzqk3f7a2xw5n4ch6y".to_owned(),
        proof: None,
        // A page as it was has no button.
        vapid_key: None,
        linked: Some(Linked::of(&format!("{{\"headline\":\"{}\"}}", pen.say("Market Row").replace('"', "\\\"")))),
    }
}

fn map(pen: &Pen, streets: bool) -> MapPage {
    let row = |name: &str, count: u32, href: Option<&str>, at: Option<(&str, &str)>| DistrictRow {
        name: pen.say(name),
        count,
        words: pen.say(&format!("{count} incidents")),
        href: href.map(str::to_owned),
        at: at.map(|(lat, lon)| (lat.to_owned(), lon.to_owned())),
    };
    MapPage {
        frame: pen.frame(Tab::Record, "/record/map"),
        search: search(pen, false),
        errors: Vec::new(),
        list_href: "/record".to_owned(),
        counted: pen.say("21 incidents, counted up to entry 4190 of the log"),
        says: Vec::new(),
        points: "/record.geojson".to_owned(),
        next_href: None,
        behind: streets.then(|| pen.say("The counting is not finished.")),
        districts: vec![
            row("Eastgate", 12, Some("/record?district=Eastgate"), Some(("51.47", "-0.069"))),
            row("Leith", 7, Some("/record?district=Leith"), None),
            row("2 other districts", 2, None, None),
        ],
        streets: streets.then(|| "/record/streets.pmtiles".to_owned()),
    }
}

/// A stretch of what a search found, on the map.
fn map_of_a_search(pen: &Pen) -> MapPage {
    let whole = map(pen, false);
    MapPage {
        search: search(pen, true),
        list_href: "/record?q=bailiffs".to_owned(),
        counted: pen.say("The newest 200 incidents found"),
        says: pen.all(&[
            "This is a stretch of what was found, at most 200 incidents, newest first. Numbers and points are those of this stretch. “Older” shows the next ones.",
            "Of 200 incidents, 3 only may have been in these days. What is recorded does not say for certain.",
        ]),
        points: "/record.geojson?q=bailiffs".to_owned(),
        next_href: Some("/record/map?after=mzqk&q=bailiffs".to_owned()),
        ..whole
    }
}

fn charts(pen: &Pen) -> ChartsPage {
    let row = |name: &str, href: Option<&str>, cells: &[&str]| NumberRow {
        name: pen.say(name),
        href: href.map(str::to_owned),
        cells: pen.all(cells),
    };
    let bar = |x: i32, height: i32, part: bool| Bar { x, y: 160 - height, width: 24, height, part };
    let words = |x: i32, y: i32, words: &str| Drawn { x, y, anchor: "middle", words: pen.say(words) };
    let drawing = Drawing {
        width: 360,
        height: 190,
        title: pen.say("First accounts by quarter, and those that were corrected"),
        tells: pen.say("Two quarters. In the later one 12 first accounts, of which 3 were corrected."),
        lines: vec!["M30 40h320".to_owned(), "M30 160h320".to_owned()],
        bars: vec![bar(60, 90, false), bar(60, 20, true), bar(120, 120, false), bar(120, 30, true)],
        strokes: vec!["M200 60v40".to_owned()],
        words: vec![words(72, 178, "2026"), words(12, 44, "12")],
    };
    ChartsPage {
        frame: pen.frame(Tab::Record, "/record/charts"),
        counted: pen.say("21 incidents, counted up to entry 4190 of the log"),
        behind: pen.some("The counting is not finished: 4190 of 9000 entries."),
        charts: vec![ChartShown {
            id: "corrected",
            heading: pen.say("How often was the first account corrected?"),
            says: pen.all(&["3 of 12 first accounts were corrected."]),
            drawing: Some(drawing),
            key: pen.some("Dark: corrected."),
            caption: pen.say("First accounts by quarter."),
            columns: pen.all(&["Quarter", "First accounts", "Corrected", "Share"]),
            rows: vec![
                row("Oct–Dec 2026", Some("/record?from=2026-10-01&to=2026-12-31"), &["12", "3", "25 %"]),
                row("No one quarter", None, &["9", "1", "too few"]),
            ],
        }],
    }
}

/// Charts of a record that holds too little to draw.
fn few(pen: &Pen) -> ChartsPage {
    let full = charts(pen);
    let one = full.charts[0].clone();
    let bare = ChartShown { drawing: None, key: None, rows: Vec::new(), ..one };
    ChartsPage { behind: None, charts: vec![bare], ..full }
}

/// Each list of an incident on a page of its own.
fn parts(pen: &Pen) -> Vec<(&'static str, RecordPartPage)> {
    let full = incident(pen);
    let of = |list: RecordPart| RecordPartPage {
        frame: pen.frame(Tab::Record, "/record/mzqk/claims?from=41"),
        theirs: None,
        title: full.title.clone(),
        back_href: "/record/mzqk".to_owned(),
        heading: pen.say("Who says what"),
        words: pen.say("41 to 60 of 212"),
        list,
        sources_at: "/record/mzqk/sources?from=".to_owned(),
        earlier: Some(pen.link("/record/mzqk/claims?from=21", "Earlier in the list")),
        later: Some(pen.link("/record/mzqk/claims?from=61", "Go on")),
    };
    let claims = full.claims.iter().map(|row| SaidRow { links: Vec::new(), ..row.clone() }).collect();
    // A list of its own leads to the list of claims.
    let lead = |mut one: Sourced| {
        one.claims = vec![pen.link("/record/mzqk/claims?from=3", "40")];
        one
    };
    let said = full.said.iter().cloned().map(lead).collect();
    vec![
        ("record-part-corrections", of(RecordPart::Corrections(full.slips.clone()))),
        ("record-part-said", of(RecordPart::Said(said))),
        ("record-part-claims", of(RecordPart::Claims(claims))),
        ("record-part-accounts", of(RecordPart::Accounts(full.differ.clone()))),
        ("record-part-voices", of(RecordPart::Voices(full.voices.clone()))),
        ("record-part-sources", of(RecordPart::Sources(full.sources.clone()))),
        ("record-part-changes", of(RecordPart::Changes(full.changes.clone()))),
        ("record-part-entries", of(RecordPart::Entries(full.entries.clone()))),
    ]
}

/// A page of which nothing is known yet but that it was opened.
fn bare(pen: &Pen) -> RecordPage {
    let full = incident(pen);
    RecordPage {
        earlier: None,
        vapid_key: Some("BN1234".to_owned()),
        proof: Some(ProofOffer {
            href: "/record/mzqk3f7a2xw5n4ch6y/proof".to_owned(),
            file: "mzqk3f7a2xw5n4ch6y.proof.json".to_owned(),
            command: pen.say("handbell verify page mzqk3f7a2xw5n4ch6y.proof.json"),
            size: "4191".to_owned(),
            root: "kPA9L7b+JEmVR5wm8twDTdSgXox9yO5r6qPh1O+jV6I=".to_owned(),
            sha256: "f0eb4d3b808440ef9dcd13cadcf99688b4ed99bd5a7adbafa1d7bc915b950450".to_owned(),
        }),
        entered: None,
        slips: Vec::new(),
        said: Vec::new(),
        claims: Vec::new(),
        differ: Vec::new(),
        worded: Vec::new(),
        voices: Vec::new(),
        asked: Vec::new(),
        moderated: None,
        lookalikes: Vec::new(),
        similar: Vec::new(),
        came: Vec::new(),
        outcomes: Vec::new(),
        outcome: None,
        sources: Vec::new(),
        stands: Vec::new(),
        silent: None,
        times: Vec::new(),
        also: None,
        rest: Rest::default(),
        ..full
    }
}

fn slip(pen: &Pen) -> CorrectionRow {
    CorrectionRow {
        name: pen.say("Correction 1"),
        anchor: "corr1".to_owned(),
        href: "/record/mzqk#corr1".to_owned(),
        title: pen.say("Immigration officers leave Market Row"),
        at: pen.say("21 November 2026, 14:05"),
        before: pen.say("Believed to have happened on a Saturday."),
        now: pen.say("Happened on 13 May 2017, according to the Home Office."),
        reason: pen.say("The Home Office has since given the date."),
        sources: vec!["2".to_owned()],
        told: pen.say("Whoever was still on the told list of an alert about this heard of it at once."),
    }
}

fn claim(pen: &Pen, about: &str, sub: bool, says: &str, tag: Option<Tag>) -> SaidRow {
    SaidRow {
        number: format!("{}{}", about.len(), u8::from(sub)),
        about: pen.say(about),
        sub,
        says: pen.say(says),
        struck: false,
        who: pen.say("Home Office, statement carried in an update"),
        source: "2".to_owned(),
        since: pen.say("Update"),
        recorded: pen.say("recorded 21 November 2026"),
        tag,
        notes: Vec::new(),
        links: vec![pen.link("#differ", "See 2")],
    }
}

fn voice(pen: &Pen, name: &str) -> Voice {
    Voice {
        name: pen.say(name),
        says: pen.all(&["When: 13 May 2017.", "Vehicles: two vans."]),
        kind: pen.say("Official. A party to the event. Replied: update."),
        counts: "Source",
        source: "2".to_owned(),
        href: "#s2".to_owned(),
    }
}

/// A body's own words, in the same box.
fn own_words(pen: &Pen) -> Voice {
    Voice { says: pen.all(&["When: 13 May 2017.", "In its own words, 14 May 2017: “We acted lawfully.”"]), ..voice(pen, "Home Office") }
}

/// A reply, in the same box.
fn replied(pen: &Pen) -> Voice {
    Voice {
        says: pen.all(&["“We were open all day.”", "[Taken out, because it says who somebody is.]"]),
        kind: pen.say("A shop or business, in its own words, sent in by the form. The desk has not checked who sent it."),
        counts: "Entry",
        source: "4182".to_owned(),
        href: "#entry-4182".to_owned(),
        ..voice(pen, "Reply: A shop or business")
    }
}

fn file(pen: &Pen) -> FileRow {
    FileRow {
        shows: pen.say("A market street; whoever is on it is covered."),
        link: Some(pen.link("/record/footage/aaaaaaaaaaaaaaaaaaaaaaaaaa", "Take the covered video (MP4, 3.1 MB)")),
        gone: pen.say("The covered video (MP4, 3.1 MB) was taken back."),
    }
}

fn source(pen: &Pen, number: &str) -> SourceRow {
    SourceRow {
        number: number.to_owned(),
        label: pen.say("Home Office, statement carried in an update"),
        words: pen.say("Official. A party to the event. Carried by source 1."),
        url: Some("https://archive.example/2017/statement".to_owned()),
        files: Vec::new(),
    }
}

fn about(pen: &Pen) -> AboutPage {
    let held = |class: &str, holds: &str, rows: &str, goes: &str| HeldClass {
        class: pen.say(class),
        holds: pen.say(holds),
        who_reads: pen.say("the desk on duty, and whoever controls the machine"),
        rows_now: pen.say(rows),
        oldest: pen.say("2 days"),
        goes: pen.say(goes),
    };
    AboutPage {
        frame: pen.frame(Tab::Nowhere, "/about"),
        as_of: pen.say("20 November 2026, 22:31"),
        classes: vec![
            held("Reports", "what, where, when, how they know", "14", "30 days after the end"),
            held("Contacts", "sealed on receipt", "3", "72 hours after the end"),
            held("Subscriptions", "push address, areas, kinds, language", "412", "after 180 days"),
        ],
        seizure: pen.all(&["14 open reports, 0 names.", "3 sealed contacts that end on Friday."]),
        limits: pen.all(&[
            "Whoever controls the running machine can read reports as they arrive.",
            "Signatures do not stop somebody who changes the files this server gives to browsers.",
        ]),
    }
}
