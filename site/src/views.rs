//! Every page of Handbell as a typed view: what a door must know before it may show the page.
//!
//! A view owns only finished words. Times, distances, counts and bands arrive as strings the caller
//! has formatted; nothing here reads a clock, a store or a language file. The templates in `pages/`
//! are checked against these types when the crate is compiled, so a page cannot name a thing nobody
//! gave it. What a page's forms send back is listed in [`crate::forms`], and a test keeps both true.
//!
//! Nothing here has a field for a witness's name, an address, an officer or the person targeted.

mod about;
mod article;
mod bell;
mod call;
mod channels;
mod charts;
mod compose;
mod custodians;
mod custody;
mod desk;
mod dispatch;
mod drill;
mod editor;
mod flood;
mod follow_up;
mod footage;
mod frame;
mod give;
mod incident;
mod keys;
mod known;
mod linked;
mod longer;
mod map;
mod marks;
mod neighbours;
mod observe;
mod opening;
mod parts;
mod people;
mod reach;
mod record;
mod rights;
mod sides;
mod street;
mod watch;

pub use about::{AboutPage, ErrorPage, HeldClass, LogPage};
pub use article::{ArticleFinding, ArticlePage, ArticleRead, ArticleSentence, ArticleVoice};
pub use bell::{AlertBand, AlertPage, AlertRow, AlertsPage, AreaChoice, DemoPhonesPage, Phone, PhoneMessage, Speech, SubscribePage};
pub use call::{AskedAnswer, AskedOwn, CallPage, ClaimOffer, ClaimValue};
pub use channels::{ChannelSaidPage, ChannelsPage, OwnChannel};
pub use charts::{Bar, ChartShown, ChartsPage, Drawing, Drawn, NumberRow};
pub use compose::{
    AlertPreview, ApprovalRow, ComposePage, Deliveries, DeskAlertPage, DeskAlertRow, DeskAlertsPage, PendingUpdate, Renewal, Slot,
};
pub use custodians::{CustodianKey, CustodiansPage, PackLine, PacksPage};
pub use custody::{CustodyPage, CustodyRow};
pub use desk::{Basis, BasisCount, BelongsTo, DeskReportPage, DeskWish, DifferentPair, QueueFold, QueueItem, QueuePage, SuggestedIncident};
pub use dispatch::{DispatchDesk, DispatchPage, DispatchPerson, DispatchRow, DispatchWanted, ReadyForm};
pub use drill::{DrillAlert, DrillBar, DrillDots, DrillFinding, DrillGoing, DrillItem, DrillPage, DrillRow, DrillScore, DrillStep};
pub use editor::{
    AssessmentForm, ChoiceGroup, ClaimEventForm, ClaimUse, CorrectionFields, EditorClaim, EditorFact, EditorForm, EditorPage,
    EditorSentence, EditorSource, LookAlikeForm, OutcomeForm, RecordClaimForm, RedactionForm, SentenceRow, SimilarForm, SourceFields,
};
pub use flood::{MuteLine, MutesPage};
pub use follow_up::{FollowUpPage, FollowUpRow};
pub use footage::{BoxFields, FootageLine, FootageListPage, FootagePage, HidingPage, Shown, SuggestionLine, TimeLine};
pub(crate) use frame::english;
pub use frame::{DeskBar, Frame, Tab};
pub use give::{GivePage, GivenRow};
pub use incident::{
    ClaimForm, ClaimRow, DeskIncidentPage, DeskRecordPage, IndependentPair, LinkedReport, OfferedReport, OutcomeDesk, PublishDesk,
    RecordProposal, TakenAlone,
};
pub use keys::{KeyRow, KeysPage};
pub use known::{BesideBank, KnownPage, KnownRow, LeadRow};
pub use linked::Linked;
pub use longer::KeepPage;
pub use map::{DistrictRow, MapPage};
pub use marks::{MarkAsked, MarkShown, MarksAsked, MarksShown};
pub use neighbours::{NeighbourGapPage, NeighbourListPage, NeighbourRow, NeighboursPage, Theirs};
pub use observe::ObservePage;
pub use opening::{OpeningPage, OpeningWish, OpeningsPage, Shut, TrailPage, TrailRow};
pub use parts::{
    AskedQuestion, AskedSort, Carried, Choice, Duty, Fact, FieldError, Link, Moment, PlacesFound, Puzzle, State, Step, Tag, error_at,
};
pub use people::{MemberRow, PeoplePage, SignInPage, SignInSpentPage};
pub use reach::{CanaryRow, ReachPage, ReachRow};
pub use record::{
    Also, Came, Changed, CorrectionRow, CorrectionsPage, Differing, Elsewhere, FileRow, FoundRow, NamedBy, ProofOffer, Quoted, RecordEntry,
    RecordListPage, RecordPage, RecordPart, RecordPartPage, RecordRow, RecordSearch, Rest, SaidRow, SourceRow, Sourced, StandRow, TimeRow,
    Voice,
};
pub use rights::{CardGroup, CardLine, CardPage, CardRow, CardSource, OtherLanguage, RedBand, RightsPage, Said};
pub use sides::{
    LetterFormPage, LetterPage, LetterReceivedPage, LetterRow, LetterStatusPage, LettersPage, ModerationPage, ModerationRow, PassageAsked,
    SidesPage,
};
pub use street::{
    ChartLabel, ChartPicture, HomePage, ReceiptPage, ReceiptQuestion, ReceiptStatusPage, ReceiptThing, ReceiptTyped, ReceiptWish,
    ReceiptWordsPage, ReportAskPage, ReportMapPage, ReportMorePage, ReportWhatPage, ReportWherePage,
};
pub use watch::{BoardLine, BoardPage, DutyPage, HandoverNote, LookForm, LookPage, LookRow, LookTurn, LooksPage, TelephonePart, ToText};
