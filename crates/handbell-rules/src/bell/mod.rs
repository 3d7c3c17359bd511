//! The bell: what is said, to whom, with whose approval, and what became of each delivery.

pub mod alert;
pub mod ceiling;
pub mod delivery;
pub mod dispatch;
pub mod manifest;
pub mod message;
pub mod mode;
pub mod nudged;
pub mod renewal;
pub mod signed;
pub mod spoken;
pub mod subscription;
pub mod wishes;
