//! What holds at the doors for words that the guard marks: asked about, answered, read and ticked, without scripts.

use super::*;
use handbell_rules::record::marks::find;

const PUB: &str = "The Lord Nelson stayed open.";
const BECAUSE: &str = "It is the pub at the corner, its sign says so.";

/// The field that asks about the only mark of a text.
fn why(text: &str) -> String {
    let found = find(&[text.to_owned()]);
    assert_eq!(found.len(), 1, "{found:?}");
    format!("why-{}", found[0].sign())
}

impl Told {
    async fn similar(&self, fields: &[(&str, &str)]) -> Heard {
        self.proposes("add=similar", "similar", fields).await
    }

    async fn waits(&self) -> usize {
        self.town.app.world.store.open_proposals().await.unwrap().len()
    }
}

#[tokio::test]
async fn marked_words_wait_for_a_reason_and_for_a_second_reader() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    let field = why(PUB);

    // The form comes back with the words, marked, and with what it wants to know.
    let heard = told.similar(&[("place", PUB), ("edtf", "2016")]).await;
    assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = heard.text();
    for words in [
        "The <mark>Lord Nelson</mark> stayed open.",
        "It looks like the name of a person.",
        &format!("value=\"{PUB}\""),
        "value=\"2016\"",
        &format!("id=\"{field}-err\""),
        "id=\"because-err\"",
        "<option value=\"not-a-person\">",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("told-as-happened"), "a name is not let stand because somebody said it");
    assert_eq!(told.waits().await, 0);

    // A reason of no use, no sentence, a sentence that is too long: nothing typed is lost.
    let forged = told.similar(&[("place", PUB), ("edtf", "2016"), (&field, "told-as-happened"), ("because", BECAUSE)]).await;
    assert!(forged.text().contains(&format!("id=\"{field}-err\"")) && forged.text().contains(BECAUSE));
    let long = "a".repeat(501);
    for because in ["", &long] {
        let heard = told.similar(&[("place", PUB), ("edtf", "2016"), (&field, "not-a-person"), ("because", because)]).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = heard.text();
        assert!(text.contains("id=\"because-err\"") && text.contains("<option value=\"not-a-person\" selected>"), "{text}");
        assert!(!text.contains(&format!("id=\"{field}-err\"")) && text.contains(because));
    }

    // While something else must be mended the answers come along; for other words they are no answer.
    let heard = told.similar(&[("place", PUB), ("edtf", "then"), (&field, "not-a-person"), ("because", BECAUSE)]).await.text();
    assert!(heard.contains(&format!("name=\"{field}\" value=\"not-a-person\"")) && heard.contains(BECAUSE), "{heard}");
    let other = "In June the Lord Nelson stayed open.";
    let heard = told.similar(&[("place", other), ("edtf", "2016"), (&field, "not-a-person"), ("because", BECAUSE)]).await;
    assert!(heard.status == StatusCode::UNPROCESSABLE_ENTITY && heard.text().contains(&format!("id=\"{}-err\"", why(other))));
    assert_eq!(told.waits().await, 0);

    let fields = [("place", PUB), ("edtf", "2016"), (&field, "not-a-person"), ("because", BECAUSE)];
    assert_eq!(done(&told.similar(&fields).await), "/desk/record");

    // Whoever approves reads the words, the reason and the sentence, and must say so.
    let shown = get_as(&told.town, told.ben(), "/desk/record").await.text();
    for words in ["The <mark>Lord Nelson</mark> stayed open.", "leads to nobody", BECAUSE, "Amina said why", "I have read the marked words"]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let before = lines(&told.town).await;
    let proposal = told.town.store_proposal().await;
    for tick in ["", "no"] {
        let action = format!("/desk/record/{proposal}/approve");
        let heard = press(&told.town, told.ben(), "/desk/record", &action, &[("marked", tick)]).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(heard.text().contains(&format!("id=\"marked-{proposal}-err\"")), "{}", heard.text());
    }
    let fields = [("csrf", told.amina().csrf.as_str()), ("version", "1"), ("marked", "yes")];
    let own = post_as(&told.town, told.amina(), &format!("/desk/record/{proposal}/approve"), &fields).await;
    assert!(own.text().contains("Another member must approve on their own device."));
    assert_eq!(lines(&told.town).await, before);
    let action = format!("/desk/record/{proposal}/approve");
    done(&press(&told.town, told.ben(), "/desk/record", &action, &[("marked", "yes")]).await);
    assert_eq!(told.page().await.similar.len(), 1);

    // The decision stays with the desk, and no word of it is public.
    let kept = get_as(&told.town, told.ben(), "/desk/record").await.text();
    for words in ["Amina said why", "Ben read it and agreed", "It looks like the name of a person.", BECAUSE] {
        assert!(kept.contains(words), "{words}: {kept}");
    }
    let public = told.town.get(&format!("/record/{}", told.about.incident)).await.text();
    assert!(public.contains("Lord Nelson") && !public.contains("its sign says so") && !public.contains("Ben"));

    // When words of the incident are taken from the public, the decision loses its words too.
    let entry = told.page().await.facts[0].claims[0].index.to_string();
    done(&told.proposes("add=redaction", "redaction", &[("entry", &entry), ("reason", "safety")]).await);
    done(&told.approves().await);
    let kept = get_as(&told.town, told.ben(), "/desk/record").await.text();
    assert!(kept.contains("Ben read it and agreed") && !kept.contains(BECAUSE), "{kept}");
}

