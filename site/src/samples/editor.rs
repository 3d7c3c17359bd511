//! Samples of the editor's page: each form, with errors and without, and what stands beside it.

use super::{Pen, Sample};
use crate::{
    AssessmentForm, Carried, ChoiceGroup, ClaimEventForm, ClaimUse, CorrectionFields, EditorClaim, EditorFact, EditorForm, EditorPage,
    EditorSentence, EditorSource, FollowUpPage, FollowUpRow, LookAlikeForm, MarkAsked, MarksAsked, OutcomeForm, RecordClaimForm,
    RedactionForm, SentenceRow, SimilarForm, SourceFields, State, Tab,
};

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, form: EditorForm, wrong: &[&str]| {
        let errors = wrong.iter().map(|field| pen.error(field, "Say this in another way.")).collect();
        let marks = (!wrong.is_empty()).then(|| marks(pen));
        samples.push(Sample { name: format!("desk-editor{name}"), page: Box::new(EditorPage { errors, marks, ..page(pen, form) }) });
    };
    push("", EditorForm::Nothing, &[]);
    push("-source", EditorForm::Source(source(pen)), &["kind", "label", "standing", "url", "copies"]);
    push("-claim", EditorForm::Claim(Box::new(claim(pen))), &[]);
    let wrong = [
        "predicate",
        "about",
        "source",
        "kind",
        "label",
        "polarity",
        "words",
        "choice",
        "edtf",
        "low",
        "high",
        "point",
        "radius",
        "because",
    ];
    push("-claim-errors", EditorForm::Claim(Box::new(RecordClaimForm { started_from: None, ..claim(pen) })), &wrong);
    let claimed = vec![pen.link("/desk/incidents/i1/editor?add=assessment&fact=when", "When")];
    let others = vec![pen.link("/desk/incidents/i1/editor?add=assessment&fact=place", "Where")];
    push("-facts", EditorForm::Facts { claimed, others: others.clone() }, &[]);
    push("-facts-none", EditorForm::Facts { claimed: Vec::new(), others }, &[]);
    push("-assessment", EditorForm::Assessment(assessment(pen)), &[]);
    let wrong = ["standing", "sentence-1", "rests-1", "use-1", "correction", "note", "why-3f2a", "because"];
    push("-assessment-errors", EditorForm::Assessment(assessment(pen)), &wrong);
    let event = ClaimEventForm {
        claims: pen.choices(&["*1|1: When, a Saturday (date not given)"]),
        events: pen.choices(&["source-updated|The source has since said something else", "withdrawn-by-source|The source took it back"]),
        instead: pen.choices(&["|None", "2|2: When, 13 May 2017"]),
        reason: pen.say("The article now carries the statement."),
    };
    push("-event", EditorForm::Event(event.clone()), &["claim", "event", "by_claim", "reason"]);
    push("-event-none", EditorForm::Event(ClaimEventForm { claims: Vec::new(), ..event }), &[]);
    let look_alike = LookAlikeForm { place: pen.say("Southall"), year: pen.say("2013"), note: pen.say("A van and a crowd.") };
    push("-look-alike", EditorForm::LookAlike(look_alike), &["place", "year", "note"]);
    let similar = SimilarForm { place: pen.say("Northgate"), edtf: pen.say("2016-06") };
    push("-similar", EditorForm::Similar(similar), &["place", "edtf"]);
    let outcome = OutcomeForm {
        values: vec![
            ChoiceGroup {
                label: pen.say("People held"),
                choices: pen.choices(&["*held/bailed|Released on bail or with conditions", "held/unknown|Nobody could tell us"]),
            },
            ChoiceGroup {
                label: pen.say("Complaint or review of conduct"),
                choices: pen.choices(&["conduct/upheld|Upheld", "conduct/not-upheld|Not upheld"]),
            },
        ],
        about: pen.say("one of three"),
        edtf: pen.say("2017-05-13/.."),
        words: pen.say("must report regularly"),
        whom: pen.say("The police press office"),
        asked_on: "2018-05-14".to_owned(),
        sources: pen.choices(&["new|A new source, below", "*2|2: Home Office"]),
        source: source(pen),
        source_is_new: false,
    };
    push("-outcome", EditorForm::Outcome(Box::new(outcome.clone())), &[]);
    let wrong = ["value", "about", "edtf", "words", "whom", "asked_on", "source"];
    push("-outcome-errors", EditorForm::Outcome(Box::new(OutcomeForm { source_is_new: true, ..outcome })), &wrong);
    let redaction = RedactionForm {
        entries: pen.choices(&["7|7: Claim 2. When: source 2 says: 13 May 2017."]),
        reasons: pen.choices(&["safety|Somebody could have been hurt", "error|It should never have been published"]),
    };
    push("-redaction", EditorForm::Redaction(redaction.clone()), &["entry", "reason", "alone"]);
    push("-redaction-none", EditorForm::Redaction(RedactionForm { entries: Vec::new(), ..redaction }), &[]);
    follow_up(pen, samples);
    let mut nothing = page(pen, EditorForm::Nothing);
    nothing.refusal = pen.some("Open the incident to the public record first.");
    nothing.record_href = None;
    nothing.waiting = None;
    nothing.adds.clear();
    nothing.starts.clear();
    nothing.facts.clear();
    nothing.sources.clear();
    nothing.notes.clear();
    samples.push(Sample { name: "desk-editor-closed".to_owned(), page: Box::new(nothing) });
}

