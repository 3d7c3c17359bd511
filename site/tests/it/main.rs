//! Looks at every page with its sample data, and at the files pages load.
//!
//! One binary, so that it links once. Nothing here starts a browser: what can be said about bytes is
//! said here, what needs eyes or an accessibility engine is said by the browser journey.
#![allow(clippy::unwrap_used)]

mod colours;
mod files;
mod html;
mod pages;
mod vendored;
