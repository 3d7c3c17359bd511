//! Redacted: what is taken from the public is in no file of the group or of the neighbour who keeps its log, no answer of
//! the server of either and no export, and the log still verifies.
//!
//! Made-up words stand for what should never have been published: in every kind of entry of one incident that can lose
//! its words. They and the salts of these entries, by which words that somebody guesses could be proved, are looked for
//! everywhere before, so that the search is known to find them, and after.

use crate::recorded::{assessment, claim, editors, files, redaction, scenarios, source};
use crate::sought::Sought;
use crate::town::{Server, Town, code, handbell, said};
use handbell::acts::record::{self, read_record};
use handbell::cli::town;
use handbell::world::World;
use handbell_log::cosigner::origin_hash;
use handbell_log::leaf::Content;
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

/// What the search finds once they are gone.
const NOTHING: [&str; 0] = [];

/// Every answer of the server that shows the record, with its path. Nothing here needs a script.
const DOORS: [&str; 14] = [
    "/",
    "/record",
    "/record/charts",
    "/record/map",
    "/record/moderation",
    "/record.geojson",
    "/record.csv",
    "/corrections",
    "/feed.atom",
    "/log",
    "/log/about.json",
    "/log/missing",
    "/api/v1/incidents",
    "/api/v1/moderation",
];

/// What else there is of one incident, below its page.
const PARTS: [&str; 12] =
    ["json-ld", "proof", "corrections", "said", "claims", "accounts", "voices", "sources", "changes", "entries", "reply", "complaint"];

/// What a neighbour shows of it, below its own page there.
const THEIR_PARTS: [&str; 6] = ["corrections", "said", "claims", "sources", "changes", "entries"];

/// What is taken from the public, and how it is found.
struct Taken {
    incident: IncidentId,
    /// The places of its entries in the log.
    marked: Vec<u64>,
    words: Sought,
    salts: Sought,
}

impl Taken {
    /// Which of both stand in these bytes.
    fn traces(&self, bytes: &[u8]) -> Vec<&'static str> {
        let both = [("words", &self.words), ("salt", &self.salts)];
        both.into_iter().filter(|(_, sought)| sought.is_in(bytes)).map(|(name, _)| name).collect()
    }

    /// Which of both stand in which files below a folder.
    fn holding(&self, below: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for (name, sought) in [("words", &self.words), ("salt", &self.salts)] {
            for path in sought.holding(below) {
                found.push(format!("{name} in {}", path.strip_prefix(below).unwrap().display()));
            }
        }
        found
    }
}

