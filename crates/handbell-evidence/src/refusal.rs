//! Refusal: why a file is not taken, or not cleaned, in one word for programs and a sentence for people.
//!
//! The room that will take files in tells these at its doors; until then they are this crate's own.

/// An expected no to a file. Bytes that cannot be read are one of these, never a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There are no bytes.
    #[error("The file is empty.")]
    Empty,
    /// A page, a drawing of markup or another text that a browser would run.
    #[error("This is a page or a drawing made of markup, not a photo, video or recording.")]
    Markup,
    /// An archive, and whatever is one inside: documents, programs for telephones.
    #[error("This is an archive or a document. Send the photos, videos or recordings in it one by one.")]
    Archive,
    /// A document for printing.
    #[error("This is a PDF document. Send the photo or video itself.")]
    Document,
    /// A program.
    #[error("This is a program, not a photo, video or recording.")]
    Program,
    /// It reads as a picture to one program and as something else to another.
    #[error("This file is two things at once: a {0} and something else that is hidden in it.")]
    TwoThings(&'static str),
    /// A medium, and known, but none that is taken.
    #[error("This is a {0} file, which is not taken. Send JPEG, PNG, WebP, HEIC, MP4, MOV, WebM or a sound recording.")]
    NotTaken(&'static str),
    /// Nothing that is known here.
    #[error("This is no photo, video or recording that is known here.")]
    Unknown,
    /// It ends before it should.
    #[error("The file is cut off: its end is missing.")]
    CutOff,
    /// It contradicts its own format; the word says where.
    #[error("The file is damaged ({0}).")]
    Damaged(&'static str),
    /// More pieces or deeper nesting than any honest file has.
    #[error("The file is made of far more pieces than a real one ({0}).")]
    TooMany(&'static str),
    /// More pixels than are ever decoded here.
    #[error("The picture is larger than is taken here.")]
    TooLarge,
    /// Metadata cannot be taken out of this format or this use of it.
    #[error("Hidden details cannot be taken out of this file here ({0}). It cannot be shown as it is.")]
    NotCleaned(&'static str),
}

impl Refusal {
    /// The stable short name, for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Empty => "file-empty",
            Self::Markup => "file-markup",
            Self::Archive => "file-archive",
            Self::Document => "file-document",
            Self::Program => "file-program",
            Self::TwoThings(_) => "file-two-things",
            Self::NotTaken(_) => "file-kind-not-taken",
            Self::Unknown => "file-kind-unknown",
            Self::CutOff => "file-cut-off",
            Self::Damaged(_) => "file-damaged",
            Self::TooMany(_) => "file-too-many-pieces",
            Self::TooLarge => "picture-too-large",
            Self::NotCleaned(_) => "file-not-cleaned",
        }
    }
}
