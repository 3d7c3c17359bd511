use super::*;
use crate::mirror::sample::SampleLog;

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
