//! The closed words of CAP 1.2: every enumeration of the schema, in the schema's order.
//!
//! A word has one spelling. What is not in the list is no word; nothing is guessed from case or blanks.

macro_rules! closed {
    ($(#[$about:meta])* $name:ident { $($(#[$says:meta])* $word:ident),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$says])* $word),+ }

        impl $name {
            /// Every word, in the schema's order.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];
            /// The word as it stands in a file.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$word => stringify!($word)),+ }
            }
            /// Reads the word; another spelling is no word.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == text)
            }
        }
    };
}

closed! {
    /// Whether it is meant (section 3.2.1, `status`).
    CapStatus {
        /// To be acted on.
        Actual,
        /// Only for those named in `note`.
        Exercise,
        /// Supports the networks themselves.
        System,
        /// To be ignored by everybody.
        Test,
        /// Not to be acted on.
        Draft,
    }
}

closed! {
    /// What a message does to earlier ones (section 3.2.1, `msgType`).
    MsgType {
        /// The first.
        Alert,
        /// Takes the place of those it references.
        Update,
        /// Takes back those it references.
        Cancel,
        /// Says that those it references were received.
        Ack,
        /// Says that those it references were refused.
        Error,
    }
}

closed! {
    /// For whom (section 3.2.1, `scope`).
    Scope {
        /// Everybody.
        Public,
        /// Those whom `restriction` describes.
        Restricted,
        /// Those whom `addresses` lists.
        Private,
    }
}

closed! {
    /// What sort of thing it is (section 3.2.2, `category`).
    Category {
        /// Geophysical.
        Geo,
        /// Meteorological, floods included.
        Met,
        /// General emergency and public safety.
        Safety,
        /// Law enforcement, military, security.
        Security,
        /// Rescue.
        Rescue,
        /// Fire.
        Fire,
        /// Medical and public health.
        Health,
        /// Pollution.
        Env,
        /// Transport.
        Transport,
        /// Utilities and telecommunication.
        Infra,
        /// Chemical, biological, radiological, nuclear, explosive.
        CBRNE,
        /// Anything else.
        Other,
    }
}

closed! {
    /// What people are asked to do (section 3.2.2, `responseType`).
    ResponseType {
        /// Take shelter.
        Shelter,
        /// Leave.
        Evacuate,
        /// Make preparations.
        Prepare,
        /// Do what was planned.
        Execute,
        /// Keep away.
        Avoid,
        /// Follow the news.
        Monitor,
        /// Judge by what is written.
        Assess,
        /// It is over.
        AllClear,
        /// Nothing.
        None,
    }
}

closed! {
    /// How soon to act (section 3.2.2, `urgency`).
    Urgency {
        /// At once.
        Immediate,
        /// Within the hour.
        Expected,
        /// Later.
        Future,
        /// Not any more.
        Past,
        /// Not known.
        Unknown,
    }
}

closed! {
    /// How bad (section 3.2.2, `severity`).
    Severity {
        /// Extraordinary threat.
        Extreme,
        /// Significant threat.
        Severe,
        /// Possible threat.
        Moderate,
        /// Minimal threat.
        Minor,
        /// Not known.
        Unknown,
    }
}

closed! {
    /// How sure (section 3.2.2, `certainty`).
    Certainty {
        /// It happened or is happening.
        Observed,
        /// More likely than not.
        Likely,
        /// Possible, not likely.
        Possible,
        /// Not expected.
        Unlikely,
        /// Not known.
        Unknown,
    }
}
