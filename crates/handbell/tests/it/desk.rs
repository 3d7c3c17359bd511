//! Desk: two members who work by the pages' own forms, as a browser without scripts does.
//!
//! A page is read, its form is found by where it goes, its hidden fields go back with the answer. An error
//! means that no whole answer came, as after a kill; the next round starts from the queue again.

use crate::talk::{Answer, Talk};
use std::io;

/// A signed-in browser.
pub struct Member {
    cookies: String,
}

/// What the desk has done and was told that it is done.
#[derive(Debug, Default)]
pub struct Progress {
    /// Entries published, each by an answer that said so.
    pub published: u64,
    /// Incidents opened.
    pub opened: u64,
}

/// One form of a page: where it goes, its hidden fields, what can be chosen.
#[derive(Debug)]
struct Form {
    action: String,
    hidden: Vec<(String, String)>,
    choices: Vec<(String, String)>,
}

/// What stands between two marks, and the text after the second.
fn between<'text>(text: &'text str, before: &str, after: &str) -> Option<(&'text str, &'text str)> {
    let start = text.find(before)? + before.len();
    let end = start + text[start..].find(after)?;
    Some((&text[start..end], &text[end + after.len()..]))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    between(tag, &format!(" {name}=\""), "\"").map(|(value, _)| value.to_owned())
}

/// Every tag of one name.
fn tags<'text>(text: &'text str, name: &str) -> Vec<&'text str> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((tag, after)) = between(rest, &format!("<{name}"), ">") {
        found.push(tag);
        rest = after;
    }
    found
}

fn forms(page: &str) -> Vec<Form> {
    let (mut found, mut rest) = (Vec::new(), page);
    while let Some((inside, after)) = between(rest, "<form", "</form>") {
        rest = after;
        let inputs = tags(inside, "input");
        let pair = |tag: &&str| Some((attribute(tag, "name")?, attribute(tag, "value")?));
        let of =
            |kind: &str| inputs.iter().filter(|tag| attribute(tag, "type").as_deref() == Some(kind)).filter_map(pair).collect::<Vec<_>>();
        let mut choices = of("radio");
        if let Some(name) = tags(inside, "select").first().and_then(|tag| attribute(tag, "name")) {
            let values = tags(inside, "option").into_iter().filter_map(|tag| attribute(tag, "value")).filter(|value| !value.is_empty());
            choices.extend(values.map(|value| (name.clone(), value)));
        }
        found.push(Form { action: attribute(inside, "action").unwrap_or_default(), hidden: of("hidden"), choices });
    }
    found
}

/// Text as a form sends it: everything but letters and digits as bytes.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

