//! A pack made by the real acts, checked by us and by hand, and damaged in every file.

use super::check::check;
use super::files::{self, Fault};
use super::original::{self, To};
use super::*;
use crate::acts::ActError;
use crate::acts::hand_over::{Who, hand_over};
use crate::doors::fixture::Town;
use crate::stamp::Authority;
use crate::stamp::tests::{Openssl, front};
use crate::work::notary::Notary;
use crate::work::notary::tests::{day_closes, looked, received};
use crate::work::sequencer::Sequencer;
use handbell_evidence::stamp::ANSWER_TYPE;
use handbell_log::note::VerifierKey;
use handbell_log::policy::Policy;
use handbell_rules::evidence::footage::{Footage, Wish};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

const FRAMES: &[u8] = b"the frames of a film, some more than a megabyte in life";

/// A town with stamped footage, a pack of it, and a file that is the original.
struct Handed {
    town: Town,
    authority: Arc<Openssl>,
    footage: Footage,
    folder: TempDir,
}

impl Handed {
    async fn new() -> Self {
        let town = Town::new();
        let authority = Arc::new(Openssl::new());
        let behind = authority.clone();
        let address = front(move |query| (200, ANSWER_TYPE, behind.answer(query)));
        let mut notary = Notary::asking(Some(Authority::new(&address).unwrap()));
        let footage = received(&town, FRAMES, Wish::Lawyer).await;
        let other = received(&town, b"somebody else's", Wish::DeskOnly).await;
        looked(&town, &other).await;
        day_closes(&town);
        notary.step(&town.app.world).await.unwrap();
        looked(&town, &footage).await;
        day_closes(&town);
        notary.step(&town.app.world).await.unwrap();
        Sequencer::new(town.folder.path()).step(&town.app.world).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("film"), FRAMES).unwrap();
        Self { town, authority, footage, folder }
    }

    fn pack(&self) -> PathBuf {
        self.folder.path().join("pack")
    }

    fn film(&self) -> PathBuf {
        self.folder.path().join("film")
    }

    fn policy(&self) -> Policy {
        Policy::of_log(VerifierKey::parse(&self.town.app.world.group.log_vkey).unwrap())
    }

    async fn made(&self) -> Pack {
        let (world, public) = (&self.town.app.world, self.town.folder.path());
        let pack = hand_over(world, public, &[self.footage.id], "the “Law Centre” <Peckham>", Who::Keeper).await.unwrap();
        files::write(&pack, &self.pack()).unwrap();
        pack
    }

    /// What a shell with `sha256sum` and `openssl` says.
    fn by_hand(&self) -> (bool, String) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pack/tests/by_hand.sh");
        let key = &self.town.app.world.group.log_vkey;
        let ran = Command::new("bash").arg(script).arg(self.pack()).arg(key).arg(self.authority.roots()).output().unwrap();
        (ran.status.success(), format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr)))
    }
}

