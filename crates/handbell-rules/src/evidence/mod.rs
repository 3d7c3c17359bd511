//! Evidence: footage that witnesses give, from the first byte on its way until it is deleted.
//!
//! | noun | what it is |
//! | --- | --- |
//! | [`keys`] | the three public keys to which each original's own key is sealed in shares |
//! | [`practice`] | when custodians last practised opening |
//! | [`link`] | how somebody without an account gives files to one report |
//! | [`upload`] | a file on its way |
//! | [`footage`] | a file that came whole |
//! | [`custody`] | the chain of what was done with it |
//! | [`longer`] | who said that it is kept longer, and until when |
//! | [`hiding`] | what is covered before anything is public, and who looked |
//! | [`known`] | pictures the group knows, and where they were seen |
//! | [`showing`] | what must hold whenever a covered copy is handed out |
//! | [`shut`] | what nobody at the desk looks at any more |
//! | [`suggestion`] | a box that a program proposes and a person may take |
//! | [`stamp`] | what an outside clock said of a day's custody chain |
//!
//! Nothing here opens a file. Bytes, keys and hashes are made elsewhere and come in as arguments.

pub mod custody;
pub mod footage;
pub mod hiding;
pub mod keys;
pub mod known;
pub mod link;
pub mod longer;
pub mod practice;
pub mod showing;
pub mod shut;
pub mod stamp;
pub mod suggestion;
pub mod upload;
