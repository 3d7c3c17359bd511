//! Handing over: makes a pack at the server, and puts opened originals into it on the custodians' own machine.

use super::{Answer, Stopped, control, say};
use crate::pack::files::Fault;
use crate::pack::original::{self, To};
use handbell_rules::id::FootageId;
use std::path::Path;

/// `handbell hand-over DIR OUT FOOTAGE… --for WHOM`.
pub async fn hand_over(dir: &Path, out: &Path, footage: &[String], for_whom: &str) -> anyhow::Result<Answer> {
    let no_id = |text: &String| Stopped(Answer::Usage, format!("{text} is no footage's id: 26 letters and digits, as the desk shows it"));
    let footage = footage.iter().map(|text| text.parse().map_err(|_| no_id(text))).collect::<Result<Vec<FootageId>, Stopped>>()?;
    if std::fs::symlink_metadata(out).is_ok() {
        return Err(Stopped(Answer::No, format!("{} exists already and nothing is overwritten; name another place", out.display())).into());
    }
    let place = control::hand_over_to(dir, &footage, for_whom, out).await?;
    say(&format!("made {place}, without the originals"));
    say("next: two custodians open each original on their own machine (handbell open) and put it in:");
    say(&format!("  handbell pack {place} ORIGINAL --item N --to age1… (or --in-the-clear)"));
    Ok(Answer::Good)
}

/// `handbell pack PACK ORIGINAL --item N --to KEY`.
pub fn put_in(pack: &Path, original: &Path, item: usize, to: Option<&str>) -> anyhow::Result<Answer> {
    let to = match to {
        None => To::Anybody,
        Some(key) => {
            let key = key.parse::<age::x25519::Recipient>().map_err(|why| Stopped(Answer::Usage, format!("{key} is no age key: {why}")))?;
            To::Key(Box::new(key))
        }
    };
    original::put(pack, item, original, &to).map_err(|fault| match fault {
        Fault::Wrong(..) => Stopped(Answer::No, fault.to_string()),
        Fault::Unreadable(..) => Stopped(Answer::CouldNotTell, fault.to_string()),
    })?;
    say(&format!("put in as item {item} of {}", pack.display()));
    Ok(Answer::Good)
}

#[cfg(test)]
mod tests {
    use super::super::town::{self, Staging};
    use super::super::{init, verify};
    use super::*;
    use crate::config::Settings;
    use crate::work::notary::Notary;
    use crate::work::notary::tests::received_at;
    use crate::world::MachineChance;
    use handbell_rules::bell::mode::Status;
    use handbell_rules::evidence::footage::Wish;
    use handbell_rules::time::DAY;
    use std::fs;
    use std::path::PathBuf;

    #[tokio::test]
    async fn a_pack_is_made_filled_and_verified_by_the_commands_from_a_real_store() {
        let home = tempfile::tempdir().unwrap();
        let (dir, pack, film) = (home.path().join("group"), home.path().join("pack"), home.path().join("film"));
        let settings = Settings::of("Neighbours", "https://bell.example", Status::Exercise);
        init(&dir, &settings, &MachineChance).await.unwrap();
        fs::write(&film, b"frames").unwrap();
        let town = town::open(&dir, &Staging::default()).await.unwrap();
        // The real clock: the footage came two days ago, so its day is over.
        let footage = received_at(&town.world, b"frames", Wish::Public, town.world.now().plus(-2 * DAY)).await;
        Notary::default().step(&town.world).await.unwrap();
        town.publish().await.unwrap();
        let key = town.world.group.log_vkey.clone();
        town.close().await;
        drop(town);

        let ids = [footage.id.to_string()];
        assert_eq!(hand_over(&dir, &pack, &ids, "a law centre").await.unwrap(), Answer::Good);
        let again = hand_over(&dir, &pack, &ids, "a law centre").await.unwrap_err();
        assert!(again.to_string().contains("nothing is overwritten"), "{again}");
        assert!(hand_over(&dir, &home.path().join("other"), &["film".to_owned()], "a law centre").await.is_err());
        let checked = |key: String, identity: Option<PathBuf>| {
            let with = verify::With { key: Some(key), identity, ..verify::With::default() };
            let pack = pack.to_str().unwrap().to_owned();
            async move { verify::run(&pack, with).await.map_err(|error| error.downcast::<Stopped>().map(|stopped| stopped.0)) }
        };
        assert!(matches!(checked(key.clone(), None).await, Ok(Answer::CouldNotTell)), "the original is missing");
        let identity = age::x25519::Identity::generate();
        put_in(&pack, &film, 1, Some(&identity.to_public().to_string())).unwrap();
        assert!(put_in(&pack, &film, 1, Some("age1nobody")).is_err());
        assert!(matches!(checked(key.clone(), None).await, Ok(Answer::CouldNotTell)), "it is sealed to somebody else");
        use age::secrecy::ExposeSecret as _;
        let file = home.path().join("key");
        fs::write(&file, format!("# a key\n{}\n", identity.to_string().expose_secret())).unwrap();
        assert!(matches!(checked(key.clone(), Some(file)).await, Ok(Answer::Good)));
        put_in(&pack, &film, 1, None).unwrap();
        assert!(matches!(checked(key.clone(), None).await, Ok(Answer::Good)));
        fs::write(pack.join("items/1/original.jpg"), b"Frames").unwrap();
        assert!(matches!(checked(key, None).await, Err(Ok(Answer::No))), "another film");

        // The group's own log, with marks in it, verifies as before.
        let whole = verify::run(dir.to_str().unwrap(), verify::With::default()).await.unwrap();
        assert_eq!(whole, Answer::Good);
    }
}
