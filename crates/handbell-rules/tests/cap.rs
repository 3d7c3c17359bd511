//! CAP files: the corpus parsed or refused as its index says, single rules, and properties over made-up
//! messages and made-up bytes. Whether our own alerts become good files is in `cap_public.rs`.

use handbell_rules::cap::{
    BYTES_MAX, CapAlert, CapArea, CapInfo, CapRefusal, CapResource, CapStatus, CapTime, Category, Certainty, Circle, DEPTH_MAX, MsgType,
    NamedValue, Polygon, ResponseType, Scope, Severity, Urgency, Version, check, read, write,
};
use handbell_rules::time::Timestamp;
use proptest::prelude::*;

/// A small good file; tests change one thing in it.
const GOOD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>a1</identifier>
  <sender>https://town.example</sender>
  <sent>2026-01-02T03:04:05-00:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <category>Met</category>
    <event>Flood</event>
    <urgency>Unknown</urgency>
    <severity>Severe</severity>
    <certainty>Observed</certainty>
    <area>
      <areaDesc>Eastgate</areaDesc>
      <polygon>51.0,0.0 51.0,0.1 51.1,0.1 51.0,0.0</polygon>
    </area>
  </info>
</alert>
"#;

fn good() -> CapAlert {
    read(GOOD.as_bytes()).expect("the good file is good")
}

fn changed(from: &str, to: &str) -> Result<CapAlert, CapRefusal> {
    assert!(GOOD.contains(from), "{from}");
    read(GOOD.replacen(from, to, 1).as_bytes())
}

// --- the corpus

/// A folder of the test corpus; `None` where it is not at hand and nobody insists.
#[expect(clippy::disallowed_methods, reason = "a test finds its corpus by the environment; nothing that ships reads it")]
fn corpus() -> Option<std::path::PathBuf> {
    let folder =
        std::env::var("HANDBELL_TEST_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let folder = std::path::Path::new(&folder).join("standards/cap");
    let required = std::env::var("HANDBELL_REQUIRE_TEST_DATA").is_ok_and(|wanted| wanted == "1");
    assert!(folder.is_dir() || !required, "standards/cap of the test corpus is missing");
    folder.is_dir().then_some(folder)
}

/// What a file of the corpus must come to: the name of its refusal, or the rules it breaks.
fn expected(file: &str) -> Result<Vec<CapRefusal>, CapRefusal> {
    let html = |element| CapRefusal::HtmlInText { element };
    match file {
        "australia.cap" => Ok(vec![html("description"), html("description")]),
        "canada_errors.cap" => Ok(vec![CapRefusal::ReferencesMissing]),
        "invalid.cap" => Err(CapRefusal::Missing { element: "scope", inside: "alert" }),
        "noaa_errors.cap" => Err(CapRefusal::WordUnknown { element: "urgency", found: String::new() }),
        "weather.atom" => Err(CapRefusal::RootWrong { found: "feed".into() }),
        "xee.cap" => Err(CapRefusal::DoctypeRefused),
        _ => Ok(Vec::new()),
    }
}

#[test]
fn every_file_of_the_corpus_is_read_or_refused_as_its_index_says() {
    let Some(folder) = corpus() else {
        eprintln!("cap: no test corpus at hand, standards/cap not read");
        return;
    };
    let index = std::fs::read_to_string(folder.join("INDEX.csv")).unwrap();
    let (mut parsed, mut refused, mut broken) = (0, 0, 0);
    for line in index.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let [file, bytes, _, _, _, root, namespace, status, msg_type, infos, polygons, circles, references, languages] = columns[..] else {
            panic!("{line}");
        };
        let text = std::fs::read(folder.join(file)).unwrap();
        assert_eq!(text.len().to_string(), bytes, "{file}");
        match (read(&text), expected(file)) {
            (Ok(alert), Ok(rules)) => {
                parsed += 1;
                broken += rules.len();
                let sum = |count: fn(&CapArea) -> usize| -> usize { alert.infos.iter().flat_map(|info| &info.areas).map(count).sum() };
                let named: Vec<&str> = alert.infos.iter().filter_map(|info| info.language.as_deref()).collect();
                let found = (
                    ("alert", alert.version.namespace(), alert.status.word(), alert.msg_type.word()),
                    [alert.infos.len(), sum(|a| a.polygons.len()), sum(|a| a.circles.len()), usize::from(alert.references.is_some())]
                        .map(|n| n.to_string()),
                );
                let told = ((root, namespace, status, msg_type), [infos, polygons, circles, references].map(str::to_owned));
                assert_eq!(found, told, "{file}");
                for language in languages.split(';').filter(|language| !language.is_empty()) {
                    assert!(named.contains(&language), "{file}: {language}");
                }
                assert_eq!(named.is_empty(), languages.is_empty(), "{file}");
                assert_eq!(check(&alert), rules, "{file}");
                assert_eq!(read(write(&alert).as_bytes()).as_ref(), Ok(&alert), "{file}: written and read again");
            }
            (Err(why), Err(wanted)) => {
                refused += 1;
                assert_eq!(why, wanted, "{file}");
            }
            (found, wanted) => panic!("{file}: {found:?} instead of {wanted:?}"),
        }
    }
    eprintln!("cap: {parsed} files parsed, {refused} refused, {broken} rules broken");
    assert_eq!((parsed, refused, broken), (13, 4, 3));
}

