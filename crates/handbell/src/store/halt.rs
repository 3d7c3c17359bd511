//! Halt: why nothing is written at the moment. Reading goes on whatever it is.

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Halt {
    /// The disk or the quota is full.
    NoRoom,
    /// The disk took no bytes.
    WriteFailed,
    /// The disk could not say that bytes are kept.
    ///
    /// After such a failure Linux counts the pages that were not written as written, so that the next sync says that
    /// all is well and is wrong (LWN, "PostgreSQL's fsync() surprise", 2018; Rebello and others, "Can Applications
    /// Recover from fsync Failures?", USENIX ATC 2020). Nothing that this process could do next would prove anything,
    /// so it writes no more. A start writes everything that the write-ahead log holds into the file anew and syncs
    /// that, before the first change.
    SyncFailed,
    /// The log or the file is not what it must be.
    InDoubt,
}

impl Halt {
    /// Whether writing goes on by itself, once a write was proven.
    pub const fn passes(self) -> bool {
        matches!(self, Self::NoRoom | Self::WriteFailed)
    }

    /// What an operator reads.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoRoom => "the disk is full",
            Self::WriteFailed => "the disk takes no bytes",
            Self::SyncFailed => "the disk could not say that what was written is kept; nothing is written until a restart",
            Self::InDoubt => "the log or the file is in doubt",
        }
    }
}
