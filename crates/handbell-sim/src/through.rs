//! Through: the windows of a store that only look through to another store.
//!
//! Two stores of the simulator stand in front of the real one: one that is shaky, and one that is wrong on
//! purpose. What neither changes is written here once. A new window of [`handbell::store::Store`] joins
//! this list, and the compiler says so.

/// Implements `Store` for a store with a field `inner`, an `async fn before(&self) -> Result<(), StoreError>`
/// and an `async fn after(&self)`; what stands in the braces is the store's own.
macro_rules! through {
    ($store:ident { $($own:tt)* }) => {
        through!(@windows $store { $($own)* }
            report(id: ReportId) -> Option<Report>;
            report_by_receipt(mark: ReceiptMark) -> Option<Report>;
            notes(report: ReportId) -> Vec<Note>;
            answers(report: ReportId) -> Option<Answers>;
            contact(report: ReportId) -> Option<SealedContact>;
            waiting_reports(at_most: u32) -> Vec<Report>;
            received_reports(after: (Timestamp, ReportId), at_most: u32) -> Vec<Report>;
            begun_reports(at_most: u32) -> Vec<Report>;
            incidents(since: Timestamp, at_most: u32) -> Vec<Incident>;
            incident(id: IncidentId) -> Option<Incident>;
            incident_file(id: IncidentId) -> Option<IncidentFile>;
            joined_reports(since: Timestamp, at_most: u32) -> Vec<(Incident, Report)>;
            differences_of(report: ReportId) -> Vec<Difference>;
            differences_from(incident: IncidentId) -> Vec<Difference>;
            updates(of: AlertId) -> Vec<Alert>;
            broad_rung(since: Timestamp) -> u32;
            signing_keys() -> Vec<SigningKey>;
            manifests() -> Vec<KeptManifest>;
            rings(of: AlertId) -> Vec<Ring>;
            open_alerts() -> Vec<Alert>;
            public_alerts(at_most: u32) -> Vec<Alert>;
            audience(question: &AudienceQuestion) -> Vec<Asked>;
            told_often(since: Timestamp, at_least: u32, now: Timestamp) -> Vec<(SubscriptionId, u32)>;
            tally(of: AlertId) -> Vec<(RingKind, Tally)>;
            followers_of(subscription: SubscriptionId) -> Vec<Follower>;
            followers_due(at_most: u32, now: Timestamp) -> Vec<Follower>;
            next_follower_due() -> Option<Timestamp>;
            member(id: MemberId) -> Option<Member>;
            members() -> Vec<Member>;
            invitation_by_secret(secret: [u8; 32]) -> Option<Invitation>;
            device_by_secret(secret: [u8; 32]) -> Option<Device>;
            passkeys(member: MemberId) -> Vec<Passkey>;
            device(id: DeviceId) -> Option<Device>;
            session_by_secret(secret: [u8; 32]) -> Option<Session>;
            duty(member: MemberId) -> Option<Duty>;
            duties(now: Timestamp) -> Vec<Duty>;
            worked_on(member: MemberId, subject: Subject) -> bool;
            openings(after: u64, at_most: u32) -> Vec<Opening>;
            last_opening(member: MemberId, subject: Subject) -> Option<Opening>;
            opening_ask(id: OpeningAskId) -> Option<OpeningAsk>;
            opening_asks(since: Timestamp) -> Vec<OpeningAsk>;
            proposal(id: ProposalId) -> Option<Proposal>;
            open_proposals() -> Vec<Proposal>;
            taken_alone() -> Vec<Proposal>;
            letter(id: LetterId) -> Option<Letter>;
            letter_by_receipt(mark: ReceiptMark) -> Option<Letter>;
            open_letters(at_most: u32) -> Vec<Letter>;
            closed_letters(at_most: u32) -> Vec<Letter>;
            letter_contact(of: LetterId) -> Option<LetterContact>;
            look(id: LookId) -> Option<Look>;
            open_looks() -> Vec<Look>;
            looks_of(incident: IncidentId) -> Vec<Look>;
            nudges() -> Vec<Nudge>;
            nudges_due(at_most: u32, now: Timestamp) -> Vec<Nudge>;
            subscriptions_after(after: SubscriptionId, at_most: u32, now: Timestamp) -> Vec<Subscription>;
            duty_phones(member: MemberId, now: Timestamp) -> Vec<Subscription>;
            further_of(person: SubscriptionId) -> Vec<Subscription>;
            escalation(report: ReportId) -> Option<Escalation>;
            holds() -> Vec<Hold>;
            postings() -> Vec<Posting>;
            joining(id: JoiningId) -> Option<Joining>;
            reach() -> Vec<MonthReach>;
            mutes() -> Vec<Mute>;
            dispatch(of: AlertId) -> Option<Dispatch>;
            dispatches() -> Vec<Dispatch>;
            open_dispatches() -> Vec<Dispatch>;
            ready(now: Timestamp) -> Vec<Ready>;
            handovers() -> Vec<Handover>;
            log_rows(from: u64, at_most: u32) -> Vec<LogRow>;
            stream(of: IncidentId) -> Vec<LogRow>;
            public_incidents(at_most: u32) -> Vec<IncidentId>;
            newest_of_kind(kind: u8, below: u64, at_most: u32) -> Vec<(u64, IncidentId)>;
            public_incidents_after(after: Option<IncidentId>, at_most: u32) -> Option<Vec<IncidentId>>;
            search(question: &Question, after: Option<IncidentId>, at_most: u32) -> Option<FoundStretch>;
            checkpoint_of(size: u64) -> Option<CheckpointRow>;
            published_about(at_most: u32) -> Vec<IncidentId>;
            journal(after: u64, at_most: u32) -> Vec<JournalLine>;
            held() -> Vec<Held>;
            next_due() -> Option<Timestamp>;
        );
    };
    (@windows $store:ident { $($own:tt)* } $($name:ident($($given:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait::async_trait]
        impl Store for $store {
            $($own)*
            fn follow(&self) -> tokio::sync::watch::Receiver<u64> {
                self.inner.follow()
            }
            fn listen(&self, listener: std::sync::Arc<dyn handbell::store::moves::Listener>) {
                self.inner.listen(listener);
            }
            async fn passkey(&self, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
                self.before().await?;
                let answer = self.inner.passkey(credential).await;
                self.after().await;
                answer
            }
            fn evidence(&self) -> &dyn handbell::store::evidence::EvidenceReads {
                self.inner.evidence()
            }
            fn status(&self) -> Status {
                self.inner.status()
            }
            $(async fn $name(&self, $($given: $type),*) -> Result<$answer, StoreError> {
                self.before().await?;
                let answer = self.inner.$name($($given),*).await;
                self.after().await;
                answer
            })*
        }
    };
}

/// Everything the list above names.
macro_rules! windows {
    () => {
        #[allow(unused_imports, reason = "one list of names serves two files")]
        use handbell::store::footing::Footing;
        #[allow(unused_imports, reason = "one list of names serves two files")]
        use handbell::store::found::FoundStretch;
        #[allow(unused_imports, reason = "one list of names serves two files")]
        use handbell::store::{AudienceQuestion, CheckpointRow, Committed, Held, IncidentFile, JournalLine, LogRow, Store, StoreError};
        #[allow(unused_imports, reason = "one list of names serves two files")]
        use handbell_rules::{
            bell::alert::{Alert, Approval, Ring, RingKind},
            bell::delivery::{Leased, Tally},
            bell::dispatch::{Dispatch, Ready},
            bell::follower::Follower,
            bell::joining::Joining,
            bell::manifest::{KeptManifest, SigningKey},
            bell::mode::Status,
            bell::reach::MonthReach,
            bell::subscription::Subscription,
            bell::wishes::Asked,
            change::{Change, What},
            desk::difference::Difference,
            desk::escalation::Escalation,
            desk::hold::Hold,
            desk::incident::Incident,
            desk::look::Look,
            desk::posting::Posting,
            id::{
                AlertId, DeviceId, IncidentId, JoiningId, LetterId, LookId, MemberId, OpeningAskId, ProposalId, ReportId, SubscriptionId,
            },
            people::duty::Duty,
            people::handover::Handover,
            people::member::{Device, Invitation, Member, Session},
            people::nudge::Nudge,
            people::passkey::Passkey,
            people::trail::{Opening, OpeningAsk, Subject},
            record::letter::{Letter, LetterContact},
            record::proposal::Proposal,
            record::search::Question,
            street::answers::Answers,
            street::flood::mute::Mute,
            street::note::Note,
            street::receipt::ReceiptMark,
            street::report::{RepeatGuard, Report, SealedContact},
            time::Timestamp,
        };
    };
}

pub(crate) use {through, windows};
