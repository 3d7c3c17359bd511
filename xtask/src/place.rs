//! Where things lie: the repository's root, the folder of built programs, other programs run from here.
//!
//! Builds nothing by itself: whoever wants a built program names its package.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies one folder below the root")
}

/// `cargo`, from the root.
pub fn cargo() -> Command {
    let mut command = Command::new(variable("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "tasks have no settings file; cargo speaks to them through the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Builds a package's program for tests and says where it lies. `HANDBELL_BIN` names another `handbell`.
pub fn program(package: &str) -> anyhow::Result<PathBuf> {
    if let (Some(given), "handbell") = (variable("HANDBELL_BIN"), package) {
        return Ok(root().join(given));
    }
    let built = cargo().args(["build", "--quiet", "--locked", "-p", package]).status().context("running cargo")?;
    if !built.success() {
        bail!("{package} does not build");
    }
    let target = variable("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let program = root().join(target).join("debug").join(package);
    if !program.exists() {
        bail!("{} is not there after building {package}", program.display());
    }
    Ok(program)
}
