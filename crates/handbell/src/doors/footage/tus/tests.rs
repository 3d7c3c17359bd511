use super::super::super::problem::Problem;
use super::answer::{Standing, appended, created, ended, head, options, refused, troubled};
use super::*;
use handbell_rules::time::Timestamp;
use http::{HeaderValue, StatusCode};
use proptest::prelude::*;

/// A head's lines, and what is read in them.
type Row<T> = (&'static [(&'static str, &'static str)], Result<T, Trouble>);

const MAX: u64 = 4 * 1024 * 1024 * 1024;
const HELLO: &[u8] = b"hello world";
/// The protocol's own example, and the same for SHA-256.
const HELLO_SHA1: &str = "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=";
const HELLO_SHA256: &str = "sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=";
const HELLO_DIGEST: &str = "sha-256=:uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=:";
/// The protocol's own example.
const METADATA: &str = "filename d29ybGRfZG9taW5hdGlvbl9wbGFuLnBkZg==,is_confidential";

fn heads(pairs: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn ask(place: Place, method: &str, pairs: &[(&str, &str)]) -> Result<Asked, Trouble> {
    asked(place, &method.parse().unwrap(), &heads(pairs), MAX)
}

const SPOKEN: (&str, &str) = ("tus-resumable", "1.0.0");
const BYTES: (&str, &str) = ("content-type", BYTES_TYPE);

fn create(pairs: &[(&str, &str)]) -> Result<Creation, Trouble> {
    let pairs: Vec<_> = [SPOKEN].iter().chain(pairs).copied().collect();
    ask(Place::Uploads, "POST", &pairs).map(|asked| match asked {
        Asked::Create(creation) => creation,
        other => panic!("asked {other:?}"),
    })
}

fn patch(pairs: &[(&str, &str)]) -> Result<Append, Trouble> {
    let pairs: Vec<_> = [SPOKEN].iter().chain(pairs).copied().collect();
    ask(Place::Upload, "PATCH", &pairs).map(|asked| match asked {
        Asked::Append(append) => append,
        other => panic!("asked {other:?}"),
    })
}

#[test]
fn another_version_is_refused_before_anything_else_and_options_needs_none() {
    for version in
        [&[][..], &[("tus-resumable", "0.2.2")], &[("tus-resumable", "")], &[SPOKEN, SPOKEN], &[("tus-resumable", "1.0.0, 1.0.0")]]
    {
        for (place, method) in
            [(Place::Uploads, "POST"), (Place::Upload, "HEAD"), (Place::Upload, "PATCH"), (Place::Upload, "DELETE"), (Place::Upload, "GET")]
        {
            assert_eq!(ask(place, method, version), Err(Trouble::UploadVersionWrong), "{method} {version:?}");
        }
        assert_eq!(ask(Place::Uploads, "OPTIONS", version), Ok(Asked::Options));
        assert_eq!(ask(Place::Upload, "OPTIONS", version), Ok(Asked::Options));
    }
    assert_eq!(Trouble::UploadVersionWrong.status(), 412);
}

#[test]
fn each_method_has_its_place_and_a_header_can_name_it() {
    let rows = [
        (Place::Upload, "HEAD", None, Ok(Asked::Head)),
        (Place::Upload, "DELETE", None, Ok(Asked::End)),
        (Place::Upload, "POST", Some("DELETE"), Ok(Asked::End)),
        (Place::Upload, "POST", Some("HEAD"), Ok(Asked::Head)),
        // The method of the line is ignored where a header stands, as the protocol says.
        (Place::Upload, "DELETE", Some("HEAD"), Ok(Asked::Head)),
        (Place::Upload, "POST", Some("OPTIONS"), Ok(Asked::Options)),
        (Place::Upload, "POST", None, Err(Trouble::MethodWrong)),
        (Place::Upload, "GET", None, Err(Trouble::MethodWrong)),
        (Place::Upload, "PUT", None, Err(Trouble::MethodWrong)),
        (Place::Uploads, "PATCH", None, Err(Trouble::MethodWrong)),
        (Place::Uploads, "HEAD", None, Err(Trouble::MethodWrong)),
        (Place::Uploads, "DELETE", None, Err(Trouble::MethodWrong)),
        (Place::Upload, "POST", Some("delete"), Err(Trouble::MethodWrong)),
        (Place::Upload, "POST", Some(""), Err(Trouble::MethodWrong)),
        (Place::Upload, "POST", Some("DE LETE"), Err(Trouble::MethodWrong)),
    ];
    for (place, method, named, wanted) in rows {
        let mut pairs = vec![SPOKEN];
        pairs.extend(named.map(|named| ("x-http-method-override", named)));
        assert_eq!(ask(place, method, &pairs), wanted, "{place:?} {method} {named:?}");
    }
    assert_eq!(
        ask(Place::Upload, "POST", &[SPOKEN, ("x-http-method-override", "HEAD"), ("x-http-method-override", "HEAD")]),
        Err(Trouble::MethodWrong)
    );
    let named = ask(Place::Upload, "POST", &[SPOKEN, BYTES, ("upload-offset", "5"), ("x-http-method-override", "PATCH")]);
    assert_eq!(named, Ok(Asked::Append(Append { offset: 5, body: Body { bytes: None, checksum: None } })));
}

#[test]
fn an_upload_says_its_length_and_nothing_that_is_not_offered() {
    let plain = |length| Ok(Creation { length, metadata: String::new(), sha256: None, first: None });
    let rows: [Row<Creation>; 18] = [
        (&[("upload-length", "300")], plain(300)),
        (&[("upload-length", "0")], plain(0)),
        (&[("upload-length", "007")], plain(7)),
        (&[("upload-length", "4294967296")], plain(MAX)),
        (&[("upload-length", "300"), ("content-length", "0")], plain(300)),
        (&[("upload-length", "300"), ("upload-metadata", "")], plain(300)),
        (&[("upload-length", "4294967297")], Err(Trouble::UploadTooLarge)),
        (&[], Err(Trouble::UploadLengthWrong)),
        (&[("upload-length", "")], Err(Trouble::UploadLengthWrong)),
        (&[("upload-length", "-5")], Err(Trouble::UploadLengthWrong)),
        (&[("upload-length", "+5")], Err(Trouble::UploadLengthWrong)),
        (&[("upload-length", "5.0")], Err(Trouble::UploadLengthWrong)),
        (&[("upload-length", "9223372036854775808")], Err(Trouble::UploadLengthWrong)),
        (&[("upload-length", "5"), ("upload-length", "6")], Err(Trouble::UploadLengthWrong)),
        (&[("upload-defer-length", "1")], Err(Trouble::UploadWayUnknown)),
        (&[("upload-defer-length", "2")], Err(Trouble::UploadWayUnknown)),
        (&[("upload-length", "5"), ("upload-defer-length", "1")], Err(Trouble::UploadWayUnknown)),
        (&[("upload-length", "5"), ("upload-concat", "partial")], Err(Trouble::UploadWayUnknown)),
    ];
    for (pairs, wanted) in rows {
        assert_eq!(create(pairs), wanted, "{pairs:?}");
    }
}

#[test]
fn first_bytes_come_as_bytes_and_fit_into_the_file() {
    let body = |bytes| Some(Body { bytes, checksum: None });
    let rows: [Row<Option<Body>>; 8] = [
        (&[BYTES, ("content-length", "5")], Ok(body(Some(5)))),
        (&[BYTES, ("content-length", "300")], Ok(body(Some(300)))),
        (&[BYTES, ("transfer-encoding", "chunked")], Ok(body(None))),
        // A client that says the type and sends nothing is answered with its offset.
        (&[BYTES, ("content-length", "0")], Ok(body(Some(0)))),
        (&[BYTES, ("content-length", "301")], Err(Trouble::UploadTooLarge)),
        (&[("content-type", "image/jpeg"), ("content-length", "5")], Err(Trouble::UploadTypeWrong)),
        (&[("content-length", "5")], Err(Trouble::UploadTypeWrong)),
        (&[("transfer-encoding", "chunked")], Err(Trouble::UploadTypeWrong)),
    ];
    for (pairs, wanted) in rows {
        let pairs: Vec<_> = [("upload-length", "300")].iter().chain(pairs).copied().collect();
        assert_eq!(create(&pairs).map(|creation| creation.first), wanted, "{pairs:?}");
    }
}

#[test]
fn more_bytes_say_their_type_and_where_they_begin() {
    let rows: [Row<(u64, Option<u64>)>; 11] = [
        (&[BYTES, ("upload-offset", "5"), ("content-length", "9")], Ok((5, Some(9)))),
        (&[BYTES, ("upload-offset", "0")], Ok((0, None))),
        (&[("content-type", "Application/Offset+Octet-Stream"), ("upload-offset", "0")], Ok((0, None))),
        (&[("upload-offset", "5")], Err(Trouble::UploadTypeWrong)),
        (&[("content-type", "application/octet-stream"), ("upload-offset", "5")], Err(Trouble::UploadTypeWrong)),
        (&[("content-type", "application/fish"), ("upload-offset", "5")], Err(Trouble::UploadTypeWrong)),
        (&[BYTES], Err(Trouble::UploadOffsetWrong)),
        (&[BYTES, ("upload-offset", "-5")], Err(Trouble::UploadOffsetWrong)),
        (&[BYTES, ("upload-offset", "five")], Err(Trouble::UploadOffsetWrong)),
        (&[BYTES, ("upload-offset", "5"), ("upload-offset", "6")], Err(Trouble::UploadOffsetWrong)),
        (&[BYTES, ("upload-offset", "5"), ("content-length", "x")], Err(Trouble::BodyBroken)),
    ];
    for (pairs, wanted) in rows {
        assert_eq!(patch(pairs).map(|append| (append.offset, append.body.bytes)), wanted, "{pairs:?}");
    }
    assert_eq!((Trouble::UploadTypeWrong.status(), Trouble::UploadOffsetDiffers.status()), (415, 409));
}

#[test]
fn a_checksum_is_read_and_fits_what_it_was_made_of() {
    let said = |text| patch(&[BYTES, ("upload-offset", "0"), ("content-length", "11"), ("upload-checksum", text)]).map(|a| a.body.checksum);
    for good in [HELLO_SHA1, HELLO_SHA256] {
        let checksum = said(good).unwrap().unwrap();
        assert!(checksum.fits(HELLO) && !checksum.fits(b"hello worle") && !checksum.fits(b""), "{good}");
    }
    for (text, wanted) in [
        ("crc32 AAAA", Trouble::UploadChecksumUnknown),
        ("SHA1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", Trouble::UploadChecksumUnknown),
        ("md5 XrY7u+Ae7tCTyyK7j1rNww==", Trouble::UploadChecksumUnknown),
        ("sha1", Trouble::UploadChecksumWrong),
        ("sha1 ", Trouble::UploadChecksumWrong),
        ("sha1 !!", Trouble::UploadChecksumWrong),
        ("sha1  Kq5sNclPz7QV2+lfQIuc6R7oRu0=", Trouble::UploadChecksumWrong),
        ("sha256 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", Trouble::UploadChecksumWrong),
    ] {
        assert_eq!(said(text), Err(wanted), "{text}");
        assert_eq!(wanted.status(), 400);
    }
    let sized = |bytes| patch(&[BYTES, ("upload-offset", "0"), ("content-length", bytes), ("upload-checksum", HELLO_SHA1)]).map(|_| ());
    assert_eq!((sized("1048576"), sized("1048577")), (Ok(()), Err(Trouble::UploadChunkTooLarge)));
    assert_eq!(Trouble::UploadChecksumMismatch.status(), 460);
    let first = create(&[("upload-length", "11"), BYTES, ("content-length", "11"), ("upload-checksum", HELLO_SHA256)]).unwrap();
    assert!(first.first.unwrap().checksum.unwrap().fits(HELLO));
}

#[test]
fn what_a_client_tells_about_its_file_is_read_strictly_and_kept_byte_for_byte() {
    let told = |text: &str| create(&[("upload-length", "5"), ("upload-metadata", text)]).map(|creation| creation.metadata);
    let many: Vec<String> = (0..17).map(|number| format!("k{number}")).collect();
    let long = format!("k {}", "A".repeat(METADATA_LETTERS_MAX));
    for good in [METADATA, "a", "a,b", "a dGVzdA==, b", "name w7wuanBn", "empty "] {
        assert_eq!(told(good).as_deref(), Ok(good.trim()), "{good}");
    }
    for bad in ["a,a", "a dGVzdA==,a", "a,,b", ",", "a b c", "a dGVzdA=", "a !", "a  dGVzdA==", " dGVzdA==,x y z", &many.join(","), &long] {
        assert_eq!(told(bad), Err(Trouble::UploadMetadataWrong), "{bad}");
    }
    let read = metadata_of(METADATA).unwrap();
    assert_eq!(read, [("filename", Some(b"world_domination_plan.pdf".to_vec())), ("is_confidential", None)]);
}

#[test]
fn the_digest_of_the_whole_file_is_taken_from_either_place_and_must_agree() {
    let hello: [u8; 32] = sha2::Sha256::digest(HELLO).into();
    let hex: String = hello.iter().map(|byte| format!("{byte:02X}")).collect();
    let in_hex = format!("sha256 {}", STANDARD.encode(&hex));
    let digest = |header: &[&str], beside: &str| {
        let mut pairs = vec![("upload-length", "11"), ("upload-metadata", beside)];
        pairs.extend(header.iter().map(|value| ("repr-digest", *value)));
        create(&pairs).map(|creation| creation.sha256)
    };
    let unknown = "md5=:XrY7u+Ae7tCTyyK7j1rNww==:, unixsum=:AAA=:";
    let good: [(&[&str], &str); 8] = [
        (&[HELLO_DIGEST], ""),
        (&[&format!("{unknown}, {HELLO_DIGEST}")], ""),
        (&[unknown, HELLO_DIGEST], ""),
        (&[&format!("sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:,{HELLO_DIGEST};q=1")], ""),
        (&[HELLO_DIGEST], HELLO_SHA256),
        (&[], HELLO_SHA256),
        (&[], &in_hex),
        (&[], &format!("filename d29ybGQ=,{HELLO_SHA256}")),
    ];
    for (header, beside) in good {
        assert_eq!(digest(header, beside), Ok(Some(hello)), "{header:?} {beside}");
    }
    assert_eq!((digest(&[], ""), digest(&[unknown], "")), (Ok(None), Ok(None)));
    let bad: [(&[&str], &str); 9] = [
        (&["sha-256=uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="], ""),
        (&["sha-256=:AAAA:"], ""),
        (&["sha-256=:!:"], ""),
        (&["sha-256"], ""),
        (&[""], ""),
        (&["sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"], HELLO_SHA256),
        (&[], "sha256"),
        (&[], "sha256 AAAA"),
        (&[], &format!("sha256 {}", STANDARD.encode("x".repeat(64)))),
    ];
    for (header, beside) in bad {
        assert_eq!(digest(header, beside), Err(Trouble::UploadDigestWrong), "{header:?} {beside}");
    }
}

fn text<'a>(response: &'a axum::response::Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[test]
fn every_answer_names_the_version_and_lets_other_sites_read_what_they_need() {
    let standing = Standing {
        offset: 7,
        length: 9,
        metadata: METADATA.to_owned(),
        expires: Some(Timestamp::from_milliseconds(1_435_226_100_000)),
        sha256: None,
    };
    let whole = Standing { offset: 9, expires: None, sha256: Some(sha2::Sha256::digest(HELLO).into()), ..standing.clone() };
    let answers = [
        (options(MAX), StatusCode::NO_CONTENT),
        (created("/footage/uploads/x", &standing, true), StatusCode::CREATED),
        (head(&standing), StatusCode::OK),
        (appended(&standing), StatusCode::NO_CONTENT),
        (ended(), StatusCode::NO_CONTENT),
        (troubled(Trouble::UploadVersionWrong), StatusCode::PRECONDITION_FAILED),
        (refused(Problem::of(Trouble::NotFound)), StatusCode::NOT_FOUND),
    ];
    for (answer, status) in &answers {
        assert_eq!((answer.status(), text(answer, "tus-resumable")), (*status, Some("1.0.0")));
        assert_eq!(text(answer, "cache-control"), Some("no-store"));
        let exposed = text(answer, "access-control-expose-headers").unwrap();
        for name in "Upload-Offset Location Upload-Length Tus-Version Tus-Resumable Tus-Max-Size Tus-Extension Upload-Metadata Upload-Expires Repr-Digest"
            .split(' ')
        {
            assert!(exposed.split(", ").any(|other| other == name), "{name} is not exposed");
        }
        assert!(!answer.headers().contains_key("access-control-allow-credentials"));
    }
    assert_eq!(text(&answers[0].0, "tus-extension"), Some(EXTENSIONS));
    assert_eq!((text(&answers[0].0, "tus-version"), text(&answers[0].0, "tus-max-size")), (Some("1.0.0"), Some("4294967296")));
    assert_eq!(text(&answers[0].0, "tus-checksum-algorithm"), Some("sha1,sha256"));
    assert_eq!((text(&answers[1].0, "location"), text(&answers[1].0, "upload-offset")), (Some("/footage/uploads/x"), Some("7")));
    assert_eq!(text(&answers[1].0, "upload-expires"), Some("Thu, 25 Jun 2015 09:55:00 GMT"));
    assert_eq!((text(&answers[2].0, "upload-length"), text(&answers[2].0, "upload-metadata")), (Some("9"), Some(METADATA)));
    assert!(text(&answers[2].0, "repr-digest").is_none() && text(&answers[2].0, "upload-expires").is_some());
    assert_eq!(text(&answers[5].0, "tus-version"), Some("1.0.0"));
    let whole = head(&whole);
    assert_eq!((text(&whole, "upload-offset"), text(&whole, "repr-digest")), (Some("9"), Some(HELLO_DIGEST)));
    assert!(text(&created("/x", &standing, false), "upload-offset").is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// No head of a request, however odd, does more than be refused; and what is taken is within its bounds.
    #[test]
    fn no_head_is_taken_beyond_its_bounds(
        method in "(POST|PATCH|HEAD|DELETE|OPTIONS|GET)",
        upload in any::<bool>(),
        lines in proptest::collection::vec((0usize..9, "[ -~]{0,40}"), 0..9),
        numbers in (any::<u64>(), any::<u64>()),
    ) {
        let names = ["upload-length", "upload-offset", "upload-metadata", "upload-checksum", "repr-digest", "content-length",
            "content-type", "x-http-method-override", "upload-defer-length"];
        let mut headers = heads(&[SPOKEN]);
        let (length, offset) = (numbers.0.to_string(), numbers.1.to_string());
        if lines.len() % 2 == 0 {
            headers = heads(&[SPOKEN, BYTES, ("upload-length", &length), ("upload-offset", &offset)]);
        }
        for (name, value) in &lines {
            headers.append(names[*name], HeaderValue::from_str(value).unwrap());
        }
        let place = if upload { Place::Upload } else { Place::Uploads };
        match asked(place, &method.parse().unwrap(), &headers, MAX) {
            Ok(Asked::Create(creation)) => {
                prop_assert!(creation.length <= MAX && creation.metadata.len() <= METADATA_LETTERS_MAX);
                prop_assert!(creation.first.and_then(|body| body.bytes).unwrap_or(0) <= creation.length);
            }
            Ok(Asked::Append(append)) => prop_assert!(i64::try_from(append.offset).is_ok()),
            Ok(_) => {}
            Err(trouble) => prop_assert!((400..=415).contains(&trouble.status())),
        }
    }
}

/// Heads as lines of text, damaged: what a header may hold at all is asked, everything else is not sent.
#[test]
fn damage_to_the_head_of_an_upload_is_refused() {
    let seeds = [
        "POST /\ntus-resumable: 1.0.0\nupload-length: 11\nupload-metadata: filename d29ybGQ=,wish cHVibGlj,sha256\n\
         repr-digest: sha-256=:uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=:;q=1,md5=:AA==:\n",
        "PATCH /x\ntus-resumable: 1.0.0\ncontent-type: application/offset+octet-stream\nupload-offset: 70\ncontent-length: 100\n\
         upload-checksum: sha1 Lve95gjOVATpfV8EL5X4nxwjKHE=\n",
        "POST /x\ntus-resumable: 1.0.0\nx-http-method-override: PATCH\nupload-offset: 0\ntransfer-encoding: chunked\n\
         upload-checksum: sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=\n",
        "HEAD /x\ntus-resumable: 1.0.0\n",
        "OPTIONS /\nupload-concat: partial\nupload-defer-length: 1\n",
    ];
    crate::damage::show(&seeds.map(|seed| seed.as_bytes().to_vec()), |bytes| {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let first = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
        let (method, path) = first.split_once(' ').unwrap_or((&first, "/"));
        let Ok(method) = method.parse::<Method>() else { return false };
        let mut headers = HeaderMap::new();
        for line in lines {
            let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
            let (name, value) = (HeaderName::from_bytes(&line[..colon]), HeaderValue::from_bytes(line[colon + 1..].trim_ascii()));
            if let (Ok(name), Ok(value)) = (name, value) {
                headers.append(name, value);
            }
        }
        let place = if path == "/" { Place::Uploads } else { Place::Upload };
        let asked = asked(place, &method, &headers, MAX);
        if let Ok(Asked::Create(creation)) = &asked {
            assert!(creation.length <= MAX && creation.metadata.len() <= METADATA_LETTERS_MAX);
            for key in ["wish", "claimed", "filename"] {
                let _ = told(&creation.metadata, key);
            }
        }
        asked.is_ok()
    });
}
