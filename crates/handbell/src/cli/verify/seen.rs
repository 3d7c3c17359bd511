//! Verify seen: what is left of a page when comments, scripts and styles are taken out, as a browser takes them out.
//!
//! Words in a comment are not shown to anybody, and a comment that only seems to begin, inside an attribute or a script,
//! hides nothing. Angle brackets in attributes and in plain text are written as references afterwards, so that whoever
//! looks for a tag in what is left finds tags alone. What a template holds stands on no page, and what is meant for a
//! browser without scripts is not what others read. What `hidden` or a style hides is not found here.

/// Elements whose text is shown and holds no tags.
const PLAIN: [&str; 3] = ["title", "textarea", "xmp"];
/// Elements whose text is not shown.
const UNSEEN: [&str; 6] = ["script", "style", "iframe", "noembed", "noframes", "noscript"];
/// The element whose tags are read and not shown.
const TEMPLATE: &str = "template";

/// See the module.
pub fn seen(html: &str) -> String {
    // Of the same length, so that a place in the one is a place in the other.
    let lower = html.to_ascii_lowercase();
    let mut out = String::with_capacity(html.len());
    let mut at = 0;
    // How many templates are open, and where what the outermost one holds begins in `out`.
    let (mut templates, mut shown) = (0usize, 0);
    while let Some(open) = html[at..].find('<').map(|place| at + place) {
        out.push_str(&html[at..open]);
        let behind = &lower[open + 1..];
        at = if let Some(comment) = behind.strip_prefix("!--") {
            html.len() - behind_comment(comment).len()
        } else if behind.starts_with(['!', '?']) || behind.strip_prefix('/').is_some_and(|rest| !is_name(rest)) {
            // A document type, or what a browser takes for a comment.
            behind.find('>').map_or(html.len(), |end| open + 2 + end)
        } else if is_name(behind) || behind.starts_with('/') {
            // The closing tag's stroke is no part of a name.
            let end = end_of_tag(html, open + usize::from(behind.starts_with('/')));
            if behind.strip_prefix('/').is_some_and(|behind| is_called(behind, TEMPLATE)) {
                if templates == 1 {
                    out.truncate(shown);
                }
                templates = templates.saturating_sub(1);
            }
            escaped(&html[open..end], &mut out);
            if is_called(behind, TEMPLATE) {
                if templates == 0 {
                    shown = out.len();
                }
                templates += 1;
            }
            let of = |name: &&&str| is_called(behind, name);
            match (UNSEEN.iter().find(of), PLAIN.iter().find(of)) {
                (Some(&"script"), _) => end_of_script(&lower, end),
                (Some(name), _) => closing(&lower, end, name),
                (None, Some(name)) => {
                    let close = closing(&lower, end, name);
                    out.push_str(&html[end..close].replace('<', "&lt;").replace('>', "&gt;"));
                    close
                }
                (None, None) => end,
            }
        } else {
            out.push_str("&lt;");
            open + 1
        };
    }
    out.push_str(&html[at..]);
    if templates > 0 {
        out.truncate(shown);
    }
    out
}

/// Whether a tag whose name begins here has this one: a longer name is another element's.
fn is_called(text: &str, name: &str) -> bool {
    let rest = text.strip_prefix(name);
    rest.is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_whitespace() || letter == '/' || letter == '>'))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
}

/// What follows a comment, given what follows its beginning. One that does not end hides the rest.
fn behind_comment(text: &str) -> &str {
    if let Some(rest) = text.strip_prefix('>').or_else(|| text.strip_prefix("->")) {
        return rest;
    }
    let ends = ["-->", "--!>"].into_iter().filter_map(|end| text.find(end).map(|place| place + end.len()));
    ends.min().map_or("", |end| &text[end..])
}

/// Where in a tag a letter stands (HTML Standard, 13.2.5).
#[derive(Clone, Copy)]
enum Within {
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Value,
    Quoted(char),
}

/// The place behind the tag that begins here. A bracket in a quoted value does not end it.
fn end_of_tag(html: &str, open: usize) -> usize {
    let mut within = Within::TagName;
    for (place, letter) in html[open..].char_indices().skip(1) {
        within = match (within, letter) {
            (Within::Quoted(mark), letter) => {
                if letter == mark {
                    Within::BeforeName
                } else {
                    within
                }
            }
            (_, '>') => return open + place + 1,
            (Within::BeforeValue, '"' | '\'') => Within::Quoted(letter),
            (Within::BeforeValue, letter) if letter.is_ascii_whitespace() => within,
            (Within::BeforeValue, _) => Within::Value,
            (Within::Name | Within::AfterName, '=') => Within::BeforeValue,
            (Within::Name | Within::AfterName, letter) if letter.is_ascii_whitespace() => Within::AfterName,
            (Within::TagName | Within::Value, letter) if letter.is_ascii_whitespace() => Within::BeforeName,
            (Within::BeforeName, letter) if letter.is_ascii_whitespace() => within,
            (Within::TagName | Within::BeforeName | Within::Name | Within::AfterName, '/') => Within::BeforeName,
            (Within::TagName | Within::Value, _) => within,
            (Within::BeforeName | Within::Name | Within::AfterName, _) => Within::Name,
        };
    }
    html.len()
}

