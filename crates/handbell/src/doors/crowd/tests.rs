use super::*;
use crate::doors::fixture::Town;
use crate::doors::{serve, stream};
use axum::Router;
use axum::routing::get;
use futures::future::pending;
use std::net::SocketAddr;
use std::sync::Weak;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};

const SOON: Duration = Duration::from_secs(20);

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, what).await.expect("this comes soon")
}

async fn until(holds: impl Fn() -> bool) {
    soon(async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// A stream that yields whenever the number moves.
fn changes(of: &watch::Sender<u64>) -> impl Stream<Item = ()> + Send + use<> {
    futures::stream::unfold(of.subscribe(), async |mut number| number.changed().await.is_ok().then_some(((), number)))
}

/// A server whose one address follows a number, and what stops it.
async fn house(number: &watch::Sender<u64>) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
    let (crowds, followed) = (Arc::<Crowds>::default(), number.clone());
    let live =
        get(async move || stream::shared(&crowds, "/live", async { changes(&followed) }, handbell_rules::time::Timestamp::default()).await);
    let router = Router::new().route("/live", live).route("/other", get(async || "other"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stopping, mut stop) = watch::channel(false);
    let kept = crate::doors::kept::Kept::new(watch::Sender::new(0).subscribe());
    let served = crate::work::spawn(serve::serve(listener, router, kept, async move { drop(stop.wait_for(|stop| *stop).await) }));
    (address, stopping, served)
}

/// Reads up to and with the empty line after a head.
async fn head_of(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(soon(socket.read_u8()).await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

async fn asks(address: SocketAddr, version: &str) -> (TcpStream, String) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(format!("GET /live HTTP/{version}\r\nhost: a\r\n\r\n").as_bytes()).await.unwrap();
    let head = head_of(&mut socket).await;
    (socket, head)
}

async fn hears(socket: &mut TcpStream) {
    let mut heard = [0; CHANGED.len()];
    soon(socket.read_exact(&mut heard)).await.unwrap();
    assert_eq!(heard, CHANGED);
}

#[tokio::test]
async fn a_change_reaches_everybody_in_the_crowd() {
    let number = watch::Sender::new(0);
    let (address, _stopping, _served) = house(&number).await;
    let mut sockets = Vec::new();
    for version in ["1.1", "1.0"].into_iter().cycle().take(40) {
        let (socket, head) = asks(address, version).await;
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.contains("content-type: text/event-stream\r\n"), "{head}");
        assert!(head.contains("connection: close\r\n") && head.contains("date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"), "{head}");
        assert!(!head.contains("transfer-encoding") && head.contains("x-accel-buffering: no\r\n"), "{head}");
        sockets.push(socket);
    }
    for change in 1..=3 {
        number.send_replace(change);
        for socket in &mut sockets {
            hears(socket).await;
        }
    }
}

#[tokio::test]
async fn a_connection_that_asked_for_something_else_before_joins_too() {
    let number = watch::Sender::new(0);
    let (address, _stopping, _served) = house(&number).await;
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(b"GET /other HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert!(head_of(&mut socket).await.contains("content-length: 5\r\n"));
    let mut body = [0; 5];
    soon(socket.read_exact(&mut body)).await.unwrap();
    assert_eq!(&body, b"other");
    // A look at the head only follows nothing, and the connection goes on.
    socket.write_all(b"HEAD /live HTTP/1.1\r\nhost: a\r\n\r\nGET /live HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert!(head_of(&mut socket).await.contains("text/event-stream"));
    assert!(head_of(&mut socket).await.contains("connection: close\r\n"));
    number.send_replace(1);
    hears(&mut socket).await;
}

#[tokio::test]
async fn a_stop_does_not_wait_for_those_who_follow() {
    let number = watch::Sender::new(0);
    let (address, stopping, served) = house(&number).await;
    let (mut following, _) = asks(address, "1.1").await;
    let began = Instant::now();
    stopping.send_replace(true);
    soon(served).await.unwrap();
    assert!(began.elapsed() < serve::STOPS_WITHIN);
    number.send_replace(1);
    hears(&mut following).await;
}

/// Two ends of a connection between which little fits.
async fn narrow() -> (TcpStream, TcpStream) {
    let listening = TcpSocket::new_v4().unwrap();
    listening.set_send_buffer_size(2_048).unwrap();
    listening.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = listening.listen(1).unwrap();
    let calling = TcpSocket::new_v4().unwrap();
    calling.set_recv_buffer_size(2_048).unwrap();
    let (theirs, ours) = tokio::join!(calling.connect(listener.local_addr().unwrap()), listener.accept());
    (theirs.unwrap(), ours.unwrap().0)
}

async fn joined(crowds: &Crowds, number: &watch::Sender<u64>, socket: TcpStream) -> Weak<Counted> {
    let counted = Counted::new().unwrap();
    let there = Arc::downgrade(&counted);
    crowds.entry("/live", counted, async { changes(number) }).await.join(socket, Bytes::from_static(b"head\r\n\r\n")).await;
    there
}

#[tokio::test]
async fn a_slow_reader_delays_nobody_and_hears_the_newest_word_when_they_read_again() {
    const CHANGES: u64 = 4_000;
    let (crowds, number) = (Crowds::default(), watch::Sender::new(0));
    let ((mut slow, slows), (mut quick, quicks)) = (narrow().await, narrow().await);
    let _places = [joined(&crowds, &number, slows).await, joined(&crowds, &number, quicks).await];
    head_of(&mut quick).await;
    for change in 1..=CHANGES {
        number.send_replace(change);
        // One change after the other: the quick one never waits for the slow one.
        hears(&mut quick).await;
    }
    head_of(&mut slow).await;
    // Whole words and far fewer of them: what did not fit was left out. The last one comes when there is room.
    let mut words = 0;
    let mut one = [0; CHANGED.len()];
    while let Ok(read) = tokio::time::timeout(3 * LOOKS_APART, slow.read_exact(&mut one)).await {
        read.unwrap();
        assert_eq!(one, CHANGED);
        words += 1;
    }
    assert!(words > 1 && words < CHANGES / 2, "{words}");
    number.send_replace(CHANGES + 1);
    hears(&mut slow).await;
}

#[tokio::test]
async fn whoever_takes_nothing_for_a_minute_is_let_go() {
    let (_theirs, socket) = narrow().await;
    socket.writable().await.unwrap();
    let mut member = Member { socket, rest: &[], behind: false, waits_since: None, _counted: Counted::new().unwrap() };
    let now = Instant::now();
    loop {
        member.behind = true;
        if matches!(member.send(now), Sent::Waits) {
            break;
        }
        member.socket.writable().await.unwrap();
    }
    assert!(matches!(member.send(now + TAKES_WITHIN - Duration::from_millis(1)), Sent::Waits));
    assert!(matches!(member.send(now + TAKES_WITHIN), Sent::Gone));
}

#[tokio::test]
async fn whoever_is_gone_is_let_go_and_an_empty_crowd_ends() {
    let (crowds, number) = (Crowds::default(), watch::Sender::new(0));
    let (theirs, ours) = narrow().await;
    let there = joined(&crowds, &number, ours).await;
    until(|| number.receiver_count() == 1).await;
    assert_eq!(there.strong_count(), 1);
    drop(theirs);
    until(|| there.strong_count() == 0).await;
    until(|| number.receiver_count() == 0).await;
    // It begins anew with the next one.
    let (mut theirs, ours) = narrow().await;
    let _there = joined(&crowds, &number, ours).await;
    head_of(&mut theirs).await;
    number.send_replace(1);
    hears(&mut theirs).await;
}

#[tokio::test]
async fn what_changes_between_the_asking_and_the_joining_is_heard() {
    let (crowds, number) = (Crowds::default(), watch::Sender::new(0));
    let (mut theirs, ours) = narrow().await;
    let entry = crowds.entry("/live", Counted::new().unwrap(), async { changes(&number) }).await;
    let mut also = Box::pin(entry.clone().changes());
    number.send_replace(1);
    soon(also.next()).await.unwrap();
    entry.join(ours, Bytes::from_static(b"\r\n\r\n")).await;
    head_of(&mut theirs).await;
    hears(&mut theirs).await;
}

#[tokio::test]
async fn the_streams_of_the_record_and_of_an_alert_can_be_joined() {
    let town = Town::new();
    let about = town.confirmed("immigration-visit").await;
    let id = town.rung(&about, handbell_rules::playbook::Reach::Neighbours).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let kept = crate::doors::kept::Kept::new(town.app.world.store.follow());
    drop(crate::work::spawn(serve::serve(listener, town.router(), kept, pending())));
    for path in ["/events".to_owned(), format!("/alerts/{id}/events")] {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()).await.unwrap();
        let head = head_of(&mut socket).await;
        assert!(head.contains("connection: close\r\n") && head.contains("content-security-policy: "), "{head}");
    }
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(format!("GET /alerts/{id}/events HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()).await.unwrap();
    head_of(&mut socket).await;
    crate::acts::bell::end(&town.app.world, &about.ben.caller, id, false).await.unwrap();
    hears(&mut socket).await;
}

#[test]
fn one_member_is_a_socket_and_a_few_words() {
    assert!(size_of::<Member>() <= 96, "{}", size_of::<Member>());
}
