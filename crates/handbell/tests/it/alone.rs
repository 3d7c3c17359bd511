//! Alone: what one member takes from the public at once is nowhere any more, in bytes, and one member pressing from
//! many browsers in one instant takes no more than the limit.

use crate::raced::all_at_once;
use crate::recorded::{Editors, claim, editors, files, holding, source};
use crate::town::{Town, code, handbell, said};
use handbell::acts::ActError;
use handbell::acts::{alone, record};
use handbell::cli::town as folder;
use handbell::cosigned::Doubt;
use handbell::mirror::neighbour::folder_of;
use handbell::world::World;
use handbell_rules::id::IncidentId;
use handbell_rules::record::Ref;
use handbell_rules::record::alone::ALONE_ENTRIES_MAX;
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::statement::{RedactionReason, Statement};
use handbell_rules::refusal::Record;

/// Words that stand nowhere else.
const MARKER: &str = "wrenthistle";

/// Publishes so many sources with the words, and one claim. Answers the places of the sources.
async fn sources(world: &World, both: &Editors, incident: IncidentId, count: usize) -> Vec<u64> {
    let statements: Vec<Statement> = (0..count).map(|number| source(&format!("Witness {MARKER} {number}"))).collect();
    both.state(world, incident, statements).await;
    both.state(world, incident, vec![claim(Ref::Known(1), "Water came in.")]).await;
    let rows = world.store.stream(incident).await.unwrap();
    let holds = |bytes: &[u8]| bytes.windows(MARKER.len()).any(|some| some == MARKER.as_bytes());
    rows.iter().filter(|row| row.content.as_deref().is_some_and(holds)).map(|row| row.index).collect()
}

/// PROMISE a-withdrawal-leaves-a-mark
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_member_takes_is_nowhere_before_a_second_one_was_asked() {
    let town = Town::new();
    let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
    let world = &opened.world;
    let both = editors(world).await;
    let incident = both.flood(world).await;
    let marked = sources(world, &both, incident, 3).await;
    opened.publish().await.unwrap();
    assert!(holding(&town.dir, MARKER).len() >= 3, "the search finds the words while they stand");

    // A proposal of two members to take one of them waits meanwhile.
    let redaction = Statement::Redaction { entry: marked[0], reason: RedactionReason::Safety };
    let waits = record::propose(world, &both.amina, incident, Proposed::Statements { statements: vec![redaction] }).await.unwrap();
    let taken = alone::take(world, &both.amina, incident, &marked, RedactionReason::Safety).await.unwrap();
    opened.publish().await.unwrap();
    assert_eq!(world.store.lease(1, 1_000, world.now()).await.unwrap(), vec![], "the writer overwrites before its next order");
    assert_eq!(holding(&town.dir, MARKER), Vec::<std::path::PathBuf>::new());
    let again = record::publish(world, &both.ben, waits).await;
    assert!(matches!(again, Err(ActError::Refused(no)) if no.0 == Record::EntryNotRedactable.into()), "{again:?}");
    let page = record::read_record(world, incident, None).await.unwrap().unwrap();
    assert_eq!(page.lines.iter().filter(|line| line.type_name == "withdrawn").count(), 3, "their places stay");
    assert!(page.moderation.iter().filter(|line| line.decided_by().contains("not confirmed")).count() == 3);

    alone::second(world, &both.ben, taken, false).await.unwrap();
    let page = record::read_record(world, incident, None).await.unwrap().unwrap();
    assert!(page.moderation.iter().any(|line| line.decided_by().contains("not agreed to by a second")));
    opened.publish().await.unwrap();
    assert_eq!(holding(&town.dir, MARKER), Vec::<std::path::PathBuf>::new(), "a no brings nothing back");
    opened.close().await;
    let verified = handbell().arg("verify").arg(&town.dir).output().unwrap();
    assert_eq!(code(&verified), 0, "{}", said(&verified));
}

