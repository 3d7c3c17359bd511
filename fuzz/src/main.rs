//! The fuzzer. `HANDBELL_FUZZ=NAME` shows that parser whatever libFuzzer thinks of; words and exit codes are libFuzzer's.
//! `HANDBELL_FUZZ_SEEDS=FOLDER` writes every parser's first inputs into `FOLDER/NAME/`, and its name on a line of the
//! standard output, and ends. `cargo xtask fuzz` does both.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "libFuzzer has the words of the command line; what is ours comes through the environment")]

use std::io;
use std::path::Path;
use std::sync::OnceLock;

use handbell_fuzz::{PARSERS, parser, seeds};

static SHOW: OnceLock<fn(&[u8]) -> bool> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: {
        if let Some(folder) = std::env::var_os("HANDBELL_FUZZ_SEEDS") {
            // The library ends the program at a panic.
            drop(std::panic::take_hook());
            std::process::exit(match written(Path::new(&folder)) {
                Ok(()) => 0,
                Err(why) => {
                    eprintln!("{why}");
                    1
                }
            });
        }
        let name = std::env::var("HANDBELL_FUZZ").unwrap_or_default();
        let Some(parser) = parser(&name) else { panic!("HANDBELL_FUZZ names no parser: `{name}`") };
        SHOW.get_or_init(|| parser.show);
    },
    |bytes: &[u8]| {
        if let Some(show) = SHOW.get() {
            show(bytes);
        }
    }
);

/// Writes the seeds. A parser that does not accept its first would be fuzzed at its front door only.
fn written(folder: &Path) -> io::Result<()> {
    for parser in PARSERS {
        for (number, seed) in seeds(parser).iter().enumerate() {
            // The others are shown by the fuzzer, which says what is wrong with them.
            if number == 0 && !std::panic::catch_unwind(|| (parser.show)(seed)).unwrap_or(true) {
                return Err(io::Error::other(format!("{} does not accept its first input", parser.name)));
            }
            std::fs::create_dir_all(folder.join(parser.name))?;
            std::fs::write(folder.join(parser.name).join(format!("seed-{number}")), seed)?;
        }
        println!("{}", parser.name);
    }
    Ok(())
}
