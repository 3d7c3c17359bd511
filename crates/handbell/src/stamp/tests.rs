//! An authority that is OpenSSL behind a small HTTP front, and what else may answer at such an address.

use super::*;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

/// OpenSSL as an authority: a root, and a certificate that may stamp and nothing else.
pub struct Openssl {
    folder: TempDir,
}

fn openssl(folder: &Path, words: &[&str]) -> Vec<u8> {
    let ran = Command::new("openssl").args(words).current_dir(folder).output().expect("openssl is installed");
    assert!(ran.status.success(), "openssl {words:?}: {}", String::from_utf8_lossy(&ran.stderr));
    ran.stdout
}

impl Openssl {
    /// A fresh one.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path();
        let settings = "[one]\nserial = ./serial\ncrypto_device = builtin\nsigner_digest = sha256\ndefault_policy = 1.3.6.1.4.1.99999.1\n\
                        digests = sha256\naccuracy = secs:1\nordering = yes\ntsa_name = yes\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n";
        for (name, text) in
            [("tsa.cnf", settings), ("serial", "01\n"), ("ext", "extendedKeyUsage=critical,timeStamping\nbasicConstraints=CA:FALSE\n")]
        {
            std::fs::write(place.join(name), text).unwrap();
        }
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let root = ["-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Test roots"];
        openssl(place, &[&["req", "-x509"][..], &key[..], &root[..]].concat());
        openssl(place, &[&["req"][..], &key[..], &["-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test stamps"][..]].concat());
        let signed = ["x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30"];
        openssl(place, &[&signed[..], &["-extfile", "ext", "-out", "tsa.pem"][..]].concat());
        Self { folder }
    }

    /// What it answers.
    pub fn answer(&self, query: &[u8]) -> Vec<u8> {
        let place = self.folder.path();
        std::fs::write(place.join("query"), query).unwrap();
        let key = ["-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "answer"];
        openssl(place, &[&["ts", "-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", "query"][..], &key[..]].concat());
        std::fs::read(place.join("answer")).unwrap()
    }

    /// Its certificates.
    pub fn roots(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

/// An address that answers every POST as it is told.
pub fn front(answers: impl Fn(&[u8]) -> (u16, &'static str, Vec<u8>) + Send + 'static) -> String {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            assert!(head.contains("content-type: application/timestamp-query"), "{head}");
            let mut body = vec![0; length];
            if stream.read_exact(&mut body).is_err() {
                continue;
            }
            let (status, kind, bytes) = answers(&body);
            let head =
                format!("HTTP/1.1 {status} Answer\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", bytes.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&bytes));
        }
    });
    address
}

#[tokio::test]
async fn an_authority_stamps_a_hash_and_openssl_believes_its_answer() {
    let authority = Arc::new(Openssl::new());
    let behind = authority.clone();
    let address = front(move |query| (200, ANSWER_TYPE, behind.answer(query)));
    let hash = [7; 32];
    let (answer, stamp) = Authority::new(&address).unwrap().ask(&hash).await.unwrap();
    assert_eq!((stamp.imprint, stamp.policy.as_str()), (hash, "1.3.6.1.4.1.99999.1"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("stamp.tsr"), &answer).unwrap();
    let roots = authority.roots();
    let roots = roots.to_str().unwrap();
    let said = openssl(folder.path(), &["ts", "-verify", "-digest", &"07".repeat(32), "-in", "stamp.tsr", "-CAfile", roots]);
    assert!(String::from_utf8_lossy(&said).contains("Verification: OK"));
    let other = Command::new("openssl")
        .args(["ts", "-verify", "-digest", &"08".repeat(32), "-in", "stamp.tsr", "-CAfile", roots])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(!other.status.success(), "openssl tells another hash from this one");
}

#[tokio::test]
async fn whatever_else_answers_is_told_in_words_and_is_no_stamp() {
    let authority = Openssl::new();
    let other = authority.answer(&request(&[1; 32]));
    let long = vec![0x30; ANSWER_BYTES_MAX + 1];
    let cases: [(u16, &'static str, Vec<u8>, &str); 6] = [
        (503, ANSWER_TYPE, Vec::new(), "the authority answered oddly: status 503"),
        (302, ANSWER_TYPE, Vec::new(), "the authority answered oddly: status 302"),
        (200, "text/html", b"<p>Pay first".to_vec(), "the authority answered oddly: not application/timestamp-reply"),
        (200, ANSWER_TYPE, long, "the authority answered oddly: the answer does not end"),
        (200, ANSWER_TYPE, b"hello".to_vec(), "the answer is not a stamp as RFC 3161 describes it"),
        (200, ANSWER_TYPE, other, "the stamp is for another hash than the one that was sent"),
    ];
    for (status, kind, bytes, words) in cases {
        let address = front(move |_| (status, kind, bytes.clone()));
        assert_eq!(Authority::new(&address).unwrap().ask(&[7; 32]).await.unwrap_err().to_string(), words);
    }
    // OpenSSL says no itself when it is asked for a hash it was told not to take.
    let no = authority.answer(&[0x30, 0x03, 0x02, 0x01, 0x01]);
    let address = front(move |_| (200, ANSWER_TYPE, no.clone()));
    let words = Authority::new(&address).unwrap().ask(&[7; 32]).await.unwrap_err().to_string();
    assert!(words.starts_with("the authority said no (status 2)"), "{words}");
    // Nobody there.
    let (_held, nobody) = crate::channel::peers::nowhere();
    let words = Authority::new(&format!("http://{nobody}/")).unwrap().ask(&[7; 32]).await.unwrap_err().to_string();
    assert!(words.starts_with("the authority was not reached"), "{words}");
}

#[test]
fn an_authority_is_asked_over_https_or_on_this_machine() {
    assert!(may_be_asked("https://stamps.example/tsr") && may_be_asked("http://127.0.0.1:9/") && is_here("http://127.0.0.1:9/"));
    for bad in ["http://stamps.example/", "stamps.example", "ftp://127.0.0.1/"] {
        assert!(Authority::new(bad).is_err(), "{bad}");
    }
    assert!(!is_here("https://stamps.example/"));
}
