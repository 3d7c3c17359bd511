//! The form that covers, at the doors: what an earlier drawing leaves in it, and what stays when it is refused.

use crate::doors::desk::hiding::tests::{developed, draws};
use crate::doors::desk::tests::{get_as, post_as};
use crate::doors::fixture::{Heard, Signed, Town};
use crate::work::notary::tests::wished;
use handbell_rules::evidence::footage::{Footage, Wish};
use handbell_rules::evidence::hiding::{Cover, KeyFrame, Rectangle};
use handbell_rules::people::member::Role;
use http::StatusCode;

struct Drawing {
    town: Town,
    amina: Signed,
    ben: Signed,
    footage: Footage,
    page: String,
}

/// A film of five seconds.
async fn drawing() -> Drawing {
    let town = Town::new();
    let all = [Role::Triager, Role::Editor];
    let (amina, ben) = (town.signed_in("Amina", &all).await, town.signed_in("Ben", &all).await);
    let footage = developed(&town, Some(5_000)).await;
    let page = format!("/desk/footage/{}", footage.id);
    Drawing { town, amina, ben, footage, page }
}

fn key(at: u64, x: u16, y: u16) -> KeyFrame {
    KeyFrame { at, place: Rectangle::new(x, y, 1_500, 1_250).unwrap() }
}

impl Drawing {
    async fn sends(&self, who: &Signed, fields: &[(&str, &str)]) -> Heard {
        let fields = [&[("csrf", who.csrf.as_str())], fields].concat();
        post_as(&self.town, who, &format!("{}/hide", self.page), &fields).await
    }

    async fn drawn(&self) -> usize {
        self.town.app.world.store.evidence().hidings_of(self.footage.id).await.unwrap().len()
    }
}

/// The value of each field of a row, as its page has it.
fn row(page: &str, number: u8) -> Vec<String> {
    let value = |part: &str| {
        let from = page.split_once(&format!("name=\"box-{number}-{part}\" value=\"")).map(|(_, rest)| rest);
        from.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    };
    let path = page.split_once(&format!("name=\"box-{number}-path\"")).and_then(|(_, rest)| rest.split_once('>'));
    let path = path.and_then(|(_, rest)| rest.split('<').next()).unwrap_or_default().to_owned();
    ["left", "top", "width", "height", "from", "until", "since"].into_iter().map(value).chain([path]).collect()
}

#[tokio::test]
async fn who_draws_again_begins_with_the_boxes_of_the_last_drawing() {
    let on = drawing().await;
    let moves = Cover { path: vec![key(0, 1_000, 2_000), key(2_000, 3_005, 2_000)], from: 0, until: 4_000 };
    let late = Cover { path: vec![key(2_000, 5_000, 5_000)], from: 1_000, until: 5_000 };
    draws(&on.town, &on.ben, &on.footage, vec![late.clone()]).await;
    on.town.clock.go(1_000);
    let last = draws(&on.town, &on.amina, &on.footage, vec![moves, late]).await;
    let page = get_as(&on.town, &on.ben, &on.page).await.text();
    assert_eq!(row(&page, 1), ["10", "20", "15", "12.5", "", "4", "", "2 30.05 20 15 12.5"]);
    assert_eq!(row(&page, 2), ["50", "50", "15", "12.5", "1", "", "2", "2 50 50 15 12.5"]);
    assert_eq!(row(&page, 3).concat(), "");
    assert!(page.contains("Amina drew 2 boxes") && page.contains("2 of them stand in the form below as they were"), "{page}");
    assert_eq!(page.matches("From the earlier drawing.").count(), 2);
    assert_eq!(on.drawn().await, 2, "looking draws nothing");
    // One is changed, and something else is wrong: what is shown again says whose each row is.
    let changed = [("box-1-left", "11"), ("box-1-top", "20"), ("box-1-width", "15"), ("box-1-height", "12.5"), ("box-1-until", "4")];
    let same = [
        ("box-2-left", "50"),
        ("box-2-top", "50"),
        ("box-2-width", "15"),
        ("box-2-height", "12.5"),
        ("box-2-from", "1"),
        ("box-2-since", "2"),
    ];
    let same = [&same[..], &[("box-2-path", "2 50 50 15 12.5")]].concat();
    let wrong = [&changed[..], &same, &[("box-3-left", "99")]].concat();
    let no = on.sends(&on.ben, &wrong).await;
    assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY);
    let no = no.text();
    assert!(no.contains("1 of them stands in the form below as it was") && no.matches("From the earlier drawing.").count() == 1, "{no}");
    assert_eq!(row(&no, 1)[0], "11");
    // Nothing of it is wanted.
    let empty = on.sends(&on.ben, &[&wrong[..], &[("go", "empty")]].concat()).await;
    assert_eq!(
        (empty.status, row(&empty.text(), 1).concat(), row(&empty.text(), 2).concat()),
        (StatusCode::OK, String::new(), String::new())
    );
    assert!(empty.text().contains("None of them stands in the form below as it was"));
    assert_eq!(on.drawn().await, 2);
    // As they stand, they are one drawing more, and by whoever sent it.
    assert_eq!(on.sends(&on.ben, &[&changed[..], &same].concat()).await.status, StatusCode::SEE_OTHER);
    let all = on.town.app.world.store.evidence().hidings_of(on.footage.id).await.unwrap();
    let [before] = &all.iter().filter(|hiding| hiding.id == last).collect::<Vec<_>>()[..] else { panic!("{all:?}") };
    let [again] = &all.iter().filter(|hiding| hiding.by == on.ben.caller.member && hiding.covers.len() == 2).collect::<Vec<_>>()[..] else {
        panic!("{all:?}")
    };
    assert_eq!(again.covers[1], before.covers[1]);
}

