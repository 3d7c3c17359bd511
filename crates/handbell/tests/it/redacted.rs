//! Redacted: what is taken from the public is in no file of the group, no answer of the server and no export,
//! and the log still verifies.
//!
//! Made-up words stand for what should never have been published: in every kind of entry of one incident that can lose
//! its words. They are looked for everywhere before, so that
//! the search is known to find them, and after.

use crate::recorded::{assessment, claim, editors, files, holding, redaction, scenarios, source};
use crate::town::{Town, code, handbell, said};
use handbell::acts::record::read_record;
use handbell::cli::town;
use handbell::world::World;
use handbell_rules::id::{FootageId, IncidentId};
use handbell_rules::record::Ref;
use handbell_rules::record::claim::ClaimEventKind;
use handbell_rules::record::lookalike::NewLookAlike;
use handbell_rules::record::official::{AskedBy, NewAsked, NewOfficial};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::reply::{NewReply, Passage, ReplyRole};
use handbell_rules::record::shown::NewShown;
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::Statement;
use handbell_rules::time::HOUR;
use std::path::Path;
use std::process::Output;

/// Words that stand nowhere else.
const MARKER: &str = "quillfeather";

/// Every answer of the server that shows the record, with its path. Nothing here needs a script.
const DOORS: [&str; 7] = ["/", "/record", "/corrections", "/feed.atom", "/record.geojson", "/record.csv", "/api/v1/incidents"];

/// Publishes the words in every kind of entry that can lose them. Answers the incident and the places of those entries.
async fn written(dir: &Path) -> (IncidentId, Vec<u64>) {
    let opened = town::open(dir, &town::Staging::default()).await.unwrap();
    let world = &opened.world;
    scenarios(world).await;
    let both = editors(world).await;
    let incident = both.flood(world).await;
    let said = |what: &str| format!("The {MARKER} {what}.");
    let first =
        vec![source(&format!("Witness {MARKER}")), claim(Ref::New(0), &said("ran over")), assessment(&[Ref::New(0)], &said("ran"), "")];
    both.state(world, incident, first).await;
    both.state(world, incident, vec![assessment(&[Ref::Known(1)], "Water came.", &said("was a mistake"))]).await;
    both.publish(world, incident, Proposed::Outcome { text: said("dried"), says: "The council".to_owned() }).await;
    both.state(world, incident, more(world, said)).await;
    let back = Statement::Event { claim: 2, event: ClaimEventKind::WithdrawnBySource, by_claim: None, reason: said("took it back") };
    both.state(world, incident, vec![back]).await;
    let rows = world.store.stream(incident).await.unwrap();
    let holds = |bytes: &[u8]| bytes.windows(MARKER.len()).any(|some| some == MARKER.as_bytes());
    let marked: Vec<u64> = rows.iter().filter(|row| row.content.as_deref().is_some_and(holds)).map(|row| row.index).collect();
    let mut kinds: Vec<u8> = rows.iter().filter(|row| marked.contains(&row.index)).map(|row| row.kind).collect();
    kinds.sort_unstable();
    // Claim, correction, footage, outcome, source, assessment, claim's event, reply, a statement and a request, look-alike.
    assert_eq!(kinds, [2, 3, 4, 9, 11, 12, 13, 14, 15, 15, 16]);
    opened.publish().await.unwrap();
    opened.close().await;
    (incident, marked)
}

