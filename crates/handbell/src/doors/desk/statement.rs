//! What an editor's statements will say, word for word, before anybody approves them.
//!
//! Sources and claims are named by number and by words, new ones by the number they will get. What will be
//! marked as changed or taken away is shown beside it, and whether anybody is told. Where the record has grown
//! since in a way that the proposal does not fit, that is said instead of being hidden.

use super::claim::capital;
use super::language;
use crate::acts::record::RecordFile;
use crate::doors::App;
use handbell_rules::place::Precision;
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::NewAssessment;
use handbell_rules::record::claim::{NewPublicClaim, Polarity};
use handbell_rules::record::entry::EntryKind;
use handbell_rules::record::official::Side;
use handbell_rules::record::outcome::NewOutcome;
use handbell_rules::record::proposal::{Proposal, Proposed};
use handbell_rules::record::reply::{NewReply, Passage};
use handbell_rules::record::source::NewSource;
use handbell_rules::record::statement::Statement;
use handbell_rules::record::value::Value;
use handbell_rules::span::Span;
use handbell_site::Fact;

/// What a claim will say, in the words that everybody will read.
pub fn says(app: &App, claim: &NewPublicClaim) -> String {
    let playbook = &app.world.group.playbook;
    // How fine it may be is judged when it is proposed; here it is only said.
    let of = |predicate| Value::of(claim, predicate, playbook, Precision::Exact).ok();
    let value = playbook.predicate(&claim.predicate).and_then(of);
    let says = value.map_or_else(|| claim.words.trim().to_owned(), |value| value.says());
    match claim.polarity {
        Polarity::Asserts => says,
        Polarity::Denies => format!("denies: {says}"),
        Polarity::SaysUnknown => format!("says that it is not known: {says}"),
    }
}

/// What a proposal of statements will do.
#[derive(Debug, Default)]
pub struct WillSay {
    /// What it adds, in order.
    pub facts: Vec<Fact>,
    /// Words of today that will be marked as changed or taken away.
    pub strikes: Vec<String>,
    /// Who hears of it, when something public is corrected.
    pub hears: Option<String>,
    /// Why it cannot be published any more.
    pub refusal: Option<&'static str>,
}

/// Works a proposal's words out against what stands.
pub fn will_say(app: &App, stands: &RecordFile, proposal: &Proposal) -> WillSay {
    let Proposed::Statements { statements } = &proposal.proposed else { return WillSay::default() };
    let open = proposal.is_open();
    let teller = Teller { app, stands, statements, open };
    let mut will = WillSay { facts: statements.iter().flat_map(|one| teller.facts(one)).collect(), ..WillSay::default() };
    if !open {
        return will;
    }
    match stands.would_write(&app.world, proposal) {
        Err(no) => will.refusal = Some(no.advice()),
        Ok(written) => {
            will.strikes = statements.iter().flat_map(|one| teller.strikes(one)).collect();
            let first = stands.ledger().corrections.len() + 1;
            let corrections = written.entries.iter().filter(|entry| entry.kind == EntryKind::Correction).count();
            will.hears = match corrections {
                0 => None,
                1 => Some(format!("This is correction {first}. {}", who_hears(app, stands))),
                some => Some(format!("These are corrections {first} to {}. {}", first + some - 1, who_hears(app, stands))),
            };
        }
    }
    will
}

/// Who hears of a correction, as a sentence without a count of people.
fn who_hears(app: &App, stands: &RecordFile) -> String {
    let rung = stands.file.alerts.iter().any(|alert| alert.follows.is_none() && alert.rung_at.is_some());
    match (stands.alerts_told(&app.world), rung) {
        (0, false) => "No alert told anybody, so nobody is told.".to_owned(),
        (0, true) => "The told lists of its alerts are forgotten, so nobody is told.".to_owned(),
        (1, _) => "People told of 1 alert will hear of it.".to_owned(),
        (some, _) => format!("People told of {some} alerts will hear of it."),
    }
}

/// What a form says about the correction it would make.
pub fn correction_words(app: &App, stands: &RecordFile, number: usize) -> String {
    match stands.alerts_told(&app.world) {
        0 => format!("This will be correction {number}. {}", who_hears(app, stands)),
        _ => format!("This will be correction {number} and is told to everybody on the told list."),
    }
}

/// A reply as it would stand, passage by passage.
fn reply_facts(new: &NewReply) -> Vec<Fact> {
    let who = if new.body.is_empty() { new.role.who().to_owned() } else { new.body.clone() };
    let passage = |one: &Passage| match one {
        Passage::Said(text) => Fact::new(format!("Reply: {who}"), text.clone()),
        Passage::TakenOut(why) => Fact::new("Taken out", format!("Because {}.", why.words())),
    };
    let mut facts: Vec<Fact> = new.passages.iter().map(passage).collect();
    let checked = if new.checked { "The desk asked them and heard that it is theirs." } else { "The desk has not checked who sent it." };
    facts.push(Fact::new("What is said of it", checked));
    if new.shortened {
        facts.push(Fact::new("Shortened", "The sender agreed to these words."));
    }
    facts
}

