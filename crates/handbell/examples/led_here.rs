//! Led here: `handbell serve` of a live group, with the names of push services leading to one service on this
//! machine and that service's certificate trusted instead of the web's.
//!
//! The journey with a real Firefox starts it (`e2e/journeys/firefox.mjs`). Everything else is the shipped program's:
//! endpoints, known origins, TLS, sealing, tokens, signatures, retries. It needs the feature `conformance`, which no
//! shipped program has, and refuses a place that is not on this machine.
//!
//! `led_here DIR LISTEN PLACE CERTIFICATE`, the certificate a file of DER.

use anyhow::Context;
use handbell::cli::town::{self, Staging};
use handbell::line::Led;
use rustls::pki_types::CertificateDer;
use std::path::Path;
use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [dir, listen, place, certificate] = words.as_slice() else { anyhow::bail!("led_here DIR LISTEN PLACE CERTIFICATE") };
    let certificate = CertificateDer::from(std::fs::read(certificate).context("reading the certificate")?);
    let led = Led { place: place.parse().context("the push service's place")?, certificate };
    let staging = Staging { led: Some(led), ..Staging::default() };
    let _ = tracing_subscriber::fmt().with_env_filter("warn").with_target(false).with_writer(std::io::stderr).try_init();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let answer = runtime.block_on(town::serve(Path::new(dir), &staging, Some(listen.clone()), true))?;
    Ok(ExitCode::from(answer as u8))
}
