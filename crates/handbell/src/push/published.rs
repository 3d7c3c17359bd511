//! Published: the values of RFC 8291 appendix A and RFC 8188 section 3, for tests.
//!
//! They stand here because they are facts, and are read a second time from the test corpus, so that a slip
//! in copying would show. Without the corpus those tests say their name and are skipped, unless
//! `HANDBELL_REQUIRE_TEST_DATA=1` says that they must run.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The named values of RFC 8291 section 5 and appendix A, base64url.
pub(super) struct Rfc8291(BTreeMap<String, String>);

impl Rfc8291 {
    pub(super) fn inline() -> Self {
        Self(RFC_8291.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }
    pub(super) fn corpus(test: &str) -> Option<Self> {
        let read = corpus_file(test, "standards/webpush_rfc8291.json")?;
        let values: BTreeMap<String, String> = serde_json::from_value(read["values"].clone()).unwrap();
        assert_eq!(values, Self::inline().0, "the corpus and this file disagree about RFC 8291");
        Some(Self(values))
    }
    pub(super) fn get(&self, name: &str) -> Vec<u8> {
        bytes(self.text(name))
    }
    pub(super) fn text(&self, name: &str) -> &str {
        &self.0[name]
    }
}

/// One example of RFC 8188 section 3.
#[derive(serde::Deserialize)]
pub(super) struct Rfc8188 {
    pub(super) ikm: String,
    pub(super) plaintext: String,
    pub(super) body: String,
}

/// Both examples, as published.
pub(super) fn rfc8188() -> Vec<Rfc8188> {
    let example = |ikm: &str, body: &str| Rfc8188 { ikm: ikm.into(), plaintext: "I am the walrus".into(), body: body.into() };
    vec![
        example("yqdlZ-tYemfogSmv7Ws5PQ", "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg"),
        example(
            "BO3ZVPxUlnLORbVGMpbT1Q",
            "uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA",
        ),
    ]
}

/// Both examples, from the corpus.
pub(super) fn rfc8188_corpus(test: &str) -> Option<Vec<Rfc8188>> {
    let read = corpus_file(test, "standards/ece_rfc8188.json")?;
    Some(serde_json::from_value(read["examples"].clone()).unwrap())
}

pub(super) fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// Reads a file of the corpus, or says which test is skipped.
fn corpus_file(test: &str, name: &str) -> Option<serde_json::Value> {
    let found = corpus_folders().into_iter().map(|folder| folder.join(name)).find(|path| path.is_file());
    let Some(path) = found else {
        assert!(setting("HANDBELL_REQUIRE_TEST_DATA").is_none_or(|value| value != "1"), "{test} needs {name} of the test corpus");
        eprintln!("skipped: {test} (no {name} in HANDBELL_TEST_DATA)");
        return None;
    };
    Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

/// The named folder, or `shared/data` beside a folder above this crate.
fn corpus_folders() -> Vec<PathBuf> {
    let above: Vec<PathBuf> = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(PathBuf::from).collect();
    match setting("HANDBELL_TEST_DATA") {
        // A relative name is meant from the workspace root, which lies somewhere above.
        Some(named) => above.iter().map(|folder| folder.join(&named)).collect(),
        None => above.iter().map(|folder| folder.join("shared/data")).collect(),
    }
}

#[expect(clippy::disallowed_methods, reason = "tests find the corpus by these two names")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

const RFC_8291: &[(&str, &str)] = &[
    ("Plaintext", "V2hlbiBJIGdyb3cgdXAsIEkgd2FudCB0byBiZSBhIHdhdGVybWVsb24"),
    ("as_public", "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"),
    ("as_private", "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
    ("ua_public", "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
    ("ua_private", "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"),
    ("Salt", "DGv6ra1nlYgDCS1FRnbzlw"),
    ("auth_secret", "BTBZMqHH6r4Tts7J_aSIgg"),
    ("ecdh_secret", "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"),
    ("PRK_key", "Snr3JMxaHVDXHWJn5wdC52WjpCtd2EIEGBykDcZW32k"),
    (
        "key_info",
        "V2ViUHVzaDogaW5mbwAEJXGyvs3942BVGq8e0PTNNmwRzr5VX4m8t7GGpTM5FzFo7OLr4BhZe9MEebhuPI-OztV3ylkYfpJGmQ22ggCLDgT-M_SrDepxkU21WCP3O1SUj0EwbZIHMtu5pZpTKGSCIA5Zent7wmC6HCJ5mFgJkuk5cwAvMBKiiujwa7t45ewP",
    ),
    ("IKM", "S4lYMb_L0FxCeq0WhDx813KgSYqU26kOyzWUdsXYyrg"),
    ("PRK", "09_eUZGrsvxChDCGRCdkLiDXrReGOEVeSCdCcPBSJSc"),
    ("cek_info", "Q29udGVudC1FbmNvZGluZzogYWVzMTI4Z2NtAA"),
    ("CEK", "oIhVW04MRdy2XN9CiKLxTg"),
    ("nonce_info", "Q29udGVudC1FbmNvZGluZzogbm9uY2UA"),
    ("NONCE", "4h_95klXJ5E_qnoN"),
    (
        "body",
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
    ),
];
