//! Writes every page with its sample data, and the assets, into a folder to look at.
//!
//! `cargo run -p handbell-site --example samples -- DIR`, then serve DIR or point a browser at it.

use std::{error::Error, fs, path::PathBuf};

use handbell_site::samples::{Ink, all};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("say which folder to write into")?);
    fs::create_dir_all(&folder)?;
    for sample in all(Ink::Plain) {
        fs::write(folder.join(format!("{}.html", sample.name)), sample.page.html())?;
    }
    for asset in handbell_site::assets() {
        let path = folder.join(asset.path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().ok_or("an asset has a folder")?)?;
        fs::write(path, asset.bytes)?;
    }
    Ok(())
}