// --- the file

#[test]
fn a_doctype_and_every_entity_but_xmls_own_are_refused_by_name() {
    for head in [
        "<!DOCTYPE alert>",
        "<!DOCTYPE alert SYSTEM \"file:///etc/passwd\">",
        "<!DOCTYPE a [<!ENTITY x \"y\">]>",
        "<!doctype a>",
        "<!DOCTYPE a [",
    ] {
        assert_eq!(changed("<alert", &format!("{head}<alert")), Err(CapRefusal::DoctypeRefused), "{head}");
    }
    let unknown = Err(CapRefusal::EntityUnknown { name: "xxe".into() });
    assert_eq!(changed("Flood", "Flood &xxe;"), unknown);
    assert_eq!(changed("cap:1.2\"", "cap:1.2\" xmlns:a=\"&xxe;\""), unknown);
    assert_eq!(changed("Flood", "&lt;Fl&#111;&#x6f;d&gt; &amp;&quot;&apos;").unwrap().infos[0].event, "<Flood> &\"'");
    for broken in ["&#0;", "&#xFFFE;", "&#xD800;", "&#1;", "\u{1}", "\u{ffff}"] {
        let why = changed("Flood", broken).unwrap_err();
        assert!(matches!(why, CapRefusal::CharacterForbidden | CapRefusal::NotWellFormed { .. }), "{broken:?}: {why}");
    }
}

#[test]
fn what_is_no_xml_is_refused() {
    let cases = [
        ("</alert>", ""),
        ("</alert>", "</alert><alert/>"),
        ("</alert>", "</alert>more"),
        ("</alert>", "</alert>&amp;"),
        ("</alert>", "</alert><![CDATA[ ]]>"),
        ("</info>", "</inf>"),
        ("Flood", "Fl<ood"),
        ("Flood", "Fl & ood"),
        ("Flood", "Flood]]>"),
        ("Flood", "<!-- a -- b -->"),
        ("<event>", "<event a=1>"),
        ("<event>", "<event a='1' a='2'>"),
        ("<event>", "<event a='<'>"),
        ("<event>", "<event b:a='1'>"),
        ("<event>Flood</event>", "<b:event>Flood</b:event>"),
        ("<alert", "<?xml version=\"1.0\"?><alert"),
        ("<?xml", " <?xml"),
        ("version=\"1.0\"", "version=\"1.1\""),
        ("version=\"1.0\"", "version=\"1.0\" standalone=\"maybe\""),
    ];
    for (from, to) in cases {
        let why = changed(from, to).unwrap_err();
        assert!(matches!(why, CapRefusal::NotWellFormed { .. }), "{from} → {to}: {why}");
    }
    for nothing in ["", " ", "<!-- -->", "alert"] {
        assert!(matches!(read(nothing.as_bytes()), Err(CapRefusal::NotWellFormed { .. })), "{nothing:?}");
    }
}

