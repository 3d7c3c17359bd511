//! A connection that says nothing is given up, and one that answers is not.

use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// Bytes with which a client begins (RFC 9113 section 3.4).
const PREFACE: usize = 24;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const ACK: u8 = 1;

/// The other end of a connection, written out frame by frame: it answers as many pings and then none, and says how
/// many came until the connection was let go.
async fn answers(mut wire: DuplexStream, pings: usize) -> usize {
    let mut preface = [0; PREFACE];
    wire.read_exact(&mut preface).await.unwrap();
    wire.write_all(&[0, 0, 0, SETTINGS, 0, 0, 0, 0, 0]).await.unwrap();
    let mut came = 0;
    let mut head = [0; 9];
    while wire.read_exact(&mut head).await.is_ok() {
        let length = usize::try_from(u32::from_be_bytes([0, head[0], head[1], head[2]])).unwrap();
        let mut body = vec![0; length];
        wire.read_exact(&mut body).await.unwrap();
        match (head[3], head[4] & ACK) {
            (SETTINGS, 0) => wire.write_all(&[0, 0, 0, SETTINGS, ACK, 0, 0, 0, 0]).await.unwrap(),
            (PING, 0) => {
                came += 1;
                if came <= pings {
                    wire.write_all(&[0, 0, 8, PING, ACK, 0, 0, 0, 0]).await.unwrap();
                    wire.write_all(&body).await.unwrap();
                }
            }
            _ => {}
        }
    }
    came
}

/// How many signs of life were asked for until the connection was given up.
async fn asked_until_given_up(answered: usize) -> usize {
    let (near, far) = tokio::io::duplex(1_024);
    let far = spawn(answers(far, answered));
    let (sender, mut connection) = h2::client::handshake(near).await.unwrap();
    let pings = connection.ping_pong();
    let on_it = AtomicUsize::new(1);
    let (every, within) = (Duration::from_millis(1), Duration::from_secs(1));
    tokio::select! {
        ended = connection => panic!("the connection ended by itself: {ended:?}"),
        () = falls_silent(pings, &on_it, every, within) => {}
    }
    drop(sender);
    far.await.unwrap()
}

#[tokio::test]
async fn a_connection_that_stays_silent_is_given_up() {
    assert_eq!(asked_until_given_up(0).await, 1);
}

#[tokio::test]
async fn a_connection_that_answers_is_kept_until_it_answers_no_more() {
    assert_eq!(asked_until_given_up(20).await, 21);
}
