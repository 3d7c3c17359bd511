//! The desk under load: two members who open incidents to the record while the server is being killed.
//!
//! They use the pages' own forms, as a browser without scripts would. An approval that was answered is an
//! entry of the log that must be there in the next life. They judge nothing; they only press.

use crate::loopback::{self, Answer};
use anyhow::{Context, bail};

/// A browser at the desk: its cookies.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    cookies: String,
}

impl Browser {
    /// Redeems a one-time link's token.
    pub fn signs_in(port: u16, token: &str) -> anyhow::Result<Self> {
        let answer = loopback::ask(port, "POST", "/desk/sign-in", &[FORM], &format!("token={token}"))?;
        if answer.status >= 400 {
            bail!("signing in answered {}", answer.status);
        }
        let pairs: Vec<&str> = answer.header("set-cookie").filter_map(|cookie| cookie.split(';').next()).collect();
        Ok(Self { cookies: pairs.join("; ") })
    }

    fn sees(&self, port: u16, path: &str) -> anyhow::Result<String> {
        let answer = loopback::ask(port, "GET", path, &[("Cookie", &self.cookies)], "")?;
        if answer.status != 200 {
            bail!("{path} answered {}", answer.status);
        }
        Ok(answer.body)
    }

    /// Presses the button of a form on a page.
    fn presses(&self, port: u16, page: &str, action: &str) -> anyhow::Result<Answer> {
        let form = page.split_once(&format!("action=\"{action}\"")).with_context(|| format!("no form {action}"))?.1;
        let hidden = |name: &str| between(form, &format!("name=\"{name}\" value=\""), "\"").unwrap_or_default();
        let body = format!("csrf={}&version={}", hidden("csrf"), hidden("version"));
        let answer = loopback::ask(port, "POST", action, &[FORM, ("Cookie", &self.cookies)], &body)?;
        if answer.status >= 400 {
            bail!("{action} answered {}", answer.status);
        }
        Ok(answer)
    }
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// Opens one waiting report's incident to the record: one member proposes, the other approves. Answers
/// with the incident's public path once the approval was answered.
pub fn opens_one_to_the_record(port: u16, proposer: &Browser, approver: &Browser) -> anyhow::Result<String> {
    let queue = proposer.sees(port, "/desk")?;
    let report = format!("/desk/reports/{}", between(&queue, "href=\"/desk/reports/", "\"").context("nothing waits")?);
    let page = proposer.sees(port, &report)?;
    let opened = proposer.presses(port, &page, &format!("{report}/open"))?;
    let incident = opened.header("location").next().context("opening leads nowhere")?.to_owned();
    let incident = incident.split(['?', '#']).next().unwrap_or_default().to_owned();
    let public = incident.strip_prefix("/desk/incidents/").with_context(|| format!("opening leads to {incident}"))?.to_owned();
    let page = proposer.sees(port, &incident)?;
    proposer.presses(port, &page, &format!("{incident}/record"))?;
    // Its own proposal: one of an earlier life may wait beside it.
    let page = approver.sees(port, &incident)?;
    let proposal = between(&page, "action=\"/desk/record/", "/approve\"").context("no proposal waits on the incident's page")?;
    approver.presses(port, &page, &format!("/desk/record/{proposal}/approve"))?;
    Ok(format!("/record/{public}"))
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let rest = text.split_once(start)?.1;
    Some(rest.split_once(end)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_two_marks_is_found() {
        let page = r#"<form action="/desk/record/7/approve"><input name="csrf" value="c"><input name="version" value="2">"#;
        assert_eq!(between(page, "action=\"/desk/record/", "/approve\""), Some("7"));
        assert_eq!(between(page, "name=\"version\" value=\"", "\""), Some("2"));
        assert_eq!(between(page, "name=\"other\"", "\""), None);
    }
}
