//! A vault in a bucket of an S3 store, under a prefix.
//!
//! Objects are sealed before they come here, so whoever runs the store sees how many there are, how large and when, and
//! nothing in them. A request that was given up may still arrive, after another took its place: so an object is only ever
//! written where there is none, or over the very one that was seen there (`If-None-Match`, `If-Match`). A `put` returns
//! when the store has answered that it has the object; what that is worth is the store's word. Requests are signed (AWS Signature Version 4) with the bytes' hash among what is signed, so that what
//! arrives is what was sent. Keys stand in the settings; none are asked of the machine's surroundings.

use super::{ObjectName, Vault, VaultFault};
use crate::config::Settings;
use anyhow::{Context, bail};
use async_trait::async_trait;
use futures::TryStreamExt;
use handbell_rules::id::FootageId;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt, PutMode, PutPayload, RetryConfig, UpdateVersion};
use std::time::Duration;

/// How long one request may take; a part is about a mebibyte.
const REQUEST_WITHIN: Duration = Duration::from_secs(30);
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// A store that answers with an error of its own is asked so often again, and no longer than this.
const TRIES_MORE: usize = 3;
const TRIES_WITHIN: Duration = Duration::from_secs(60);
/// How often an object is seen, and is another when it is to be written over, before somebody else may try.
const OVERTAKEN_MAX: usize = 4;
/// Requests are signed for it where the settings name none; most stores other than Amazon's do not mind.
const REGION: &str = "us-east-1";
/// How stores say that they are full: HTTP's own word (RFC 4918), and those of stores in use.
const FULL: [&str; 5] = ["507 Insufficient Storage", "QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity", "StorageFull"];

/// See the module.
pub struct Bucket {
    store: AmazonS3,
    prefix: Key,
}

impl Bucket {
    /// The bucket that the settings name. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When a setting is missing or wrong; says which.
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        let place = settings.footage_store.as_deref().context("`footage_store` is not set")?;
        let rest = place.strip_prefix("s3://").context("`footage_store` must be like s3://bucket/prefix")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let good = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || b".-".contains(&sign);
        if bucket.len() < 3 || !bucket.bytes().all(good) {
            bail!("`footage_store` must be like s3://bucket/prefix; a bucket's name has at least three of a-z, 0-9, dot and hyphen");
        }
        let prefix = Key::parse(prefix.trim_end_matches('/')).context("the prefix in `footage_store`")?;
        let needed = |value: &Option<String>, name: &str| {
            value.clone().filter(|value| !value.is_empty()).with_context(|| format!("`footage_store` needs `{name}`"))
        };
        let endpoint = needed(&settings.footage_endpoint, "footage_endpoint")?;
        let key = needed(&settings.footage_key.as_ref().map(|key| key.0.clone()), "footage_key")?;
        let here = ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"].iter().any(|begins| endpoint.starts_with(begins));
        if !here && !endpoint.starts_with("https://") {
            bail!("`footage_endpoint` must begin with https://");
        }
        let client = ClientOptions::new().with_timeout(REQUEST_WITHIN).with_connect_timeout(CONNECT_WITHIN).with_allow_http(here);
        let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: TRIES_MORE, retry_timeout: TRIES_WITHIN };
        let store = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_endpoint(endpoint.trim_end_matches('/'))
            .with_region(settings.footage_region.as_deref().unwrap_or(REGION))
            .with_access_key_id(needed(&settings.footage_key_id, "footage_key_id")?)
            .with_secret_access_key(key)
            .with_client_options(client)
            .with_retry(retry)
            .build()
            .context("the settings of the footage store")?;
        Ok(Self { store, prefix })
    }

    /// The very version that stands there now; none where there is none.
    async fn version(&self, key: &Key) -> Result<Option<UpdateVersion>, VaultFault> {
        match self.store.head(key).await {
            Ok(meta) if meta.e_tag.is_none() => Err(VaultFault::Unavailable("the store names no version of an object".to_owned())),
            Ok(meta) => Ok(Some(UpdateVersion { e_tag: meta.e_tag, version: meta.version })),
            // An answer to HEAD has no words, so a bucket that is not there looks the same; the put that follows tells.
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }

    fn key(&self, name: &ObjectName) -> Key {
        self.prefix.clone().join(name.footage().to_string()).join(name.file())
    }
}

/// What a stranger's store says is not passed on: it may hold an object's name.
fn fault(error: &object_store::Error) -> VaultFault {
    let words = said(error);
    if FULL.iter().any(|full| words.contains(full)) {
        return VaultFault::NoRoom;
    }
    VaultFault::Unavailable(
        match error {
            object_store::Error::NotFound { .. } => "there is no such bucket",
            _ if words.contains("NoSuchBucket") => "there is no such bucket",
            object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => "the store refuses the key",
            _ => "the store did not answer as it should",
        }
        .to_owned(),
    )
}

/// An error with all that caused it.
fn said(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[async_trait]
impl Vault for Bucket {
    async fn put(&self, name: &ObjectName, bytes: Vec<u8>) -> Result<(), VaultFault> {
        let (key, payload) = (self.key(name), PutPayload::from(bytes));
        let mut mode = PutMode::Create;
        for _ in 0..OVERTAKEN_MAX {
            match self.store.put_opts(&key, payload.clone(), mode.into()).await {
                Ok(_) => return Ok(()),
                // Another stands there, or the same that an answer was lost of: over exactly that one, and no later one.
                Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {}
                Err(error) => return Err(fault(&error)),
            }
            mode = self.version(&key).await?.map_or(PutMode::Create, PutMode::Update);
        }
        Err(VaultFault::Unavailable("others write the same object".to_owned()))
    }

    async fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, VaultFault> {
        let read = async { self.store.get(&self.key(name)).await?.bytes().await };
        match read.await {
            Ok(bytes) => Ok(Some(bytes.into())),
            // A bucket that is not there is not an object that is not there.
            Err(object_store::Error::NotFound { source, .. }) if !said(source.as_ref()).contains("NoSuchBucket") => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }

    async fn remove(&self, name: &ObjectName) -> Result<(), VaultFault> {
        match self.store.delete(&self.key(name)).await {
            Ok(()) => Ok(()),
            Err(object_store::Error::NotFound { source, .. }) if !said(source.as_ref()).contains("NoSuchBucket") => Ok(()),
            Err(error) => Err(fault(&error)),
        }
    }

    async fn list(&self, footage: Option<FootageId>) -> Result<Vec<ObjectName>, VaultFault> {
        let below = footage.map_or_else(|| self.prefix.clone(), |one| self.prefix.clone().join(one.to_string()));
        let mut objects = self.store.list(Some(&below));
        let mut names = Vec::new();
        while let Some(object) = objects.try_next().await.map_err(|error| fault(&error))? {
            let rest = object.location.prefix_match(&self.prefix);
            let name: Option<String> = rest.map(|parts| parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/"));
            // What others keep in the bucket is not ours to name.
            names.extend(name.and_then(|name| name.parse().ok()));
        }
        names.sort_unstable();
        Ok(names)
    }
}

#[cfg(test)]
mod tests;