fn copy_of(pack: &Path, to: &Path) {
    for path in files::paths(pack).unwrap() {
        let place = to.join(&path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(pack.join(&path), place).unwrap();
    }
}

/// PROMISE a-pack-is-checked-without-us
#[tokio::test]
async fn a_pack_is_checked_by_us_and_by_hand_and_its_original_opens_with_age() {
    let handed = Handed::new().await;
    let made = handed.made().await;
    assert_eq!(files::read(&handed.pack()).unwrap(), made, "what is written reads back");
    let checked = check(&handed.pack(), &handed.policy(), None).unwrap();
    assert_eq!(checked.open, ["item 1: its original was not put into the pack"]);
    assert_eq!(handed.by_hand(), (true, format!("holds: {} lines, 2 heads, 2 stamps\n", made.chain.len())));

    // Nobody else's footage is in it: one hash each of the lines about that.
    let all: Vec<String> = files::paths(&handed.pack()).unwrap();
    assert_eq!(made.statements.len(), 3, "received, looked at, handed over: {:?}", made.statements);
    assert!(made.chain.len() > 5 && all.iter().filter(|path| path.starts_with("custody/said/")).count() == 3);

    // Sealed to somebody: Debian's age opens it too.
    let identity = age::x25519::Identity::generate();
    let to = To::Key(Box::new(identity.to_public()));
    let page = || fs::read_to_string(handed.pack().join(files::PAGE)).unwrap();
    assert!(!page().contains("opened for") && page().contains("Nobody has opened one for this pack yet"), "{}", page());
    original::put(&handed.pack(), 1, &handed.film(), &to).unwrap();
    assert!(page().contains("Each was opened for this pack by two") && !page().contains("Nobody has opened"), "{}", page());
    let checked = check(&handed.pack(), &handed.policy(), None).unwrap();
    assert!(checked.open[0].starts_with(&format!("item 1: sealed to {}", identity.to_public())), "{:?}", checked.open);
    let checked = check(&handed.pack(), &handed.policy(), Some(&identity)).unwrap();
    assert!(checked.open.is_empty(), "{:?}", checked.open);
    assert!(check(&handed.pack(), &handed.policy(), Some(&age::x25519::Identity::generate())).is_err());
    use age::secrecy::ExposeSecret as _;
    fs::write(handed.folder.path().join("key"), identity.to_string().expose_secret()).unwrap();
    let (key, sealed) = (handed.folder.path().join("key"), handed.pack().join("items/1/original.jpg.age"));
    let opened = Command::new("age").arg("-d").arg("-i").arg(key).arg(sealed).output().unwrap();
    assert_eq!(opened.stdout, FRAMES);
    assert!(handed.by_hand().0);

    // In the clear instead: the sealed one goes.
    original::put(&handed.pack(), 1, &handed.film(), &To::Anybody).unwrap();
    assert!(!handed.pack().join("items/1/original.jpg.age").exists());
    assert!(check(&handed.pack(), &handed.policy(), None).unwrap().open.is_empty());
    assert!(handed.by_hand().0);
    fs::write(handed.film(), b"another film").unwrap();
    let no = original::put(&handed.pack(), 1, &handed.film(), &To::Anybody).unwrap_err();
    assert!(no.to_string().contains("this is not the original of item 1"), "{no}");
    assert!(original::put(&handed.pack(), 2, &handed.film(), &To::Anybody).is_err());
    assert!(check(&handed.pack(), &handed.policy(), None).unwrap().open.is_empty(), "nothing was changed");
}

#[tokio::test]
async fn any_changed_missing_or_added_file_of_a_pack_is_found_also_when_the_sums_are_made_anew() {
    let handed = Handed::new().await;
    handed.made().await;
    original::put(&handed.pack(), 1, &handed.film(), &To::Anybody).unwrap();
    let policy = handed.policy();
    let files = files::paths(&handed.pack()).unwrap();
    assert!(files.len() > 15, "{files:?}");
    for path in files.iter().filter(|path| *path != files::SUMS) {
        let bytes = fs::read(handed.pack().join(path)).unwrap();
        // Some two dozen places of each.
        for at in (0..bytes.len()).step_by((bytes.len() / 24).max(1)) {
            let copy = tempfile::tempdir().unwrap();
            copy_of(&handed.pack(), copy.path());
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            fs::write(copy.path().join(path), &changed).unwrap();
            assert!(matches!(check(copy.path(), &policy, None), Err(Fault::Wrong(..))), "{path} byte {at} against the sums");
            // A stamp's certificates and signature are openssl's to judge, the sums those of whoever makes them.
            let judged_by_openssl = path.ends_with("stamp.tsr");
            files::sum(copy.path()).unwrap();
            let again = check(copy.path(), &policy, None);
            let told = again.as_ref().map_or(true, |checked| !checked.open.is_empty());
            assert!(told || judged_by_openssl, "{path} byte {at} with new sums: {:?}", again.map(|checked| checked.lines));
        }
        let copy = tempfile::tempdir().unwrap();
        copy_of(&handed.pack(), copy.path());
        fs::remove_file(copy.path().join(path)).unwrap();
        assert!(check(copy.path(), &policy, None).is_err(), "without {path}");
        files::sum(copy.path()).unwrap();
        assert!(check(copy.path(), &policy, None).is_err(), "without {path}, with new sums");
    }
    let copy = tempfile::tempdir().unwrap();
    copy_of(&handed.pack(), copy.path());
    fs::write(copy.path().join("items/1/note.html"), "<p>hello").unwrap();
    assert!(check(copy.path(), &policy, None).is_err());
    files::sum(copy.path()).unwrap();
    assert!(check(copy.path(), &policy, None).is_err(), "a file that belongs to nothing");
    fs::remove_file(copy.path().join("items/1/note.html")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", copy.path().join("items/1/link")).unwrap();
    assert!(check(copy.path(), &policy, None).is_err(), "a link out of the pack");
    // Another log's key.
    let other = handbell_log::note::SigningKey::from_seed("bell.example/log", &[9; 32]).unwrap();
    assert!(check(&handed.pack(), &Policy::of_log(other.verifier().clone()), None).is_err());
}

#[tokio::test]
async fn a_page_says_of_no_original_that_is_not_in_the_pack_that_custodians_opened_it() {
    let mut pack = Handed::new().await.made().await;
    let clear = Item { name: ItemName { original: Original::Clear, ..pack.items[0].name.clone() }, ..pack.items[0].clone() };
    pack.items.push(clear);
    let page = page::html(&pack);
    assert!(page.contains("Of those that are in this pack, each was opened for it") && page.contains("nobody has opened the others"));
    // No server sees that somebody keeps a picture that stands in a page.
    assert!(page.contains("fetched a film or a recording anew is a line of its own; whoever looked at a picture could keep it"), "{page}");
}

/// PROMISE custody-is-said-with-the-deed
#[tokio::test]
async fn footage_that_its_giver_keeps_at_the_desk_is_not_handed_over_and_the_deed_is_in_the_chain() {
    let handed = Handed::new().await;
    let (world, public) = (&handed.town.app.world, handed.town.folder.path());
    let no = |answer: Result<Pack, ActError>| match answer.unwrap_err() {
        ActError::Refused(no) => no.0.name(),
        other => panic!("{other:?}"),
    };
    let private = received(&handed.town, b"private", Wish::DeskOnly).await;
    let before = world.store.evidence().custody(0, 1_000).await.unwrap().len();
    assert_eq!(no(hand_over(world, public, &[handed.footage.id, private.id], "a lawyer", Who::Keeper).await), "footage-wish-forbids");
    assert_eq!(no(hand_over(world, public, &[handed.footage.id], "  ", Who::Keeper).await), "pack-for-nobody");
    assert_eq!(no(hand_over(world, public, &[], "a lawyer", Who::Keeper).await), "pack-for-nobody");
    let nothing = hand_over(world, public, &[FootageId([1; 16])], "a lawyer", Who::Keeper).await;
    assert!(matches!(nothing, Err(ActError::NotFound)));
    assert_eq!(world.store.evidence().custody(0, 1_000).await.unwrap().len(), before, "a no writes no line");
    let pack = hand_over(world, public, &[handed.footage.id], "a lawyer", Who::Keeper).await.unwrap();
    let last = pack.statements.values().next_back().unwrap();
    assert!(last.contains("\"by\":\"keeper\"") && last.contains("\"words\":\"for a lawyer\""), "{last}");

    // What came today has no mark yet, and the pack says so.
    let fresh = received(&handed.town, b"of today", Wish::Public).await;
    let pack = hand_over(world, public, &[fresh.id], "a lawyer", Who::Keeper).await.unwrap();
    let folder = handed.folder.path().join("fresh");
    files::write(&pack, &folder).unwrap();
    let checked = check(&folder, &handed.policy(), None).unwrap();
    assert!(checked.open[0].contains("its mark is not in the log yet"), "{:?}", checked.open);
}

#[tokio::test]
async fn the_page_says_what_a_clerk_must_know_and_runs_nothing() {
    let handed = Handed::new().await;
    handed.made().await;
    let page = fs::read_to_string(handed.pack().join(files::PAGE)).unwrap();
    for words in [
        "the “Law Centre” &lt;Peckham&gt;",
        "Saturday, about noon",
        "sha256sum -c SHA256SUMS",
        "openssl ts -verify -digest",
        "handbell verify .",
        &hex(&handed.footage.sha256),
        "Somebody looked at a working copy.",
    ] {
        assert!(page.contains(words), "{words}");
    }
    for never in ["<script", "javascript:", "http://", "src=", "onload"] {
        assert!(!page.contains(never), "{never}");
    }
    assert!(page.len() < 50_000, "{}", page.len());
}

/// PROMISE a-pack-is-checked-without-us
#[tokio::test]
async fn the_commands_on_the_page_find_every_entry_and_every_change_of_it_as_they_are_typed() {
    let handed = Handed::new().await;
    handed.made().await;
    let typed = |pack: &Path| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pack/tests/commands.sh");
        let ran = Command::new("bash").arg(script).arg(pack).output().unwrap();
        String::from_utf8(ran.stdout).unwrap()
    };
    let whole = typed(&handed.pack());
    for (words, times) in [("items/1/log is entry ", 1), (" of the log, of which ", 3), (" says how the list stood ", 2), ("NO", 0)] {
        assert_eq!(whole.matches(words).count(), times, "{words}: {whole}");
    }
    for path in files::paths(&handed.pack()).unwrap() {
        let (place, name) = path.rsplit_once('/').unwrap_or_default();
        let custody = place.starts_with("custody");
        if !custody && !["leaf", "salt", "payload", "proof.tlog-proof"].contains(&name) {
            continue;
        }
        let bytes = fs::read(handed.pack().join(&path)).unwrap();
        // Never the last byte: a shell does not see how a text ends.
        for at in [0, bytes.len() / 2] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            fs::write(handed.pack().join(&path), &changed).unwrap();
            let said = typed(&handed.pack());
            assert!(said.contains("NO: ") && !said.contains(&format!("{place} is entry")), "{path} byte {at}: {said}");
            assert_eq!(said.matches(" is entry ").count(), if custody { 3 } else { 2 }, "the others hold: {said}");
        }
        fs::write(handed.pack().join(&path), &bytes).unwrap();
    }
    assert_eq!(typed(&handed.pack()), whole);
    // What a pack says is never run by the shell that checks it.
    let proof = handed.pack().join("items/1/log/proof.tlog-proof");
    let text = fs::read_to_string(&proof).unwrap();
    let index = text.lines().nth(1).unwrap();
    for hostile in ["index a[$(touch owned)]", "index $(touch owned)", "index 0;touch owned"] {
        fs::write(&proof, text.replace(index, hostile)).unwrap();
        let said = typed(&handed.pack());
        assert!(said.contains("NO: items/1/log/proof.tlog-proof is no proof") && !handed.pack().join("owned").exists(), "{said}");
    }
    fs::write(&proof, &text).unwrap();
    // Another log's key.
    let page = fs::read_to_string(handed.pack().join(files::PAGE)).unwrap();
    let other = handbell_log::note::SigningKey::from_seed("bell.example/log", &[9; 32]).unwrap();
    let key = &handed.town.app.world.group.log_vkey;
    fs::write(handed.pack().join(files::PAGE), page.replace(&format!("key='{key}'"), &format!("key='{}'", other.verifier()))).unwrap();
    let said = typed(&handed.pack());
    assert!(said.contains("NO: ") && !said.contains(" is entry "), "{said}");
}

