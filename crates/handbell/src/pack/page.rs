//! The page of a pack: what it is, for somebody who never heard of us. No scripts, nothing from elsewhere, prints well.
//!
//! It follows from the pack alone, byte by byte, so that a check can tell a page that says something else.

use super::files::PAGE;
use super::{Item, Original, Pack, original_path};
use handbell_evidence::stamp;
use handbell_rules::evidence::custody::{Deed, Head, Office, Statement, hex};
use std::fmt::Write as _;

/// What checks the list of what was done, with `sha256sum` and a shell.
const LIST_BY_HAND: &str = include_str!("by_hand_list.txt");
/// What checks the log part, with `openssl`, `sha256sum` and a shell. `key` is set before it.
const LOG_BY_HAND: &str = include_str!("by_hand.txt");

const STYLE: &str = "body{font:1rem/1.5 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}\
h1,h2,h3{line-height:1.25}h2{margin-top:2.5rem;border-top:1px solid #767676;padding-top:1rem}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #ccc}\
th[scope=row]{width:11rem;font-weight:normal}code,pre{font:.85rem/1.5 monospace;overflow-wrap:anywhere;white-space:pre-wrap}\
pre{background:#f3f3f3;padding:.6rem;border:1px solid #ccc}\
@media print{body{margin:0;max-width:none;font-size:11pt}h2{break-after:avoid}tr,pre{break-inside:avoid}}";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn row(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>");
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

fn or_nothing(text: &str, nothing: &str) -> String {
    if text.is_empty() { nothing.to_owned() } else { escape(text) }
}

/// `2026-01-02T03:04:05Z` for people.
fn time(utc: &str) -> String {
    format!("{} UTC", utc.trim_end_matches('Z').replacen('T', ", ", 1))
}

/// What was done, in a sentence.
pub const fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::Received => "It was received, whole, and sealed.",
        Deed::Derived => "Working copies were made from it.",
        Deed::Looked => "Somebody looked at a working copy.",
        Deed::Copied => "Somebody took a working copy away.",
        Deed::Given => "A sealed part of its key, or the sealed file, was given to a custodian.",
        Deed::HandedOver => "A pack such as this one was made.",
        Deed::Hidden => "Somebody drew what a public copy should cover.",
        Deed::Checked => "A second person checked a covered copy.",
        Deed::Published => "A covered copy was published.",
        Deed::Withdrawn => "A published copy was taken back.",
        Deed::Found => "Somebody wrote down what they found about it.",
        Deed::Wished => "The person who gave it said what may be done with it.",
        Deed::Stamped => "An outside clock stamped the list.",
        Deed::Deleted => "It was deleted.",
        Deed::Noted => "A mark of it was put into the public log.",
        Deed::HeldLonger => "It was decided how long it is kept.",
        Deed::Burnt => "Parts of a copy were covered for good.",
        Deed::Resembled => "The program found that it resembles something known.",
        Deed::KeySet => "A custodian's key was set.",
        Deed::HoldAsked => "Somebody asked that it is kept longer.",
        Deed::PackTaken => "A pack, or the sealed file, was taken away from the server.",
        Deed::Shut => "A member shut it: nobody looks at it. Its copies went then, or after a day in which two others could open it again.",
        Deed::ReopenAsked => "A member asked that the shut file is opened to the desk again.",
        Deed::Reopened => "A second member agreed: the desk looks at it again.",
        Deed::Practised => "Two custodians practised opening an original.",
    }
}

fn doer(said: &Statement) -> String {
    let office = match said.office {
        Office::Witness => "whoever gave it",
        Office::Keeper => "whoever runs the server",
        Office::Handbell => "the program",
        member => member.word(),
    };
    match said.member {
        Some(member) => format!("{office}<br><small>{}</small>", code(&member.to_string())),
        None => office.to_owned(),
    }
}

/// Who opened the originals: of those that are in the pack it is said, and of no other.
fn opened(pack: &Pack) -> &'static str {
    let there = pack.items.iter().filter(|item| item.name.original != Original::Missing).count();
    match there {
        0 => "Nobody has opened one for this pack yet, and none is in it.",
        there if there < pack.items.len() => {
            "Of those that are in this pack, each was opened for it by two of the group&#39;s three custodians together, on a machine of \
             their own; nobody has opened the others for it yet."
        }
        _ => "Each was opened for this pack by two of the group&#39;s three custodians together, on a machine of their own.",
    }
}