#[tokio::test]
async fn a_threat_is_told_with_a_reason_and_shown_to_whoever_approves() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    let threat = "Somebody shouted: we will kill you.";
    let note = [("place", "Southall"), ("year", "2013"), ("note", threat)];
    let heard = told.proposes("add=look-alike", "look-alike", &note).await;
    assert!(heard.status == StatusCode::UNPROCESSABLE_ENTITY && heard.text().contains("It looks like a threat"), "{}", heard.text());
    let field = why(threat);
    let fields = [&note[..], &[(&field, "told-as-happened"), ("because", "The recording says it.")]].concat();
    done(&told.proposes("add=look-alike", "look-alike", &fields).await);
    let shown = get_as(&told.town, told.ben(), "/desk/record").await.text();
    assert!(shown.contains("It looks like a threat") && shown.contains("The recording says it."));
    assert!(!shown.contains("I have read the marked words"), "only strict rules ask for a tick");
    done(&told.approves().await);
    let kept = get_as(&told.town, told.ben(), "/desk/record").await.text();
    assert!(kept.contains("Ben read it and agreed"), "the decision is kept all the same");
}

#[tokio::test]
async fn an_outcome_with_marked_words_is_asked_about_on_its_own_form() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    let world = &told.town.app.world;
    let claim = NewClaim {
        predicate: "outcome".into(),
        value: PUB.into(),
        range: None,
        report: None,
        official: "The council".into(),
        certainty: Certainty::Likely,
    };
    let claim = desk::record_claim(world, &told.amina().caller, told.about.incident, claim).await.unwrap().to_string();
    let page = format!("/desk/incidents/{}", told.about.incident);
    let action = format!("{page}/outcome");
    let heard = press(&told.town, told.amina(), &page, &action, &[("outcome", &claim)]).await;
    assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = heard.text();
    let field = why(PUB);
    assert!(text.contains("<mark>Lord Nelson</mark>") && text.contains(&format!("id=\"{field}-err\"")), "{text}");
    assert!(text.contains(&format!("<option value=\"{claim}\" selected>")), "what was chosen stays");
    let fields = [("outcome", claim.as_str()), (&field, "not-a-person"), ("because", BECAUSE)];
    done(&press(&told.town, told.amina(), &page, &action, &fields).await);

    // It can be approved from the incident's own page.
    let proposal = told.town.store_proposal().await;
    let action = format!("/desk/record/{proposal}/approve");
    assert!(get_as(&told.town, told.ben(), &page).await.text().contains("I have read the marked words"));
    let fields = [("csrf", told.ben().csrf.as_str()), ("version", "1"), ("marked", "yes")];
    done(&post_as(&told.town, told.ben(), &action, &fields).await);
    assert!(told.town.get(&format!("/record/{}", told.about.incident)).await.text().contains("Lord Nelson"));
}
