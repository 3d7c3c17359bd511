use super::*;

fn waiting(shelf: &Shelf, number: u8) -> Waiting {
    let about = Waiting {
        id: PackId([number; 16]),
        by: MemberId([1; 16]),
        at: Timestamp::default(),
        for_whom: "a court".into(),
        items: Vec::new(),
    };
    let place = shelf.place(about.id).unwrap();
    fs::create_dir_all(place.join(PACK)).unwrap();
    fs::write(place.join(ABOUT), serde_json::to_vec(&about).unwrap()).unwrap();
    about
}

#[test]
fn what_is_left_of_a_pack_goes_and_keeps_no_other_from_being_seen_or_taken_off() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::at(folder.path().to_owned());
    let [good, headless, garbled] = [1, 2, 3].map(|number| waiting(&shelf, number));
    let place = |one: &Waiting| shelf.place(one.id).unwrap();
    // A removal that was broken off left the pack, or what is known of it cannot be read.
    fs::remove_file(place(&headless).join(ABOUT)).unwrap();
    fs::write(place(&garbled).join(ABOUT), "{").unwrap();
    fs::write(folder.path().join("a note of the keeper.txt"), "mine").unwrap();
    assert_eq!(shelf.all().unwrap(), std::slice::from_ref(&good));
    shelf.sweep().unwrap();
    assert!(place(&good).exists() && !place(&headless).exists() && !place(&garbled).exists());

    // A former removal stopped in the middle, and another begins.
    fs::create_dir_all(place(&good).with_extension("new").join(PACK)).unwrap();
    shelf.remove(good.id).unwrap();
    shelf.remove(good.id).unwrap();
    let left: Vec<String> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(left, ["a note of the keeper.txt"], "what is not ours stays");
}
