//! The editor's page: what stands in the public record of one incident, and one form at a time that adds to it.
//!
//! Every form makes a proposal that another member approves; nothing here is public by itself. Numbers are the
//! record's own, so that an editor cites what a reader will see. A witness is "Witness A" here as everywhere.

use askama::Template;

use super::{Choice, DeskBar, FieldError, Frame, Link, MarksAsked, Tag};

/// A source that stands in the record.
#[derive(Clone, Debug)]
pub struct EditorSource {
    /// Its number.
    pub number: String,
    /// How the page names it.
    pub label: String,
    /// Sort, standing, and whose copy it is, in one line.
    pub words: String,
}

/// A claim that stands in the record.
#[derive(Clone, Debug)]
pub struct EditorClaim {
    /// Its number.
    pub number: String,
    /// What is said.
    pub says: String,
    /// Who says so, with the source's number.
    pub source: String,
    /// What became of it: contradicted, set aside, taken back; empty when nothing did.
    pub words: String,
}

/// One sentence of the desk that stands now.
#[derive(Clone, Debug)]
pub struct EditorSentence {
    /// The sentence.
    pub text: String,
    /// Numbers of the claims it rests on, for example `1, 4`.
    pub claims: String,
}

/// One fact with everything that stands about it.
#[derive(Clone, Debug)]
pub struct EditorFact {
    /// What it is about.
    pub label: String,
    /// How the desk stands, or that accounts differ.
    pub tags: Vec<Tag>,
    /// Claims.
    pub claims: Vec<EditorClaim>,
    /// What the desk says now.
    pub sentences: Vec<EditorSentence>,
    /// Path of the form that adds a claim about it; none when nothing can be added.
    pub claim_href: Option<String>,
    /// Path of the form that says something about it.
    pub say_href: Option<String>,
}

/// A list whose lines are grouped under a heading.
#[derive(Clone, Debug)]
pub struct ChoiceGroup {
    /// The heading.
    pub label: String,
    /// The lines.
    pub choices: Vec<Choice>,
}

/// What the fields of a source hold. Fields `kind`, `label`, `standing`, `said`, `url`, `copies`, `via`,
/// `asked`, `replied`.
#[derive(Clone, Debug)]
pub struct SourceFields {
    /// Sorts of sources.
    pub kinds: Vec<Choice>,
    /// What was typed.
    pub label: String,
    /// What was typed.
    pub standing: String,
    /// What was typed.
    pub said: String,
    /// What was typed.
    pub url: String,
    /// Sources it may be a copy of; the first line is "of none".
    pub copies: Vec<Choice>,
    /// Sources that may have carried it; the first line is "nobody".
    pub via: Vec<Choice>,
    /// What was typed.
    pub asked: String,
    /// What was typed.
    pub replied: String,
    /// Whether copies, carriers and asking for comment are shown open.
    pub more_is_open: bool,
}

/// The form of a claim. Fields `predicate`, `about`, `source` and those of a new source, `polarity`, `words`,
/// `choice`, `edtf`, `low`, `high`, `point`, `radius`; `look` asks how it reads.
#[derive(Clone, Debug)]
pub struct RecordClaimForm {
    /// The playbook's facts, each with the value it takes.
    pub predicates: Vec<Choice>,
    /// What was typed.
    pub about: String,
    /// A new source first, then the known ones.
    pub sources: Vec<Choice>,
    /// A new source's fields.
    pub source: SourceFields,
    /// Whether those fields are shown open.
    pub source_is_new: bool,
    /// Says so, denies it, says that it is not known.
    pub polarities: Vec<Choice>,
    /// What was typed.
    pub words: String,
    /// Choices of the facts that take one.
    pub choices: Vec<ChoiceGroup>,
    /// What was typed.
    pub edtf: String,
    /// What was typed.
    pub low: String,
    /// What was typed.
    pub high: String,
    /// What was typed: latitude and longitude.
    pub point: String,
    /// What was typed: metres.
    pub radius: String,
    /// How the claim reads, for whoever asked before proposing it.
    pub understood: Option<String>,
    /// What the form was started from, as a sentence.
    pub started_from: Option<String>,
}

/// One sentence of an assessment's form. Fields `sentence-N` and `rests-N`.
#[derive(Clone, Debug)]
pub struct SentenceRow {
    /// Its number, the N.
    pub number: String,
    /// What was typed.
    pub text: String,
    /// What was typed: claim numbers.
    pub rests: String,
}

/// What to do with one claim of the fact. Field `use-N`.
#[derive(Clone, Debug)]
pub struct ClaimUse {
    /// The claim's number, the N.
    pub number: String,
    /// What it says and who says so.
    pub words: String,
    /// Rely on it, set it aside for a reason, or neither.
    pub uses: Vec<Choice>,
}