/// The place where the tag begins that closes this element; the end where none does.
fn closing(lower: &str, from: usize, name: &str) -> usize {
    let mut tags = lower[from..].match_indices("</").map(|(place, _)| from + place);
    tags.find(|place| is_called(&lower[place + 2..], name)).unwrap_or(lower.len())
}

/// What of a script is read as if it stood in a comment (HTML Standard, 13.2.5.15 to 13.2.5.31).
#[derive(Clone, Copy, PartialEq)]
enum Escape {
    None,
    /// After `<!--`.
    Comment,
    /// After `<script>` in it: the next closing tag closes nothing but this.
    Script,
}

/// As [`closing`] for a script.
fn end_of_script(lower: &str, from: usize) -> usize {
    let (mut escape, mut at) = (Escape::None, from);
    while let Some(rest) = lower.get(at..).filter(|rest| !rest.is_empty()) {
        let closes = rest.strip_prefix("</").is_some_and(|rest| is_called(rest, "script"));
        let opens = rest.strip_prefix('<').is_some_and(|rest| is_called(rest, "script"));
        at += match escape {
            Escape::None | Escape::Comment if closes => return at,
            Escape::Script if closes => {
                escape = Escape::Comment;
                "</script".len()
            }
            Escape::Comment if opens => {
                escape = Escape::Script;
                "<script".len()
            }
            Escape::Comment | Escape::Script if rest.starts_with("-->") => {
                escape = Escape::None;
                "-->".len()
            }
            Escape::None if rest.starts_with("<!--") => {
                escape = Escape::Comment;
                // Its strokes may be those of its end already.
                "<!".len()
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    lower.len()
}

/// A tag, with the brackets of its attributes as references.
fn escaped(tag: &str, out: &mut String) {
    let inside = tag.strip_prefix('<').unwrap_or(tag);
    let (inside, end) = inside.strip_suffix('>').map_or((inside, ""), |inside| (inside, ">"));
    out.push('<');
    out.push_str(&inside.replace('<', "&lt;").replace('>', "&gt;"));
    out.push_str(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_scripts_and_styles_are_taken_out_as_a_browser_does() {
        for (html, left) in [
            ("<!DOCTYPE html><p>a<!-- b -->c</p>", "<p>ac</p>"),
            ("a<!-->b<!--->c<!-- > -- d --!>e<!--f", "abce"),
            ("<script>\"<!--\"</script><p>a</p><!-- -->", "<script></script><p>a</p>"),
            ("<SCRIPT src=x>no</Script ><style>no</style>a", "<SCRIPT src=x></Script ><style></style>a"),
            ("<scripted>a</scripted>", "<scripted>a</scripted>"),
            ("<a title=\"<!--\">a</a><b title='>no'>c</b>", "<a title=\"&lt;!--\">a</a><b title='&gt;no'>c</b>"),
            ("<textarea><!--</textarea><p>a</p>", "<textarea>&lt;!--</textarea><p>a</p>"),
            ("1 < 2 <?no?>3 <!no>4</ p>5</>6", "1 &lt; 2 3 456"),
            ("<p it's>a</p><p>it's</p>", "<p it's>a</p><p>it's</p>"),
            ("<p a=b=\">c<p =\">d<p e = '>'>f<p/g=\">\">h", "<p a=b=\">c<p =\">d<p e = '&gt;'>f<p/g=\"&gt;\">h"),
            ("<script>no</scriptx>no<!-- </script/>a", "<script></script/>a"),
            ("<script><!--<script></script>no</script>a", "<script></script>a"),
            ("<script><!--<script>no--></script>a", "<script></script>a"),
            ("<script><!--><script></script>a", "<script></script>a"),
            ("<script><!--<scripts></script>a", "<script></script>a"),
            ("<style>no</styles>no</style\n>a<script-like>b", "<style></style\n>a<script-like>b"),
            ("<title>a</titles>b</title>c", "<title>a&lt;/titles&gt;b</title>c"),
            ("a<template><p>no<template>no</template>no</p></template>b", "a<template></template>b"),
            ("a</template>b<template/>no<!-- </template> -->no", "a</template>b<template/>"),
            ("<noscript><p>no</p></noscript>a", "<noscript></noscript>a"),
            ("ä<!--ö-->ü<a href=\"é", "äü<a href=\"é"),
        ] {
            assert_eq!(seen(html), left, "{html}");
        }
    }
}