impl Member {
    /// Redeems a link, like a fresh browser.
    pub fn sign_in(talk: &mut Talk, token: &str) -> io::Result<Self> {
        let answer = talk.ask("POST", "/desk/sign-in", &[FORM], format!("token={}", encoded(token)).as_bytes())?;
        assert_eq!(answer.status, 303, "signing in: {}", answer.text());
        let set: Vec<&str> = answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str()).collect();
        assert!(set.iter().all(|cookie| cookie.starts_with("__Host-")), "{set:?}");
        let cookies: Vec<&str> = set.iter().filter_map(|cookie| cookie.split(';').next()).collect();
        assert_eq!(cookies.len(), 2, "a session and a device: {set:?}");
        let member = Self { cookies: cookies.join("; ") };
        member.start_duty(talk)?;
        Ok(member)
    }

    /// Access follows duty, so whoever signs in starts theirs.
    fn start_duty(&self, talk: &mut Talk) -> io::Result<()> {
        let page = self.page(talk, "/desk")?;
        let form = forms(&page).into_iter().find(|form| form.action == "/desk/duty");
        let form = form.ok_or_else(|| io::Error::other("the strip has no form for duty"))?;
        let answer = self.send(talk, &form, &[("duty", "start")])?;
        if answer.status == 303 { Ok(()) } else { Err(io::Error::other(format!("starting a duty answered {}", answer.status))) }
    }

    /// Whatever an address answers.
    pub fn get(&self, talk: &mut Talk, path: &str) -> io::Result<Answer> {
        talk.ask("GET", path, &[("cookie", &self.cookies)], b"")
    }

    /// What an address answers to whoever asks for its head alone.
    pub fn head(&self, talk: &mut Talk, path: &str) -> io::Result<Answer> {
        talk.ask("HEAD", path, &[("cookie", &self.cookies)], b"")
    }

    /// What an address answers to whoever asks for this stretch of it.
    pub fn stretch(&self, talk: &mut Talk, path: &str, range: &str) -> io::Result<Answer> {
        talk.ask("GET", path, &[("cookie", &self.cookies), ("range", range)], b"")
    }

    /// Sends the form of a page that goes where `ending` says, with these fields, and gives what comes.
    pub fn press(&self, talk: &mut Talk, path: &str, ending: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let page = self.page(talk, path)?;
        self.press_on(talk, &page, ending, fields)
    }

    /// The same on a page that was read before, whatever became of it meanwhile.
    pub fn press_on(&self, talk: &mut Talk, page: &str, ending: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let form = forms(page).into_iter().find(|form| form.action.ends_with(ending));
        let form = form.ok_or_else(|| io::Error::other(format!("the page has no form for {ending}")))?;
        self.send(talk, &form, fields)
    }

    /// A page that opens.
    pub fn page(&self, talk: &mut Talk, path: &str) -> io::Result<String> {
        let answer = talk.ask("GET", path, &[("cookie", &self.cookies)], b"")?;
        if answer.status == 200 {
            Ok(answer.text())
        } else {
            Err(io::Error::other(format!("{path} answered {}: {}", answer.status, answer.text())))
        }
    }

    fn send(&self, talk: &mut Talk, form: &Form, more: &[(&str, &str)]) -> io::Result<Answer> {
        let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<String> = hidden.chain(more.iter().copied()).map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        talk.ask("POST", &form.action, &[("cookie", &self.cookies), FORM], fields.join("&").as_bytes())
    }

    /// Fills in the form of a page that goes where `ending` says, with the first of every choice.
    pub fn fill(&self, talk: &mut Talk, path: &str, ending: &str) -> io::Result<Answer> {
        let page = self.page(talk, path)?;
        let form = forms(&page).into_iter().find(|form| form.action.ends_with(ending));
        let form = form.ok_or_else(|| io::Error::other(format!("{path} has no form for {ending}")))?;
        let chosen: Vec<(&str, &str)> = form.choices.first().map(|(name, value)| (name.as_str(), value.as_str())).into_iter().collect();
        let answer = self.send(talk, &form, &chosen)?;
        if answer.status == 303 {
            Ok(answer)
        } else {
            Err(io::Error::other(format!("{} answered {}: {}", form.action, answer.status, answer.text())))
        }
    }

    /// Approves whatever waits to be published; says how many were.
    fn approve_all(&self, talk: &mut Talk) -> io::Result<u64> {
        let page = self.page(talk, "/desk/record")?;
        let mut approved = 0;
        for form in forms(&page).into_iter().filter(|form| form.action.starts_with("/desk/record/") && form.action.ends_with("/approve")) {
            let answer = self.send(talk, &form, &[])?;
            approved += u64::from(answer.status == 303);
        }
        Ok(approved)
    }
}

/// One round: a waiting report becomes an incident, which ends and is published with its outcome. False when
/// no report waits.
pub fn round(talk: &mut Talk, amina: &Member, ben: &Member, progress: &mut Progress) -> io::Result<bool> {
    // What a kill left half done.
    progress.published += ben.approve_all(talk)?;
    let queue = amina.page(talk, "/desk")?;
    let Some(report) =
        tags(&queue, "a").into_iter().filter_map(|tag| attribute(tag, "href")).find(|href| href.starts_with("/desk/reports/"))
    else {
        return Ok(false);
    };
    if forms(&amina.page(talk, &report)?).iter().any(|form| form.action.ends_with("/take")) {
        amina.fill(talk, &report, "/take")?;
    }
    amina.fill(talk, &report, "/open")?;
    let page = amina.page(talk, &report)?;
    let incident = tags(&page, "a").into_iter().filter_map(|tag| attribute(tag, "href")).find(|href| href.starts_with("/desk/incidents/"));
    let incident = incident.ok_or_else(|| io::Error::other("an opened report names no incident"))?;
    progress.opened += 1;
    amina.fill(talk, &incident, "/end")?;
    amina.fill(talk, &incident, "/record")?;
    progress.published += ben.approve_all(talk)?;
    amina.fill(talk, &incident, "/outcome")?;
    progress.published += ben.approve_all(talk)?;
    Ok(true)
}

#[test]
fn a_form_is_read_as_a_browser_reads_it() {
    let page = r#"<form method="post" action="/a"><input type="hidden" name="csrf" value="x"></form>
        <form method="post" action="/b/end"><input type="hidden" name="version" value="3"><div><input type="radio" name="end" id="end" value="over">
        <input type="radio" name="end" value="mistaken" checked></div><select class="in" name="reason"><option value="">–</option><option value="other">Other</option></select></form>"#;
    let found = forms(page);
    assert_eq!(found.iter().map(|form| form.action.as_str()).collect::<Vec<_>>(), ["/a", "/b/end"]);
    assert_eq!(found[0].hidden, [("csrf".to_owned(), "x".to_owned())]);
    assert_eq!(found[1].choices[0], ("end".to_owned(), "over".to_owned()));
    assert_eq!(found[1].choices[2], ("reason".to_owned(), "other".to_owned()));
    assert_eq!(encoded("a b&é"), "a%20b%26%C3%A9");
}