/// The follow-up list: with rows, with a row that waits and one that could not be taken, and with nothing due.
fn follow_up(pen: &Pen, samples: &mut Vec<Sample>) {
    let row = |place: usize, label: &str, stands: &str| FollowUpRow {
        id: "i1".to_owned(),
        version: "4".to_owned(),
        incident: pen.link("/record/mzqk", "Immigration visit, Eastgate"),
        slot: "held".to_owned(),
        about: pen.say("one of three"),
        label: pen.say(label),
        due: pen.say("11 June 2023"),
        stands: pen.say(stands),
        editor_href: "/desk/incidents/i1/editor?add=outcome&from=held".to_owned(),
        waiting: false,
        can_propose: true,
        whom_id: format!("whom-{place}"),
        whom: pen.say("The police press office"),
        on_id: format!("on-{place}"),
        on: "2026-11-21".to_owned(),
    };
    let page = FollowUpPage {
        frame: pen.desk_frame(Tab::DeskRecord, "/desk/follow-up", "Ask again"),
        desk: pen.desk(),
        rows: vec![
            row(1, "People held: one of three", "Released on bail or with conditions, on or after 13 May 2017."),
            FollowUpRow { waiting: true, ..row(2, "Complaint or review of conduct", "Not known yet. Nobody was asked.") },
        ],
        more: pen.say("7 more are due."),
        refusal: None,
        errors: Vec::new(),
    };
    let mut push = |name: &str, page: FollowUpPage| samples.push(Sample { name: name.to_owned(), page: Box::new(page) });
    push("desk-follow-up", page.clone());
    let errors = vec![pen.error("whom-1", "Say whom you asked."), pen.error("on-1", "Say on which day.")];
    push("desk-follow-up-errors", FollowUpPage { errors, ..page.clone() });
    let refusal = pen.some("Ask somebody with the editor role.");
    push("desk-follow-up-empty", FollowUpPage { rows: Vec::new(), more: String::new(), refusal, ..page });
}

/// Words the guard marked: one that may stand for a reason, and one that never does.
pub(super) fn marks(pen: &Pen) -> MarksAsked {
    let mark = |field: &str, before: &str, words: &str, looks_like: &str, whys: &[&str]| MarkAsked {
        before: pen.say(before),
        words: pen.say(words),
        after: pen.say(" stayed open."),
        looks_like: looks_like.to_owned(),
        field: field.to_owned(),
        whys: pen.choices(whys),
    };
    MarksAsked {
        lines: vec![
            mark("why-3f2a", "The ", "Lord Nelson", "the name of a person", &["|Choose", "*not-a-person|It is no person’s name"]),
            mark("why-90c1", "The shop at ", "14 Market Row", "the number of a house or a flat", &[]),
        ],
        because: pen.say("It is the pub at the corner."),
        carried: vec![Carried { name: "why-77de".to_owned(), value: pen.say("plain-number") }],
    }
}

fn source(pen: &Pen) -> SourceFields {
    SourceFields {
        kinds: pen.choices(&["witness|Witness", "*press|Press", "official|Official"]),
        label: pen.say("The Evening Post"),
        standing: pen.say("a national newspaper"),
        said: pen.say("14 May 2017"),
        url: pen.say("https://post.example/article"),
        copies: pen.choices(&["|Nothing: it is an original", "1|1: Witness A"]),
        via: pen.choices(&["|Nobody: it spoke itself", "1|1: Witness A"]),
        asked: pen.say("on 15 May"),
        replied: pen.say("on 16 May"),
        more_is_open: true,
    }
}