/// What else of a record can hold words: the other sides, and what stands beside.
fn more(world: &World, said: impl Fn(&str) -> String) -> Vec<Statement> {
    let now = world.now();
    let council = NewSource {
        kind: SourceKind::Official,
        label: "The council".to_owned(),
        standing: "A party to the event.".to_owned(),
        said: String::new(),
        url: String::new(),
        copies: None,
        via: None,
        asked: String::new(),
        replied: String::new(),
    };
    let reply = NewReply {
        role: ReplyRole::Shop,
        body: String::new(),
        checked: false,
        claims: vec![],
        passages: vec![Passage::Said(said("closed the shop"))],
        shortened: false,
        received: now.plus(-HOUR).utc_minute(),
    };
    let asked = NewAsked {
        body: "The council".to_owned(),
        how: AskedBy::Email,
        asked: now.plus(-HOUR).utc_minute(),
        answer_by: now.plus(HOUR).utc_minute(),
        about: said("rose"),
    };
    let shown = NewShown {
        source: Ref::Known(1),
        footage: FootageId([7; 16]),
        address: IncidentId([5; 16]).to_string(),
        media_type: "image/png".to_owned(),
        length: 3,
        sha256: "0".repeat(64),
        shows: said("on film"),
        first_appeared: String::new(),
    };
    vec![
        Statement::Source(council),
        claim(Ref::Known(1), "It ran twice."),
        Statement::Official(NewOfficial { source: Ref::New(0), said: "2024-05-01".to_owned(), text: said("was cleared") }),
        Statement::Reply(reply),
        Statement::Asked(asked),
        Statement::LookAlike(NewLookAlike {
            place: "Southall".to_owned(),
            year: 2013,
            note: said("elsewhere"),
            claims: vec![Ref::Known(1)],
        }),
        Statement::Shown(shown),
    ]
}

/// Takes the words away while the store stays open, and looks at the bytes while it is.
async fn taken_away(dir: &Path, incident: IncidentId, marked: &[u64]) {
    let opened = town::open(dir, &town::Staging::default()).await.unwrap();
    let both = editors(&opened.world).await;
    // A second name of the published page shows what is left of its bytes.
    let second_name = dir.join("page-before");
    std::fs::hard_link(dir.join(format!("public/incidents/{incident}.json")), &second_name).unwrap();
    both.state(&opened.world, incident, marked.iter().map(|entry| redaction(*entry)).collect()).await;
    opened.publish().await.unwrap();
    // The writer overwrites before it takes the next order; a lease is one.
    assert_eq!(opened.world.store.lease(1, 1_000, opened.world.now()).await.unwrap(), vec![]);
    let found = holding(dir, MARKER);
    assert!(found.is_empty(), "while the store is open the words still stand in {found:?}");
    std::fs::remove_file(second_name).unwrap();
    let page = read_record(&opened.world, incident, None).await.unwrap().unwrap();
    assert_eq!(page.lines.iter().filter(|line| line.type_name == "withdrawn").count(), marked.len(), "their places stay");
    opened.close().await;
}

fn exported(town: &Town, kind: &str, to: &Path) -> Output {
    handbell().arg("export").arg(&town.dir).args(["--as", kind]).arg(to).output().unwrap()
}

/// The exports and answers that hold the words, and how many were looked at.
fn told(town: &Town, incident: IncidentId, marked: &[u64], room: &Path) -> (Vec<String>, usize) {
    let (mut found, mut looked) = (Vec::new(), 0);
    for kind in ["jsonl", "csv", "geojson", "json-ld", "bundle"] {
        let out = room.join(kind);
        let done = exported(town, kind, &out);
        assert_eq!(code(&done), 0, "{}", said(&done));
        let holds = if out.is_dir() { !holding(&out, MARKER).is_empty() } else { std::fs::read_to_string(&out).unwrap().contains(MARKER) };
        found.extend(holds.then(|| kind.to_owned()));
        looked += 1;
    }
    let server = town.serve();
    let mut talk = server.talk();
    let mut doors: Vec<String> = DOORS.map(str::to_owned).to_vec();
    doors.extend([format!("/record/{incident}"), format!("/api/v1/incidents/{incident}")]);
    // A search for the words, and the pages as they were while the words stood there.
    doors.push(format!("/api/v1/incidents?q={MARKER}"));
    let last = marked.last().unwrap() + 1;
    for page in [format!("/record/{incident}"), format!("/api/v1/incidents/{incident}"), "/feed.atom".to_owned(), "/record.csv".to_owned()]
    {
        doors.push(format!("{page}?asof={last}"));
    }
    doors.extend(marked.iter().map(|entry| format!("/log/content/{entry:03}")));
    doors.extend([format!("/record/{incident}/proof"), "/log/content-pack/000".to_owned()]);
    for door in doors {
        let answer = talk.ask("GET", &door, &[], b"").unwrap();
        found.extend(answer.text().contains(MARKER).then(|| format!("{} {door}", answer.status)));
        looked += 1;
    }
    drop(talk);
    server.stop();
    (found, looked)
}

