//! Contacts: telephone numbers, e-mail and web addresses, handles, and long numbers of any sort.
//!
//! A public sentence never says how to reach somebody, and an alert carries no link but our own, which is
//! not part of the words.

use std::ops::Range;

use super::reading::Reading;
use super::{Found, Rule};

/// The most signs that may stand between two digits of one number.
const GAP_MAX: usize = 3;

/// Endings of names on the web that people use to point elsewhere.
const ENDINGS: &[&str] = &[
    "com", "org", "net", "info", "uk", "co", "io", "me", "app", "eu", "gov", "edu", "tv", "xyz", "site", "online", "link", "gg", "ly",
    "gl", "be", "de", "fr", "es", "nl", "ie", "us", "ca", "onion", "social", "chat", "click", "live", "news", "top", "ru", "ch", "biz",
    "dev", "page", "blog", "shop", "store", "cc", "to", "fm", "im", "pm", "sh", "st", "ws", "mobi", "example", "test", "london", "scot",
    "wales", "cymru", "it", "pl", "ro", "tr", "in", "pk", "ng", "br", "mx", "zone",
];

/// Numbers written with digits and gaps.
pub(super) fn numbers(reading: &Reading, found: &mut Vec<Found>) {
    let mut position = 0;
    while position < reading.len() {
        let opens = reading.at(position) == '+' && reading.at(position + 1).is_ascii_digit();
        let starts = (opens || digit_here(reading, position).is_some()) && reading.word_may_start(position);
        if !starts {
            position += 1;
            continue;
        }
        let run = Run::from(reading, position);
        if let Some(rule) = run.judge(reading) {
            found.push((rule, run.start..run.end));
        }
        position = run.end.max(position + 1);
    }
}

/// A digit, or a letter drawn like one in a row of such signs that holds a real digit.
fn digit_here(reading: &Reading, position: usize) -> Option<char> {
    let drawn = |sign: char| sign.is_ascii_digit() || matches!(sign, 'O' | 'o' | 'I' | 'l');
    let sign = reading.at(position);
    if sign.is_ascii_digit() {
        return Some(sign);
    }
    if !drawn(sign) {
        return None;
    }
    let mut start = position;
    while start > 0 && drawn(reading.at(start - 1)) {
        start -= 1;
    }
    let mut end = position;
    while drawn(reading.at(end)) {
        end += 1;
    }
    let among_digits = (start..end).any(|at| reading.at(at).is_ascii_digit());
    let alone = reading.word_may_start(start) && reading.word_may_end(end);
    (among_digits && alone).then_some(if matches!(sign, 'O' | 'o') { '0' } else { '1' })
}

/// A run of digits with short gaps.
struct Run {
    start: usize,
    end: usize,
    plus: bool,
    /// The digits between gaps.
    groups: Vec<String>,
    /// Where each group begins.
    starts: Vec<usize>,
}

impl Run {
    fn from(reading: &Reading, start: usize) -> Self {
        let plus = reading.at(start) == '+';
        let mut position = start + usize::from(plus);
        let mut run = Self { start, end: position, plus, groups: vec![], starts: vec![] };
        loop {
            let begin = position;
            let mut group = String::new();
            while let Some(digit) = digit_here(reading, position) {
                group.push(digit);
                position += 1;
            }
            if group.is_empty() {
                return run;
            }
            run.groups.push(group);
            run.starts.push(begin);
            run.end = position;
            let gap = position;
            while position < gap + GAP_MAX && matches!(reading.at(position), ' ' | '-' | '.' | '/' | '(' | ')' | '_' | '*') {
                position += 1;
            }
            if position == gap {
                return run;
            }
        }
    }