#[test]
fn size_depth_and_encoding_have_bounds() {
    let blanks = " ".repeat(BYTES_MAX);
    assert_eq!(changed("Flood", &blanks), Err(CapRefusal::TooLarge));
    assert_eq!(changed("</alert>", &("<code/>".repeat(20_000) + "</alert>")), Err(CapRefusal::TooLarge));
    let deep = "<a>".repeat(DEPTH_MAX) + &"</a>".repeat(DEPTH_MAX);
    assert_eq!(changed("Flood", &deep), Err(CapRefusal::TooDeep));

    let french = GOOD.replace("Flood", "Inondé").replace("UTF-8", "iso-8859-1");
    let latin: Vec<u8> = french.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    assert_eq!(read(&latin).unwrap().infos[0].event, "Inondé");
    assert_eq!(read(&[GOOD.as_bytes()[..60].to_vec(), vec![0xe9], GOOD.as_bytes()[60..].to_vec()].concat()), Err(CapRefusal::NotUtf8));
    let marked = [&[0xef, 0xbb, 0xbf], GOOD.as_bytes()].concat();
    assert_eq!(read(&marked), Ok(good()));
    for (encoding, found) in [("windows-1252", "windows-1252"), ("UTF-16", "utf-16"), ("UTF-7", "utf-7")] {
        assert_eq!(changed("UTF-8", encoding), Err(CapRefusal::EncodingUnknown { found: found.into() }));
    }
    assert!(matches!(read(&[0xff, 0xfe, b'<', 0]), Err(CapRefusal::EncodingUnknown { .. })));
}

#[test]
fn white_space_comments_and_sections_are_read_as_xml_says() {
    assert_eq!(changed("Flood", "Fl<!-- x -->oo<![CDATA[d & <b>]]>\r\n\r<?x y?>").unwrap().infos[0].event, "Flood & <b>\n\n");
    assert_eq!(changed(">2026-01-02T03:04:05-00:00<", "> 2026-01-02T03:04:05-00:00\n<"), Ok(good()));
    assert_eq!(changed("<info>", "<info xmlns:cap=\"urn:oasis:names:tc:emergency:cap:1.2\">"), Ok(good()));
    let hint = "<alert xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"a b\"";
    assert_eq!(changed("<alert", hint), Ok(good()));
    let attribute = |element: &str, attribute: &str| CapRefusal::AttributeUnknown { element: element.into(), attribute: attribute.into() };
    assert_eq!(changed("<event>", "<event lang=\"en\">"), Err(attribute("event", "lang")));
    assert_eq!(changed("<alert", &hint.replace("schemaLocation", "nil")), Err(attribute("alert", "xsi:nil")));
}

// --- the schema

#[test]
fn elements_stand_in_the_schemas_order_and_are_all_there() {
    let missing = |element, inside| Err(CapRefusal::Missing { element, inside });
    for (line, element, inside) in [
        ("<identifier>a1</identifier>", "identifier", "alert"),
        ("<sent>2026-01-02T03:04:05-00:00</sent>", "sent", "alert"),
        ("<category>Met</category>", "category", "info"),
        ("<certainty>Observed</certainty>", "certainty", "info"),
        ("<areaDesc>Eastgate</areaDesc>", "areaDesc", "area"),
    ] {
        assert_eq!(changed(line, ""), missing(element, inside), "{line}");
        let twice = changed(line, &format!("{line}{line}"));
        assert_eq!(twice.is_ok(), element == "category", "{line}: only a category may stand twice");
    }
    let unexpected = |element: &str, inside| Err(CapRefusal::Unexpected { element: element.into(), inside });
    let swapped = "<sender>https://town.example</sender>\n  <identifier>a1</identifier>";
    assert_eq!(changed("<identifier>a1</identifier>\n  <sender>https://town.example</sender>", swapped), unexpected("sender", "alert"));
    assert_eq!(changed("<info>", "<note/><source/><info>"), unexpected("source", "alert"));
    assert_eq!(changed("<info>", "<wizard/><info>"), unexpected("wizard", "alert"));
    assert_eq!(changed("Flood", "<b>Flood</b>"), unexpected("b", "event"));
    assert_eq!(changed("<event>Flood</event>", "<event xmlns=\"\">Flood</event>"), unexpected("event", "info"));
    assert_eq!(changed("<info>", "<info>words"), Err(CapRefusal::TextStray { inside: "info" }));
    assert_eq!(changed("<alert", "<a:alert").unwrap_err(), CapRefusal::NotWellFormed { near: 39 });
    let signature = "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"a\"><b/>x</Signature>";
    assert_eq!(changed("</alert>", &format!("{signature}{signature}</alert>")), Ok(good()), "signatures are stepped over");
    assert_eq!(changed("<info>", &format!("{signature}<info>")), unexpected("info", "alert"));
    let resource = "<resource><resourceDesc>Map</resourceDesc></resource><area>";
    assert_eq!(changed("<area>", resource), missing("mimeType", "resource"));
}

