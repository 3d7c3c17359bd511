//! Synapse: a message in a direct room of a real Matrix server.
//!
//! It runs at night only, where `HANDBELL_TEST_SYNAPSE` names the folder with `synapse_homeserver` and
//! `register_new_matrix_user`; without it the test says so and passes.

use super::conformance::parcel;
use super::gateway::{Gateway, Stands, Waits};
use super::matrix::Matrix;
use super::{Channel, Parcel};
use crate::push::Live;
use handbell_rules::bell::address::MatrixUser;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::delivery::Answer;
use handbell_rules::time::Timestamp;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use zeroize::Zeroizing;

struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn run(programs: &Path, program: &str, words: &[&str], inside: &Path) {
    let output = Command::new(programs.join(program)).args(words).current_dir(inside).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a home server's folder, starts it and waits until it answers.
async fn served(programs: &Path, inside: &Path) -> (Served, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let made = ["--server-name", "localhost", "--config-path", "hs.yaml", "--generate-config", "--report-stats=no"];
    run(programs, "synapse_homeserver", &made, inside);
    let file = inside.join("hs.yaml");
    let text = std::fs::read_to_string(&file).unwrap().replace("port: 8008", &format!("port: {port}"));
    // No other server is asked for keys, and ten messages in a second are no flood.
    let text = text
        .lines()
        .filter(|line| !line.starts_with("trusted_key_servers") && !line.contains("server_name: \"matrix.org\""))
        .chain(["trusted_key_servers: []", "enable_registration_without_verification: true"])
        .collect::<Vec<_>>()
        .join("\n");
    std::fs::write(&file, text).unwrap();
    let child = Command::new(programs.join("synapse_homeserver"))
        .args(["-c", "hs.yaml"])
        .current_dir(inside)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut served = Served(child);
    let base = format!("http://127.0.0.1:{port}");
    for _ in 0..1_200 {
        if reqwest::get(format!("{base}/_matrix/client/versions")).await.is_ok_and(|answer| answer.status().is_success()) {
            return (served, base);
        }
        assert!(served.0.try_wait().unwrap().is_none(), "the home server ended");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the home server did not start within two minutes");
}

async fn asked(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{status} {text}");
    serde_json::from_str(&text).unwrap()
}

async fn token(base: &str, user: &str) -> String {
    let body = json!({"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user}, "password": "pw"}).to_string();
    let answer = asked(reqwest::Client::new().post(format!("{base}/_matrix/client/v3/login")).body(body)).await;
    answer["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_real_home_server_delivers_once_and_the_end_edits_the_start() {
    #[expect(clippy::disallowed_methods, reason = "a test that runs at night has a switch of its own")]
    let Ok(programs) = std::env::var("HANDBELL_TEST_SYNAPSE").map(PathBuf::from) else {
        println!("skipped: HANDBELL_TEST_SYNAPSE names no home server");
        return;
    };
    // For the test's own client; what is tested brings its own.
    let _first = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let (_served, base) = served(&programs, folder.path()).await;
    for user in ["bell", "amira"] {
        run(&programs, "register_new_matrix_user", &["-c", "hs.yaml", "-u", user, "-p", "pw", "--no-admin", &base], folder.path());
    }
    let (bell, amira) = (token(&base, "bell").await, token(&base, "amira").await);
    let gateway = Gateway::new(&format!("{base}/"), Stands::OwnNetwork, Waits::ORDINARY).unwrap();
    let matrix = Matrix::new(gateway, Zeroizing::new(bell));
    let now = Timestamp::from_milliseconds(1_760_000_000_000);
    let to = matrix.invite(&MatrixUser::parse("@amira:localhost").unwrap(), "Eastgate", now).await.unwrap();
    let start: Parcel<Live> = parcel(RingKind::Alert);
    assert_eq!(matrix.carry(&to, &start, now).await, Answer::Refused, "nothing is written before they accept");
    let client = reqwest::Client::new();
    let room = to.room.as_str().replace('!', "%21").replace(':', "%3A");
    asked(client.post(format!("{base}/_matrix/client/v3/rooms/{room}/join")).bearer_auth(&amira).body("{}")).await;
    // The same try twice is one message.
    assert_eq!(matrix.carry(&to, &start, now).await, Answer::Accepted);
    assert_eq!(matrix.carry(&to, &start, now).await, Answer::Accepted);
    assert_eq!(matrix.carry(&to, &parcel(RingKind::StandDown), now).await, Answer::Accepted);
    let read = asked(client.get(format!("{base}/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=50")).bearer_auth(&amira)).await;
    let said: Vec<&Value> = read["chunk"].as_array().unwrap().iter().filter(|event| event["type"] == "m.room.message").collect();
    assert_eq!(said.len(), 3, "the start once, the end, and the edit: {said:#?}");
    let edits = |event: &&&Value| event["content"]["m.relates_to"]["rel_type"] == "m.replace";
    assert_eq!(said.iter().filter(edits).count(), 1);
    assert_eq!(matrix.held(&to.room, now).await.unwrap().len(), 3);
    // Whoever leaves is forgotten.
    asked(client.post(format!("{base}/_matrix/client/v3/rooms/{room}/leave")).bearer_auth(&amira).body("{}")).await;
    assert_eq!(matrix.carry(&to, &start, now).await, Answer::Gone);
}
