//! Originals opened without the server: two custodians by `handbell open`, and by the `age` program alone.

use crate::town::{Town, code, handbell, room, said};
use handbell::cli::town as cli;
use handbell::vault::seal::{Custodians, FreshKeys, Original, PART_BYTES_MAX, PartSealer, Running};
use handbell::vault::{Folder, ObjectName, Vault};
use handbell::world::MachineChance;
use handbell_rules::evidence::custody::{Deed, Statement};
use handbell_rules::evidence::footage::{self, Footage, Wish};
use handbell_rules::evidence::upload::{self, Bounds, HeldFootage, UPLOAD_WAITS, Upload};
use handbell_rules::id::FootageId;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const FOOTAGE: FootageId = FootageId([0x5a; 16]);

/// What three custodians and a folder of sealed parts are.
struct Kept {
    room: TempDir,
    file: Vec<u8>,
    sha256: String,
}

impl Kept {
    fn at(&self, name: &str) -> PathBuf {
        self.room.path().join(name)
    }

    fn parts(&self) -> PathBuf {
        self.at("parts").join(FOOTAGE.to_string())
    }

    /// `handbell open` with these shares and identities, by their numbers.
    fn open(&self, shares: &[usize], identities: &[usize], more: &[&str], out: &str) -> Output {
        let mut command = handbell();
        command.arg("open");
        for number in shares {
            command.arg("--share").arg(self.at(&format!("share-{number}.age")));
        }
        for number in identities {
            command.arg("--identity").arg(self.at(&format!("custodian-{number}")));
        }
        command.args(more).arg(self.parts()).arg(self.at(out)).output().unwrap()
    }

    fn refused(&self, why: i32, words: &str, output: &Output, out: &str) {
        assert_eq!(code(output), why, "{}", said(output));
        assert!(said(output).contains(words), "{}", said(output));
        assert!(!self.at(out).exists() && !self.at(&format!("{out}.new")).exists(), "nothing is left of what was refused");
    }
}

/// Makes a custodian's key as they do, and gives its public half.
fn custodian(file: &Path) -> String {
    let made = handbell().args(["custody", "new"]).arg(file).output().unwrap();
    assert_eq!(code(&made), 0, "{}", said(&made));
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    let told = String::from_utf8(made.stdout).unwrap();
    assert!(!told.contains("AGE-SECRET-KEY"), "the secret half is in the file alone");
    told.lines().last().unwrap().to_owned()
}

/// Seals a file as the server does.
fn kept() -> Kept {
    let room = room();
    let recipients: Vec<String> = (0..3).map(|number| custodian(&room.path().join(format!("custodian-{number}")))).collect();
    let keys = Custodians::new([&recipients[0], &recipients[1], &recipients[2]]).unwrap();
    let fresh = FreshKeys::make(FOOTAGE, &keys, &MachineChance);
    for (number, share) in fresh.shares.iter().enumerate() {
        std::fs::write(room.path().join(format!("share-{number}.age")), share).unwrap();
    }
    let file: Vec<u8> = (0..2 * PART_BYTES_MAX + 5).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let sealer = PartSealer::new(&fresh.recipient, Some(&fresh.working)).unwrap();
    let (vault, mut running) = (Folder::open(&room.path().join("parts")).unwrap(), Running::default());
    running.update(&file);
    let sha256 = running.finish();
    let original = Original { footage: FOOTAGE, media_type: "video/mp4".into(), length: file.len() as u64, parts: 3, sha256 };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for (number, part) in file.chunks(PART_BYTES_MAX).enumerate() {
            let name = ObjectName::part(FOOTAGE, u32::try_from(number).unwrap());
            vault.put(&name, sealer.seal(part).unwrap()).await.unwrap();
        }
        vault.put(&ObjectName::original(FOOTAGE), sealer.seal(original.to_text().as_bytes()).unwrap()).await.unwrap();
    });
    let sha256 = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    Kept { room, file, sha256 }
}

