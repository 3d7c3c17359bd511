//! ML-DSA-44 (FIPS 204) as tlog-cosignature uses it: pure, with an empty context.
//!
//! A thin room around the crate `ml-dsa`, which says of itself that it was never independently
//! audited. That is why it is behind a feature and why nothing here or in [`crate::policy`] ever
//! takes it for a log's only signature.

use ml_dsa::{MlDsa44, Signature, SigningKey, VerifyingKey};

/// The secret half, kilobytes of it; the crate wipes it from memory when it is dropped.
#[derive(Clone)]
pub(super) struct Secret(Box<SigningKey<MlDsa44>>);

impl Secret {
    pub(super) fn from_seed(seed: &[u8; 32]) -> Secret {
        Secret(Box::new(SigningKey::from_seed(&(*seed).into())))
    }

    pub(super) fn public_key(&self) -> Vec<u8> {
        self.0.expanded_key().verifying_key().encode().to_vec()
    }

    /// Signs without randomness, so that the same checkpoint and time give the same line.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.0.expanded_key().sign_deterministic(message, &[]);
        signature.expect("the context is short, and rejection ends within its bound").encode().to_vec()
    }
}

pub(super) fn verifies(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let public = public_key.try_into().map(|encoded| VerifyingKey::<MlDsa44>::decode(&encoded)).ok();
    let signature = Signature::<MlDsa44>::try_from(signature).ok();
    public.zip(signature).is_some_and(|(public, signature)| public.verify_with_context(message, &[], &signature))
}