#[test]
fn words_times_numbers_and_languages_have_one_spelling() {
    for (element, word) in [("status", "Actual"), ("msgType", "Alert"), ("scope", "Public"), ("urgency", "Unknown"), ("category", "Met")] {
        for wrong in [word.to_lowercase(), format!(" {word}"), String::new(), "Very Likely".into()] {
            let why = changed(&format!("<{element}>{word}<"), &format!("<{element}>{wrong}<"));
            assert_eq!(why, Err(CapRefusal::WordUnknown { element, found: wrong.clone() }));
        }
    }
    for wrong in [
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04-00:00",
        "2026-01-02T03:04:05.5-00:00",
        "2026-02-29T03:04:05-00:00",
        "2026-13-02T03:04:05-00:00",
        "2026-01-02T24:04:05-00:00",
        "2026-01-02T03:60:05-00:00",
        "2026-01-02T03:04:60-00:00",
        "2026-01-02T03:04:05,00:00",
        "2026-01-02T03:04:05-14:01",
        "2026-01-02T03:04:05-0000",
        "2026-01-02t03:04:05-00:00",
        "0000-01-02T03:04:05-00:00",
        "+026-01-02T03:04:05-00:00",
        "2026-01-02T03:04:0é-00:00",
        "",
    ] {
        let why = changed("2026-01-02T03:04:05-00:00", wrong);
        assert_eq!(why, Err(CapRefusal::TimeWrong { element: "sent", found: wrong.into() }));
    }
    for (right, instant) in [("2026-01-02T24:00:00-00:00", 86_400), ("2026-01-02T01:30:00+01:30", 0), ("2026-01-01T10:00:00-14:00", 0)] {
        let sent = changed("2026-01-02T03:04:05-00:00", right).unwrap().sent;
        assert_eq!((sent.to_string().as_str(), sent.instant().milliseconds()), (right, (1_767_312_000 + instant) * 1_000));
    }
    let feet =
        |text: &str| changed("</area>", &format!("<altitude>{text}</altitude></area>")).map(|alert| alert.infos[0].areas[0].altitude);
    for (text, number) in [(" 12.5 ", 12.5), ("-3", -3.0), ("+.5", 0.5), ("7.", 7.0)] {
        assert_eq!(feet(text), Ok(Some(number)), "{text}");
    }
    for wrong in ["", ".", "1e3", "inf", "NaN", "1,5", "--1", "1.2.3"] {
        assert!(matches!(feet(wrong), Err(CapRefusal::NumberWrong { element: "altitude", .. })), "{wrong}");
    }
    let language =
        |tag: &str| changed("<category>", &format!("<language>{tag}</language><category>")).map(|alert| alert.infos[0].language.clone());
    assert_eq!(language("zh-Hant-x-a1"), Ok(Some("zh-Hant-x-a1".into())));
    assert_eq!(language(""), Ok(Some("en-US".into())), "the schema's default");
    for wrong in ["english!", "en_GB", "en--GB", "1en", "ninelettr"] {
        assert_eq!(language(wrong), Err(CapRefusal::LanguageWrong { found: wrong.into() }));
    }
}