#[test]
fn any_two_custodians_open_an_original_and_one_does_not() {
    // PROMISE two-of-three-open-an-original
    let kept = kept();
    for (one, other) in [(0, 1), (2, 1), (0, 2)] {
        let out = format!("original-{one}{other}");
        let opened = kept.open(&[one, other], &[other, one], &["--sha256", &kept.sha256], &out);
        assert_eq!(code(&opened), 0, "{}", said(&opened));
        assert!(said(&opened).contains(&kept.sha256), "{}", said(&opened));
        assert!(std::fs::read(kept.at(&out)).unwrap() == kept.file, "byte for byte");
        assert_eq!(std::fs::metadata(kept.at(&out)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    kept.refused(1, "both are share one", &kept.open(&[0, 0], &[0], &[], "no"), "no");
    kept.refused(1, "another custody key", &kept.open(&[0, 1], &[0], &[], "no"), "no");
    kept.refused(1, "another custody key", &kept.open(&[0, 1], &[2], &[], "no"), "no");
    kept.refused(2, "--share twice", &kept.open(&[0], &[0], &[], "no"), "no");
    kept.refused(2, "64 signs", &kept.open(&[0, 1], &[0, 1], &["--sha256", "abc"], "no"), "no");
    kept.refused(1, "not the one you gave", &kept.open(&[0, 1], &[0, 1], &["--sha256", &"0".repeat(64)], "no"), "no");
    // What stands beside the place is somebody else's and stays.
    std::fs::write(kept.at("taken.new"), "notes").unwrap();
    let beside = kept.open(&[0, 1], &[0, 1], &[], "taken");
    assert!(code(&beside) == 3 && said(&beside).contains("cannot be made"), "{}", said(&beside));
    assert_eq!(std::fs::read(kept.at("taken.new")).unwrap(), b"notes");
    let again = kept.open(&[0, 1], &[0, 1], &[], "original-01");
    assert!(code(&again) == 2 && said(&again).contains("left alone"), "{}", said(&again));
}

#[test]
fn what_was_damaged_swapped_or_lost_is_never_written_as_the_original() {
    let kept = kept();
    let (first, second, about) = (kept.parts().join("0.age"), kept.parts().join("1.age"), kept.parts().join("original.age"));
    let (one, two) = (std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
    let open = |more: &[&str], out: &str| kept.open(&[1, 2], &[1, 2], more, out);

    // Whoever can write to the vault can put the parts in another order; each still opens.
    std::fs::write(&first, &two).unwrap();
    std::fs::write(&second, &one).unwrap();
    kept.refused(1, "this is not the original", &open(&[], "no"), "no");
    std::fs::write(&first, &one).unwrap();
    let mut damaged = two.clone();
    damaged[500_000] ^= 1;
    std::fs::write(&second, &damaged).unwrap();
    kept.refused(1, "1.age", &open(&[], "no"), "no");
    std::fs::remove_file(&second).unwrap();
    kept.refused(3, "there is no", &open(&[], "no"), "no");
    std::fs::write(&second, &two).unwrap();

    // Without what was said of it, the hash is printed and compared by whoever knows it.
    std::fs::remove_file(&about).unwrap();
    let opened = open(&[], "unsaid");
    assert_eq!(code(&opened), 3, "{}", said(&opened));
    assert!(said(&opened).contains("Nobody said what it must hash to"), "{}", said(&opened));
    assert!(std::fs::read(kept.at("unsaid")).unwrap() == kept.file);
    assert_eq!(code(&open(&["--sha256", &kept.sha256], "given")), 0);
    // The last part gone and nothing said of how many there are: the hash alone shows it.
    std::fs::remove_file(kept.parts().join("2.age")).unwrap();
    kept.refused(1, "this is not the original", &open(&["--sha256", &kept.sha256], "no"), "no");
}

/// Runs `age -d`; none where the program is missing and may be.
fn age(identity: &Path, sealed: &Path) -> Option<Vec<u8>> {
    let Ok(read) = Command::new("age").arg("-d").arg("-i").arg(identity).arg(sealed).output() else {
        assert_ne!(std::env::var("HANDBELL_REQUIRE_TEST_DATA").as_deref(), Ok("1"), "the program `age` is missing");
        println!("opened: the program `age` is missing, so nothing was opened by it");
        return None;
    };
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    Some(read.stdout)
}

#[test]
fn the_age_program_opens_shares_and_parts_and_two_shares_are_joined_by_hand() {
    let kept = kept();
    let out = kept.at("key");
    let opened = kept.open(&[0, 2], &[0, 2], &["--key-out", out.to_str().unwrap()], "original");
    assert_eq!(code(&opened), 0, "{}", said(&opened));

    // Share one holds the first and the second text, share two the second and the third; all three together, by
    // exclusive or, are the identity.
    let Some(one) = age(&kept.at("custodian-0"), &kept.at("share-0.age")) else { return };
    let two = age(&kept.at("custodian-1"), &kept.at("share-1.age")).unwrap();
    let hex = |share: &[u8], name: &str| -> Vec<u8> {
        let text = String::from_utf8(share.to_vec()).unwrap();
        assert!(text.starts_with("handbell share v1\n"), "{text}");
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
        (0..line.len() / 2).map(|place| u8::from_str_radix(&line[2 * place..2 * place + 2], 16).unwrap()).collect()
    };
    let (first, second, third) = (hex(&one, "first"), hex(&one, "second"), hex(&two, "second"));
    assert_eq!(second, hex(&two, "first"));
    let joined: Vec<u8> = first.iter().zip(&second).zip(&third).map(|((a, b), c)| a ^ b ^ c).collect();
    assert_eq!([joined.as_slice(), b"\n"].concat(), std::fs::read(&out).unwrap());

    let mut whole = Vec::new();
    for number in 0..3 {
        whole.extend(age(&out, &kept.parts().join(format!("{number}.age"))).unwrap());
    }
    assert!(whole == kept.file, "what age put together is the original");
}

#[test]
fn custody_keys_are_set_while_the_server_runs_and_while_it_does_not() {
    let (town, keys) = (Town::new(), room());
    let [one, two, three] = ["one", "two", "three"].map(|name| custodian(&keys.path().join(name)));
    let custody = |words: &[&str]| {
        let (first, rest) = words.split_first().unwrap();
        handbell().arg("custody").arg(first).arg(&town.dir).args(rest).output().unwrap()
    };
    let empty = custody(&["list"]);
    assert!(
        code(&empty) == 0 && said(&empty).contains("one: not set") && said(&empty).contains("no footage is taken in"),
        "{}",
        said(&empty)
    );
    assert_eq!(code(&custody(&["add", "one", &one])), 0);
    let server = town.serve();
    assert_eq!(code(&custody(&["add", "two", &two])), 0);
    let twice = custody(&["add", "three", &one]);
    assert!(code(&twice) == 1 && said(&twice).contains("custody-key-twice"), "{}", said(&twice));
    let secret = std::fs::read_to_string(keys.path().join("three")).unwrap();
    let secret = secret.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).unwrap();
    for (place, text, words) in
        [("four", three.as_str(), "one, two or three"), ("three", "age1x", "age recipient"), ("three", secret, "secret half")]
    {
        let wrong = custody(&["add", place, text]);
        assert!(code(&wrong) == 2 && said(&wrong).contains(words) && !said(&wrong).contains("AGE-SECRET"), "{}", said(&wrong));
    }
    assert_eq!(code(&custody(&["add", "three", &three])), 0);
    server.stop();
    let all = custody(&["list"]);
    for words in [one.as_str(), &two, &three, "Any two of the three"] {
        assert!(said(&all).contains(words), "{}", said(&all));
    }
    let again = handbell().args(["custody", "new"]).arg(keys.path().join("one")).output().unwrap();
    assert_eq!(code(&again), 1, "a key that exists is left alone: {}", said(&again));
}

/// Gives a file to a group as its doors do: sealed parts in the vault, then the rows.
async fn received(dir: &Path, file: &[u8]) -> Footage {
    let town = cli::open(dir, &cli::Staging::default()).await.unwrap();
    let world = &town.world;
    let report = world.store.waiting_reports(1).await.unwrap().remove(0);
    let keys = world.store.evidence().custody_keys().await.unwrap();
    let id = world.private_id();
    let fresh = FreshKeys::make(id, &Custodians::new(keys.all().unwrap()).unwrap(), &MachineChance);
    let sealer = PartSealer::new(&fresh.recipient, Some(&fresh.working)).unwrap();
    world.vault.put(&ObjectName::part(id, 0), sealer.seal(file).unwrap()).await.unwrap();
    let mut running = Running::default();
    running.update(file);
    let (length, now) = (running.length(), world.now());
    let sha256 = running.finish();
    let original = Original { footage: id, media_type: "image/jpeg".into(), length, parts: 1, sha256 };
    world.vault.put(&ObjectName::original(id), sealer.seal(original.to_text().as_bytes()).unwrap()).await.unwrap();
    let upload = Upload {
        id: world.public_id(),
        version: 0,
        footage: id,
        report: report.id,
        link: None,
        members_link: false,
        begun_at: now,
        expires_at: now.plus(UPLOAD_WAITS),
        length,
        offset: length,
        parts: 1,
        midstate: Vec::new(),
        said_sha256: None,
        metadata: String::new(),
        media_type: Some("image/jpeg".into()),
        wish: Wish::Lawyer,
        claimed: String::new(),
        recipient: fresh.recipient.clone(),
        working: fresh.working.to_string(),
        shares: fresh.shares.clone(),
        received: None,
    };
    let begun = upload::begin(world.private_id(), upload.clone(), None, HeldFootage::default(), &Bounds::USUAL, now).unwrap();
    world.commit(begun).await.unwrap();
    let upload = world.store.evidence().upload(upload.id).await.unwrap().unwrap();
    let whole = upload.received(sha256, "image/jpeg".into(), [8; 32], now);
    world.commit(footage::receive(world.private_id(), &upload, whole, world.bytes(), now).unwrap()).await.unwrap();
    let kept = world.store.evidence().footage(id).await.unwrap().unwrap();
    town.close().await;
    kept
}

#[test]
fn what_a_running_server_gives_is_opened_by_two_custodians_and_the_chain_says_that_it_was_given() {
    let (town, keys) = (Town::new(), room());
    for name in ["one", "two", "three"] {
        let set = handbell().args(["custody", "add"]).arg(&town.dir).arg(name).arg(custodian(&keys.path().join(name))).output().unwrap();
        assert_eq!(code(&set), 0, "{}", said(&set));
    }
    let server = town.serve();
    let body = r#"{"kind":"flood","basis":"saw","happening":"now","place":"Mill Road","text":"Ankle deep."}"#;
    let answer = server.talk().ask("POST", "/api/v1/reports", &[("Content-Type", "application/json")], body.as_bytes()).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    server.stop();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let file: Vec<u8> = (0..70_000u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 9) as u8).collect();
    let footage = runtime.block_on(received(&town.dir, &file));

    let server = town.serve();
    let give = |id: &str, out: &Path| handbell().args(["custody", "give"]).arg(&town.dir).arg(id).arg(out).output().unwrap();
    let folder = keys.path().join("given");
    let given = give(&footage.id.to_string(), &folder);
    assert_eq!(code(&given), 0, "{}", said(&given));
    let again = give(&footage.id.to_string(), &folder);
    assert!(code(&again) == 1 && said(&again).contains("left alone"), "{}", said(&again));
    let unknown = give(&FOOTAGE.to_string(), &keys.path().join("nothing"));
    assert!(code(&unknown) == 1 && said(&unknown).contains("no such footage"), "{}", said(&unknown));
    assert_eq!(code(&give("../town", &keys.path().join("nothing"))), 2);
    server.stop();

    let hash: String = footage.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(said(&given).contains(&hash), "{}", said(&given));
    let out = keys.path().join("original.jpg");
    let mut open = handbell();
    open.arg("open").arg("--share").arg(folder.join("share-three.age")).arg("--share").arg(folder.join("share-one.age"));
    open.arg("--identity").arg(keys.path().join("one")).arg("--identity").arg(keys.path().join("three"));
    let opened = open.args(["--sha256", &hash]).arg(&folder).arg(&out).output().unwrap();
    assert_eq!(code(&opened), 0, "{}", said(&opened));
    assert!(std::fs::read(&out).unwrap() == file);

    let lines = runtime.block_on(async {
        let town = cli::open(&town.dir, &cli::Staging::default()).await.unwrap();
        let lines = town.world.store.evidence().custody_of(footage.id).await.unwrap();
        town.close().await;
        lines
    });
    let deeds: Vec<Deed> = lines.iter().map(|line| Statement::parse(line.statement.as_ref().unwrap()).unwrap().deed).collect();
    assert_eq!(deeds, [Deed::Received, Deed::Given], "asking for what is there already, or for nothing, gave nothing");
}