    fn judge(&self, reading: &Reading) -> Option<Rule> {
        // A run that ends inside a word ("4th", "12b") gives its last group to that word.
        let mut groups: &[String] = &self.groups;
        if reading.at(self.end).is_alphabetic() {
            groups = &groups[..groups.len() - 1];
        }
        if let Some(rest) = without_date(groups) {
            groups = rest;
        }
        // A clock time after it takes its hour back: "… 11:30".
        if reading.at(self.end) == ':' {
            groups = &groups[..groups.len().saturating_sub(1)];
        }
        let digits: String = groups.concat();
        let count = digits.len();
        let longest = groups.iter().map(String::len).max().unwrap_or(0);
        let lengths: Vec<usize> = groups.iter().map(String::len).collect();
        let phone = (self.plus && (8..=15).contains(&count))
            || (digits.starts_with("00") && (10..=17).contains(&count))
            || (digits.starts_with('0') && (10..=11).contains(&count))
            || (digits.starts_with("44") && (11..=13).contains(&count))
            || (digits.starts_with('7') && count == 10)
            // Spain: nine digits, in threes or in pairs
            || (digits.starts_with(['6', '7', '8', '9']) && [&[3, 3, 3][..], &[3, 2, 2, 2], &[2, 3, 2, 2]].contains(&&lengths[..]))
            || (count == 10 && lengths == [3, 3, 4])
            || (count == 11 && digits.starts_with('1') && (lengths == [1, 3, 3, 4] || lengths == [11]));
        if phone {
            return Some(Rule::Phone);
        }
        // Cards and case numbers are long; counts of people, years and times are not.
        let case = matches!(lengths[..], [3..=5, 4..=6, 2]);
        (longest >= 7 || case || (count >= 12 && groups.len() >= 3)).then_some(Rule::DocumentNumber)
    }
}

/// What follows a date that begins a run of digits; `None` when it begins with none.
fn without_date(groups: &[String]) -> Option<&[String]> {
    let [first, second, third, rest @ ..] = groups else { return None };
    let year = |text: &str| text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    let small = |text: &str, most: u32| text.len() <= 2 && text.parse::<u32>().is_ok_and(|value| (1..=most).contains(&value));
    let day_first = small(first, 31) && small(second, 12) && year(third);
    let year_first = year(first) && small(second, 12) && small(third, 31);
    (day_first || year_first).then_some(rest)
}

/// E-mail addresses, handles and web addresses.
pub(super) fn addresses(reading: &Reading, found: &mut Vec<Found>) {
    for position in 0..reading.len() {
        if reading.at(position) == '@' {
            found.extend(at_sign(reading, position));
        }
        if !reading.word_may_start(position) || !reading.at(position).is_ascii_alphanumeric() {
            continue;
        }
        if let Some(end) = scheme(reading, position).or_else(|| host(reading, position)) {
            found.push((Rule::Url, position..rest_of_address(reading, end)));
        }
    }
    platform_names(reading, found);
}

fn local_sign(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '%' | '+' | '-')
}

fn at_sign(reading: &Reading, position: usize) -> Option<Found> {
    let mut start = position;
    while start > 0 && local_sign(reading.at(start - 1)) {
        start -= 1;
    }
    // "name @ example.org" is still an address
    if start == position && reading.before(position) == ' ' {
        let mut before = position - 1;
        while before > 0 && local_sign(reading.at(before - 1)) {
            before -= 1;
        }
        let mut after = position + 1;
        while reading.at(after) == ' ' {
            after += 1;
        }
        if after > position + 1 && before < position - 1 {
            return host(reading, after).map(|end| (Rule::Email, before..end));
        }
    }
    let mut after = position + 1;
    while reading.at(after) == ' ' && start < position {
        after += 1;
    }
    if start < position
        && let Some(end) = host(reading, after)
    {
        return Some((Rule::Email, start..end));
    }
    let mut end = position + 1;
    while local_sign(reading.at(end)) {
        end += 1;
    }
    let length = end - position - 1;
    if start < position && length >= 2 {
        return Some((Rule::Email, start..end));
    }
    (length >= 3).then_some((Rule::Handle, position..end))
}

/// `http`, `hxxp` or `www` at a position; the end of it.
fn scheme(reading: &Reading, position: usize) -> Option<usize> {
    let head = reading.slice(position..position + 8).to_lowercase();
    let names = ["https://", "http://", "hxxps://", "hxxp://", "ftp://", "www."];
    names.iter().find(|name| head.starts_with(&name[..name.len().min(8)])).map(|name| position + name.len())
}

