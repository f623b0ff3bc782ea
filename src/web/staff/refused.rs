//! Refused: why an order was not carried out, and what can be done instead.

use axum::http::StatusCode;
use serde_json::json;

use super::problem::Problem;
use super::shape;
use crate::routing::{QueueKind, QueueName, RoutingTable, near};
use crate::thread::{Order, OrderOutcome, Owner, Refusal};

/// What the thread's refusal is to whoever asked. The order is not known where only its outcome is asked for.
pub(super) fn refused(
    refusal: Refusal,
    outcome: &OrderOutcome,
    order: Option<&Order>,
    table: &RoutingTable,
) -> Problem {
    let detail = match (refusal, &outcome.owner) {
        (Refusal::NotOwner, Owner::Agent(person)) => format!("{} has this conversation", person.0),
        (Refusal::NotOwner, _) => "claim this conversation first".to_owned(),
        (Refusal::StaleEpoch, _) => "the conversation has changed hands since you looked; look again".to_owned(),
        (Refusal::Closed, _) => "the conversation is closed".to_owned(),
        (Refusal::Claiming, _) => "somebody is claiming this conversation right now".to_owned(),
        (Refusal::UnknownQueue, _) => unknown_queue(order, table),
        (Refusal::Invalid, owner) => invalid(order, owner, table),
    };
    Problem::new(StatusCode::CONFLICT, refusal.code(), detail)
        .with("owner", shape::owner(Some(&outcome.owner), outcome.queue.as_ref()))
        .with("epoch", json!(outcome.epoch))
}

fn unknown_queue(order: Option<&Order>, table: &RoutingTable) -> String {
    match order {
        Some(Order::Transfer { queue }) => {
            format!("there is no queue \"{queue}\"; {}", near::remedy(queue.as_str(), of_people(table)))
        }
        Some(Order::Return) => "the routing has no queue of a bot; transfer it to a queue of people".to_owned(),
        _ => "there is no such queue; look at GET /api/queues".to_owned(),
    }
}

fn invalid(order: Option<&Order>, owner: &Owner, table: &RoutingTable) -> String {
    match order {
        Some(Order::Transfer { queue }) if is_bots(queue, table) => {
            format!(
                "\"{queue}\" is a queue of the bot; transfer to one of people ({}), or give it to the bot with `return`",
                of_people(table).join(", ")
            )
        }
        Some(Order::Wrong { intent: Some(name) }) if table.intent(name).is_none() => {
            let declared = table.intents.iter().map(|intent| intent.name.as_str());
            let remedy = near::remedy(name.as_str(), declared);
            format!("the routing declares no intent \"{name}\"; {remedy}; or leave `intent` out")
        }
        Some(Order::Wrong { .. }) => {
            "the bot has neither answered nor suggested anything in this conversation, so there is no \
             answer to call wrong; if other people should have it, use `transfer`"
                .to_owned()
        }
        Some(Order::Return) if *owner == Owner::Bot => "the bot has this conversation already".to_owned(),
        Some(Order::Return) => {
            "AI is switched off for this conversation; answer it, or switch AI on and try again".to_owned()
        }
        _ => "this cannot be done with this conversation; look at it again, and at what the API asks for".to_owned(),
    }
}

fn is_bots(queue: &QueueName, table: &RoutingTable) -> bool {
    table.queue(queue).is_some_and(|queue| queue.kind == QueueKind::Bot)
}

fn of_people(table: &RoutingTable) -> Vec<&str> {
    table.queues().filter(|queue| queue.kind != QueueKind::Bot).map(|queue| queue.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::StateName;

    fn told(refusal: Refusal, owner: Owner, order: Option<&Order>) -> String {
        let outcome = OrderOutcome { refused: Some(refusal), state: StateName::Waiting, owner, queue: None, epoch: 1 };
        refused(refusal, &outcome, order, &RoutingTable::shipped()).json()["detail"].as_str().unwrap().to_owned()
    }

    fn transfer(queue: &str) -> Order {
        Order::Transfer { queue: QueueName::new(queue).unwrap() }
    }

    #[test]
    fn what_makes_no_sense_is_told_with_the_reason_and_what_to_do() {
        let invalid = |order: Order| told(Refusal::Invalid, Owner::Queue, Some(&order));
        let bots = invalid(transfer("bot"));
        assert!(
            bots.starts_with("\"bot\" is a queue of the bot; transfer to one of people (") && bots.contains("care")
        );
        let unheard = invalid(Order::Wrong { intent: Some("delivery_tim".parse().unwrap()) });
        assert!(unheard.contains("no intent \"delivery_tim\"; did you mean \"delivery_time\"?"), "{unheard}");
        let silent = invalid(Order::Wrong { intent: None });
        assert!(silent.contains("neither answered nor suggested") && silent.contains("`transfer`"), "{silent}");
        assert!(invalid(Order::Return).contains("switched off"));
        assert!(told(Refusal::Invalid, Owner::Bot, Some(&Order::Return)).contains("already"));
        let queue = told(Refusal::UnknownQueue, Owner::Queue, Some(&transfer("biling")));
        assert!(queue.contains("no queue \"biling\"; did you mean \"billing\"?"), "{queue}");
    }
}
