//! Outsider: whether somebody outside of this workspace can build a checker on `handbell-log` alone.
//!
//! Its project is made in a folder of its own: one dependency, which is the package that `cargo package` makes of the crate,
//! unpacked; the versions of our lock, nothing fetched that the workspace has not. What it builds must find the long log
//! good, and the same log wrong by another's key.

use crate::place;
use anyhow::{Context, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The outsider's manifest. A workspace of its own, so that cargo looks for none around it.
fn manifest(main: &Path, library: &Path) -> String {
    format!(
        "[package]\nname = \"outsider\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[[bin]]\nname = \"outsider\"\npath = {main:?}\n\n\
         [dependencies]\nhandbell-log = {{ path = {library:?} }}\n\n[profile.dev.package.\"*\"]\nopt-level = 2\n\n[workspace]\n"
    )
}

/// The crate as somebody would get it: packed, and unpacked below `folder`. None where it cannot be packed.
fn packaged(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    let mut pack = place::cargo();
    pack.args(["package", "--package", "handbell-log", "--no-verify", "--allow-dirty", "--exclude-lockfile", "--quiet", "--offline"]);
    if !pack.arg("--target-dir").arg(folder).status().context("running cargo")?.success() {
        return Ok(None);
    }
    let (packages, name) = (folder.join("package"), format!("handbell-log-{}", env!("CARGO_PKG_VERSION")));
    let mut unpack = Command::new("tar");
    unpack.args(["-xzf", &format!("{name}.crate")]).current_dir(&packages);
    ensure!(unpack.status().context("running tar")?.success(), "the package cannot be unpacked");
    Ok(Some(packages.join(name)))
}

/// Builds it below `folder` and lets it read `log`, which has `entries` entries at least.
pub fn all(folder: &Path, log: &Path, entries: u64) -> anyhow::Result<Vec<(bool, String)>> {
    let project = folder.join("outsider");
    let target = project.join("target");
    std::fs::create_dir_all(&project)?;
    let Some(library) = packaged(&target)? else {
        return Ok(vec![(false, "outsider: handbell-log cannot be packed".to_owned())]);
    };
    std::fs::write(project.join("Cargo.toml"), manifest(&library.join("strangers/outsider/main.rs"), &library))?;
    std::fs::copy(place::root().join("Cargo.lock"), project.join("Cargo.lock")).context("taking our lock")?;
    let mut build = place::cargo();
    build.args(["build", "--quiet", "--offline", "--manifest-path"]).arg(project.join("Cargo.toml")).arg("--target-dir").arg(&target);
    if !build.status().context("running cargo")?.success() {
        return Ok(vec![(false, "outsider: a project with handbell-log alone does not build".to_owned())]);
    }
    let key = std::fs::read_to_string(log.join("vkey")).context("reading the log's key")?;
    let program = target.join("debug/outsider");
    let asked = |key: &str| Command::new(&program).arg(log).arg(key.trim()).output().context("starting the outsider's program");
    let said = asked(&key)?;
    let told = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    let counted = told.split(' ').next().and_then(|count| count.parse::<u64>().ok());
    // The key of the documents' vectors, which is not this log's.
    let other = asked("example.com/handbell-test+2c02b7bb+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c")?;
    ensure!(said.status.code().is_some() && other.status.code().is_some(), "the outsider's program was stopped");
    Ok(vec![
        (said.status.success() && counted.is_some_and(|counted| counted >= entries), format!("outsider: {told}")),
        (other.status.code() == Some(1), "outsider: the same log is not another's".to_owned()),
    ])
}
