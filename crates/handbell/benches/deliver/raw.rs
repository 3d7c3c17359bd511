//! Raw: the bare client, with a body of the same size that is always the same: what sending alone costs. Its requests
//! have the heads that ours have, of the same lengths.

use crate::sink;
use anyhow::{Context, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::stream::{self, StreamExt};
use http::HeaderValue;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// Connections that stand.
pub struct Raw {
    senders: Vec<http2::SendRequest<Full<Bytes>>>,
}

impl Raw {
    /// Opens as many connections as the courier does.
    pub async fn open(to: SocketAddr, connections: usize) -> anyhow::Result<Self> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = rustls::RootCertStore::empty();
        roots.add(sink::certificate()?)?;
        let mut tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec()];
        let connector = TlsConnector::from(Arc::new(tls));
        let mut senders = Vec::with_capacity(connections);
        for _ in 0..connections {
            let stream = tokio::net::TcpStream::connect(to).await?;
            stream.set_nodelay(true)?;
            let stream = connector.connect(sink::NAME.try_into()?, stream).await?;
            let (sender, connection) = http2::Builder::new(TokioExecutor::new()).handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            senders.push(sender);
        }
        Ok(Self { senders })
    }

    /// Sends so many, so many at once.
    pub async fn send(&self, messages: usize, at_once: usize, body: Bytes, authorization: &HeaderValue) -> anyhow::Result<()> {
        let one = |number: usize| {
            let authorization = authorization.clone();
            let topic = URL_SAFE_NO_PAD.encode([number.to_be_bytes(); 3].as_flattened());
            let mut sender = self.senders[number % self.senders.len()].clone();
            let body = body.clone();
            async move {
                let request = Request::post(format!("https://{}/send/{number}", sink::NAME))
                    .header("content-encoding", "aes128gcm")
                    .header("content-type", "application/octet-stream")
                    .header("ttl", "900")
                    .header("urgency", "high")
                    .header("authorization", authorization)
                    .header("topic", topic)
                    .body(Full::new(body))?;
                let answer = sender.send_request(request).await.context("the bare client")?;
                ensure!(answer.status().as_u16() == 201, "the sink answered {}", answer.status());
                Ok(())
            }
        };
        let mut under_way = stream::iter(0..messages).map(one).buffer_unordered(at_once);
        while let Some(answer) = under_way.next().await {
            answer?;
        }
        Ok(())
    }
}
