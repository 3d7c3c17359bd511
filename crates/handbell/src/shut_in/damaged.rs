//! What a shut-in child may say, and what ffmpeg may hand it, damaged: nothing breaks whoever reads it.

use super::answer::{self, Made, Mark, No, Seen, Told};
use super::part::Orders;
use super::{film, look};
use crate::damage::{show, show_rounds};
use handbell_rules::evidence::hiding::{Cover, KeyFrame, Rectangle};
use std::collections::BTreeMap;

fn written(answer: &Result<Made, No>) -> Vec<u8> {
    let mut bytes = Vec::new();
    answer::write(answer, &mut bytes).unwrap();
    bytes
}

#[test]
fn damage_to_the_answer_of_a_child_is_misread_or_within_its_bounds() {
    let mark = Mark { hash: "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22".into(), quality: 100, still: 1 };
    let told = Told {
        width: 640,
        height: 480,
        taken: Some("2026-11-22 14:03:11 +01:00".into()),
        credentials: true,
        stored: vec![mark.clone(); 3],
        asked: vec![mark.clone()],
        stills: vec![Some(mark), None],
        milliseconds: Some(61_000),
        seen: [0, 3].map(|picture| Seen { picture, place: Rectangle::new(1_200, 900, 800, 1_000).unwrap() }).to_vec(),
        ..Told::default()
    };
    let pieces = BTreeMap::from([("preview".to_owned(), vec![7; 300]), ("clean".to_owned(), vec![8; 200])]);
    let no = No { name: "file-unreadable".into(), words: "This file could not be read here.".into() };
    let seeds = [written(&Ok(Made { told, pieces })), written(&Ok(Made::default())), written(&Err(no))];
    let taken = show(&seeds, |bytes| {
        let answer = answer::read(bytes);
        if let Ok(Ok(made)) = &answer {
            assert!(made.pieces.values().map(Vec::len).sum::<usize>() <= bytes.len());
            assert!(made.told.taken.as_ref().is_none_or(|taken| taken.len() <= 26));
            let inside = |seen: &Seen| seen.place.x + seen.place.width <= 10_000 && seen.place.y + seen.place.height <= 10_000;
            assert!(made.told.seen.iter().all(inside), "{:?}", made.told.seen);
        }
        answer.is_ok()
    });
    assert_eq!(taken, seeds.len(), "each is read as it was written");
}

#[test]
fn damage_to_stills_and_frames_is_refused() {
    let still = |width: usize, height: usize| {
        let mut bytes = format!("P6\n{width} {height}\n255\n").into_bytes();
        bytes.extend((0..width * height * 3).map(|at| (at * 7 % 251) as u8));
        bytes
    };
    let several = [still(33, 20), still(33, 20)].concat();
    // Each one that is read is made smaller, packed and hashed.
    let taken = show_rounds(300, &[still(64, 48), several], |bytes| {
        let _ = look::frame(bytes);
        let stills = look::stills(bytes);
        if let Ok(made) = &stills {
            assert!(made.pieces.len() <= film::STILLS_MAX as usize);
        }
        stills.is_ok()
    });
    assert_eq!(taken, 2);
}

#[test]
fn damage_to_a_stream_of_frames_is_refused_and_never_grows() {
    let mut stream = b"YUV4MPEG2 W32 H18 F25:1 Ip A1:1 C420jpeg\n".to_vec();
    for _ in 0..3 {
        stream.extend_from_slice(b"FRAME\n");
        stream.extend_from_slice(&[90; 32 * 18 * 3 / 2]);
    }
    let place = |x, y| Rectangle::new(x, y, 2_000, 2_000).unwrap();
    let path = vec![KeyFrame { at: 0, place: place(0, 0) }, KeyFrame { at: 80, place: place(8_000, 8_000) }];
    let covers = [Cover { path, from: 0, until: 80 }];
    show(&[stream], |bytes| {
        let mut out = Vec::new();
        let filled = film::filled(&covers, bytes, &mut out);
        assert!(out.len() <= bytes.len() + 256, "{} came of {}", out.len(), bytes.len());
        filled.is_ok()
    });
}

/// They come from the server, and yet a child is to end and nothing worse where they do not read.
#[test]
fn damage_to_orders_is_misread_or_read_as_it_is_written() {
    let cover = Cover { path: vec![KeyFrame { at: 0, place: Rectangle::new(0, 0, 2_000, 2_000).unwrap() }], from: 0, until: 80 };
    let orders = [
        Orders::Suggest { cascade: 930_127, pictures: vec![40_000, 0, u64::MAX] },
        Orders::Burn { covers: vec![cover.clone()], exact: false },
        Orders::Fill { covers: vec![cover] },
        Orders::ProgramAside { program: "/usr/bin/heif-convert".into(), arguments: vec!["-q".into(), "96".into()] },
    ];
    let seeds = orders.map(|orders| serde_json::to_vec(&orders).unwrap());
    let taken = show(&seeds, |bytes| {
        let orders = serde_json::from_slice::<Orders>(bytes);
        if let Ok(orders) = &orders {
            assert_eq!(serde_json::from_slice::<Orders>(&serde_json::to_vec(orders).unwrap()).unwrap(), *orders);
        }
        orders.is_ok()
    });
    assert_eq!(taken, seeds.len(), "each is read as it was written");
}