/// Publishes the words in every kind of entry that can lose them.
async fn written(dir: &Path) -> Taken {
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
    let contents = rows.iter().filter(|row| marked.contains(&row.index)).filter_map(|row| row.content.as_deref());
    let salts: Vec<[u8; 32]> = contents.map(|content| Content::decode(content).unwrap().salt.0).collect();
    let mut kinds: Vec<u8> = rows.iter().filter(|row| marked.contains(&row.index)).map(|row| row.kind).collect();
    kinds.sort_unstable();
    // Claim, correction, footage, outcome, source, assessment, claim's event, reply, a statement and a request, look-alike.
    assert_eq!(kinds, [2, 3, 4, 9, 11, 12, 13, 14, 15, 15, 16]);
    opened.publish().await.unwrap();
    opened.close().await;
    let (words, salts) = (Sought::any_of([MARKER.as_bytes()]), Sought::any_of(salts.iter().map(|salt| &salt[..])));
    Taken { incident, marked, words, salts }
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
async fn taken_away(dir: &Path, taken: &Taken) {
    let opened = town::open(dir, &town::Staging::default()).await.unwrap();
    let both = editors(&opened.world).await;
    let incident = taken.incident;
    // A second name of the published page shows what is left of its bytes.
    let second_name = dir.join("page-before");
    std::fs::hard_link(dir.join(format!("public/incidents/{incident}.json")), &second_name).unwrap();
    // What the desk had open beside it says the words once more, and is refused afterwards or taken back.
    let twin = async |what: &str| {
        let again = Proposed::Outcome { text: format!("The {MARKER} {what}."), says: "The council".to_owned() };
        record::propose(&opened.world, &both.amina, incident, again).await.unwrap()
    };
    let twins = [(twin("dried").await, &both.ben), (twin("stayed").await, &both.amina)];
    both.state(&opened.world, incident, taken.marked.iter().map(|entry| redaction(*entry)).collect()).await;
    for (twin, by) in twins {
        record::refuse(&opened.world, by, twin, "It is over.").await.unwrap();
    }
    opened.publish().await.unwrap();
    // The writer overwrites before it takes the next order; a lease is one.
    assert_eq!(opened.world.store.lease(1, 1_000, opened.world.now()).await.unwrap(), vec![]);
    assert_eq!(taken.holding(dir), NOTHING, "while the store is open");
    std::fs::remove_file(second_name).unwrap();
    let page = read_record(&opened.world, incident, None).await.unwrap().unwrap();
    assert_eq!(page.lines.iter().filter(|line| line.type_name == "withdrawn").count(), taken.marked.len(), "their places stay");
    opened.close().await;
}

/// The neighbour keeps the town's log, and its server is asked for all of it. Where no address answers, it shows what it has.
fn mirrored(town: &Town, neighbour: &Town, taken: &Taken) -> Told {
    let key = std::fs::read_to_string(town.public().join("log/vkey")).unwrap();
    let mut mirror = handbell();
    mirror.arg("mirror").arg(&town.dir).arg("--into").arg(&neighbour.dir);
    let kept = mirror.args(["--key", key.trim(), "--name", "north.example/cosigner1"]).output().unwrap();
    assert_eq!(code(&kept), 0, "{}", said(&kept));
    let nowhere = format!("http://127.0.0.1:1 {}", key.trim());
    let server = Server::of(neighbour.serve_command().env("HANDBELL_NEIGHBOURS", nowhere), &neighbour.dir);
    let mut told = Told::default();
    told.ask(&server, &their_doors(taken), taken);
    server.stop();
    told
}

/// Every path below which a neighbour's server shows something of what is taken.
fn their_doors(taken: &Taken) -> Vec<String> {
    let hash = origin_hash("bell.example/log1");
    let (list, files) = (format!("/record/neighbours/{hash}"), format!("/log/neighbours/{hash}"));
    let page = format!("{list}/{}", taken.incident);
    let pages = [vec![page.clone()], THEIR_PARTS.map(|part| format!("{page}/{part}")).to_vec()].concat();
    let last = taken.marked.last().unwrap() + 1;
    let then: Vec<String> = pages.iter().map(|page| format!("{page}?asof={last}")).collect();
    let contents = taken.marked.iter().map(|entry| format!("{files}/content/{entry:03}"));
    let lists = ["/record/neighbours".to_owned(), list, format!("{files}/checkpoint"), format!("{files}/missing")];
    lists.into_iter().chain(pages).chain(then).chain(contents).collect()
}

fn exported(town: &Town, kind: &str, to: &Path) -> Output {
    handbell().arg("export").arg(&town.dir).args(["--as", kind]).arg(to).output().unwrap()
}

/// Every path below which the server shows something of what is taken.
fn doors(taken: &Taken) -> Vec<String> {
    let (incident, marked) = (taken.incident, &taken.marked);
    let mut doors: Vec<String> = DOORS.map(str::to_owned).to_vec();
    let own = [format!("/record/{incident}"), format!("/api/v1/incidents/{incident}")];
    doors.extend(own.clone());
    doors.extend(PARTS.map(|part| format!("/record/{incident}/{part}")));
    // A search for the words, and the pages as they were while the words stood there.
    doors.push(format!("/api/v1/incidents?q={MARKER}"));
    let last = marked.last().unwrap() + 1;
    let then = ["json-ld", "claims", "sources", "entries"].map(|part| format!("/record/{incident}/{part}"));
    let then = own.into_iter().chain(then).chain(["/feed.atom", "/record.csv", "/record.geojson"].map(str::to_owned));
    doors.extend(then.map(|page| format!("{page}?asof={last}")));
    doors.extend(marked.iter().map(|entry| format!("/log/content/{entry:03}")));
    doors.push("/log/content-pack/000".to_owned());
    doors
}

/// What the exports and answers hold.
#[derive(Default)]
struct Told {
    /// Where words or salts stand.
    found: Vec<String>,
    /// How many were looked at.
    looked: usize,
    /// Pages that say no. A list of a page that is empty has no page of its own.
    silent: Vec<String>,
}

impl Told {
    /// Looks at the answers of a server.
    fn ask(&mut self, server: &Server, doors: &[String], taken: &Taken) {
        let mut talk = server.talk();
        for door in doors {
            let answer = talk.ask("GET", door, &[], b"").unwrap();
            if answer.status != 200 && !door.starts_with("/log/") {
                self.silent.push(format!("{} {}", answer.status, door.replace(&taken.incident.to_string(), "ID")));
            }
            self.found.extend(taken.traces(&answer.body).iter().map(|trace| format!("{trace} in {} {door}", answer.status)));
            self.looked += 1;
        }
    }
}

fn told(town: &Town, taken: &Taken, room: &Path) -> Told {
    let mut told = Told::default();
    for kind in ["jsonl", "csv", "geojson", "json-ld", "bundle"] {
        let out = room.join(kind);
        let done = exported(town, kind, &out);
        assert_eq!(code(&done), 0, "{}", said(&done));
        match out.is_dir() {
            true => told.found.extend(taken.holding(&out).into_iter().map(|trace| format!("{trace} of the {kind}"))),
            false => told.found.extend(taken.traces(&std::fs::read(&out).unwrap()).iter().map(|trace| format!("{trace} in {kind}"))),
        }
        told.looked += 1;
    }
    let server = town.serve();
    told.ask(&server, &doors(taken), taken);
    server.stop();
    told
}

/// What the search finds while the words are public, so that it is known to find them in each of these.
fn expect_found(town: &Town, taken: &Taken, neighbour: &Town, told: &[String], theirs: &[String]) {
    let all = |names: &[String], wanted: &str| assert!(names.iter().any(|name| name == wanted), "this test could find {wanted}: {names:?}");
    let (incident, contents) = (taken.incident, taken.marked.iter().map(|entry| format!("{entry:03}")));
    let (here, there) = (taken.holding(&town.dir), taken.holding(&neighbour.dir));
    let kept = origin_hash("bell.example/log1");
    all(&here, &format!("words in public/incidents/{incident}.json"));
    for trace in ["words", "salt"] {
        all(&here, &format!("{trace} in {}", town::STORE_FILE));
        all(told, &format!("{trace} in jsonl"));
        all(told, &format!("{trace} in 200 /log/content-pack/000"));
        all(told, &format!("{trace} in 200 /record/{incident}/proof"));
        for content in contents.clone() {
            all(&here, &format!("{trace} in public/log/content/{content}"));
            all(told, &format!("{trace} in log/content/{content} of the bundle"));
            all(told, &format!("{trace} in 200 /log/content/{content}"));
            all(&there, &format!("{trace} in neighbours/{kept}/log/content/{content}"));
            all(theirs, &format!("{trace} in 200 /log/neighbours/{kept}/content/{content}"));
        }
    }
    for shown in ["csv", "json-ld", "200 /feed.atom", "200 /record.csv", "200 /api/v1/incidents"] {
        all(told, &format!("words in {shown}"));
    }
    all(told, &format!("words in 200 /api/v1/incidents?q={MARKER}"));
    all(told, &format!("words in 200 /record/{incident}"));
    for part in ["json-ld", "claims", "sources", "corrections"] {
        all(told, &format!("words in 200 /record/{incident}/{part}"));
    }
    all(theirs, &format!("words in 200 /record/neighbours/{kept}/{incident}"));
    for part in ["claims", "sources", "corrections"] {
        all(theirs, &format!("words in 200 /record/neighbours/{kept}/{incident}/{part}"));
    }
}

#[test]
fn what_is_taken_from_the_public_is_nowhere_and_the_log_still_verifies() {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let taken = runtime.block_on(written(&town.dir));
    let room = crate::town::room();
    let neighbour = Town::at("https://north.example");
    let [before, after] = ["before", "after"].map(|name| room.path().join(name));
    std::fs::create_dir(&before).unwrap();
    std::fs::create_dir(&after).unwrap();
    let theirs_before = mirrored(&town, &neighbour, &taken);
    assert_eq!(theirs_before.silent, NOTHING);
    let told_before = told(&town, &taken, &before);
    assert_eq!(told_before.silent, ["404 /record/ID/accounts"], "no two accounts of it differ");
    expect_found(&town, &taken, &neighbour, &told_before.found, &theirs_before.found);

    runtime.block_on(taken_away(&town.dir, &taken));

    let Told { found, looked, silent } = told(&town, &taken, &after);
    assert_eq!(found, NOTHING);
    assert_eq!(silent, ["404 /record/ID/accounts", "404 /record/ID/voices"], "whoever answered there was taken too");
    assert_eq!(taken.holding(&town.dir), NOTHING);
    let theirs = mirrored(&town, &neighbour, &taken);
    assert_eq!((theirs.found, theirs.silent), (vec![], vec![]), "a neighbour follows, and shows the rest");
    assert_eq!(taken.holding(&neighbour.dir), NOTHING);
    let (searched, looked) = (files(&town.dir).len() + files(&neighbour.dir).len(), looked + theirs.looked);

    let server = town.serve();
    let mut talk = server.talk();
    for entry in &taken.marked {
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
    println!("redacted: {} entries, {searched} files and {looked} answers and exports searched", taken.marked.len());
}

/// The sequencer may be a moment behind the store; what the store has taken away is not given out meanwhile.
#[test]
fn words_that_the_store_has_lost_are_not_given_out_before_their_file_goes() {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let taken = runtime.block_on(written(&town.dir));
    let file = town.public().join(format!("log/content/{:03}", taken.marked[0]));
    let kept = std::fs::read(&file).unwrap();
    runtime.block_on(taken_away(&town.dir, &taken));
    let server = town.serve();
    // Somebody puts the file back; the door still does not give it.
    std::fs::write(&file, kept).unwrap();
    assert_eq!(server.talk().ask("GET", &format!("/log/content/{:03}", taken.marked[0]), &[], b"").unwrap().status, 410);
    server.stop();
}
