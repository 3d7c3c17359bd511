use super::*;
use crate::doors::fixture::Town;
use crate::mirror::sample::SampleLog;
use crate::store::conformance::builders::{appending, commit, entry};
use crate::work::sequencer::Sequencer;
use handbell_log::tile::content_path;
use handbell_rules::record::entry::EntryKind;

/// A folder with a log and what it says it holds of it.
fn folder(log: &SampleLog, held: &[u8]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, bytes) in log.published().files {
        let place = dir.path().join("log").join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, bytes).unwrap();
    }
    std::fs::write(dir.path().join(HELD), held).unwrap();
    dir
}

fn checked(dir: &Path, log: &SampleLog) -> Result<Told, Stopped> {
    let with = With { key: Some(log.key.verifier().to_string()), ..With::default() };
    check(dir.to_str().unwrap(), &with, tokio::runtime::Handle::current())
}

#[tokio::test]
async fn a_folder_without_pages_is_a_copy_only_by_what_the_log_signed() {
    let log = SampleLog::of(9);
    let mut other = SampleLog::of(4);
    other.say("another story");
    for (held, answer) in [
        (log.checkpoint(), Answer::Good),
        (log.at(5).checkpoint(), Answer::Good),
        (SampleLog::of(10).checkpoint(), Answer::No),
        (other.checkpoint(), Answer::No),
        (b"held".to_vec(), Answer::No),
        (Vec::new(), Answer::No),
    ] {
        let dir = folder(&log, &held);
        let told = checked(dir.path(), &log).map_or_else(|stopped| stopped.0, |told| told.answer);
        assert_eq!(told, answer, "{}", String::from_utf8_lossy(&held));
    }
}

#[tokio::test]
async fn a_copy_that_cosigned_more_than_it_holds_is_neither_good_nor_called_wrong() {
    let (log, asked) = (SampleLog::of(300), SampleLog::of(305));
    let dir = folder(&log, &log.checkpoint());
    std::fs::write(dir.path().join("log/checkpoint"), asked.checkpoint()).unwrap();
    let told = checked(dir.path(), &log).unwrap();
    assert_eq!((told.answer, &told.fields["size"], &told.fields["cosigned_size"]), (Answer::CouldNotTell, &300.into(), &305.into()));
    assert!(told.lines.iter().any(|line| line.contains("cosigned 305 entries") && line.contains("the first 300")), "{:?}", told.lines);
    // What it says that it holds must be there.
    std::fs::remove_file(dir.path().join("log").join(content_path(7))).unwrap();
    assert_eq!(checked(dir.path(), &log).unwrap_err().0, Answer::No);
}

#[tokio::test]
async fn what_a_copy_says_of_its_keeper_is_said_to_be_its_word() {
    let mut log = SampleLog::of(9);
    log.offer(7, None);
    let dir = folder(&log, &log.checkpoint());
    std::fs::write(dir.path().join("log").join(GAPS), "7\n").unwrap();
    let told = checked(dir.path(), &log).unwrap();
    assert_eq!(told.answer, Answer::CouldNotTell);
    let said = told.lines.join("\n");
    assert!(said.contains("as this copy says of its keeper") && said.contains("says that it is a neighbour's copy"), "{said}");
}

#[tokio::test]
async fn a_page_that_is_not_there_is_wrong_but_where_words_of_it_are_missing() {
    let town = Town::new();
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let (world, public) = (&town.app.world, town.folder.path());
    let read = world.store.incident(about.incident).await.unwrap().unwrap();
    commit(&*world.store, appending(&read, vec![entry(about.incident, EntryKind::Outcome)])).await;
    let size = Sequencer::new(public).step(world).await.unwrap();
    let answer = || {
        let with = With { key: Some(world.group.log_vkey.clone()), ..With::default() };
        let told = check(public.to_str().unwrap(), &with, tokio::runtime::Handle::current());
        told.map_or_else(|stopped| (stopped.0, stopped.1), |told| (told.answer, told.lines.join("\n")))
    };
    assert_eq!(answer().0, Answer::Good, "{}", answer().1);
    let page = public.join(format!("incidents/{}.json", about.incident));
    let shown = std::fs::read(&page).unwrap();
    std::fs::remove_file(&page).unwrap();
    assert_eq!(answer().0, Answer::No);
    std::fs::remove_file(public.join("log").join(content_path(size - 1))).unwrap();
    assert_eq!(answer().0, Answer::No, "nobody says that the words are missing");
    std::fs::write(public.join("log").join(GAPS), format!("{}\n", size - 1)).unwrap();
    let (told, says) = answer();
    assert_eq!(told, Answer::CouldNotTell, "{says}");
    assert!(says.contains("there is no page, and words of it are missing"), "{says}");
    // What does stand there is held against the entries as always.
    std::fs::write(&page, &shown).unwrap();
    assert_eq!(answer().0, Answer::No);
    // A page by rules that this program does not know accuses nobody, and is not called good.
    let other = String::from_utf8(shown).unwrap().replacen("\"projection\":", "\"projection\":9", 1);
    std::fs::write(&page, other).unwrap();
    let (told, says) = answer();
    assert!(told == Answer::CouldNotTell && says.contains("and this program knows rules"), "{says}");
}

/// An address at which nothing stands.
async fn of_nothing() -> String {
    served(axum::Router::new()).await
}

async fn served(site: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    crate::work::spawn(async move {
        let _ended = axum::serve(listener, site).await;
    });
    format!("http://{address}")
}

