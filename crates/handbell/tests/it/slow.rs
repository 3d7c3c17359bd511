//! Slow callers: who does not finish a head, or says nothing more, is let go; who goes on asking is not.

use crate::town::Town;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Twice what the server allows, so that a server that never lets go fails the test instead of hanging it.
const PATIENCE_OF_THE_TEST: Duration = Duration::from_secs(20);
const LET_GO_AFTER: Duration = Duration::from_secs(10);
const ASKED: &[u8] = b"HEAD /about HTTP/1.1\r\nHost: bell.example\r\n\r\n";

fn until_let_go(mut socket: TcpStream) -> Duration {
    let began = Instant::now();
    socket.set_read_timeout(Some(PATIENCE_OF_THE_TEST)).unwrap();
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).expect("the server closes the connection");
    began.elapsed()
}

#[test]
fn a_caller_who_sends_half_a_head_or_falls_silent_is_let_go_and_nobody_early() {
    let town = Town::new();
    let server = town.serve();
    let address = server.address();
    let half = std::thread::spawn(move || {
        let mut socket = TcpStream::connect(address).unwrap();
        socket.write_all(b"GET / HTTP/1.1\r\nHost: bell").unwrap();
        until_let_go(socket)
    });
    let mut socket = TcpStream::connect(address).unwrap();
    for _ in 0..3 {
        // The limit begins anew with each request: the alarm of the one before must not cut this one off.
        socket.write_all(ASKED).unwrap();
        let mut head = [0; 4_096];
        assert!(socket.read(&mut head).unwrap() > 0);
        assert!(head.starts_with(b"HTTP/1.1 200"));
    }
    let silent = until_let_go(socket);
    for waited in [half.join().unwrap(), silent] {
        assert!(waited >= LET_GO_AFTER - Duration::from_secs(1), "let go after {waited:?}");
    }
    server.stop();
}
