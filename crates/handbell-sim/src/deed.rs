//! Deeds: what people and workers of a made-up town do, each by the real act.
//!
//! A deed names what it touches by the truth-keeper's numbers. [`play`] turns it into the future of the real
//! act, as a door would: a desk act first asks whose session it is. Nothing here decides what is right.

use handbell::acts::bell::{Composed, NewSubscription};
use handbell::acts::street::{Filed, ReceiptView, Repeat};
use handbell::acts::{ActError, StreetCaller, bell, desk, people, record, street};
use handbell::store::StoreError;
use handbell::work::{forgetter, ringer};
use handbell::world::World;
use handbell_rules::desk::claim::NewClaim;
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::{AlertId, ClaimId, IncidentId, MemberId, NoteId, ProposalId, ReportId, SubscriptionId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::playbook::UpdateText;
use handbell_rules::record::proposal::NewProposal;
use handbell_rules::street::note::{WishAbout, open_wishes};
use handbell_rules::street::report::{AsideWhy, NewReport};
use std::pin::Pin;

/// A member at one of their browsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    /// The member's number.
    pub member: usize,
    /// The browser's number.
    pub device: usize,
}

/// One thing somebody does, by the truth-keeper's numbers.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields are the nouns they are named after")]
pub enum Deed {
    File { report: usize },
    FileFromTheScene { by: Hand, report: usize },
    FileACall { by: Hand, report: usize },
    ReadReceipt { report: usize },
    Add { report: usize, text: String },
    Correct { report: usize, text: String },
    Wish { report: usize, text: String },
    Withdraw { report: usize },
    Take { by: Hand, report: usize },
    Ask { by: Hand, report: usize, text: String },
    SetAside { by: Hand, report: usize },
    Decide { by: Hand, report: usize, done: bool, text: String },
    Open { by: Hand, report: usize, incident: usize, home: bool },
    Join { by: Hand, report: usize, incident: usize },
    TakeOut { by: Hand, report: usize, incident: usize },
    SayDifferent { by: Hand, report: usize, incident: usize },
    TakeBack { by: Hand, report: usize, incident: usize },
    ReadReport { by: Hand, report: usize },
    Claim { by: Hand, incident: usize, claim: usize },
    Dispute { by: Hand, incident: usize, claim: usize, disputed: bool },
    Judge { by: Hand, incident: usize, pair: (usize, usize), independent: bool },
    EndIncident { by: Hand, incident: usize },
    Draft { by: Hand, alert: usize },
    Update { by: Hand, alert: usize },
    Approve { by: Hand, alert: usize },
    Ring { by: Hand, alert: usize },
    Renew { by: Hand, alert: usize },
    End { by: Hand, alert: usize, wrong: bool },
    Subscribe { phone: usize, by: Option<Hand> },
    Unsubscribe { phone: usize },
    StartDuty { by: Hand, hours: u32 },
    EndDuty { by: Hand },
    Invite { member: usize },
    SignIn { member: usize, device: Option<usize> },
    Revoke { member: usize },
    Propose { by: Hand, proposal: usize },
    Publish { by: Hand, proposal: usize, ticked: bool },
    Ringer,
    Forgetter,
}

impl Deed {
    /// Who does it, if a member does.
    pub fn by(&self) -> Option<Hand> {
        match self {
            Deed::FileFromTheScene { by, .. }
            | Deed::FileACall { by, .. }
            | Deed::Take { by, .. }
            | Deed::Ask { by, .. }
            | Deed::SetAside { by, .. }
            | Deed::Decide { by, .. }
            | Deed::Open { by, .. }
            | Deed::Join { by, .. }
            | Deed::TakeOut { by, .. }
            | Deed::SayDifferent { by, .. }
            | Deed::TakeBack { by, .. }
            | Deed::ReadReport { by, .. }
            | Deed::Claim { by, .. }
            | Deed::Dispute { by, .. }
            | Deed::Judge { by, .. }
            | Deed::EndIncident { by, .. }
            | Deed::Draft { by, .. }
            | Deed::Update { by, .. }
            | Deed::Approve { by, .. }
            | Deed::Ring { by, .. }
            | Deed::Renew { by, .. }
            | Deed::End { by, .. }
            | Deed::StartDuty { by, .. }
            | Deed::EndDuty { by }
            | Deed::Propose { by, .. }
            | Deed::Publish { by, .. } => Some(*by),
            Deed::Subscribe { by, .. } => *by,
            _ => None,
        }
    }