#[test]
fn the_older_edition_is_read_by_its_own_schema() {
    let old = |from: &str, to: &str| read(GOOD.replace("cap:1.2", "cap:1.1").replacen(from, to, 1).as_bytes());
    assert_eq!(old("", "").unwrap().version, Version::V11);
    assert!(old("03:04:05-00:00", "03:04:05Z").is_ok());
    assert!(old("<area>", "<resource><resourceDesc>Map</resourceDesc></resource><area>").is_ok());
    let word = CapRefusal::WordUnknown { element: "responseType", found: "AllClear".into() };
    assert_eq!(old("<urgency>", "<responseType>AllClear</responseType><urgency>"), Err(word));
    assert!(changed("<urgency>", "<responseType>AllClear</responseType><urgency>").is_ok());
    let signature = "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/></alert>";
    assert!(matches!(old("</alert>", signature), Err(CapRefusal::Unexpected { .. })));
    assert_eq!(changed("cap:1.2", "cap:1.0"), Err(CapRefusal::NamespaceUnknown { found: "urn:oasis:names:tc:emergency:cap:1.0".into() }));
}

// --- beyond the schema

fn broken(change: impl FnOnce(&mut CapAlert)) -> Vec<CapRefusal> {
    let mut alert = good();
    assert_eq!(check(&alert), []);
    change(&mut alert);
    check(&alert)
}

#[test]
fn names_scope_and_references_are_checked() {
    for wrong in ["", "a b", "a,b", "a<b", "a&b", "a\u{a0}b"] {
        assert_eq!(broken(|alert| alert.identifier = wrong.into()), [CapRefusal::NameCharacters { element: "identifier" }], "{wrong}");
        assert_eq!(broken(|alert| alert.sender = wrong.into()), [CapRefusal::NameCharacters { element: "sender" }], "{wrong}");
    }
    assert_eq!(broken(|alert| alert.restriction = Some("members".into())), [CapRefusal::RestrictionWithoutScope]);
    assert_eq!(broken(|alert| alert.restriction = Some(" ".into())), []);
    assert_eq!(broken(|alert| alert.scope = Scope::Restricted), [CapRefusal::RestrictionMissing]);
    assert_eq!(broken(|alert| alert.scope = Scope::Private), [CapRefusal::AddressesMissing]);

    let sent = "2026-01-02T03:04:05-00:00";
    let to = |list: &str| broken(|alert| alert.references = Some(list.into()));
    assert_eq!(to(""), [CapRefusal::ReferencesMissing]);
    for needs in [MsgType::Update, MsgType::Cancel, MsgType::Ack, MsgType::Error] {
        assert_eq!(broken(|alert| alert.msg_type = needs), [CapRefusal::ReferencesMissing], "{needs:?}");
    }
    assert_eq!(to(&format!("s,a0,{sent} s,b,2026-01-02T04:04:05+01:00")), []);
    for wrong in [
        "s,a0",
        "s,a0,2026-01-02T03:04:05Z",
        "s,,2026-01-02T03:04:05-00:00",
        ",a,2026-01-02T03:04:05-00:00",
        "s,a0,2026-01-02T03:04:05-00:00,x",
    ] {
        assert_eq!(to(wrong), [CapRefusal::ReferenceBroken { found: wrong.into() }]);
    }
    let itself = format!("https://town.example,a1,{sent}");
    assert_eq!(to(&itself), [CapRefusal::ReferenceToItself { found: itself.clone() }]);
    let late = "s,a0,2026-01-02T03:04:06-00:00";
    assert_eq!(to(late), [CapRefusal::ReferencePostDated { found: late.into() }]);
}

