//! The evidence room's rules: footage, who may do what with it, and what stands in its chain.

pub mod hiding;