fn item(out: &mut String, pack: &Pack, item: &Item, number: usize) {
    let name = &item.name;
    let _ = writeln!(out, "<h3>Item {number}</h3>\n<table>");
    let original = match (&name.original, original_path(number, name)) {
        (Original::Sealed { to }, Some(path)) => format!("{}, locked with the key {}", code(&path), code(to)),
        (_, Some(path)) => code(&path),
        (_, None) => "not in this pack yet".to_owned(),
    };
    row(out, "The original file", &original);
    row(out, "What it is", &format!("{}, {} bytes", escape(&name.media_type), name.length));
    row(out, "Its fingerprint (SHA-256)", &code(&name.sha256));
    row(out, "Received by us", &escape(&time(&name.received)));
    row(out, "When it was filmed, as the person who gave it says", &or_nothing(&name.claimed, "they did not say"));
    row(out, "When it was filmed, as the file says", &or_nothing(&name.in_file, "the file does not say"));
    out.push_str("</table>\n<p>The last two are what somebody or some device said. Nobody has checked them.</p>\n");
    out.push_str("<h4>What was done with it</h4>\n<table>\n<tr><th>When (UTC)</th><th>What</th><th>By whom</th><th>Line</th></tr>\n");
    for (line, said) in pack.said_of(name.footage) {
        let words = said.words.as_deref().map(|words| format!("<br>{}", escape(words))).unwrap_or_default();
        let at = said.at.utc_second().trim_end_matches('Z').replacen('T', " ", 1);
        let _ = writeln!(out, "<tr><td>{at}</td><td>{}{words}</td><td>{}</td><td>{line}</td></tr>", deed(said.deed), doer(&said));
    }
    out.push_str("</table>\n");
}

fn heads(out: &mut String, pack: &Pack) {
    let mut all = vec![Head::EMPTY];
    for said in &pack.chain {
        let next = all.last().unwrap_or(&Head::EMPTY).after(said);
        all.push(next);
    }
    for head in &pack.heads {
        let hash = usize::try_from(head.lines).ok().and_then(|lines| all.get(lines)).map(|head| hex(&head.hash)).unwrap_or_default();
        let _ = writeln!(out, "<h3>The list as it stood after {} lines</h3>\n<table>", head.lines);
        row(out, "Its fingerprint", &code(&hash));
        match head.stamp.as_ref().map(|answer| stamp::read(answer)) {
            Some(Ok(stamp)) => {
                row(out, "An outside clock said it was there at", &escape(&time(&stamp.at)));
                row(out, "The clock's rules and number", &format!("{}, {}", code(&stamp.policy), code(&stamp.serial)));
            }
            _ => row(out, "An outside clock", "none was asked, or none has answered"),
        }
        out.push_str("</table>\n");
        if head.stamp.is_some() {
            let command = format!("openssl ts -verify -digest {hash} -in heads/{}/stamp.tsr -CAfile ROOTS.pem", head.lines);
            let _ = writeln!(out, "<pre>{}</pre>", escape(&command));
        }
    }
}

fn checks(out: &mut String, pack: &Pack) {
    out.push_str("<h2>How to check this pack</h2>\n<p>Open a terminal in this folder. Nothing below needs a network.</p>\n");
    out.push_str("<p>1. No file was changed since the pack was made. Every line must end in <code>OK</code>:</p>\n<pre>sha256sum -c SHA256SUMS</pre>\n");
    out.push_str("<p>2. Everything at once, with the program Handbell:</p>\n");
    let _ = writeln!(out, "<pre>handbell verify . --key '{}'</pre>", escape(&pack.log_key));
    out.push_str("<p>The key in that line is the group's own word. Compare it with the one that you know from elsewhere.</p>\n");
    for (item, number) in pack.items.iter().zip(1..) {
        if let (Original::Sealed { .. }, Some(path)) = (&item.name.original, original_path(number, &item.name)) {
            let clear = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".age");
            let _ = writeln!(
                out,
                "<p>3. Item {number}: open the locked original with your key. The second line must print its fingerprint:</p>\n<pre>age -d -i YOUR-KEY -o {clear} {path}\nsha256sum {clear}</pre>"
            );
        }
        let _ = writeln!(
            out,
            "<p>4. Item {number}: its mark. This must print the <code>commitment</code> that stands in <code>items/{number}/log/payload</code>:</p>\n<pre>openssl dgst -sha256 -mac HMAC -macopt hexkey:$(cat items/{number}/inner-salt) items/{number}/opening.json</pre>"
        );
    }
    out.push_str("<p>5. The list of what was done: each line of <code>custody/lines</code> ends in the SHA-256 of what was said (<code>custody/said/</code>, by the number of the line) and holds the SHA-256 of the line before it. These lines, in <code>bash</code>, say so and name what the log holds of the list; one with <code>NO</code> means that it does not hold:</p>\n");
    let _ = writeln!(out, "<pre id=\"list\">{}</pre>", escape(LIST_BY_HAND));
    out.push_str("<p>6. The log: each <code>proof.tlog-proof</code> is a C2SP tlog-proof of the <code>leaf</code> beside it, which any program for such logs checks. Or by hand, in <code>bash</code> with OpenSSL 3: put the key that you know from elsewhere into the first line. For every mark and every list it must say which entry of the log it is; a line with <code>NO</code>, or none, means that it does not hold.</p>\n");
    let _ = writeln!(out, "<pre id=\"log\">key='{}'\n{}</pre>", escape(&pack.log_key), escape(LOG_BY_HAND));
    out.push_str("<p>7. The outside clocks: the commands stand with the lists above. <code>ROOTS.pem</code> holds the certificates of the clock's owner, which you must have from them and not from us.</p>\n");
}