struct Teller<'a> {
    app: &'a App,
    stands: &'a RecordFile,
    statements: &'a [Statement],
    /// Whether it still waits, so that numbers of what is new can be foretold.
    open: bool,
}

impl Teller<'_> {
    fn label(&self, predicate: &str, about: &str) -> String {
        let label = self.app.world.group.playbook.predicate_label(predicate, language(self.app));
        if about.trim().is_empty() { label } else { format!("{label}, {}", about.trim()) }
    }

    /// The number something new of the batch gets, if it can be foretold.
    fn new_number(&self, stand_already: usize, place: usize) -> Option<u32> {
        u32::try_from(stand_already + place + 1).ok().filter(|_| self.open)
    }

    fn source(&self, given: Ref) -> String {
        match given {
            Ref::Known(number) => match self.stands.ledger().source(number).and_then(|placed| placed.body.as_ref()) {
                Some(source) => format!("source {number} ({})", source.label),
                None => format!("source {number} (withdrawn)"),
            },
            Ref::New(place) => {
                let place = place as usize;
                let mut new =
                    self.statements.iter().filter_map(|one| if let Statement::Source(new) = one { Some(&new.label) } else { None });
                let label = new.nth(place).map_or("missing", String::as_str);
                match self.new_number(self.stands.ledger().sources.len(), place) {
                    Some(number) => format!("source {number} ({label})"),
                    None => format!("source {label}"),
                }
            }
        }
    }

    fn claim(&self, given: Ref) -> String {
        match given {
            Ref::Known(number) => match self.stands.ledger().claim(number).and_then(|placed| placed.body.as_ref()) {
                Some(claim) => format!("claim {number} “{}”", claim.value.says()),
                None => format!("claim {number} (withdrawn)"),
            },
            Ref::New(place) => {
                let place = place as usize;
                let mut new = self.statements.iter().filter_map(|one| if let Statement::Claim(new) = one { Some(new) } else { None });
                let says = new.nth(place).map_or_else(|| "missing".to_owned(), |claim| self.said(claim));
                match self.new_number(self.stands.ledger().claims.len(), place) {
                    Some(number) => format!("claim {number} “{says}”"),
                    None => format!("claim “{says}”"),
                }
            }
        }
    }

    fn claims(&self, given: &[Ref]) -> String {
        given.iter().map(|one| self.claim(*one)).collect::<Vec<_>>().join(", ")
    }

    fn said(&self, claim: &NewPublicClaim) -> String {
        says(self.app, claim)
    }

    /// The number of a new source or claim of the batch, by its place among its like.
    fn own_number(&self, of: &Statement) -> String {
        let place = |is: fn(&Statement) -> bool| self.statements.iter().filter(|one| is(one)).position(|one| std::ptr::eq(one, of));
        let ledger = self.stands.ledger();
        let number = match of {
            Statement::Source(_) => {
                place(|one| matches!(one, Statement::Source(_))).and_then(|place| self.new_number(ledger.sources.len(), place))
            }
            Statement::Claim(_) => {
                place(|one| matches!(one, Statement::Claim(_))).and_then(|place| self.new_number(ledger.claims.len(), place))
            }
            _ => None,
        };
        number.map(|number| format!(" {number}")).unwrap_or_default()
    }

    fn source_facts(&self, number: &str, new: &NewSource) -> Fact {
        let mut more = vec![new.kind.word().to_owned()];
        let mut add = |label: &str, words: &str| {
            if !words.trim().is_empty() {
                more.push(format!("{label}{}", words.trim()));
            }
        };
        add("", &new.standing);
        add("Said: ", &new.said);
        add("", &new.url);
        add("Asked: ", &new.asked);
        add("Replied: ", &new.replied);
        more.extend(new.copies.map(|other| format!("Copies {}", self.source(other))));
        more.extend(new.via.map(|other| format!("Carried by {}", self.source(other))));
        Fact::new(format!("Source{number}"), new.label.clone()).with_note(more.join(" · "))
    }

    fn assessment_facts(&self, new: &NewAssessment) -> Vec<Fact> {
        let title = format!("We say: {} ({})", self.label(&new.predicate, &new.about), new.standing.word().to_lowercase());
        let sentence = |(text, claims): &(String, Vec<Ref>)| {
            Fact::new(title.clone(), text.clone()).with_note(format!("Rests on {}.", self.claims(claims)))
        };
        let mut facts: Vec<Fact> = new.sentences.iter().map(sentence).collect();
        let cited = |claim: &&Ref| new.sentences.iter().any(|(_, claims)| claims.contains(claim));
        let besides: Vec<Ref> = new.relies_on.iter().filter(|claim| !cited(claim)).copied().collect();
        if !besides.is_empty() {
            facts.push(Fact::new("Relies on besides", capital(&self.claims(&besides))));
        }
        facts.extend(new.sets_aside.iter().map(|(claim, reason)| {
            Fact::new("Sets aside", capital(&self.claim(*claim))).with_note(format!("Because {}.", reason.words()))
        }));
        if !new.note.trim().is_empty() {
            facts.push(Fact::new(new.correction.word(), new.note.clone()));
        }
        facts
    }

    fn outcome_fact(&self, new: &NewOutcome) -> Fact {
        let about = new.about.trim();
        let label = if about.is_empty() { new.slot.words().to_owned() } else { format!("{}: {about}", new.slot.words()) };
        let mut words = new.slot.takes(new.value).map_or("", |value| value.words).to_owned();
        if let Ok(day) = Span::parse(new.edtf.trim()) {
            words = format!("{words}, {}", day.words());
        }
        if !new.words.trim().is_empty() {
            words = format!("{words}: {}", new.words.trim());
        }
        let asked = match (new.asked.trim(), Span::parse(new.asked_on.trim())) {
            ("", _) | (_, Err(_)) => String::new(),
            (whom, Ok(day)) => format!(" Asked: {whom}, {}.", day.words()),
        };
        Fact::new(label, words).with_note(format!("By {}.{asked}", self.source(new.source)))
    }

    fn facts(&self, statement: &Statement) -> Vec<Fact> {
        let number = self.own_number(statement);
        let fact = match statement {
            Statement::Source(new) => self.source_facts(&number, new),
            Statement::Claim(new) => Fact::new(format!("Claim{number}: {}", self.label(&new.predicate, &new.about)), self.said(new))
                .with_note(format!("By {}.", self.source(new.source))),
            Statement::Event { claim, event, by_claim, reason } => {
                let instead = by_claim.map(|other| format!(" Instead stands {}.", self.claim(other))).unwrap_or_default();
                Fact::new(format!("To {}", self.claim(Ref::Known(*claim))), format!("{}.{instead}", event.words()))
                    .with_note(reason.clone())
            }
            Statement::Assessment(new) => return self.assessment_facts(new),
            Statement::LookAlike(one) => Fact::new("Not this event", format!("{}, {}", one.place, one.year)).with_note(one.note.clone()),
            Statement::Similar(one) => {
                let date = Span::parse(&one.edtf).map_or_else(|_| one.edtf.clone(), |date| date.words());
                Fact::new("Something similar", format!("{}, {date}", one.place))
            }
            Statement::Shown(one) => {
                let file = format!("Covered copy, {}, {} bytes, of {}.", one.media_type, one.length, self.source(one.source));
                Fact::new("Footage", one.shows.clone()).with_note(file)
            }
            Statement::Reply(new) => return reply_facts(new),
            Statement::Official(new) => {
                let day = Span::parse(&new.said).map_or_else(|_| new.said.clone(), |day| day.words());
                Fact::new(format!("In the words of {}", self.source(new.source)), new.text.clone()).with_note(format!("Said on {day}."))
            }
            Statement::Asked(new) => {
                let until = format!("By {}, for an answer by {}.", new.asked, new.answer_by);
                Fact::new(format!("Asked for comment {}", new.how.words()), new.body.clone()).with_note(if new.about.trim().is_empty() {
                    until
                } else {
                    format!("{until} About this: {}", new.about.trim())
                })
            }
            Statement::Came(new) => {
                let asked = usize::try_from(new.request).ok().and_then(|number| self.stands.ledger().sides.get(number.checked_sub(1)?));
                let body = match asked.and_then(|placed| placed.body.as_ref()) {
                    Some(Side::Asked(asked)) => asked.body.clone(),
                    _ => "a request that is not there".to_owned(),
                };
                Fact::new(format!("What came of asking {body}"), new.came.words().to_owned()).with_note(new.when.clone())
            }
            Statement::Outcome(new) => self.outcome_fact(new),
            Statement::Redaction { entry, reason } => {
                Fact::new("Takes words from the public", format!("Entry {entry} of the log")).with_note(format!("{}.", reason.words()))
            }
        };
        vec![fact]
    }

    /// What of today's page will be marked or gone.
    fn strikes(&self, statement: &Statement) -> Vec<String> {
        let ledger = self.stands.ledger();
        match statement {
            Statement::Assessment(new) => {
                let about = Some(new.about.trim()).filter(|about| !about.is_empty());
                let before = ledger.newest_assessment(&new.predicate, about).and_then(|number| ledger.assessment(number)?.body.as_ref());
                before.into_iter().flat_map(|body| body.sentences.iter().map(|sentence| sentence.text.clone())).collect()
            }
            Statement::Event { claim, .. } => vec![self.claim(Ref::Known(*claim))],
            Statement::Redaction { entry, .. } => {
                let lines = self.stands.record.iter().flat_map(|record| &record.lines);
                lines.filter(|line| line.index == *entry).map(|line| line.says.clone()).collect()
            }
            _ => Vec::new(),
        }
    }
}
