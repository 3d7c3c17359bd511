//! Refusal: an expected no, from a rule.
//!
//! Each has a stable short name (the problem's page and type), a sentence that says what the person can
//! do next, and the form field it belongs to. One small list per room; nothing here is an error of ours.

use serde::Serialize;

/// Declares one room's refusals: variant, stable name, form field (or ""), what to do next.
macro_rules! refusals {
    ($(#[$doc:meta])* $room:ident { $($variant:ident $name:literal $field:literal $advice:literal)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $room { $(#[doc = $advice] $variant),* }
        impl $room {
            /// Every refusal of this room, for the tables of tests and documents.
            pub const ALL: &'static [$room] = &[$($room::$variant),*];
            /// The stable short name.
            pub const fn name(self) -> &'static str { match self { $($room::$variant => $name),* } }
            /// The form field this belongs to; empty when it belongs to none.
            pub const fn field(self) -> &'static str { match self { $($room::$variant => $field),* } }
            /// What the person can do next, in one plain sentence.
            pub const fn advice(self) -> &'static str { match self { $($room::$variant => $advice),* } }
        }
        impl From<$room> for Refusal { fn from(no: $room) -> Self { Refusal::$room(no) } }
    };
}

refusals! {
    /// What the street room says no to.
    Street {
        KindUnknown "kind-unknown" "kind" "Choose what is happening. “Something else” is fine."
        BasisMissing "basis-missing" "basis" "Choose how you know."
        PlaceMissing "place-missing" "place" "Say where: a street and something nearby."
        PlaceTooLong "place-too-long" "place" "Say where in at most 200 letters."
        PlaceTooFar "place-too-far" "point" "This desk works nearby only. Check the place, or call the desk where it happens."
        HappeningMissing "happening-missing" "happening" "Choose whether it is happening now."
        TimeInFuture "time-in-future" "observed" "The time you gave has not come yet. Check it."
        TimeTooOld "time-too-old" "observed" "This happened more than a year ago. Write to the desk instead."
        TimeReversed "time-reversed" "observed" "The first time must come before the last one."
        TextTooLong "text-too-long" "text" "Keep it under 4,000 letters. The rest can be added later with your seven words."
        TextUnreadable "text-unreadable" "text" "Some signs cannot be read. Write plain letters and line breaks only."
        CountReversed "count-reversed" "count" "The first number must not be larger than the second."
        CountTooLarge "count-too-large" "count" "Give a number below 100,000."
        ContactTooLong "contact-too-long" "contact" "Keep contact details under 200 letters."
        NoteEmpty "note-empty" "text" "Write something to add."
        NotesFull "notes-full" "text" "This report has all it can hold. File a new report."
        ReportWithdrawn "report-withdrawn" "" "This report was withdrawn. File a new one if you need to."
        LanguageUnknown "language-unknown" "language" "Choose one of the languages offered."
        AnswerUnknown "answer-unknown" "answers" "This group asks no such question. Look at the list of questions again."
        AnswerNotAsked "answer-not-asked" "answers" "This question is not asked after what was answered before. Leave it out."
        AnswerWrong "answer-wrong" "answers" "Give an answer of the sort that is asked for."
        PrecisionUnknown "precision-unknown" "answers" "Choose how exactly the time or the place is known from the list."
        SpotUnknown "spot-unknown" "place" "Choose a place from the list, or say it in words."
        WishAboutMissing "wish-about-missing" "about" "Choose what it is about."
    }
}

refusals! {
    /// What the desk room says no to.
    Desk {
        NotOnDesk "role-needed" "" "Ask a member with the right role to do this."
        ReportAlreadyJoined "report-already-joined" "" "Take the report out of its incident first."
        ReportInIncident "report-in-incident" "" "This report is in this incident already."
        ReportInEnough "report-in-enough" "" "A report belongs to four incidents at most. Take it out of one first."
        ReportNotJoined "report-not-joined" "" "This report is not in this incident."
        DifferenceStands "difference-stands" "" "A member said that these are not the same. Take that back first."
        DifferenceGone "difference-gone" "" "Nobody says that these are different. Load the page again."
        IncidentEnded "incident-ended" "" "This incident has ended. Open a new one if it starts again."
        AlertStillLive "alert-still-live" "" "Stand the alert down, or cancel it, before you end the incident."
        ReasonMissing "reason-missing" "reason" "Write one sentence that says why."
        ReasonTooLong "reason-too-long" "reason" "Keep the reason under 500 letters."
        SameReportTwice "same-report-twice" "second" "Choose two different reports."
        PredicateUnknown "predicate-unknown" "predicate" "Choose one of the facts the playbook lists."
        ValueMissing "value-missing" "value" "Say what is claimed."
        ValueTooLong "value-too-long" "value" "Keep it under 300 letters."
        ValueKindWrong "value-kind-wrong" "value" "This fact takes another sort of value."
        RangeReversed "range-reversed" "range" "The low number must not be larger than the high one."
        SourceUnknown "source-unknown" "source" "Choose a report of this incident, or name the official statement."
        ClaimUnknown "claim-unknown" "claim" "This claim is not part of this incident."
        QuestionOpen "question-open" "text" "Wait for the answer to your last question."
        WishNotOpen "wish-not-open" "" "This wish is decided, or is none of this report's. Load the page again."
        ObserverNotOnDuty "observer-not-on-duty" "observer" "Choose an observer who is on duty now."
        ObserverBusy "observer-busy" "observer" "This observer is looking already. Choose another one."
        LookOneself "look-oneself" "observer" "Ask somebody else: whoever works the desk stays at the desk."
        LookOwnReport "look-own-report" "observer" "This observer reported it themselves. Ask another one to look."
        LooksEnough "looks-enough" "" "As many observers as this kind wants are asked already. Call one off first."
        LookPlaceWrong "look-place-wrong" "place" "Name a junction or a public landmark, in letters: no house number and no name."
        LookPlaceTooFine "look-place-too-fine" "place" "The playbook lets observers know the area only. Choose it from the list."
        LookApproachWrong "look-approach-wrong" "approach" "Say in under 200 letters how to come near. No numbers, names or orders."
        LookForWrong "look-for-wrong" "look_for" "Say in under 200 letters what to look for. No numbers, names or orders."
        LookMinutesWrong "look-minutes-wrong" "minutes" "Choose 5 to 60 minutes."
        LookClosed "look-closed" "" "This look is closed. Nothing more is asked of anybody."
        LookNotYours "look-not-yours" "" "Somebody else is asked now. Thank you; you need do nothing."
        LookAnswered "look-answered" "" "You have said so already."
        LookWordsWrong "look-words-wrong" "text" "Keep it under 500 plain letters."
        LookNotOverdue "look-not-overdue" "" "Nobody has to be asked: this look is not overdue, or somebody was faster."
        HoldNotYours "hold-not-yours" "" "It is free already. Load the page again."
        PostingAreaUnknown "posting-area-unknown" "area" "Choose an area from the list, or everywhere."
        PostingWordsWrong "posting-words-wrong" "words" "Say in under 200 plain letters what is going on."
        PostingTimesWrong "posting-times-wrong" "until" "It must end after it begins and after now, within a week."
        PostingOver "posting-over" "" "This line is over already."
        MutePatternWrong "mute-pattern-wrong" "words" "Give at least two words that such reports hold, or mute from a report that has words."
        MuteAreaUnknown "mute-area-unknown" "area" "Choose an area from the list, or everywhere."
        MuteTimeWrong "mute-time-wrong" "hours" "A mute lasts one hour to one day. Choose from the list."
        MutesEnough "mutes-enough" "" "Fifty patterns are muted. Lift one first."
        MuteOver "mute-over" "" "This mute is over already."
        MuteNeedsAnother "mute-needs-another" "" "Another member must agree, once, in their own browser."
    }
}

refusals! {
    /// What the bell room says no to.
    Bell {
        AreaMissing "area-missing" "area" "Choose at least one area. An alert without an area is never sent."
        AreaTooLarge "area-too-large" "area" "Choose fewer areas."
        AreaUnknown "area-unknown" "area" "Choose areas from the list."
        ReachNotAllowed "reach-not-allowed" "reach" "The playbook does not allow this reach for this kind."
        SlotWrong "slot-wrong" "slots" "Fill every slot from its list."
        NotConfirmed "not-confirmed" "" "This reach needs a confirmed incident. See what is missing under its level."
        WitnessUnanswered "witness-unanswered" "" "Two reports alone send observers only after a witness has answered through the receipt, and only to a public place."
        IncidentEnded "incident-over" "" "The incident has ended. Nothing is sent."
        AlreadyRung "already-rung" "" "This has been sent."
        AlreadyEnded "already-ended" "" "This alert has ended. A new alert is needed to undo that."
        RanOut "alert-ran-out" "" "This alert ran out before it was renewed. Write a new one if it is still going on; end this one so that everybody who was told hears."
        RenewedToTheEnd "renewed-to-the-end" "" "This alert lives as long as was approved with it. Write a new one if it goes on longer."
        NotRung "not-rung" "" "This was never sent."
        ApproverNeeded "approver-needed" "" "A member with the approver role must approve."
        SecondApproverNeeded "second-approver-needed" "" "A second member must approve on their own device."
        CheckerMayNotApprove "checker-may-not-approve" "" "Whoever recorded the deciding check cannot be the one who approves this alone."
        AlreadyApproved "already-approved" "" "You have approved this. Another member must be the second."
        DraftStale "draft-stale" "" "This draft is more than an hour old. Write it again."
        ExpiryWrong "expiry-wrong" "expires" "Choose how long the alert lives from the list."
        UpdateOfUpdate "update-of-update" "" "Update the first alert instead."
        NobodyOnDuty "nobody-to-tell" "" "Nobody would be told: no subscriber in these areas, or no observer on duty."
        DispatchEnough "dispatch-enough" "" "Enough are going. Thank you; please stand by."
        DispatchOver "dispatch-over" "" "This dispatch is over. Nobody sets out any more."
        DispatchPressWrong "dispatch-press-wrong" "" "That does not fit any more: look at the page again."
        QuotaWrong "quota-wrong" "wanted" "At least two observers, an even number of them, and at most eight of each role."
        EverybodyRests "everybody-rests" "" "Everybody who asked for this has quiet hours, has snoozed, or was told often enough today. Nobody would be told now."
        QuietHoursWrong "quiet-hours-wrong" "quiet_from" "Choose two different whole hours, from 0 to 23."
        DailyCapWrong "daily-cap-wrong" "daily_cap" "Choose one to ten alerts a day, or no limit."
        SnoozeWrong "snooze-wrong" "snooze_hours" "Choose 1, 8 or 24 hours."
        WrongStore "wrong-store" "" "Drills and live alerts never mix."
        EndpointRefused "endpoint-refused" "endpoint" "Only known push services are accepted."
        KeysWrong "keys-wrong" "keys" "The browser's keys cannot be read. Subscribe again."
        CellTooFine "cell-too-fine" "cells" "Only areas from this group's list can be subscribed to."
        TooManyCells "too-many-cells" "cells" "Choose at most 12 areas."
        FollowUpOver "follow-up-over" "" "The desk asks no more what came of this, so there is nothing to be told of."
        TooManyFollowed "too-many-followed" "" "This browser is told of forty incidents already. Take one back first."
        KindUnknown "kind-not-offered" "kinds" "Choose kinds from the list."
        SignatureMissing "signature-missing" "" "A live alert is approved by a signature of this browser. Allow scripts on this page, load it again and press once more."
        SignatureWrong "signature-wrong" "" "The signature fits neither these words nor this browser's key. Load the page again and press once more."
        SignatureNotListed "signature-not-listed" "" "This browser is not on the group's list of signing devices. Open Signing devices and add it."
        TooFewSignatures "too-few-signatures" "" "Too few signatures of the newest list stand under it. Let another member on the list approve it."
        SigningListMissing "signing-list-missing" "" "This group has no signing devices yet. Two members must each add a browser and sign the list."
        SigningListShort "signing-list-short" "" "The list must name browsers of at least two members. Let another approver add theirs first."
        SigningListChanged "signing-list-changed" "" "The list is another one now, or you have signed it. Load the page again."
        SigningKeyWrong "signing-key-wrong" "" "This browser's key cannot be read, or it is another member's. Load the page again and press once more."
        CeilingReached "ceiling-reached" "" "This group has rung as many broad alerts in a day as it set itself. An approver can let this one through and say why."
        CeilingNotReached "ceiling-not-reached" "" "Nothing holds this alert back, or somebody has let it through."
        ChannelOff "channel-off" "by" "This group does not send by this way. Choose one that is offered."
        ChannelBusy "channel-busy" "by" "It could not be sent just now. Try again in a few minutes."
        MailWrong "mail-wrong" "address" "Write one e-mail address, like name@example.org."
        NumberWrong "number-wrong" "address" "Write the number with its country, like +44 7700 900123."
        MatrixWrong "matrix-wrong" "address" "Write your Matrix name, like @name:example.org."
        ChannelAddressWrong "channel-address-wrong" "address" "This address cannot be used. Begin again."
    }
}

refusals! {
    /// What the record room says no to.
    Record {
        EditorNeeded "editor-needed" "" "A member with the editor role must do this."
        SecondMemberNeeded "second-member-needed" "" "Another member must approve on their own device."
        TooEarly "too-early" "" "The playbook's public reach does not allow this yet. It says when."
        EndNotPublic "end-not-public" "" "The playbook does not publish incidents of this kind that ended like this."
        ConsentMissing "consent-missing" "" "This kind becomes public only when the people it happened to agree, and no page can record that yet."
        NotPublic "not-public" "" "Open the incident to the public record first."
        AlreadyPublic "already-public" "" "This incident is in the public record."
        OutcomeMissing "outcome-missing" "outcome" "Say how it ended and who says so."
        OutcomeTooLong "outcome-too-long" "outcome" "Keep it under 300 letters."
        OutcomeNotOfSlot "outcome-not-of-slot" "value" "Choose one of the values of this slot."
        OutcomeDayMissing "outcome-day-missing" "edtf" "Say since when it is so. What nobody could tell has no such day."
        AskedMissing "asked-missing" "whom" "Say whom you asked and on which day, not later than today."
        TextFlagged "text-flagged" "outcome" "The text names something the record never holds. Change the marked words."
        MarksUnexplained "marks-unexplained" "because" "The guard marked words here. Change them, or say for each why it may stand."
        BecauseUnfit "because-unfit" "because" "Say how you know that the marked words may stand, in one paragraph under 500 letters."
        MarksChanged "marks-changed" "" "The guard marks words here for which nobody gave a reason. Take it back or refuse it, and propose it again."
        MarksUnread "marks-unread" "marked" "Read the marked words and say that they may stand, or refuse them."
        StillLive "still-live" "" "An outcome is written when the incident has ended."
        ProposalClosed "proposal-closed" "" "This proposal was decided."
        NothingToAdd "nothing-to-add" "" "Add at least one statement, and at most 2,000."
        WordsMissing "words-missing" "words" "Write it in words."
        WordsTooLong "words-too-long" "words" "Keep it under 600 letters."
        FirstAppearedTooLong "first-appeared-too-long" "first_appeared" "Say in under 200 letters where it first appeared."
        WordsUnreadable "words-unreadable" "words" "Some signs cannot be read. Write plain letters on one line."
        StreetOfAHome "street-of-a-home" "words" "This happened at a home. Name the district and leave the street out."
        AddressWrong "address-wrong" "url" "Give a full address that begins with https://."
        StandingMissing "standing-missing" "standing" "Say in a few words where this publisher, body or organisation stands."
        SourceMissing "source-missing" "source" "Choose a source of this incident."
        ClaimMissing "claim-missing" "claims" "Choose claims of this incident."
        FactUnknown "fact-unknown" "predicate" "Choose one of the facts the playbook lists."
        ValueWrong "value-wrong" "words" "This fact takes another sort of value."
        DateUnreadable "date-unreadable" "edtf" "Write a date as 2017-05-13, 2017-05 or 2017, with ~ behind it for about and ? for not sure, or leave it out. Say an hour in words."
        NumbersReversed "numbers-reversed" "low" "The low number must not be larger than the high one."
        PlaceUnreadable "place-unreadable" "point" "Write a point as 51.470, -0.069 and a radius of 100 to 50,000 metres, or leave both out."
        PlaceTooFine "place-too-fine" "point" "The record may not be so fine here. Give a radius of 1,000 metres or more, or leave the point out; at a home, leave it out."
        EventWrong "event-wrong" "event" "Choose what happened to the claim, and the claim that stands instead where one does."
        SentenceMissing "sentence-missing" "sentence" "Write what the desk says, in 1 to 12 sentences."
        SentenceUnsourced "sentence-unsourced" "claims" "Choose the claims this sentence rests on. A sentence without a source is never saved."
        ReliesOnWhatItSetsAside "relies-on-what-it-sets-aside" "claims" "A claim cannot be relied on and set aside at once."
        CorrectionNoteMissing "correction-note-missing" "note" "Something public stands here. Say what was wrong or missing, and how we know."
        EntryNotRedactable "entry-not-redactable" "entry" "Choose an entry of this incident that still has words."
        NotUrgent "not-urgent" "reason" "One member alone takes words away only for somebody's safety or personal details. Propose it instead."
        TooMuchAlone "too-much-alone" "" "You have taken the words of twelve entries alone. Propose this one, or ask a second member to look at those."
        LetterEmpty "letter-empty" "text" "Write what you want to say."
        ReplyTooLong "reply-too-long" "text" "Keep it under 2,000 letters, in at most 16 paragraphs."
        ReplyEmpty "reply-empty" "text" "At least one passage has to stand. Decline the reply where none can."
        PersonNamed "person-named" "body" "No person is named here. Leave this empty, or choose the body you answer for."
        BodyMissing "body-missing" "body" "Give the public name of the body, in at most 120 letters."
        StatementOfABody "statement-of-a-body" "source" "Choose a public body, an organisation, a publisher or a court as the source of a statement."
        StatementTooLong "statement-too-long" "text" "Only 1,200 letters stand word for word. Put what it says as claims; the source leads to the whole."
        RequestMissing "request-missing" "request" "Choose a request for comment of this incident."
        MinuteWrong "minute-wrong" "asked" "Give a day and a clock that have passed; an answer is asked for after that."
        HandledByAnother "handled-by-another" "" "You proposed or approved something that is public here. Somebody who did not handles this."
        LetterClosed "letter-closed" "" "This was decided, or its sender took it back."
        LetterNotYours "letter-not-yours" "" "Take it first; then it is yours to decide."
        LetterProposed "letter-proposed" "" "It waits for a second member. They approve or refuse it."
        NotAReply "not-a-reply" "" "Only a reply is published; a complaint is decided."
        NotShorter "not-shorter" "shorter" "Offer words that are shorter than what was sent."
        SenderNotAgreed "sender-not-agreed" "shorter" "The sender has not agreed to shorter words. Publish it as it was sent, or wait."
        DeclineUnfit "decline-unfit" "decline" "Choose why, from the list. A reply is not declined for being wrong."
    }
}

refusals! {
    /// What the people room says no to.
    People {
        LinkSpent "link-spent" "" "This link was used or is too old. Ask for a new one."
        DeviceTaken "device-taken" "" "This browser belongs to another member. Use your own browser."
        SessionOver "session-over" "" "Sign in again."
        RoleConflict "role-conflict" "roles" "One member holds at most one of editor, custodian, keeper."
        RoleUnknown "role-unknown" "roles" "Choose at least one role from the list."
        NameMissing "name-missing" "name" "Give the member a first name or a made-up one."
        NameTooLong "name-too-long" "name" "Keep the name under 40 letters."
        PasskeyNeeded "passkey-needed" "" "This group signs in with passkeys. Make one with the button on the page; that needs scripts."
        PasskeyUnknown "passkey-unknown" "" "This passkey opens nothing here. Ask two other members to recover you."
        PasskeyUnproven "passkey-unproven" "" "The passkey could not be checked. Try once more, and unlock it with your finger, face or PIN."
        PasskeyCopied "passkey-copied" "" "This passkey may exist twice and is refused. Ask two other members to recover you."
        ChallengeSpent "challenge-spent" "" "That took too long, or was sent twice. Press the button again."
        VouchesNeeded "vouches-needed" "" "Two members past probation must vouch for you before the desk opens. Ask them, then sign in again."
        PastProbationNeeded "past-probation-needed" "" "Only a member past probation can do this."
        OwnVouch "own-vouch" "" "Nobody vouches for themselves."
        VouchNotOpen "vouch-not-open" "" "This member needs no vouch."
        VouchedAlready "vouched-already" "" "You have vouched. Another member must be the second, in their own browser."
        OwnRecovery "own-recovery" "" "Two other members recover you."
        SecondMemberForRecovery "second-member-for-recovery" "" "You have said so. Another member must be the second, in their own browser."
        RecoveryNeeded "recovery-needed" "" "This member has a passkey. Two other members recover them at the desk; no command does."
        RolesStand "roles-stand" "roles" "Roles of a member do not change by command. Revoke and invite again."
        MemberRevoked "member-revoked" "" "This member was revoked. Invite them again if they come back."
        NameTaken "name-taken" "name" "Somebody here has this name. Choose another."
        TooFewLeft "too-few-left" "" "Fewer than two full members would be left. The keeper can revoke with `handbell revoke`."
        DutyNotOn "duty-not-on" "" "Start your duty first."
        ReadyWrong "ready-wrong" "area" "Choose areas and languages of the lists."
        OpeningReasonMissing "opening-reason-missing" "reason" "Say in one sentence why you open this. An auditor reads it."
        OpeningReasonTooLong "opening-reason-too-long" "reason" "Keep the reason under 300 letters."
        SecondMemberToOpen "second-member-to-open" "" "This is over and was not your own work of the last 72 hours. Ask another member on duty to agree."
        AskOver "ask-over" "" "Somebody agreed to this already, or it has waited for a day. Ask again."
        DutyTooLong "duty-too-long" "hours" "A duty lasts 1 to 4 hours. Stay longer by your own press when it ends."
        HandoverWrong "handover-wrong" "text" "Write 1 to 1,000 plain letters for whoever comes on next."
    }
}

refusals! {
    /// What the evidence room says no to.
    Evidence {
        CustodyKeyTwice "custody-key-twice" "recipient" "This key stands at another place already. Each of the three custodians needs a key of their own."
        CustodyKeysMissing "custody-keys-missing" "" "This group cannot keep footage yet: its three custody keys are not set. Your report is kept; keep the file on your phone."
        FootageReportGone "footage-report-gone" "" "The report was withdrawn, so nothing can be given to it. File a new one."
        FootageLinkOver "footage-link-over" "" "This link takes no more. Make a new one with your seven words, or ask the desk for one."
        FootageTooLarge "footage-too-large" "file" "This file is larger than this group can keep. Cut it into shorter pieces and give each."
        FootageFull "footage-full" "file" "This report has all the files it can hold. Keep the rest and tell the desk in a note."
        FootageRoomGone "footage-room-gone" "file" "There is no room for footage at the moment. Your report is kept; keep the file and try again tomorrow."
        FootageDayFull "footage-day-full" "file" "This group has taken all the footage it takes in a day. Your report is kept; keep the file and try again tomorrow."
        FootageKind "footage-kind" "file" "This is no picture, film or sound that can be kept. Give JPEG, PNG, WebP, HEIC, MP4, MOV, WebM, or a sound file."
        FootageChanged "footage-changed" "file" "The file changed while it was sent. Send it again from the beginning."
        FootageNotWished "footage-not-wished" "" "Whoever gave this did not wish it to be public. Ask them, or leave it; they can say so with their seven words."
        FootageShownAlready "footage-shown-already" "" "This covered copy is public already."
        FootageNotShown "footage-not-shown" "" "This copy is not public."
        HidingUnchecked "hiding-unchecked" "" "Somebody who did not draw the boxes has to look at every frame first, and find it clear."
        KnownWordsMissing "known-words-missing" "words" "Say what it shows and where it is from."
        KnownWordsTooLong "known-words-too-long" "words" "Keep it under 400 letters, on one line."
        KnownDate "known-date" "date" "Write the date as 2016, 2016-06 or 2016-06-14, with ? when it is not certain."
        KnownFull "known-full" "" "The bank of known pictures is full. Take some out first."
        KnownHashesMissing "known-hashes-missing" "" "Nothing in this picture can be told apart, so it cannot be found again."
        FootageInUse "footage-in-use" "" "The desk works with this file already. With the seven words of your receipt you can take it away all the same."
        UploadOver "upload-over" "" "This upload waited too long and was given up. Send the file again."
        WorkingCopyMissing "working-copy-missing" "" "There is no picture or film of this to draw on. The original is kept sealed."
        SoundNotShown "sound-not-shown" "" "A voice tells who somebody is, so no recording becomes public. The desk can listen to it."
        CoversMissing "covers-missing" "covers" "Draw at least one box."
        CoversTooMany "covers-too-many" "covers" "That is more boxes than can be burnt in. Cover a larger part with one."
        CoverOutside "cover-outside" "covers" "A box lies beyond the edge or has no size. Left and width together are at most 100, and so are top and height."
        CoverTimes "cover-times" "covers" "The times of a box go backwards or beyond the end of the film. Look at them again."
        HidingOver "hiding-over" "" "Nobody waits for this any more. Look at the footage's page again."
        HidingOwn "hiding-own" "" "You drew this yourself. Somebody else has to look at every frame of it."
        FramesWrong "frames-wrong" "frames" "These frames go backwards or beyond the end of the film."
        FramesUnseen "frames-unseen" "frames" "There are frames that you have not looked at yet."
        FramesUnsent "frames-unsent" "frames" "Not every one of these frames was sent to you since the server started. Wait until all are shown here, look, and press again."
        FootageWishForbids "footage-wish-forbids" "" "Whoever gave this wants nobody but the desk to see it. Ask them; they can say otherwise with their seven words."
        WishByReceipt "wish-by-receipt" "" "By this link you can allow less, and not more. With the seven words of your receipt you can say either."
        PackForNobody "pack-for-nobody" "for" "Say for whom the pack is, in at most 200 letters, and choose at least one file."
        PacksFull "packs-full" "" "There are as many packs here as fit. Take one away that is not needed any more, or wait a week."
        PackGone "pack-gone" "" "This pack is over. Make it again."
        FootageKeptShut "footage-kept-shut" "" "Whoever gave this took it back, and nobody looks at it any more. It goes, or stays sealed where an order keeps it."
        FootageShut "footage-shut" "" "A member shut this file, and nobody looks at it any more. Two custodians can open the original."
        ReopenOver "reopen-over" "" "This file cannot be opened to the desk again. Two custodians can open the original."
        ReopenOwn "reopen-own" "" "Two others open it again: neither whoever shut it nor the same member twice."
        ShutReasonMissing "shut-reason-missing" "reason" "Choose why from the list."
        FootageOrdered "footage-ordered" "" "The group was ordered in writing to keep this file for now. Withdraw your report, and nobody looks at it any more."
        HoldUntilWrong "hold-until-wrong" "until" "Give a day from tomorrow on, a year on at most. Who needs it longer asks again."
        HoldWordsWrong "hold-words-wrong" "words" "Say why in at most 200 letters, on one line and without names."
        CustodyWordsNamed "custody-words-named" "words" "These words name somebody, or lead to them. Name an office instead of a person, and leave out telephones, addresses and plates."
        HoldReasonMissing "hold-reason-missing" "reason" "Choose a reason from the list."
        HoldWaits "hold-waits" "" "Another member has asked already. Agree or say no; then you can ask differently."
        HoldNotAsked "hold-not-asked" "" "Nobody asks for this any more. Ask again; another member agrees."
        HoldOwn "hold-own" "" "You asked for this yourself. Another member agrees."
        HoldNone "hold-none" "" "Nothing holds it, and nobody asks."
        HoldTooLate "hold-too-late" "" "Its time is over and it is being deleted. Nothing can hold it any more."
        HoldWeaker "hold-weaker" "" "An order keeps this. Ask again with the order's reason and a later day, or lift it."
        PractisedAlone "practised-alone" "" "You said this yourself. The other custodian confirms it."
        PractisedNot "practised-not" "" "Nobody said that they practised, or it was too long ago. Say it again."
        UploadTooManyParts "upload-too-many-parts" "" "This upload came in too many small pieces. Send it again in larger ones."
    }
}

/// An expected no. Tested like a feature, explained on a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Refusal {
    Street(Street),
    Desk(Desk),
    Bell(Bell),
    Record(Record),
    People(People),
    Evidence(Evidence),
}