#[test]
fn what_is_taken_from_the_public_is_nowhere_and_the_log_still_verifies() {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (incident, marked) = runtime.block_on(written(&town.dir));
    let room = crate::town::room();
    let before = room.path().join("before");
    std::fs::create_dir(&before).unwrap();
    let stands = holding(&town.dir, MARKER);
    let names: Vec<String> = stands.iter().map(|path| path.strip_prefix(&town.dir).unwrap().display().to_string()).collect();
    for wanted in marked
        .iter()
        .map(|entry| format!("public/log/content/{entry:03}"))
        .chain([format!("public/incidents/{incident}.json"), town::STORE_FILE.to_owned()])
    {
        assert!(names.contains(&wanted), "this test could find it in {wanted}: {names:?}");
    }
    let (told_before, _) = told(&town, incident, &marked, &before);
    for wanted in [
        "jsonl",
        "csv",
        "bundle",
        "200 /feed.atom",
        "200 /record.csv",
        "200 /api/v1/incidents",
        &format!("200 /api/v1/incidents?q={MARKER}"),
        &format!("200 /record/{incident}"),
        &format!("200 /record/{incident}/proof"),
        "200 /log/content-pack/000",
    ] {
        assert!(told_before.iter().any(|found| found == wanted), "this test could find it in {wanted}: {told_before:?}");
    }

    runtime.block_on(taken_away(&town.dir, incident, &marked));

    let after = room.path().join("after");
    std::fs::create_dir(&after).unwrap();
    let (found, looked) = told(&town, incident, &marked, &after);
    assert!(found.is_empty(), "the words still stand in {found:?}");
    let found = holding(&town.dir, MARKER);
    assert!(found.is_empty(), "the words still stand in {found:?}");
    let searched = files(&town.dir).len();

    let server = town.serve();
    let mut talk = server.talk();
    for entry in &marked {
        let gone = talk.ask("GET", &format!("/log/content/{entry:03}"), &[], b"").unwrap();
        assert_eq!((gone.status, gone.json()["type"].as_str()), (410, Some("/problems#content-withdrawn")));
    }
    assert_eq!(talk.ask("GET", "/log/content/000", &[], b"").unwrap().status, 200);
    assert_eq!(talk.ask("GET", "/log/content/999", &[], b"").unwrap().status, 404);
    let from_afar = handbell().args(["verify", &format!("http://{}", server.address())]).output().unwrap();
    assert_eq!(code(&from_afar), 0, "{}", said(&from_afar));
    drop(talk);
    server.stop();
    for folder in [town.dir.clone(), after.join("bundle")] {
        let verified = handbell().arg("verify").arg(&folder).output().unwrap();
        assert_eq!(code(&verified), 0, "{}", said(&verified));
        assert!(!said(&verified).contains("still given out"), "{}", said(&verified));
    }
    println!("redacted: {} entries, {searched} files and {looked} answers and exports searched", marked.len());
}

/// The sequencer may be a moment behind the store; what the store has taken away is not given out meanwhile.
#[test]
fn words_that_the_store_has_lost_are_not_given_out_before_their_file_goes() {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (incident, marked) = runtime.block_on(written(&town.dir));
    let file = town.public().join(format!("log/content/{:03}", marked[0]));
    let kept = std::fs::read(&file).unwrap();
    runtime.block_on(taken_away(&town.dir, incident, &marked));
    let server = town.serve();
    // Somebody puts the file back; the door still does not give it.
    std::fs::write(&file, kept).unwrap();
    assert_eq!(server.talk().ask("GET", &format!("/log/content/{:03}", marked[0]), &[], b"").unwrap().status, 410);
    server.stop();
}