/// A name on the web, such as `example.org`, or four numbers with dots, at a position; the end of it.
fn host(reading: &Reading, position: usize) -> Option<usize> {
    let mut labels: Vec<String> = vec![];
    let mut at = position;
    let mut end = None;
    loop {
        let begin = at;
        while reading.at(at).is_ascii_alphanumeric() || (reading.at(at) == '-' && reading.at(at + 1).is_ascii_alphanumeric()) {
            at += 1;
        }
        if at == begin {
            return end;
        }
        labels.push(reading.slice(begin..at).to_lowercase());
        let last = labels.last().map_or("", String::as_str);
        let before = labels.len().checked_sub(2).map(|index| labels[index].as_str());
        let named = before.is_some_and(|before| before.len() >= 2 || labels.len() > 2) && ENDINGS.contains(&last);
        // "wa.me" and "t.me" have a short name before the ending and always a path after it
        let short = labels.len() == 2 && ENDINGS.contains(&last) && reading.at(at) == '/';
        let numbers = labels.len() == 4 && labels.iter().all(|label| label.parse::<u8>().is_ok());
        let word = before.is_some_and(|before| before.bytes().any(|byte| byte.is_ascii_alphabetic()));
        if ((named || short) && word) || numbers {
            end = Some(at);
        }
        // "example . com" and "example .com" hide the dot between blanks
        let mut next = at;
        while reading.at(next) == ' ' && next < at + 2 {
            next += 1;
        }
        if reading.at(next) != '.' {
            return end;
        }
        let mut after = next + 1;
        while reading.at(after) == ' ' && next > at && after < next + 3 {
            after += 1;
        }
        if next > at {
            // only an ending nobody writes as a word makes a spaced dot part of a name
            let mut stop = after;
            while reading.at(stop).is_ascii_alphanumeric() {
                stop += 1;
            }
            let word = reading.slice(after..stop).to_lowercase();
            if !["com", "org", "net", "uk", "io", "info", "co", "gov", "tv", "xyz"].contains(&word.as_str()) {
                return end;
            }
        }
        at = after;
    }
}

fn rest_of_address(reading: &Reading, mut end: usize) -> usize {
    while !matches!(reading.at(end), '\0' | ' ' | '\n' | '"' | '<' | '>' | ')' | ']') {
        end += 1;
    }
    end
}

/// "insta: some_name1", "username somebody": names on a network without the sign.
fn platform_names(reading: &Reading, found: &mut Vec<Found>) {
    let tokens = reading.tokens();
    for (index, token) in tokens.iter().enumerate() {
        let platform = ["instagram", "insta", "ig", "telegram", "tiktok", "snapchat", "snap", "facebook", "fb", "twitter", "signal"]
            .contains(&token.word.as_str());
        let says_name = ["username", "handle", "usuario"].contains(&token.word.as_str());
        let Some(next) = tokens.get(index + 1) else { continue };
        let mut end = next.end;
        while local_sign(reading.at(end)) && reading.at(end) != '.' {
            end += 1;
        }
        let range: Range<usize> = next.start..end;
        let gap = reading.slice(token.end..next.start);
        let odd = reading.slice(range.clone()).contains(|sign: char| sign == '_' || sign.is_ascii_digit());
        let pointed = gap.trim().starts_with([':', '=']);
        // "on twitter, some_name": an inner underscore says a name; a file has its ending behind it
        let file = reading.at(end) == '.' && reading.at(end + 1).is_ascii_alphanumeric();
        let underscored = platform && !file && gap.chars().count() <= 2 && gap.chars().all(|sign| matches!(sign, ' ' | ','));
        let inner = reading.slice(range.clone()).trim_matches('_').contains('_');
        if end - next.start >= 3 && ((underscored && inner) || (platform && pointed && odd) || (says_name && (pointed || odd))) {
            found.push((Rule::Handle, range));
        }
    }
}
