//! Footing: what a decision counted over, beyond the rows that it writes.
//!
//! A row carries a version, so two who change one row in one instant cannot both win. How many alerts rang today,
//! how often somebody was told and how many full members are left are no row: two decisions can each be right
//! about what they read and wrong together. So a commit may say what it stands on and since which line of the
//! journal, and the store refuses it when something moved that ground since, inside the transaction. Nothing here
//! reads or decides, and nothing is kept for it: the journal says already what happened.
//!
//! PROMISE what-was-counted-holds

/// Something that is counted over many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// How many broad alerts rang, and how often each person was told.
    Rings,
    /// Whose approvals and signatures count.
    Approvals,
    /// What each member took from the public alone.
    TakenAlone,
    /// Who the members are and how many of them are left.
    Members,
}

impl Ground {
    /// The journal's words ([`handbell_rules::change::What::name`]) of what moves it. What can only make a count
    /// smaller, and so a refusal too careful, is left out.
    pub const fn moved_by(self) -> &'static [&'static str] {
        match self {
            Self::Rings => &["bell-rung"],
            Self::Approvals => &["member-revoked", "signing-key-added", "signing-key-taken-back", "manifest-made"],
            Self::TakenAlone => &["words-taken-alone"],
            Self::Members => &["member-invited", "member-revoked"],
        }
    }
}

/// What a decision stands on: nothing that moves these grounds came after that line of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footing {
    /// The journal's newest line when reading began. An older one is safe: it only refuses more.
    pub since: u64,
    /// What was counted.
    pub on: &'static [Ground],
}

impl Footing {
    /// Whether a line of the journal that came later takes it away.
    pub fn is_moved_by(&self, what: &str) -> bool {
        self.on.iter().any(|ground| ground.moved_by().contains(&what))
    }
}
