use super::*;

fn item() -> Item {
    Item {
        id: "or-portland-1".into(),
        title: "Third heading".into(),
        date: "2020-06-01".into(),
        date_text: String::new(),
        city: "Portland".into(),
        state: "Oregon".into(),
        lat: "45.5202471".into(),
        lon: "-122.6741949".into(),
        description: "What stands now.".into(),
        tags: vec!["shove".into()],
        links: vec![Link { url: "https://a.example/2".into(), text: "Film".into() }],
    }
}

fn revisions() -> Vec<Revision> {
    let lines = [
        r#"{"id":"or-portland-1","rev":0,"at":"2020-06-07T01:25:53Z","op":"create"}"#,
        r#"{"id":"or-portland-1","rev":1,"at":"2020-06-08T01:25:53Z","op":"change","changes":{"title":["First heading","Second heading"],"geolocation":[null,"45.5202471, -122.6741949"],"links":{"added":["https://a.example/2"],"removed":["https://a.example/1"]}}}"#,
        r#"{"id":"or-portland-1","rev":2,"at":"2020-06-09T01:25:53Z","op":"change","changes":{"title":["Second heading","Third heading"],"date":["","2020-06-01"],"tags":{"added":["shove"],"removed":[]}}}"#,
    ];
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_stood_first_is_worked_back_from_what_stands_now() {
    let states = walked(&item(), &revisions());
    let titles: Vec<&str> = states.iter().map(|state| state.title.as_str()).collect();
    assert_eq!(titles, ["First heading", "Second heading", "Third heading"]);
    assert_eq!(states[0].links, BTreeSet::from(["https://a.example/1".to_owned()]));
    assert_eq!((states[0].geolocation.as_str(), states[0].date.as_str(), states[0].tags.len()), ("", "", 0));
    assert_eq!(states[2], State::now(&item()));
    assert_eq!(walked(&item(), &[]), [State::now(&item())]);
}