/// Beside the flipped bits above: each file of a pack with anything at all in it, with the sums of what is there.
#[tokio::test]
async fn damage_to_a_file_of_a_pack_never_breaks_whoever_checks_it() {
    let handed = Handed::new().await;
    handed.made().await;
    let (folder, policy) = (handed.pack(), handed.policy());
    let paths: Vec<String> = files::paths(&folder).unwrap().into_iter().filter(|path| path != files::SUMS).collect();
    let whole: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(folder.join(path)).unwrap()).collect();
    let mut turn = 0;
    let taken = crate::damage::show_rounds(600, &whole, |bytes| {
        let place = turn % paths.len();
        turn += 1;
        fs::write(folder.join(&paths[place]), bytes).unwrap();
        files::sum(&folder).unwrap();
        let same = bytes == whole[place];
        let told = check(&folder, &policy, None);
        assert!(!same || told.is_ok(), "{}: {:?}", paths[place], told.err());
        fs::write(folder.join(&paths[place]), &whole[place]).unwrap();
        told.is_ok()
    });
    assert_eq!(taken, whole.len(), "each is taken as it was");
}

#[tokio::test]
async fn damage_to_what_custody_says_has_one_spelling_or_none() {
    use handbell_rules::evidence::custody::{Statement, read_lines};
    let handed = Handed::new().await;
    let pack = handed.made().await;
    let lines = fs::read(handed.pack().join(files::LINES)).unwrap();
    let seeds: Vec<Vec<u8>> = pack.statements.values().map(|text| text.clone().into_bytes()).chain([lines]).collect();
    let taken = crate::damage::show(&seeds, |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        let (statement, lines) = (Statement::parse(text), read_lines(text));
        if let Ok(statement) = &statement {
            assert_eq!(statement.text(), text);
        }
        if let Ok((all, heads)) = &lines {
            assert_eq!(heads.len(), all.len() + 1);
        }
        statement.is_ok() || lines.is_ok()
    });
    assert_eq!(taken, seeds.len(), "each is taken as it was");
}
