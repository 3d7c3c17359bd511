//! The bell: what is said, to whom, with whose approval, and what became of each delivery.

pub mod address;
pub mod alert;
pub mod audience;
pub mod canary;
pub mod ceiling;
pub mod delivery;
pub mod dispatch;
pub mod fallback;
pub mod follower;
pub mod inbound;
pub mod joining;
pub mod manifest;
pub mod message;
pub mod mode;
pub mod nudged;
pub mod reach;
pub mod renewal;
pub mod segment;
pub mod signed;
pub mod spoken;
pub mod subscription;
pub mod wishes;