    /// Whether a good answer means that something was written, unless the answer says "again".
    pub fn must_write(&self) -> bool {
        // Withdrawing twice is withdrawing once, and reading writes nothing.
        !matches!(self, Deed::ReadReceipt { .. } | Deed::ReadReport { .. } | Deed::Withdraw { .. } | Deed::Ringer | Deed::Revoke { .. })
    }
}

/// How a deed was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// A rule said no, by its name.
    Refused(&'static str),
    /// Somebody was faster.
    Conflict,
    /// There is no such thing.
    NotFound,
    /// The store did not answer.
    Unavailable,
    /// The idempotency key was used with another body.
    OtherBody,
    /// Handbell says that its own promise is in doubt.
    Broken(String),
}

/// What an answer brings.
#[derive(Debug)]
#[allow(missing_docs, reason = "the fields are the nouns they are named after")]
pub enum Made {
    Nothing,
    Report { id: ReportId, words: String, again: bool },
    View(Box<ReceiptView>),
    Suggested(Vec<IncidentId>),
    Incident(IncidentId),
    Claim(ClaimId),
    Alert(AlertId),
    Proposal(ProposalId),
    Subscription(SubscriptionId),
    Link(String),
    SignedIn { session: String, device: Option<String>, id: MemberId },
    Rung(ringer::Rung),
}

