//! Sink: a push service of the bench's own, in a process of its own: TLS, HTTP/2 or HTTP/1.1, answers 201.
//!
//! It counts what it takes and keeps every so many bodies, which the bench opens afterwards. It is told what to do
//! by lines: `take` answers with how many came since the last time, then one line for each kept body with the
//! path it came by, then an empty line. It ends with its input.

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use tokio_rustls::TlsAcceptor;

/// The one name of the made-up push service.
pub const NAME: &str = "push.example.org";
/// One of so many bodies is kept.
pub const KEPT_OF: u64 = 101;
/// Streams one connection may carry, as push services commonly allow.
const STREAMS: u32 = 100;

/// A self-signed certificate for the name, trusted by nothing but these programs.
const CERTIFICATE: &str = concat!(
    "MIIBLjCB1KADAgECAgEBMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBHRlc3QwIBcNMjAwMTAxMDAwMDAwWhgPOTk5OTEyMzEyMzU5",
    "NTlaMA8xDTALBgNVBAMMBHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQI3Aj2PEhf8no3Z1RxNvMnDTzgKjVRjYCtMe1H",
    "NCkvHryWgoX5ce6Q9DyVldAyRJp4UeRpH5rxyJKahNCg3XPCox8wHTAbBgNVHREEFDASghBwdXNoLmV4YW1wbGUub3JnMAoGCCqG",
    "SM49BAMCA0kAMEYCIQDm-80lOABwpbzz1FNz3TmaqGIidRu-ZZ_QGxsQ6bxZZAIhALSpji2gMMCtvHRWtVSe3XLPElELztR5P05m",
    "MezZQiWZ",
);
/// Its key, which guards nothing.
const KEY: &str = concat!(
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgw3RWPrpTTjTJHYnyWUJn8xA6GQhb0qSaTfZPjsOnacahRANCAAQI",
    "3Aj2PEhf8no3Z1RxNvMnDTzgKjVRjYCtMe1HNCkvHryWgoX5ce6Q9DyVldAyRJp4UeRpH5rxyJKahNCg3XPC",
);

/// The certificate as the senders trust it.
pub fn certificate() -> anyhow::Result<rustls::pki_types::CertificateDer<'static>> {
    Ok(URL_SAFE_NO_PAD.decode(CERTIFICATE)?.into())
}

/// The same as a file that other programs read.
pub fn certificate_file(folder: &Path) -> anyhow::Result<PathBuf> {
    let lines: Vec<String> =
        STANDARD.encode(certificate()?).as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let path = folder.join("certificate.pem");
    std::fs::write(&path, format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n")))?;
    Ok(path)
}

#[derive(Default)]
struct Taken {
    count: u64,
    kept: Vec<(String, Bytes)>,
}

/// Takes messages until the input ends.
pub fn serve() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = rustls::pki_types::PrivatePkcs8KeyDer::from(URL_SAFE_NO_PAD.decode(KEY)?);
        let mut tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate()?], key.into())?;
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        let taken = Arc::new(Mutex::new(Taken::default()));
        let asked = taken.clone();
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                if line.is_ok_and(|line| line == "take") {
                    let taken = std::mem::take(&mut *asked.lock().expect("no holder of this lock panics"));
                    println!("{}", taken.count);
                    for (path, body) in taken.kept {
                        println!("{path} {}", URL_SAFE_NO_PAD.encode(body));
                    }
                    println!();
                }
            }
            std::process::exit(0);
        });
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let (acceptor, taken) = (acceptor.clone(), taken.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let take = service_fn(move |request| take(request, taken.clone()));
                let mut serving = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                serving.http2().max_concurrent_streams(STREAMS);
                // A sender that hangs up is no news.
                let _ = serving.serve_connection(TokioIo::new(stream), take).await;
            });
        }
    })
}

async fn take(request: Request<Incoming>, taken: Arc<Mutex<Taken>>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let mut answer = Response::new(Empty::new());
    *answer.status_mut() = http::StatusCode::BAD_REQUEST;
    if let Ok(body) = request.into_body().collect().await {
        let body = body.to_bytes();
        let mut taken = taken.lock().expect("no holder of this lock panics");
        if !body.is_empty() {
            *answer.status_mut() = http::StatusCode::CREATED;
            taken.count += 1;
            if taken.count % KEPT_OF == 1 {
                taken.kept.push((path, body));
            }
        }
    }
    Ok(answer)
}

/// The sink as the bench holds it; ended when this is dropped.
pub struct Sink {
    child: Child,
    asks: ChildStdin,
    tells: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Sink {
    /// Starts one.
    pub fn start() -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?).arg("sink").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let asks = child.stdin.take().context("the sink's input")?;
        let mut tells = BufReader::new(child.stdout.take().context("the sink's output")?);
        let mut line = String::new();
        tells.read_line(&mut line)?;
        let address = SocketAddr::from(([127, 0, 0, 1], line.trim().parse()?));
        Ok(Self { child, asks, tells, address })
    }

    /// How many came since the last time, and the kept bodies with their paths.
    pub fn take(&mut self) -> anyhow::Result<(u64, Vec<(String, Vec<u8>)>)> {
        writeln!(self.asks, "take")?;
        let mut next = || -> anyhow::Result<String> {
            let mut line = String::new();
            self.tells.read_line(&mut line)?;
            Ok(line.trim().to_owned())
        };
        let count = next()?.parse()?;
        let mut kept = Vec::new();
        loop {
            let line = next()?;
            let Some((path, body)) = line.split_once(' ') else { return Ok((count, kept)) };
            kept.push((path.to_owned(), URL_SAFE_NO_PAD.decode(body)?));
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