#[test]
fn texts_are_plain_and_in_their_own_language() {
    for html in ["<b>now</b>", "a<br/>b", "x &nbsp; y", "&#160;", "<!-- x -->", "</p>"] {
        assert_eq!(broken(|alert| alert.infos[0].headline = Some(html.into())), [CapRefusal::HtmlInText { element: "headline" }], "{html}");
        assert_eq!(broken(|alert| alert.infos[0].areas[0].area_desc = html.into()), [CapRefusal::HtmlInText { element: "areaDesc" }]);
    }
    for plain in ["3 < 4 > 2", "A & B; C", "a <- b", "R&D", "x<y", "&;"] {
        assert_eq!(broken(|alert| alert.infos[0].headline = Some(plain.into())), [], "{plain}");
    }
    let twice = |one: Option<&str>, other: Option<&str>, text: &str| {
        broken(|alert| {
            let (mut first, mut second) = (alert.infos[0].clone(), alert.infos[0].clone());
            (first.language, second.language) = (one.map(Into::into), other.map(Into::into));
            (first.description, second.description) = (Some("Water.".into()), Some(text.into()));
            alert.infos = vec![first, second];
        })
    };
    let same = |one: &str, other: &str| CapRefusal::SameTextInTwoLanguages { element: "description", one: one.into(), other: other.into() };
    assert_eq!(twice(Some("en-GB"), Some("es"), "Water."), [same("en-GB", "es")]);
    assert_eq!(twice(None, Some("es"), "Water."), [same("en-US", "es")]);
    assert_eq!(twice(Some("en-gb"), Some("en-GB"), "Water."), []);
    assert_eq!(twice(Some("en-GB"), Some("es"), "Agua."), []);
}

#[test]
fn addresses_and_resources_are_checked() {
    for wrong in ["/alerts", "www.town.example", "https://", "https://a b", ":x", "1a:b"] {
        assert_eq!(broken(|alert| alert.infos[0].web = Some(wrong.into())), [CapRefusal::WebNotAbsolute], "{wrong}");
    }
    assert_eq!(broken(|alert| alert.infos[0].web = Some("https://town.example/a?b=c".into())), []);
    let resource = CapResource {
        resource_desc: "Map".into(),
        mime_type: Some("image/png".into()),
        size: Some(3),
        uri: Some("map.png".into()),
        deref_uri: Some("QUJD".into()),
        digest: None,
    };
    let with = |change: fn(&mut CapResource)| {
        let mut resource = resource.clone();
        change(&mut resource);
        broken(|alert| alert.infos[0].resources = vec![resource])
    };
    assert_eq!(with(|_| ()), []);
    assert_eq!(with(|one| one.deref_uri = None), [CapRefusal::ResourceWithoutContent]);
    assert_eq!(with(|one| one.deref_uri = Some("QUJ".into())), [CapRefusal::DerefUriNotBase64]);
    assert_eq!(with(|one| one.deref_uri = Some("Q=JD".into())), [CapRefusal::DerefUriNotBase64]);
    assert_eq!(with(|one| one.deref_uri = Some("QUJD\n QQ==".into())), []);
    assert_eq!(with(|one| one.mime_type = Some("picture".into())), [CapRefusal::MediaTypeWrong]);
    assert_eq!(with(|one| one.size = Some(-1)), [CapRefusal::SizeNegative]);
}

