//! placeholder
use super::*;
#[test]
fn tmp() {
    let p = Playbook::load(&crate::playbook::tests::shipped()).unwrap();
    println!("{}", p.hash());
    for t in ["evan-cook-close-2022", "rye-lane-2017"] {
        let text = std::fs::read_to_string(format!("/work/main/scenarios/{t}.toml")).unwrap();
        let s = crate::scenario::Scenario::parse(t, &text).unwrap();
        s.check(&p).unwrap();
    }
    use crate::{area::*, place::Point};
    for (n, lat, lon) in [("rye lane",51.4697,-0.0692),("queens road",51.4737,-0.0573),("nunhead",51.4639,-0.0525),("peckham rye park",51.4590,-0.0650),("bellenden",51.4668,-0.0745),("burgess park/N peckham",51.4830,-0.0790),("camberwell",51.4741,-0.0935),("old kent road",51.4840,-0.0640),("surrey canal",51.4855,-0.0490),("new cross gate",51.4752,-0.0400),("new cross",51.4763,-0.0326),("brockley",51.4646,-0.0375),("east dulwich",51.4570,-0.0760),("herne hill",51.4530,-0.1000),("honor oak",51.4500,-0.0455),("forest hill",51.4390,-0.0530),("denmark hill",51.4680,-0.0900),("deptford",51.4788,-0.0263),("walworth",51.4870,-0.0920),("bermondsey",51.4978,-0.0637)] {
        let c = Cell::around(Point::from_degrees(lat, lon).unwrap());
        println!("{n}: {c} centre {:?}", (c.centre().latitude(), c.centre().longitude()));
    }
}
pub(crate) fn shipped() -> Folder {
    let mut f = Folder::new();
    for n in ["playbook.toml","predicates.toml","kinds/immigration-visit.toml","kinds/eviction.toml","kinds/hate-incident.toml","kinds/flood.toml","kinds/something-else.toml","words/en.ftl","words/es.ftl"] {
        f.insert(n.into(), std::fs::read_to_string(format!("/work/main/playbooks/uk-street/{n}")).unwrap());
    }
    f
}
