//! Frames: what stands around each page of this group.

use super::App;
use super::gate::Desk;
use handbell_rules::bell::mode::Status;
use handbell_rules::people::member::Role;
use handbell_site::{DeskBar, Frame, Tab};

fn dressed(app: &App, mut frame: Frame) -> Frame {
    let group = &app.world.group;
    frame.exercise = group.status == Status::Exercise;
    frame.played = group.played;
    frame.drill = app.stage.is_some();
    frame
}

/// A public page's frame.
pub fn public(app: &App, tab: Tab, path: &str) -> Frame {
    dressed(app, Frame::public(app.world.group.name.clone(), tab, path))
}

/// A desk page's frame.
pub fn desk(app: &App, tab: Tab, path: &str, title: &str) -> Frame {
    dressed(app, Frame::desk(app.world.group.name.clone(), tab, path, title))
}

/// The strip that says who is at the desk.
pub async fn bar(app: &App, desk: &Desk) -> Result<DeskBar, super::problem::Problem> {
    let world = &app.world;
    let zone = world.group.playbook.zone();
    let now = world.now();
    let mine = world.store.duty(desk.caller.member).await?.filter(|duty| duty.runs(now));
    let mut also_on = Vec::new();
    for (member, _) in crate::acts::people::desk_on_duty(world).await? {
        if member.id != desk.caller.member {
            also_on.push(member.name);
        }
    }
    let roles: Vec<&str> = desk.caller.roles.iter().map(|role| role.word()).collect();
    Ok(DeskBar {
        member: desk.caller.name.clone(),
        roles: roles.join(", "),
        works: desk.caller.works_the_desk(),
        observes: desk.caller.roles.contains(&Role::Observer),
        custodian: desk.caller.roles.contains(&Role::Custodian),
        on_duty: mine.is_some(),
        duty_ends: mine.map(|duty| duty.until.clock(zone)),
        also_on,
        csrf: desk.csrf.clone(),
        locks: desk.locks,
    })
}
