//! Addresses of the list of the record, filtered: one place that knows how its question is written.

/// Words as the value of a query: everything but letters, digits and `-._~` is escaped (RFC 3986, section 2.3).
pub(super) fn escaped(words: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    words.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The list of a district's incidents.
pub(super) fn of_district(district: &str) -> String {
    format!("/record?district={}", escaped(district))
}

/// Of these, the ones of a kind.
pub(super) fn of_kind_in(district: &str, kind: &str) -> String {
    format!("{}&kind={}", of_district(district), escaped(kind))
}

/// The list of what happened from one day to another.
pub(super) fn between((from, to): &(String, String)) -> String {
    format!("/record?from={from}&to={to}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_whatever_a_district_is_called() {
        assert_eq!(of_district("St. John\u{2019}s & Cross"), "/record?district=St.%20John%E2%80%99s%20%26%20Cross");
        assert_eq!(of_kind_in("Leith", "immigration-visit"), "/record?district=Leith&kind=immigration-visit");
        assert_eq!(between(&("2026-10-01".into(), "2026-12-31".into())), "/record?from=2026-10-01&to=2026-12-31");
    }
}
