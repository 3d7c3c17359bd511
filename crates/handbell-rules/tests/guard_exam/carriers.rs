//! The sentences the identifiers are put into, by class and language. Each was written by hand as a tired desk
//! member would type it; the place for the identifier is `{}`. They carry nothing else that must be caught.

use super::identifiers::Class;

#[path = "carriers_en.rs"]
mod carriers_en;
#[path = "carriers_es.rs"]
mod carriers_es;

/// The carriers of a class in a language ("en" or "es").
pub const fn of(class: Class, language: &str) -> &'static [&'static str] {
    if matches!(language.as_bytes(), b"es") { carriers_es::of(class) } else { carriers_en::of(class) }
}