/// What a correction needs when something public stands. Fields `correction`, `note`.
#[derive(Clone, Debug)]
pub struct CorrectionFields {
    /// Which correction it will be and who is told, in sentences.
    pub words: String,
    /// What stands now and will be marked.
    pub before: Vec<String>,
    /// Sorts of change.
    pub kinds: Vec<Choice>,
    /// What was typed.
    pub note: String,
}

/// The form in which the desk says something about a fact. Fields `predicate`, `about`, `standing`,
/// `sentence-*`, `rests-*`, `use-*`, `correction`, `note`.
#[derive(Clone, Debug)]
pub struct AssessmentForm {
    /// The fact, sent hidden.
    pub predicate: String,
    /// The part, sent hidden.
    pub about: String,
    /// The fact in words.
    pub label: String,
    /// How the desk may stand.
    pub standings: Vec<Choice>,
    /// Sentences.
    pub sentences: Vec<SentenceRow>,
    /// Claims of this fact.
    pub uses: Vec<ClaimUse>,
    /// What a correction needs.
    pub correction: Option<CorrectionFields>,
}

/// The form of what happened to a claim. Fields `claim`, `event`, `by_claim`, `reason`.
#[derive(Clone, Debug)]
pub struct ClaimEventForm {
    /// Claims that still speak.
    pub claims: Vec<Choice>,
    /// What may have happened.
    pub events: Vec<Choice>,
    /// The claim that stands instead; the first line is "none".
    pub instead: Vec<Choice>,
    /// What was typed.
    pub reason: String,
}

/// The form of footage of another event. Fields `place`, `year`, `note`.
#[derive(Clone, Debug)]
pub struct LookAlikeForm {
    /// What was typed.
    pub place: String,
    /// What was typed.
    pub year: String,
    /// What was typed.
    pub note: String,
}

/// The form of a similar event elsewhere. Fields `place`, `edtf`.
#[derive(Clone, Debug)]
pub struct SimilarForm {
    /// What was typed.
    pub place: String,
    /// What was typed.
    pub edtf: String,
}

/// The form of an outcome. Fields `value` (slot and value, as `conduct/upheld`), `about`, `edtf`, `words`, `whom`,
/// `asked_on`, `source` and those of a new source.
#[derive(Clone, Debug)]
pub struct OutcomeForm {
    /// Values by slot; those the playbook follows for this kind first.
    pub values: Vec<ChoiceGroup>,
    /// What was typed.
    pub about: String,
    /// What was typed.
    pub edtf: String,
    /// What was typed.
    pub words: String,
    /// What was typed.
    pub whom: String,
    /// What was typed.
    pub asked_on: String,
    /// A new source first, then the known ones.
    pub sources: Vec<Choice>,
    /// A new source's fields.
    pub source: SourceFields,
    /// Whether those fields are shown open.
    pub source_is_new: bool,
}

/// The form that takes words from the public. Fields `entry`, `reason`; and `alone` where it cannot wait.
#[derive(Clone, Debug)]
pub struct RedactionForm {
    /// Entries that still have words.
    pub entries: Vec<Choice>,
    /// Reasons of the log.
    pub reasons: Vec<Choice>,
}

/// The form that is open.
#[derive(Clone, Debug)]
pub enum EditorForm {
    /// None yet.
    Nothing,
    /// A source.
    Source(SourceFields),
    /// A claim.
    Claim(Box<RecordClaimForm>),
    /// Which fact to say something about.
    Facts {
        /// Facts somebody says something about.
        claimed: Vec<Link>,
        /// The playbook's others.
        others: Vec<Link>,
    },
    /// What the desk says about a fact.
    Assessment(AssessmentForm),
    /// What happened to a claim.
    Event(ClaimEventForm),
    /// Footage of another event.
    LookAlike(LookAlikeForm),
    /// A similar event elsewhere.
    Similar(SimilarForm),
    /// What became of something.
    Outcome(Box<OutcomeForm>),
    /// Words are taken from the public.
    Redaction(RedactionForm),
}

/// `/desk/incidents/{id}/editor`: writing the public record of one incident.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/editor.html")]
pub struct EditorPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// The incident's id.
    pub id: String,
    /// Version of the incident, in every form.
    pub version: String,
    /// What and where.
    pub headline: String,
    /// Path of the public page; none while it is not in the record.
    pub record_href: Option<String>,
    /// What is needed before anything can be added; no form then.
    pub refusal: Option<String>,
    /// That proposals of this incident wait, in words.
    pub waiting: Option<String>,
    /// What can be added.
    pub adds: Vec<Link>,
    /// The desk's own claims, to start a public one from.
    pub starts: Vec<Link>,
    /// The form that is open.
    pub form: EditorForm,
    /// What the guard marked in it.
    pub marks: Option<MarksAsked>,
    /// Facts that stand.
    pub facts: Vec<EditorFact>,
    /// Sources that stand.
    pub sources: Vec<EditorSource>,
    /// Look-alikes and similar events that stand.
    pub notes: Vec<String>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
