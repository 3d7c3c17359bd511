//! Signing: browsers of the desk that sign what they approve, as `sign.js` does in a page.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use handbell::acts::{bell, keys};
use handbell::world::World;
use handbell_rules::bell::manifest::{enrolment, key_id};
use handbell_rules::bell::signed::AlertSignature;
use handbell_rules::id::AlertId;
use handbell_rules::people::member::DeskCaller;

/// A member's browser with its key.
pub struct Browser {
    caller: DeskCaller,
    pair: EcdsaKeyPair,
}

/// Adds a browser for each member, and makes them the group's list.
pub async fn browsers(world: &World, members: &[&DeskCaller]) -> Vec<Browser> {
    let mut browsers = Vec::new();
    for caller in members {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let browser = Browser { caller: (*caller).clone(), pair };
        let public = browser.pair.public_key().as_ref();
        let proof = browser.signs(&enrolment(&world.group.origin, caller.device, public)).signature;
        keys::add(world, caller, public, &proof).await.unwrap();
        browsers.push(browser);
    }
    for browser in &browsers {
        let list = keys::read(world, &browser.caller).await.unwrap().proposed.unwrap();
        keys::sign_list(world, &browser.caller, browser.signs(&list.text())).await.unwrap();
    }
    browsers
}

impl Browser {
    fn signs(&self, text: &str) -> AlertSignature {
        let signature = self.pair.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        AlertSignature { key: key_id(self.pair.public_key().as_ref()), signature: signature.as_ref().to_vec() }
    }

    /// Approves an alert with a signature.
    pub async fn approves(&self, world: &World, alert: AlertId) {
        let drafted = world.store.alert(alert).await.unwrap().unwrap();
        let signature = self.signs(keys::statement(world, &drafted).text());
        bell::approve_signed(world, &self.caller, alert, Some(signature)).await.unwrap();
    }
}