#[tokio::test]
async fn what_was_given_up_is_begun_with_and_nothing_where_nothing_may_be_drawn() {
    let on = drawing().await;
    let fresh = get_as(&on.town, &on.ben, &on.page).await.text();
    assert!(!fresh.contains("earlier drawing") && !fresh.contains("Begin with empty boxes") && row(&fresh, 1).concat().is_empty());
    let drawn = draws(&on.town, &on.amina, &on.footage, vec![Cover { path: vec![key(0, 1_000, 2_000)], from: 0, until: 5_000 }]).await;
    crate::acts::hiding::give_up(&on.town.app.world, &on.amina.caller, drawn).await.unwrap();
    let page = get_as(&on.town, &on.ben, &on.page).await.text();
    assert!(page.contains("Begin with empty boxes") && page.contains("1 of them stands"), "{page}");
    // Whoever gave it wishes otherwise: there is no form, and nothing of the drawing.
    wished(&on.town, on.footage.id, Wish::Lawyer).await;
    let shut = get_as(&on.town, &on.ben, &on.page).await.text();
    assert!(!shut.contains("box-1-left") && !shut.contains("Amina drew"), "{shut}");
}

#[tokio::test]
async fn the_moment_at_which_a_box_was_drawn_first_stays_when_another_box_is_refused() {
    let on = drawing().await;
    let late = [("box-1-left", "10"), ("box-1-top", "20"), ("box-1-width", "15"), ("box-1-height", "12.5")];
    let late = [&late[..], &[("box-1-path", "2 10 20 15 12.5"), ("box-1-since", "2")]].concat();
    for more in [("box-2-left", "99"), ("go", "more")] {
        let again = on.sends(&on.ben, &[&late[..], &[more]].concat()).await;
        assert_eq!(row(&again.text(), 1)[6], "2", "{more:?}: {}", again.status);
    }
    let twice = on.sends(&on.ben, &[&late[..], &[("box-1-since", "2")]].concat()).await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST);
    assert_eq!(on.sends(&on.ben, &late).await.status, StatusCode::SEE_OTHER);
    let drawn = on.town.app.world.store.evidence().hidings_of(on.footage.id).await.unwrap().pop().unwrap();
    assert_eq!(drawn.covers[0].path, [key(2_000, 1_000, 2_000)]);
    // And whoever draws it again can move it there without moving what came before.
    assert_eq!(row(&get_as(&on.town, &on.amina, &on.page).await.text(), 1)[6], "2");
}
