//! People: the members of the group, their roles, their devices, their duty.

pub mod access;
pub mod duty;
pub mod member;
pub mod trail;
