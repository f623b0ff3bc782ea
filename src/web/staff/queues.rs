//! Queues: how many wait where, and since when.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Staff;
use super::problem::Problem;
use super::signed_in::SignedIn;
use crate::routing::QueueName;
use crate::store::Count;
use crate::thread::StateName;

/// `GET /api/queues`.
pub async fn queues(State(staff): State<Arc<Staff>>, _: SignedIn) -> Result<Json<Value>, Problem> {
    let counts = staff.archive.store.counts().await?;
    let now = staff.clock.now();
    let table = staff.table.load();
    let shown = table.queues().map(|queue| {
        let tally = Tally::of(&counts, &queue.name);
        let oldest = tally.oldest.map(|oldest| now.since(oldest).max(0) / 1000);
        json!({
            "name": queue.name,
            "kind": queue.kind,
            "title": queue.title,
            "overseer": queue.overseer,
            "open": tally.open,
            "waiting": tally.waiting,
            "oldest_seconds": oldest,
        })
    });
    Ok(Json(json!({ "queues": shown.collect::<Vec<_>>() })))
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    open: u64,
    waiting: u64,
    oldest: Option<wissel_channels::UnixMillis>,
}

impl Tally {
    fn of(counts: &[Count], queue: &QueueName) -> Self {
        let mut tally = Self::default();
        let here = counts.iter().filter(|count| count.queue.as_ref() == Some(queue));
        for count in here.filter(|count| count.state != StateName::Closed) {
            tally.open += count.conversations;
            if count.state == StateName::Waiting {
                tally.waiting += count.conversations;
                tally.oldest = [tally.oldest, count.oldest].into_iter().flatten().min();
            }
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use wissel_channels::UnixMillis;

    use super::*;

    #[test]
    fn open_is_all_that_is_not_closed_and_the_age_is_of_who_waits() {
        let care = QueueName::new("care").unwrap();
        let count = |queue: &str, state, conversations, oldest| Count {
            queue: Some(QueueName::new(queue).unwrap()),
            state,
            conversations,
            oldest: Some(UnixMillis(oldest)),
        };
        let counts = [
            count("care", StateName::Waiting, 2, 50),
            count("care", StateName::Claimed, 1, 10),
            count("care", StateName::Closed, 7, 1),
            count("legal", StateName::Waiting, 5, 2),
        ];
        let tally = Tally { open: 3, waiting: 2, oldest: Some(UnixMillis(50)) };
        assert_eq!(Tally::of(&counts, &care), tally);
    }
}
