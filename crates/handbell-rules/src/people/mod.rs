//! People: the members of the group, their standing, their roles, their passkeys and devices, their duty.

pub mod access;
pub mod duty;
pub mod handover;
pub mod member;
pub mod nudge;
pub mod passkey;
pub mod standing;
pub mod trail;
