//! What the floor hears of machines, orders to the bot and thanks, and what it must not.

use crate::{Engine, Findings, Message};

/// The lines of a kind, in which a finding is not as it should be.
fn mistaken(kind: &str, should: impl Fn(&Findings) -> bool) -> Vec<&'static str> {
    let engine = Engine::new(&[]);
    let lines = include_str!("lines.txt").lines().filter_map(|line| line.strip_prefix(kind)?.strip_prefix(' '));
    lines.filter(|text| !should(&engine.examine(Message { text, ..Message::default() }))).collect()
}

const NONE: Vec<&str> = Vec::new();

#[test]
fn who_is_away_and_refers_to_a_colleague_is_a_machine_and_asks_for_nobody() {
    assert_eq!(mistaken("machine", |found| found.automatic.is && !found.wants_person.is), NONE);
}

#[test]
fn who_tells_of_a_machines_message_or_is_away_like_people_are_is_no_machine() {
    assert_eq!(mistaken("person", |found| !found.automatic.is), NONE);
}

#[test]
fn tasks_and_standing_orders_for_the_bot_are_flagged() {
    assert_eq!(mistaken("order", |found| found.injection.is), NONE);
}

#[test]
fn wishes_in_words_that_also_command_bots_are_not() {
    assert_eq!(mistaken("wish", |found| !found.injection.is), NONE);
}

#[test]
fn thanks_with_praise_or_that_all_is_well_are_mere_thanks_without_anger() {
    assert_eq!(mistaken("thanks", |found| found.thanks.is && found.questions == 0 && found.emotion.anger < 0.1), NONE);
}

#[test]
fn thanks_beside_a_wish_or_in_scorn_are_no_mere_thanks() {
    assert_eq!(mistaken("more", |found| !found.thanks.is), NONE);
}