impl Made {
    /// Whether it answers a repeated request.
    pub fn again(&self) -> bool {
        matches!(self, Made::Report { again: true, .. })
    }
    /// For the trace.
    pub fn line(&self) -> String {
        match self {
            Made::Report { id, again, .. } => format!("{id} again={again}"),
            Made::Incident(id) => id.to_string(),
            Made::Claim(id) => id.to_string(),
            Made::Alert(id) => id.to_string(),
            Made::Proposal(id) => id.to_string(),
            Made::Subscription(id) => id.to_string(),
            Made::Rung(rung) => format!("tried {} next {:?}", rung.tried, rung.next),
            Made::Suggested(incidents) => format!("{} suggested", incidents.len()),
            Made::Nothing | Made::View(_) | Made::Link(_) | Made::SignedIn { .. } => String::new(),
        }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// How it went.
    pub outcome: Outcome,
    /// What it brought.
    pub made: Made,
}

/// A deed under way.
pub type Playing = Pin<Box<dyn Future<Output = Answer>>>;

/// What a deed needs beside its numbers, looked up before it begins as a person would have it in hand.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the fields are the nouns they are named after")]
pub enum Given {
    Nothing,
    Report { told: NewReport, contact: Option<String>, repeat: Option<(String, Vec<u8>)> },
    Receipt(String),
    Ids { report: Option<ReportId>, other: Option<ReportId>, incident: Option<IncidentId>, claim: Option<ClaimId> },
    Claim { incident: IncidentId, claim: NewClaim },
    Composed { incident: IncidentId, composed: Composed },
    Update { first: AlertId, text: UpdateText },
    Alert(AlertId),
    Subscription(NewSubscription),
    Endpoint(String),
    Member { name: String, roles: Vec<Role> },
    Link { link: String, device: Option<String> },
    Proposal(ProposalId),
    Proposed { incident: IncidentId, proposed: NewProposal },
}

fn filed(filed: Filed) -> Made {
    Made::Report { id: filed.report, words: filed.receipt.words().to_owned(), again: filed.again }
}

fn outcome(error: ActError) -> Outcome {
    match error {
        ActError::Refused(no) => Outcome::Refused(no.0.name()),
        ActError::Conflict => Outcome::Conflict,
        ActError::NotFound => Outcome::NotFound,
        ActError::Unavailable(_) | ActError::Stopped(_) => Outcome::Unavailable,
        ActError::Broken(why) | ActError::LogInDoubt(why) => Outcome::Broken(why),
    }
}

fn worker(error: StoreError) -> ActError {
    error.into()
}

/// A deed that the script sent without what it needs.
fn unready(deed: &Deed) -> ActError {
    ActError::Broken(format!("the script sent {deed:?} without what it needs"))
}

/// Plays a deed with the real act. `cookies` are session and device of whoever does it.
pub fn play(world: World, deed: Deed, given: Given, cookies: Option<(String, String)>) -> Playing {
    Box::pin(async move {
        match act(&world, &deed, given, cookies).await {
            Ok(Ok(made)) => Answer { outcome: Outcome::Done, made },
            Ok(Err(street::RepeatedWithAnotherBody)) => Answer { outcome: Outcome::OtherBody, made: Made::Nothing },
            Err(error) => Answer { outcome: outcome(error), made: Made::Nothing },
        }
    })
}

async fn caller(world: &World, cookies: Option<&(String, String)>) -> Result<DeskCaller, ActError> {
    let (session, device) = cookies.ok_or(ActError::NotFound)?;
    people::who(world, session, device).await
}

type Acted = Result<Result<Made, street::RepeatedWithAnotherBody>, ActError>;

async fn act(world: &World, deed: &Deed, given: Given, cookies: Option<(String, String)>) -> Acted {
    let cookies = cookies.as_ref();
    let made = match (deed, given) {
        (Deed::File { .. }, Given::Report { told, contact, repeat }) => {
            let repeat = repeat.map(|(key, body)| Repeat { key, body });
            match street::file_report(world, StreetCaller, told, contact.as_deref(), repeat).await? {
                Ok(one) => filed(one),
                Err(other) => return Ok(Err(other)),
            }
        }
        (Deed::FileFromTheScene { .. }, Given::Report { told, .. }) => {
            filed(street::file_from_the_scene(world, &caller(world, cookies).await?, told).await?)
        }
        (Deed::FileACall { .. }, Given::Report { told, .. }) => {
            filed(street::file_a_call(world, &caller(world, cookies).await?, told).await?)
        }
        (Deed::ReadReceipt { .. }, Given::Receipt(words)) => Made::View(Box::new(street::read_receipt(world, StreetCaller, &words).await?)),
        (Deed::Add { text, .. }, Given::Receipt(words)) => nothing(street::add_to_report(world, StreetCaller, &words, text).await?),
        (Deed::Correct { text, .. }, Given::Receipt(words)) => nothing(street::correct_report(world, StreetCaller, &words, text).await?),
        (Deed::Wish { text, .. }, Given::Receipt(words)) => {
            nothing(street::wish(world, StreetCaller, &words, WishAbout::PublicPage, text).await?)
        }
        (Deed::Withdraw { .. }, Given::Receipt(words)) => nothing(street::withdraw_report(world, StreetCaller, &words).await?),
        (Deed::Subscribe { by: None, .. }, Given::Subscription(new)) => {
            Made::Subscription(bell::subscribe(world, StreetCaller, new).await?)
        }
        (Deed::Subscribe { by: Some(_), .. }, Given::Subscription(new)) => {
            Made::Subscription(bell::subscribe_observer(world, &caller(world, cookies).await?, new).await?)
        }
        (Deed::Unsubscribe { .. }, Given::Endpoint(endpoint)) => nothing(bell::unsubscribe(world, StreetCaller, &endpoint).await?),
        (Deed::Invite { .. }, Given::Member { name, roles }) => Made::Link(people::invite(world, &name, &roles).await?.text().to_owned()),
        (Deed::Revoke { .. }, Given::Member { name, .. }) => nothing(people::revoke(world, &name).await?),
        (Deed::SignIn { .. }, Given::Link { link, device }) => {
            let signed = people::sign_in(world, &link, device.as_deref()).await?;
            Made::SignedIn {
                session: signed.session.text().to_owned(),
                device: signed.device.map(|device| device.text().to_owned()),
                id: signed.member,
            }
        }
        (Deed::Ringer, _) => Made::Rung(ringer::step(world).await.map_err(worker)?),
        (Deed::Forgetter, _) => {
            forgetter::step(world).await.map_err(worker)?;
            Made::Nothing
        }
        (_, given) => at_the_desk(world, deed, given, &caller(world, cookies).await?).await?,
    };
    Ok(Ok(made))
}

fn nothing((): ()) -> Made {
    Made::Nothing
}

async fn at_the_desk(world: &World, deed: &Deed, given: Given, caller: &DeskCaller) -> Result<Made, ActError> {
    let made = match (deed, given) {
        (Deed::StartDuty { hours, .. }, _) => nothing(people::start_duty(world, caller, *hours).await?),
        (Deed::EndDuty { .. }, _) => nothing(people::end_duty(world, caller).await?),
        (Deed::Take { .. }, Given::Ids { report: Some(report), .. }) => nothing(desk::take(world, caller, report).await?),
        (Deed::Ask { text, .. }, Given::Ids { report: Some(report), .. }) => nothing(desk::ask(world, caller, report, text).await?),
        (Deed::SetAside { .. }, Given::Ids { report: Some(report), .. }) => {
            nothing(desk::set_aside(world, caller, report, AsideWhy::Duplicate, "Seen before.").await?)
        }
        (Deed::Decide { done, text, .. }, Given::Ids { report: Some(report), .. }) => {
            // The oldest wish on the page; without one, a press on an old page.
            let read = desk::read_report(world, caller, report).await?;
            let wish = open_wishes(&read.notes).next().map_or(NoteId([0; 16]), |(note, _)| note.id);
            nothing(desk::decide_wish(world, caller, report, wish, *done, text).await?)
        }
        (Deed::Open { home, .. }, Given::Ids { report: Some(report), .. }) => {
            Made::Incident(desk::open_incident(world, caller, report, *home).await?)
        }
        (Deed::Join { .. }, Given::Ids { report: Some(report), incident: Some(incident), .. }) => {
            nothing(desk::join(world, caller, incident, report).await?)
        }
        (Deed::TakeOut { .. }, Given::Ids { report: Some(report), incident: Some(incident), .. }) => {
            nothing(desk::take_out(world, caller, incident, report).await?)
        }
        (Deed::SayDifferent { .. }, Given::Ids { report: Some(report), incident: Some(incident), .. }) => {
            nothing(desk::say_different(world, caller, incident, report, "Another street.").await?)
        }
        (Deed::TakeBack { .. }, Given::Ids { report: Some(report), incident: Some(incident), .. }) => {
            nothing(desk::take_difference_back(world, caller, incident, report).await?)
        }
        (Deed::ReadReport { .. }, Given::Ids { report: Some(report), .. }) => {
            let read = desk::read_report(world, caller, report).await?;
            Made::Suggested(read.suggestions.into_iter().map(|found| found.incident).collect())
        }
        (Deed::Claim { .. }, Given::Claim { incident, claim }) => Made::Claim(desk::record_claim(world, caller, incident, claim).await?),
        (Deed::Dispute { disputed, .. }, Given::Ids { incident: Some(incident), claim: Some(claim), .. }) => {
            nothing(desk::dispute_claim(world, caller, incident, claim, *disputed, "Two people say otherwise.").await?)
        }
        (Deed::Judge { independent, .. }, Given::Ids { report: Some(one), other: Some(other), incident: Some(incident), .. }) => {
            let why = "They stood at two ends of the street.";
            nothing(desk::judge_independence(world, caller, incident, (one, other), *independent, why).await?)
        }
        (Deed::EndIncident { .. }, Given::Ids { incident: Some(incident), .. }) => {
            nothing(desk::end_incident(world, caller, incident, Ending::NothingFound).await?)
        }
        (Deed::Draft { .. }, Given::Composed { incident, composed }) => Made::Alert(bell::draft(world, caller, incident, composed).await?),
        (Deed::Update { .. }, Given::Update { first, text }) => Made::Alert(bell::draft_update(world, caller, first, text).await?),
        (Deed::Approve { .. }, Given::Alert(alert)) => nothing(bell::approve(world, caller, alert).await?),
        (Deed::Ring { .. }, Given::Alert(alert)) => nothing(bell::ring(world, caller, alert).await?),
        (Deed::Renew { .. }, Given::Alert(alert)) => nothing(bell::renew(world, caller, alert).await?),
        (Deed::End { wrong, .. }, Given::Alert(alert)) => nothing(bell::end(world, caller, alert, *wrong).await?),
        (Deed::Propose { .. }, Given::Proposed { incident, proposed }) => {
            Made::Proposal(record::propose(world, caller, incident, proposed).await?)
        }
        (Deed::Publish { ticked, .. }, Given::Proposal(proposal)) => {
            nothing(record::publish_marked(world, caller, proposal, *ticked).await?)
        }
        _ => return Err(unready(deed)),
    };
    Ok(made)
}
