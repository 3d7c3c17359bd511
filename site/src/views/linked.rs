//! Linked: the same page for machines, inside it (`<script type="application/ld+json">`).
//!
//! Such an element holds data and is never run: a browser that does not know the type prepares no script (HTML,
//! "prepare the script element"), so the content policy has nothing to allow. No text inside can end the element.

use std::fmt::{self, Display, Formatter};

/// A JSON document as it stands inside the element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked(String);

impl Linked {
    /// Writes every letter that could mean something to an HTML parser as JSON's own escape: inside strings that is the
    /// same letter, and nowhere else can one stand (RFC 8259, section 7).
    pub fn of(json: &str) -> Self {
        let mut safe = String::with_capacity(json.len());
        for letter in json.trim().chars() {
            match letter {
                '<' => safe.push_str("\\u003c"),
                '>' => safe.push_str("\\u003e"),
                '&' => safe.push_str("\\u0026"),
                '\u{2028}' => safe.push_str("\\u2028"),
                '\u{2029}' => safe.push_str("\\u2029"),
                _ => safe.push(letter),
            }
        }
        Self(safe)
    }
}

impl Display for Linked {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// What `of` lets through holds no letter that HTML would read.
impl askama::filters::HtmlSafe for Linked {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_inside_ends_the_element_and_the_json_says_the_same() {
        let safe = Linked::of("{\"headline\":\"</script><!-- & \u{2028}é\"}\n").to_string();
        assert_eq!(safe, "{\"headline\":\"\\u003c/script\\u003e\\u003c!-- \\u0026 \\u2028é\"}");
    }
}