/// The page, whole.
pub fn html(pack: &Pack) -> String {
    let mut out = String::with_capacity(16_384);
    let _ = writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Footage handed over by {0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Footage handed over by {0}</h1>",
        escape(&pack.group)
    );
    out.push_str("<table>\n");
    row(&mut out, "Made for", &escape(&pack.for_whom));
    row(&mut out, "Made on", &escape(&time(&pack.made_at)));
    row(&mut out, "By", &format!("{}, {}", escape(&pack.group), escape(&pack.origin)));
    row(&mut out, "Items", &pack.items.len().to_string());
    out.push_str("</table>\n");
    let _ = writeln!(
        out,
        "<p>This folder holds what shows that photographs or films are the same files that people gave to a neighbourhood group. \
         The group keeps each original locked. {}</p>",
        opened(pack)
    );
    out.push_str(
        "<p>What this pack shows: which bytes were received, when, and everything that the group did with \
         them, in a list that nobody can change unseen. Each time somebody fetched a film or a recording anew is a line of its own; \
         whoever looked at a picture could keep it, and looking at the same thing several times within an hour is one line. What it does not show: who filmed it, when or where it was filmed, or that it shows \
         what somebody says it shows.</p>\n<h2>The items</h2>\n",
    );
    for (one, number) in pack.items.iter().zip(1..) {
        item(&mut out, pack, one, number);
    }
    if !pack.claims.is_empty() {
        out.push_str("<h2>What the group's public record says</h2>\n<ul>\n");
        for claim in &pack.claims {
            let _ = writeln!(out, "<li>{}</li>", escape(claim));
        }
        out.push_str("</ul>\n");
    }
    let _ = writeln!(
        out,
        "<h2>The list and the clocks</h2>\n<p>Everything that the group does with footage is a line of one list. This pack holds all {} lines \
         as fingerprints, and what {} of them say: those about the items above. The group&#39;s public log says on each day how the list \
         stood, so no line can be changed later without the log showing it.</p>",
        pack.chain.len(),
        pack.statements.len()
    );
    if pack.heads.is_empty() {
        out.push_str("<p>The log says nothing of these lines yet: it does on the day after. Ask the group for a newer pack.</p>\n");
    }
    heads(&mut out, pack);
    checks(&mut out, pack);
    let _ = writeln!(
        out,
        "<h2>Words</h2>\n<dl>\n<dt>Fingerprint (SHA-256)</dt><dd>64 letters and digits worked out from a file. Nobody knows how to make another \
         file with the same ones.</dd>\n<dt>Log</dt><dd>A public list to which the group can only add. Others keep copies of it.</dd>\n\
         <dt>Mark</dt><dd>What the log holds of an item: a fingerprint that tells nothing without the key in this pack.</dd>\n\
         <dt>Outside clock</dt><dd>Somebody else who signs that a fingerprint was there at a time (RFC 3161).</dd>\n</dl>\n\
         <p><small>{PAGE} follows from the other files of this pack. <code>handbell verify</code> says if it does not.</small></p>\n</main>\n</body>\n</html>"
    );
    out
}
