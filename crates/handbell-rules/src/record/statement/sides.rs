//! The other sides' own words: replies, statements, and requests for comment.
//!
//! They are held against the same rules as everything else of the record, and the guard reads each passage.
//! Nothing here changes a word: what the desk took out is a mark with a reason in its place.

use super::{Batch, EntryKind, number, placed, some};
use crate::record::official::{
    ASKED_TYPE, BODY_LETTERS_MAX, CAME_TYPE, CommentAsked, CommentCame, NewAsked, NewCame, NewOfficial, OfficialStatement, Side,
    VERBATIM_LETTERS_MAX, is_minute,
};
use crate::record::reply::{CLAIMS_MAX, NewReply, PASSAGES_MAX, Passage, REPLY_LETTERS_MAX, Reply, ReplyRole, passages};
use crate::record::source::SourceKind;
use crate::refusal::{Record, Refusal};
use crate::span::Span;

impl Batch<'_> {
    fn next_side(&self) -> u32 {
        number(self.ledger.sides.len() + 1)
    }

    pub(super) fn add_reply(&mut self, new: &NewReply) -> Result<(), Refusal> {
        let said: Vec<&str> =
            new.passages.iter().filter_map(|one| if let Passage::Said(text) = one { Some(text.as_str()) } else { None }).collect();
        if said.is_empty() || said.iter().any(|text| text.trim().is_empty()) || new.passages.len() > PASSAGES_MAX {
            return Err(Record::ReplyEmpty.into());
        }
        if said.iter().map(|text| text.chars().count()).sum::<usize>() > REPLY_LETTERS_MAX {
            return Err(Record::ReplyTooLong.into());
        }
        let body = body_of(new.role, &new.body)?;
        if new.claims.len() > CLAIMS_MAX || new.claims.iter().any(|claim| self.ledger.claim(*claim).is_none()) {
            return Err(Record::ClaimMissing.into());
        }
        if !is_minute(&new.received) {
            return Err(Record::MinuteWrong.into());
        }
        self.take(&said)?;
        self.take(&[body.as_deref().unwrap_or_default()])?;
        let reply = Reply {
            number: number(self.ledger.replies.len() + 1),
            role: new.role,
            body,
            checked: new.checked,
            claims: new.claims.clone(),
            passages: new.passages.clone(),
            shortened: new.shortened,
            received: new.received.clone(),
        };
        self.write(EntryKind::Reply, None, &reply);
        self.ledger.replies.push(placed(reply));
        Ok(())
    }

    pub(super) fn add_official(&mut self, new: &NewOfficial) -> Result<(), Refusal> {
        let source = self.source(new.source)?;
        let kind = self.ledger.source(source).and_then(|placed| placed.body.as_ref()).map(|body| body.kind);
        // A witness's or a desk's own words are no body's statement.
        if !matches!(kind, Some(SourceKind::Official | SourceKind::Organisation | SourceKind::Press | SourceKind::Court)) {
            return Err(Record::StatementOfABody.into());
        }
        if Span::parse(&new.said).is_err() {
            return Err(Record::DateUnreadable.into());
        }
        let said = passages(&new.text);
        if said.is_empty() {
            return Err(Record::WordsMissing.into());
        }
        if said.iter().map(|text| text.chars().count()).sum::<usize>() > VERBATIM_LETTERS_MAX {
            return Err(Record::StatementTooLong.into());
        }
        self.take(&said.iter().map(String::as_str).collect::<Vec<_>>())?;
        let statement = OfficialStatement { number: self.next_side(), source, said: new.said.clone(), passages: said };
        self.write(EntryKind::Statement, None, &statement);
        self.ledger.sides.push(placed(Side::Statement(statement)));
        Ok(())
    }

    pub(super) fn add_asked(&mut self, new: &NewAsked) -> Result<(), Refusal> {
        let body = some(&new.body).ok_or(Record::BodyMissing)?;
        if body.chars().count() > BODY_LETTERS_MAX {
            return Err(Record::BodyMissing.into());
        }
        if !is_minute(&new.asked) || !is_minute(&new.answer_by) || new.answer_by <= new.asked {
            return Err(Record::MinuteWrong.into());
        }
        self.take(&[&body, &new.about])?;
        let asked = CommentAsked {
            number: self.next_side(),
            body,
            how: new.how,
            asked: new.asked.clone(),
            answer_by: new.answer_by.clone(),
            about: some(&new.about),
        };
        self.write(EntryKind::Statement, Some(ASKED_TYPE), &asked);
        self.ledger.sides.push(placed(Side::Asked(asked)));
        Ok(())
    }

    pub(super) fn add_came(&mut self, new: &NewCame) -> Result<(), Refusal> {
        let asked = usize::try_from(new.request).ok().and_then(|wanted| self.ledger.sides.get(wanted.checked_sub(1)?));
        let Some(Side::Asked(asked)) = asked.and_then(|placed| placed.body.as_ref()) else {
            return Err(Record::RequestMissing.into());
        };
        if !is_minute(&new.when) || new.when < asked.asked {
            return Err(Record::MinuteWrong.into());
        }
        let came = CommentCame { number: self.next_side(), request: new.request, came: new.came, when: new.when.clone() };
        self.write(EntryKind::Statement, Some(CAME_TYPE), &came);
        self.ledger.sides.push(placed(Side::Came(came)));
        Ok(())
    }
}

/// The body that answers in a role; none where a person does, who is never named.
///
/// # Errors
/// Missing where one must be named, given where a person answers, or too long.
pub(in crate::record) fn body_of(role: ReplyRole, given: &str) -> Result<Option<String>, Refusal> {
    let body = some(given);
    let fits = body.as_ref().is_none_or(|body| body.chars().count() <= BODY_LETTERS_MAX);
    match (role, &body) {
        (ReplyRole::Person, Some(_)) => Err(Record::PersonNamed.into()),
        (role, None) if role.must_name_a_body() => Err(Record::BodyMissing.into()),
        _ if fits => Ok(body),
        _ => Err(Record::BodyMissing.into()),
    }
}