/// PROMISE a-withdrawal-leaves-a-mark: while the log is in doubt the words go all the same, nothing is signed, and the
/// marks come when the log can be signed again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_doubt_words_go_at_once_and_their_marks_follow_after_the_next_start() {
    let town = Town::new();
    let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
    let world = &opened.world;
    let both = editors(world).await;
    let incident = both.flood(world).await;
    let marked = sources(world, &both, incident, 3).await;
    opened.publish().await.unwrap();
    let kept = tempfile::tempdir().unwrap();
    let copy = folder_of(kept.path(), "bell.example/log1").join("log");
    for file in files(&town.public().join("log")) {
        let place = copy.join(file.strip_prefix(town.public().join("log")).unwrap());
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::copy(&file, place).unwrap();
    }
    let size = world.store.checkpoint().await.unwrap().unwrap().size;
    world.cosigned.doubt(Doubt::Shown { cosigner: "southbank".into(), seen: size + 5, own: size });

    let taken = alone::take(world, &both.amina, incident, &marked, RedactionReason::Safety).await.unwrap();
    assert!(alone::second(world, &both.ben, taken, true).await.is_err(), "the log cannot say yet what there is to agree to");
    assert!(opened.publish().await.is_err(), "nothing is published, and what is held back goes from what was");
    assert_eq!(world.store.lease(1, 1_000, world.now()).await.unwrap(), vec![], "the writer overwrites before its next order");
    assert_eq!(holding(&town.dir, MARKER), Vec::<std::path::PathBuf>::new());
    assert_eq!(world.store.checkpoint().await.unwrap().unwrap().size, size, "nothing was signed");
    let lines = |page: &handbell_rules::record::projection::IncidentRecord, what: &str| {
        page.lines.iter().filter(|line| line.type_name == what).count()
    };
    let page = record::read_record(world, incident, None).await.unwrap().unwrap();
    assert_eq!((lines(&page, "missing"), lines(&page, "withdrawn")), (3, 0), "nothing says yet that they were withdrawn");
    assert!(matches!(alone::write_held(world).await, Err(ActError::LogInDoubt(_))));
    opened.close().await;
    drop(opened);
    let verified = handbell().arg("verify").arg(&town.dir).output().unwrap();
    assert_eq!(code(&verified), 3, "the published log names what it does not show: {}", said(&verified));
    // A neighbour that still has the words, because it follows marks, brings none of them back, nor do the published files.
    assert!(!holding(kept.path(), MARKER).is_empty());
    for from in [&["--from-neighbour", kept.path().to_str().unwrap()][..], &["--with-gaps"], &[]] {
        let repaired = handbell().arg("repair").arg(&town.dir).args(from).output().unwrap();
        assert!(!said(&repaired).contains("MISSING"), "{}", said(&repaired));
        assert_eq!(holding(&town.dir, MARKER), Vec::<std::path::PathBuf>::new(), "{from:?}: {}", said(&repaired));
    }

    let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
    let world = &opened.world;
    opened.publish().await.unwrap();
    assert_eq!(holding(&town.dir, MARKER), Vec::<std::path::PathBuf>::new(), "a start brings nothing back");
    assert_eq!((alone::write_held(world).await.unwrap(), alone::write_held(world).await.unwrap()), (1, 0));
    opened.publish().await.unwrap();
    let page = record::read_record(world, incident, None).await.unwrap().unwrap();
    assert_eq!((lines(&page, "missing"), lines(&page, "withdrawn")), (0, 3));
    assert_eq!(page.moderation.iter().filter(|line| line.decided_by().contains("not confirmed")).count(), 3);
    alone::second(world, &both.ben, taken, true).await.unwrap();
    opened.publish().await.unwrap();
    opened.close().await;
    let verified = handbell().arg("verify").arg(&town.dir).output().unwrap();
    assert_eq!(code(&verified), 0, "{}", said(&verified));
}

/// PROMISE what-was-counted-holds
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_member_in_many_browsers_at_once_takes_no_more_than_the_limit() {
    let town = Town::new();
    let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
    let world = &opened.world;
    let both = editors(world).await;
    let mut deeds = Vec::new();
    for _ in 0..4 {
        let incident = both.flood(world).await;
        let marked = sources(world, &both, incident, 5).await;
        let (world, by) = (world.clone(), both.amina.clone());
        // Each incident is a row of its own, so that only the count can refuse.
        deeds.push(async move { alone::take(&world, &by, incident, &marked, RedactionReason::PersonalDetails).await });
    }
    let answers = all_at_once(deeds).await;
    let taken: usize =
        world.store.taken_alone().await.unwrap().iter().filter_map(|one| one.alone.as_ref()).map(|one| one.entries.len()).sum();
    let won = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(taken, won * 5);
    assert!((1..=2).contains(&won) && taken <= ALONE_ENTRIES_MAX, "{answers:?}");
    for answer in &answers {
        let late = matches!(answer, Err(ActError::Conflict))
            || matches!(answer, Err(ActError::Refused(no)) if no.0 == Record::TooMuchAlone.into());
        assert!(answer.is_ok() || late, "{answer:?}");
    }
    // Whoever was merely too late tries again: two of the four fit, and no third.
    let incidents = world.store.public_incidents(10).await.unwrap();
    for incident in incidents {
        let rows = world.store.stream(incident).await.unwrap();
        let left: Vec<u64> = rows.iter().filter(|row| row.kind == 11 && row.content.is_some()).map(|row| row.index).collect();
        if !left.is_empty() {
            let _ = alone::take(world, &both.amina, incident, &left, RedactionReason::PersonalDetails).await;
        }
    }
    let taken: usize =
        world.store.taken_alone().await.unwrap().iter().filter_map(|one| one.alone.as_ref()).map(|one| one.entries.len()).sum();
    assert_eq!(taken, 10);
    opened.close().await;
}
