//! Handbell's pages: typed views, askama templates, own styles and small scripts.
//!
//! A page is made on the server and complete without scripts (PROMISE whole-without-scripts). It promises no third-party request, no
//! inline style and no inline script, so that a strict content policy holds; tests in this crate look
//! at every page with sample data. The crate reads no clock, no store and no request: doors fill the
//! views, this crate turns them into bytes.

mod assets;
pub mod forms;
pub mod samples;
mod vendored;
pub mod views;

pub use assets::{Asset, assets, worker_digest};
pub use vendored::{VENDORED, Vendored};
pub use views::*;

/// A whole page that can be turned into HTML.
pub trait Page {
    /// What stands around the page.
    fn frame(&self) -> &Frame;

    /// The page as HTML, every word from outside escaped.
    fn html(&self) -> String;
}

/// Gives each view its `Page`: the view's own template, written to memory.
macro_rules! pages {
    ($($view:ident),+ $(,)?) => {$(
        impl Page for $view {
            fn frame(&self) -> &Frame {
                &self.frame
            }

            fn html(&self) -> String {
                askama::Template::render(self)
                    .expect("a view holds only finished words, and writing words to memory cannot fail")
            }
        }
    )+};
}

impl ChartPicture {
    /// The finished picture.
    #[must_use]
    pub fn svg(&self) -> String {
        askama::Template::render(self).expect("a picture holds only finished words, and writing words to memory cannot fail")
    }
}

pages!(
    AboutPage,
    AlertPage,
    AlertsPage,
    BoardPage,
    CallPage,
    CardPage,
    ChannelSaidPage,
    ChannelsPage,
    ChartsPage,
    ComposePage,
    CorrectionsPage,
    CustodiansPage,
    CustodyPage,
    DemoPhonesPage,
    DeskAlertPage,
    DeskAlertsPage,
    DeskIncidentPage,
    DeskRecordPage,
    DeskReportPage,
    DispatchPage,
    DrillPage,
    DutyPage,
    EditorPage,
    ArticlePage,
    ErrorPage,
    FollowUpPage,
    FootageListPage,
    FootagePage,
    HidingPage,
    GivePage,
    HomePage,
    KeepPage,
    KeysPage,
    KnownPage,
    LogPage,
    LookPage,
    LooksPage,
    MapPage,
    MutesPage,
    NeighbourGapPage,
    NeighbourListPage,
    NeighboursPage,
    ObservePage,
    OpeningPage,
    PacksPage,
    OpeningsPage,
    LetterFormPage,
    LetterPage,
    LetterReceivedPage,
    LetterStatusPage,
    LettersPage,
    ModerationPage,
    PeoplePage,
    QueuePage,
    ReachPage,
    ReceiptPage,
    ReceiptStatusPage,
    ReceiptWordsPage,
    RecordListPage,
    RecordPage,
    RecordPartPage,
    ReportAskPage,
    ReportMapPage,
    ReportMorePage,
    ReportWhatPage,
    ReportWherePage,
    RightsPage,
    SidesPage,
    SignInPage,
    SignInSpentPage,
    SubscribePage,
    TrailPage,
);
