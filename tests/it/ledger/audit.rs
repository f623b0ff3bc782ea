//! Audit: reads everything back, and holds it against what was acknowledged.

use serde_json::Value;

use super::{Customer, Tally, check};
use crate::harness::Staff;

/// Audits the threads of all these customers.
pub(super) async fn audit_all(staff: &Staff, customers: Vec<Customer>) -> Tally {
    let mut tally = Tally::default();
    for mut customer in customers {
        tally.add(&audit(staff, &mut customer).await);
    }
    tally
}

/// Waits until a customer's thread has come to its end, and checks it.
pub(crate) async fn audit(staff: &Staff, customer: &mut Customer) -> Tally {
    let id = customer.conversation().await;
    let placed = |shown: &Value| {
        let messages = shown["messages"].as_array().unwrap();
        customer.acknowledged.iter().all(|said| messages.iter().any(|message| message["id"] == said.id.as_str()))
    };
    let end = "all that was acknowledged to be there, and to come to an end";
    let shown = staff.until(&id, end, |shown| at_rest(shown) && ended(shown) && placed(shown)).await;
    let last = shown["messages"].as_array().unwrap().iter().filter_map(|message| message["seq"].as_u64()).max();
    let messages = customer.transcript(last.unwrap_or(0)).await;
    let story = staff.get(&format!("/api/conversations/{id}/explain")).await;
    let mut tally = check(&customer.acknowledged, &messages);
    tally.over_a_person = over_a_person(&story);
    if tally.over_a_person > 0 {
        println!("the bot spoke over a person: {}", told(&story));
    }
    for message in messages.iter().filter(|message| message["from"] == "staff") {
        *tally.replies.entry(message["text"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    tally
}

/// Whether nothing waits to be delivered.
fn at_rest(conversation: &Value) -> bool {
    let messages = conversation["messages"].as_array().unwrap();
    !messages.iter().any(|message| message["delivery"] == "pending")
}

/// Whether the customer's last word is answered, a mere thank-you, or with people.
fn ended(conversation: &Value) -> bool {
    let people = conversation["state"] == "waiting" || conversation["state"] == "claimed";
    let messages = conversation["messages"].as_array().unwrap();
    let last = messages.iter().rfind(|message| !message["seq"].is_null());
    people || last.is_some_and(|message| message["from"] != "customer" || message["text"] == "Dank je wel")
}

/// How many words of the bot were placed while a person had the conversation. One whose delivery was in the air when the
/// timer granted a claim, for it had taken its three seconds, is shown to the person and not counted. A claim that is
/// granted by anything else leaves nothing in the air.
fn over_a_person(story: &Value) -> usize {
    let (mut person, mut begun, mut found) = (false, false, 0);
    for entry in story["entries"].as_array().unwrap() {
        for change in entry["changes"].as_array().unwrap().iter().filter_map(Value::as_str) {
            if let Some((_, owner)) = change.strip_prefix("owner: ").and_then(|moved| moved.split_once(" -> ")) {
                // Behind the bot there may be why it has the conversation: `bot (returned)`.
                person = owner != "bot" && !owner.starts_with("bot (") && !owner.starts_with("queue ");
                begun = person && entry["kind"] == "timer";
            }
            if person && change.ends_with("from bot") && !std::mem::take(&mut begun) {
                found += 1;
            }
        }
    }
    found
}

/// A story in lines.
fn told(story: &Value) -> String {
    let line = |entry: &Value| format!("{} {} by {}: {}", entry["at"], entry["event"], entry["by"], entry["changes"]);
    story["entries"].as_array().unwrap().iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::over_a_person;

    /// A story of events with what changed.
    fn story(entries: &[(&str, &[&str])]) -> Value {
        let entry = |(kind, changes): &(&str, &[&str])| json!({ "kind": kind, "changes": changes });
        json!({ "entries": entries.iter().map(entry).collect::<Vec<_>>() })
    }

    #[test]
    fn what_the_bot_says_while_a_person_has_the_conversation_is_counted() {
        let claimed = ("staff", &["owner: bot -> Eva"][..]);
        let spoke = ("delivery", &["message 3: from bot"][..]);
        assert_eq!(over_a_person(&story(&[spoke, claimed])), 0);
        assert_eq!(over_a_person(&story(&[claimed, spoke, spoke])), 2);
        let held = ("staff", &["owner: queue care -> Eva (bot:nothing_fits)"][..]);
        assert_eq!(over_a_person(&story(&[held, spoke])), 1);
        let released = ("staff", &["owner: Eva -> queue care (released)"][..]);
        assert_eq!(over_a_person(&story(&[held, released, spoke])), 0);
    }

    #[test]
    fn a_conversation_that_was_given_back_is_the_bots_whatever_the_reason() {
        let back = ("staff", &["owner: Eva -> bot (returned)"][..]);
        let spoke = ("delivery", &["message 5: from bot"][..]);
        assert_eq!(over_a_person(&story(&[("staff", &["owner: bot -> Eva"]), back, spoke, spoke])), 0);
    }

    #[test]
    fn only_a_grant_by_the_timer_leaves_one_word_in_the_air() {
        let spoke = ("delivery", &["message 4: from bot"][..]);
        let late = ("timer", &["owner: bot -> Eva"][..]);
        assert_eq!(over_a_person(&story(&[late, spoke])), 0);
        assert_eq!(over_a_person(&story(&[late, spoke, spoke])), 1);
        let landed = ("delivery", &["message 4: from bot", "owner: bot -> Eva"][..]);
        assert_eq!(over_a_person(&story(&[landed])), 0);
        assert_eq!(over_a_person(&story(&[landed, spoke])), 1);
    }
}
