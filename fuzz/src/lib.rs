//! What coverage-guided fuzzing asks of `handbell-log`: a table of parsers, each with inputs to begin with.
//!
//! Two kinds of question. Of every format: what is accepted is written again as the same bytes, and where a crate of other
//! people reads the format too, both agree. Of everything that judges: with bytes that anybody may choose, and without the
//! log's key, nothing is ever believed that the made-up log ([`log::Log`]) did not say, nor taken for one history what is two. A panic, an overflow, more than
//! the fuzzer's limit of memory or time is a finding too. `cargo xtask fuzz` builds and runs it.
//!
//! What it does not do: it forges no signatures, and it reads no disk and no network.

mod claims;
mod formats;
mod log;

use log::Log;

/// Something that reads strangers' bytes.
pub struct Parser {
    /// How it is called on the command line.
    pub name: &'static str,
    /// Shows it an input. Answers whether the input was accepted; panics where a promise is broken.
    pub show: fn(&[u8]) -> bool,
    /// Inputs to begin with. The first is accepted.
    pub seeds: fn(&Log) -> Vec<Vec<u8>>,
}

/// Every parser of the crate, in the order of its pages.
pub const PARSERS: &[Parser] = &[
    Parser { name: "note", show: formats::note, seeds: |log| log.notes() },
    Parser { name: "checkpoint", show: formats::checkpoint, seeds: |log| log.checkpoint_texts() },
    Parser { name: "keys", show: formats::keys, seeds: |log| log.key_texts() },
    Parser { name: "tile-path", show: formats::tile_path, seeds: |log| log.paths() },
    Parser { name: "bundle", show: formats::bundle, seeds: |log| log.bundles() },
    Parser { name: "pack", show: formats::pack, seeds: |log| log.packs() },
    Parser { name: "leaf", show: formats::leaf, seeds: |log| log.leaves() },
    Parser { name: "payload", show: formats::payload, seeds: |log| log.payloads() },
    Parser { name: "gaps", show: formats::gaps, seeds: |_| vec![b"3\n7\n18446744073709551615\n".to_vec(), Vec::new()] },
    Parser { name: "policy", show: formats::policy, seeds: |log| log.policies() },
    Parser { name: "proof", show: claims::proof, seeds: |log| log.proofs() },
    Parser { name: "page-proof", show: claims::page_proof, seeds: |log| log.page_proofs() },
    Parser { name: "request", show: claims::request, seeds: |log| log.requests() },
    Parser { name: "answer", show: claims::answer, seeds: |log| log.answers() },
    Parser { name: "split", show: claims::split, seeds: |log| log.pairs() },
    Parser { name: "published", show: claims::published, seeds: |log| log.files() },
];

/// The parser of this name.
pub fn parser(name: &str) -> Option<&'static Parser> {
    PARSERS.iter().find(|parser| parser.name == name)
}

/// The inputs to begin with.
pub fn seeds(parser: &Parser) -> Vec<Vec<u8>> {
    (parser.seeds)(log::the_log())
}