impl Refusal {
    /// The stable short name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Street(no) => no.name(),
            Self::Desk(no) => no.name(),
            Self::Bell(no) => no.name(),
            Self::Record(no) => no.name(),
            Self::People(no) => no.name(),
            Self::Evidence(no) => no.name(),
        }
    }
    /// What the person can do next.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Street(no) => no.advice(),
            Self::Desk(no) => no.advice(),
            Self::Bell(no) => no.advice(),
            Self::Record(no) => no.advice(),
            Self::People(no) => no.advice(),
            Self::Evidence(no) => no.advice(),
        }
    }
    /// The form field this belongs to; empty when it belongs to none.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Street(no) => no.field(),
            Self::Desk(no) => no.field(),
            Self::Bell(no) => no.field(),
            Self::Record(no) => no.field(),
            Self::People(no) => no.field(),
            Self::Evidence(no) => no.field(),
        }
    }
    /// Every refusal there is.
    pub fn all() -> Vec<Refusal> {
        let mut all: Vec<Refusal> = Vec::new();
        all.extend(Street::ALL.iter().map(|no| Refusal::Street(*no)));
        all.extend(Desk::ALL.iter().map(|no| Refusal::Desk(*no)));
        all.extend(Bell::ALL.iter().map(|no| Refusal::Bell(*no)));
        all.extend(Record::ALL.iter().map(|no| Refusal::Record(*no)));
        all.extend(People::ALL.iter().map(|no| Refusal::People(*no)));
        all.extend(Evidence::ALL.iter().map(|no| Refusal::Evidence(*no)));
        all
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_name_of_its_own_and_says_what_to_do() {
        let mut names: Vec<_> = Refusal::all().iter().map(|no| no.name()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for no in Refusal::all() {
            assert!(no.advice().ends_with('.'), "{no}");
            assert!(no.name().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{no}");
        }
    }
}