#[test]
fn outlines_circles_and_heights_are_checked() {
    let outline = |text: &str| broken(|alert| alert.infos[0].areas[0].polygons = vec![text.into()]);
    let cases = [
        ("", CapRefusal::PolygonTooShort),
        ("1,1 2,2 1,1", CapRefusal::PolygonTooShort),
        ("1,1 1,2 2,2 2,1", CapRefusal::PolygonOpen),
        ("1,1 2,2 1,2 2,1 1,1", CapRefusal::PolygonCrossesItself),
        ("1,1 1,3 1,2 1,1", CapRefusal::PolygonCrossesItself),
        ("0,0 0,2 2,2 0,1 2,0 0,0", CapRefusal::PolygonCrossesItself),
        ("1,1 1,1 1,1 1,1", CapRefusal::PolygonCrossesItself),
        ("1,1 1,2 2,181 1,1", CapRefusal::PolygonUnreadable),
        ("91,1 1,2 2,2 91,1", CapRefusal::PolygonUnreadable),
        ("1,1 1,2 2, 1,1", CapRefusal::PolygonUnreadable),
        ("1,1 1,2 2,inf 1,1", CapRefusal::PolygonUnreadable),
        ("1,1;1,2;2,2;1,1", CapRefusal::PolygonUnreadable),
    ];
    for (text, why) in cases {
        assert_eq!(outline(text), [why], "{text}");
    }
    for right in ["1,1 1,2 2,2 1,1", "+1,-1 1,2\n2,2  +1,-1", "0,0 0,3 3,3 3,0 2,0 2,2 1,2 1,0 0,0", "1,1 1,1 1,2 2,2 1,1"] {
        assert_eq!(outline(right), [], "{right}");
    }
    let many: Vec<String> = (0..2_000).map(|step| format!("{},{}", step as f64 / 100.0, (step as f64 / 50.0).sin())).collect();
    assert_eq!(outline(&format!("{} 0,0", many.join(" "))), [CapRefusal::PolygonTooDetailed]);
    let circle = |text: &str| broken(|alert| alert.infos[0].areas[0].circles = vec![text.into()]);
    for wrong in ["", "51.4,-0.06", "51.4,-0.06 -1", "51.4 -0.06 1", "51.4,-0.06 1 km", "99,0 1"] {
        assert_eq!(circle(wrong), [CapRefusal::CircleWrong], "{wrong}");
    }
    assert_eq!(circle("51.470,-0.069 0.3"), []);
    assert_eq!(Circle::parse("51.470,-0.069 0.3").unwrap().kilometres, 0.3);
    let heights =
        |altitude, ceiling| broken(|alert| (alert.infos[0].areas[0].altitude, alert.infos[0].areas[0].ceiling) = (altitude, ceiling));
    assert_eq!(heights(None, Some(1.0)), [CapRefusal::CeilingWithoutAltitude]);
    assert_eq!(heights(Some(2.0), Some(1.0)), [CapRefusal::CeilingBelowAltitude]);
    assert_eq!(heights(Some(2.0), Some(2.0)), []);
}

#[test]
fn every_refusal_of_the_corpus_and_above_gives_advice_in_one_line() {
    for why in [CapRefusal::DoctypeRefused, CapRefusal::ReferencesMissing, CapRefusal::PolygonTooDetailed, CapRefusal::TooLarge] {
        let advice = why.to_string();
        assert!(advice.len() > 20 && !advice.contains('\n'), "{advice}");
    }
    let long = changed("<status>Actual", &format!("<status>{}", "x\u{9b}".repeat(500))).unwrap_err().to_string();
    assert!(long.chars().count() < 200 && !long.contains('\u{9b}'), "{long}");
}

// --- properties

fn text() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        prop::char::ranges(vec![' '..='\u{d7ff}', '\u{e000}'..='\u{fffd}', '\u{10000}'..='\u{10ffff}'].into()),
        prop::char::range('\t', '\n'),
        prop::sample::select(vec!['<', '>', '&', ';', ']', '"', '\'', '\r', '\n', ' ', 'a', '#']),
    ];
    prop::collection::vec(letter, 0..12).prop_map(String::from_iter)
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    prop::option::of(text())
}

/// A text whose type gathers white space: none around it.
fn address() -> impl Strategy<Value = Option<String>> {
    prop::option::of(text().prop_map(|text| text.trim_matches([' ', '\t', '\r', '\n']).to_owned()))
}

fn time() -> impl Strategy<Value = CapTime> {
    (1_i64..=9999, 1..=12, 1..=28, 0..24, 0..60, 0..60, -13..=13, 0..60).prop_map(|(y, mo, d, h, mi, s, zh, zm)| {
        let sign = if zh < 0 { '-' } else { '+' };
        let text = format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}{sign}{:02}:{zm:02}", i32::abs(zh));
        CapTime::parse(&text, Version::V12).expect("a day that every month has")
    })
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

fn pairs() -> impl Strategy<Value = Vec<NamedValue>> {
    prop::collection::vec((text(), text()).prop_map(|(name, value)| NamedValue { name, value }), 0..3)
}

fn height() -> impl Strategy<Value = Option<f64>> {
    prop::option::of(any::<f64>().prop_filter("a number", |number| number.is_finite()))
}

prop_compose! {
    fn area()(area_desc in text(), polygons in prop::collection::vec(text(), 0..3), circles in prop::collection::vec(text(), 0..3),
              geocodes in pairs(), altitude in height(), ceiling in height()) -> CapArea {
        CapArea { area_desc, polygons, circles, geocodes, altitude, ceiling }
    }
}

