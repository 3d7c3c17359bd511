//! Samples of what custodians see: how long footage is kept, their keys, and packs.

use super::{Pen, Sample};
use crate::{CustodianKey, CustodiansPage, KeepPage, PackLine, PacksPage, Page, Tab};

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: Box<dyn Page>| samples.push(Sample { name: name.to_owned(), page });
    push("desk-keep", Box::new(keep(pen)));
    let mut free = keep(pen);
    (free.held, free.asked, free.can_agree) = (Vec::new(), Vec::new(), false);
    push("desk-keep-free", Box::new(free.clone()));
    free.errors = vec![pen.error("reason", "Choose a reason from the list."), pen.error("until", "Give a day from tomorrow on.")];
    push("desk-keep-errors", Box::new(free));
    push("desk-custodians", Box::new(keys(pen)));
    let mut bare = keys(pen);
    (bare.due, bare.can_say, bare.can_confirm) = (true, true, false);
    bare.keys[2].recipient = None;
    bare.errors = vec![pen.error("", "You said this yourself.")];
    push("desk-custodians-bare", Box::new(bare));
    push("desk-packs", Box::new(packs(pen)));
    let mut none = packs(pen);
    (none.files, none.packs) = (Vec::new(), Vec::new());
    push("desk-packs-none", Box::new(none));
    let mut wrong = packs(pen);
    wrong.errors = vec![pen.error("for", "Say for whom the pack is."), pen.error("footage", "Choose at least one file.")];
    push("desk-packs-errors", Box::new(wrong));
}

fn keep(pen: &Pen) -> KeepPage {
    KeepPage {
        frame: pen.desk_frame(Tab::Nowhere, "/desk/footage/f1/keep", "How long it is kept"),
        desk: pen.desk(),
        id: "aguq3ydvptwwtvfa7vqf2jnqiy".to_owned(),
        kept: pen.say("It is kept until the end of 1 May 2027: A complaint is being made or looked into."),
        held: pen.all(&["Wren asked that it is kept until the end of 1 May 2027.", "Heron agreed 22 November 2026, 21:40."]),
        asked: pen.all(&["Heron asked 21:50 that it is kept until the end of 1 October 2027.", "“case 12”"]),
        asked_at: "1795210800000".to_owned(),
        can_agree: true,
        reasons: pen.choices(&["wished|Whoever gave it wishes it", "*complaint|A complaint is being made or looked into"]),
        first_day: "2026-11-23".to_owned(),
        last_day: "2027-11-22".to_owned(),
        until: "2027-05-01".to_owned(),
        words: pen.say("case 12"),
        why: String::new(),
        errors: Vec::new(),
    }
}

fn keys(pen: &Pen) -> CustodiansPage {
    let key = |place: &str| CustodianKey {
        place: place.to_owned(),
        since: pen.say("2 January 2026, 03:04"),
        recipient: Some("age1x5n24fjmg06a7fgd30tj2fjnsj0j6hyyszvwy86lp2g3c5j6wf8qgzvggm".to_owned()),
        fingerprint: "0a1b2 c3d4e 5f607 18293".to_owned(),
    };
    CustodiansPage {
        frame: pen.desk_frame(Tab::Custody, "/desk/custody", "Custody keys"),
        desk: pen.desk(),
        state: pen.say("All three keys are set. Footage is taken in."),
        keys: ["one", "two", "three"].map(key).into(),
        practised: pen.all(&["Last practised 2 March 2026, 19:00 by Wren and Heron.", "Heron said 21:40 that they practised."]),
        due: false,
        can_say: false,
        can_confirm: true,
        errors: Vec::new(),
    }
}

fn packs(pen: &Pen) -> PacksPage {
    PacksPage {
        frame: pen.desk_frame(Tab::Packs, "/desk/packs", "Packs"),
        desk: crate::DeskBar { works: false, custodian: true, roles: pen.say("custodian"), ..pen.desk() },
        files: pen.choices(&["*f1|video/mp4, 84,000,000 bytes, came 21:40", "f2|image/jpeg, 2,000,000 bytes, came 21:50"]),
        for_whom: pen.say("A law centre"),
        packs: vec![PackLine {
            id: "aguq3ydvptwwtvfa7vqf2jnqiy".to_owned(),
            for_whom: pen.say("A law centre"),
            words: pen.say("One file. Wren made it 21:40. It goes 29 November 2026, 21:40."),
        }],
        errors: Vec::new(),
    }
}