async fn answered(what: String, with: With) -> Answer {
    let _first = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = tokio::runtime::Handle::current();
    let told = tokio::task::spawn_blocking(move || check(&what, &with, runtime)).await.unwrap();
    told.map_or_else(|stopped| stopped.0, |told| told.answer)
}

#[tokio::test]
async fn nothing_at_all_is_good_of_a_new_groups_folder_alone() {
    let log = SampleLog::of(1);
    let key = || Some(log.key.verifier().to_string());
    let group = tempfile::tempdir().unwrap();
    let public = group.path().join("public");
    std::fs::create_dir_all(public.join("log")).unwrap();
    let place = |path: &Path| path.to_str().unwrap().to_owned();
    // A folder of nobody's, and a site at which nothing stands.
    for what in [place(group.path()), place(&public), of_nothing().await] {
        for light in [false, true] {
            let with = With { key: key(), light: light && what.starts_with("http"), ..With::default() };
            assert_eq!(answered(what.clone(), with).await, Answer::CouldNotTell, "{what} {light}");
        }
    }
    std::fs::write(group.path().join("handbell.toml"), "").unwrap();
    for what in [place(group.path()), place(&public)] {
        assert_eq!(answered(what.clone(), With { key: key(), ..With::default() }).await, Answer::Good, "{what}");
    }
    // Nobody who was asked for has signed nothing.
    let cosigner = handbell_log::cosignature::CosigningKey::from_seed("cosigner.example/one", &[2; 32]).unwrap();
    let policy = group.path().join("policy");
    std::fs::write(&policy, format!("log {}\nwitness A {}\nquorum A\n", log.key.verifier(), cosigner.verifier())).unwrap();
    for what in [place(group.path()), of_nothing().await] {
        for within in [None, Some(1)] {
            let with = With { policy: Some(policy.clone()), within, ..With::default() };
            assert_eq!(answered(what.clone(), with).await, Answer::CouldNotTell, "{what} {within:?}");
        }
    }
}

#[tokio::test]
async fn a_list_of_incidents_that_never_ends_is_refused() {
    let (mut log, id) = (SampleLog::empty(), IncidentId([9; 16]));
    log.open(handbell_log::leaf::Stream(id.0), "northwick");
    let files = std::sync::Arc::new(log.published().files);
    // The same incident again and again; and always another one.
    for always_another in [false, true] {
        let asked = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
        let (files, counted) = (files.clone(), asked.clone());
        let list = move || {
            let count = counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let mut listed = id.0;
            listed[..4].copy_from_slice(&if always_another { count } else { 7 }.to_be_bytes());
            let item = serde_json::json!({"incident": if count == 0 { id } else { IncidentId(listed) }.to_string()});
            std::future::ready(axum::Json(serde_json::json!({"items": [item], "next": format!("/api/v1/incidents?after={count}")})))
        };
        let of_log = move |axum::extract::Path(path): axum::extract::Path<String>| {
            std::future::ready(files.get(&path).cloned().ok_or(axum::http::StatusCode::NOT_FOUND))
        };
        let site =
            axum::Router::new().route("/log/{*path}", axum::routing::get(of_log)).route("/api/v1/incidents", axum::routing::get(list));
        let address = served(site).await;
        for light in [false, true] {
            asked.store(0, std::sync::atomic::Ordering::Relaxed);
            let with = With { key: Some(log.key.verifier().to_string()), light, ..With::default() };
            assert_eq!(answered(address.clone(), with).await, Answer::No, "{always_another} {light}");
            let asked = asked.load(std::sync::atomic::Ordering::Relaxed);
            assert!((2..=4).contains(&asked), "{asked} {always_another} {light}");
        }
    }
}

#[tokio::test]
async fn a_disk_that_fails_is_no_absence() {
    let log = SampleLog::of(1);
    let (mut with_page, id) = (SampleLog::empty(), IncidentId([9; 16]));
    with_page.open(handbell_log::leaf::Stream(id.0), "northwick");
    // A folder in the place of a file cannot be read by anybody, and a file in the place of a folder cannot be listed.
    let unreadable = |log: &SampleLog, path: &str, is_folder: bool| {
        let dir = folder(log, b"");
        std::fs::remove_file(dir.path().join(HELD)).unwrap();
        let place = dir.path().join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        let made = if is_folder { std::fs::create_dir(&place) } else { std::fs::write(&place, b"") };
        made.unwrap();
        dir
    };
    let answer = |dir: &tempfile::TempDir, log: &SampleLog| checked(dir.path(), log).map_or_else(|stopped| stopped.0, |told| told.answer);
    let page = unreadable(&with_page, &format!("incidents/{id}.json"), true);
    assert_eq!(answer(&page, &with_page), Answer::CouldNotTell, "a page that cannot be read is not missing");
    std::fs::remove_dir(page.path().join(format!("incidents/{id}.json"))).unwrap();
    assert_eq!(answer(&page, &with_page), Answer::No, "and one that is missing is");
    let list = unreadable(&log, "incidents", false);
    assert_eq!(answer(&list, &log), Answer::CouldNotTell, "nobody can say that no page stands beside the entries");
    // The publisher's own word, where the caller brings none.
    let word = unreadable(&log, "log/vkey", true);
    let told = check(word.path().to_str().unwrap(), &With::default(), tokio::runtime::Handle::current()).unwrap_err();
    assert!(told.0 == Answer::CouldNotTell && !told.1.contains("none is published"), "{told:?}");
    let policy = unreadable(&log, "log/policy", true);
    let said = checked(policy.path(), &log).unwrap();
    assert!(said.lines.iter().any(|line| line == "not cosigned: the policy it publishes could not be read"), "{:?}", said.lines);
}