prop_compose! {
    fn resource()(resource_desc in text(), mime_type in text(), size in any::<Option<i64>>(), uri in address(), deref_uri in maybe(), digest in maybe())
        -> CapResource {
        CapResource { resource_desc, mime_type: Some(mime_type), size, uri, deref_uri, digest }
    }
}

prop_compose! {
    fn said()(language in prop::option::of("[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8}){0,2}"), event in text(), audience in maybe(), sender_name in maybe(),
              headline in maybe(), description in maybe(), instruction in maybe(), web in address(), contact in maybe())
        -> CapInfo {
        CapInfo {
            language, event, audience, sender_name, headline, description, instruction, web, contact,
            categories: Vec::new(), response_types: Vec::new(), urgency: Urgency::Unknown, severity: Severity::Unknown,
            certainty: Certainty::Unknown, event_codes: Vec::new(), effective: None, onset: None, expires: None, parameters: Vec::new(),
            resources: Vec::new(), areas: Vec::new(),
        }
    }
}

prop_compose! {
    fn info()(said in said(), categories in prop::collection::vec(one_of(Category::ALL), 1..4),
              response_types in prop::collection::vec(one_of(ResponseType::ALL), 0..4), urgency in one_of(Urgency::ALL),
              severity in one_of(Severity::ALL), certainty in one_of(Certainty::ALL), codes in (pairs(), pairs()),
              times in (prop::option::of(time()), prop::option::of(time()), prop::option::of(time())),
              resources in prop::collection::vec(resource(), 0..3), areas in prop::collection::vec(area(), 0..3)) -> CapInfo {
        let ((event_codes, parameters), (effective, onset, expires)) = (codes, times);
        CapInfo { categories, response_types, urgency, severity, certainty, event_codes, parameters, effective, onset, expires, resources, areas, ..said }
    }
}

prop_compose! {
    fn message()(names in (text(), text()), sent in time(), status in one_of(CapStatus::ALL), msg_type in one_of(MsgType::ALL),
                 scope in one_of(Scope::ALL), texts in (maybe(), maybe(), maybe(), maybe(), maybe(), maybe()),
                 codes in prop::collection::vec(text(), 0..3), infos in prop::collection::vec(info(), 0..3)) -> CapAlert {
        let ((identifier, sender), (source, restriction, addresses, note, references, incidents)) = (names, texts);
        CapAlert { version: Version::V12, identifier, sender, sent, status, msg_type, source, scope, restriction, addresses, codes, note, references, incidents, infos }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_is_read_again_as_it_was(alert in message()) {
        let file = write(&alert);
        let again = read(file.as_bytes());
        prop_assert_eq!(again.as_ref(), Ok(&alert), "{}", file);
        // Whatever it says, looking at it ends.
        let _ = check(&alert);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let _ = read(&[b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><alert>".as_slice(), &bytes].concat());
    }

    #[test]
    fn a_good_file_with_a_hole_is_read_or_refused_but_never_a_panic(at in 0..GOOD.len(), length in 0_usize..40, with in "[<>&;!\\[\\]\"'=/a-c \\-?#x0-9\u{e9}]{0,8}") {
        let mut bytes = GOOD.as_bytes().to_vec();
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, with.bytes());
        if let Ok(alert) = read(&bytes) {
            let _ = check(&alert);
            prop_assert_eq!(read(write(&alert).as_bytes()), Ok(alert));
        }
    }

    #[test]
    fn our_times_are_times_of_cap(milliseconds in any::<i64>()) {
        let time = CapTime::of(Timestamp::from_milliseconds(milliseconds));
        prop_assert!(time.to_string().ends_with("-00:00"));
        let back = CapTime::parse(&time.to_string(), Version::V12);
        prop_assert_eq!(back.as_ref(), Some(&time));
    }

    #[test]
    fn no_text_makes_the_shapes_panic(words in "[0-9,. +\\-e]{0,60}", any in ".{0,40}") {
        let _ = (Polygon::parse(&words), Circle::parse(&words), Polygon::parse(&any), Circle::parse(&any));
    }
}