fn claim(pen: &Pen) -> RecordClaimForm {
    RecordClaimForm {
        predicates: pen.choices(&["*when|When (a date or words)", "count.arrests|Arrests (numbers)"]),
        about: pen.say("second shop"),
        sources: pen.choices(&["*new|A new source, below", "1|1: Witness A"]),
        source: source(pen),
        source_is_new: true,
        polarities: pen.choices(&["*asserts|It says so", "denies|It says that it is not so"]),
        words: pen.say("a Saturday"),
        choices: vec![ChoiceGroup { label: pen.say("Who came"), choices: pen.choices(&["police|Police", "bailiffs|Bailiffs"]) }],
        edtf: pen.say("2017-05-13"),
        low: pen.say("2"),
        high: pen.say("3"),
        point: pen.say("51.470, -0.069"),
        radius: pen.say("300"),
        understood: pen.some("This reads: When: on 14 or 15 May 2022. Nothing is proposed yet."),
        started_from: pen.some("Started from the desk’s own claim (Report of 21:40:10). Its source is called Witness A here."),
    }
}

fn assessment(pen: &Pen) -> AssessmentForm {
    let row = |number: &str, text: &str, rests: &str| SentenceRow { number: number.to_owned(), text: pen.say(text), rests: pen.say(rests) };
    AssessmentForm {
        predicate: pen.say("when"),
        about: pen.say("second shop"),
        label: pen.say("When, second shop"),
        standings: pen.choices(&["settled|Settled", "*unconfirmed|Not confirmed"]),
        sentences: vec![row("1", "It was a Saturday.", "1"), row("2", "", ""), row("3", "", "")],
        uses: vec![ClaimUse {
            number: "1".to_owned(),
            words: pen.say("Claim 1: a Saturday (date not given) (Source 1, Witness A)"),
            uses: pen.choices(&["|Used where a sentence rests on it", "rely|We rely on it", "copied|Set aside: it copies another source"]),
        }],
        correction: Some(CorrectionFields {
            words: pen.say("This will be correction 1 and is told to everybody on the told list."),
            before: pen.all(&["It was believed to be a Saturday."]),
            kinds: pen.choices(&["update|Update|More is known.", "correction|Correction|What we said was wrong."]),
            note: pen.say("The ministry has since given the date."),
        }),
    }
}

fn page(pen: &Pen, form: EditorForm) -> EditorPage {
    let claim = |number: &str, says: &str, words: &str| EditorClaim {
        number: number.to_owned(),
        says: pen.say(says),
        source: pen.say("Source 1, Witness A"),
        words: if words.is_empty() { String::new() } else { pen.say(words) },
    };
    let fact = EditorFact {
        label: pen.say("When"),
        tags: vec![pen.tag(State::Checking), pen.tag(State::Disputed)],
        claims: vec![claim("1", "a Saturday (date not given)", "Differs from 2."), claim("2", "13 May 2017", "")],
        sentences: vec![EditorSentence { text: pen.say("It was believed to be a Saturday."), claims: pen.say("1") }],
        claim_href: Some("/desk/incidents/i1/editor?add=claim&fact=when".to_owned()),
        say_href: Some("/desk/incidents/i1/editor?add=assessment&fact=when".to_owned()),
    };
    EditorPage {
        frame: pen.desk_frame(Tab::DeskRecord, "/desk/incidents/i1/editor", "Write the record"),
        desk: pen.desk(),
        id: "i1".to_owned(),
        version: pen.say("9"),
        headline: pen.say("Immigration visit, Eastgate"),
        record_href: Some("/record/mzqk".to_owned()),
        refusal: None,
        waiting: pen.some("One proposal of this incident waits for a second member."),
        adds: vec![pen.link("/desk/incidents/i1/editor?add=claim", "A claim, and who says so")],
        starts: vec![pen.link("/desk/incidents/i1/editor?add=claim&from=c1", "Officers, how many: 4 to 6. Report of 21:40:10")],
        form,
        marks: None,
        facts: vec![fact.clone(), EditorFact { claim_href: None, say_href: None, sentences: Vec::new(), tags: Vec::new(), ..fact }],
        sources: vec![
            EditorSource { number: "1".to_owned(), label: pen.say("Witness A"), words: pen.say("Witness") },
            EditorSource { number: "2".to_owned(), label: pen.say("Home Office"), words: pen.say("Official · the ministry itself") },
        ],
        notes: pen.all(&["Not this event: Southall, 2013. A van and a crowd."]),
        errors: Vec::new(),
    }
}
