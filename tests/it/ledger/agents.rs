//! Members of staff who take conversations, answer and give them back, whatever befalls the fleet.

use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::load::Dice;
use crate::harness::Staff;

/// Between two orders, and before an order is given again.
const PAUSE: Duration = Duration::from_millis(100);

/// Works until told to stop; gives the replies that were done, by the answers to their orders.
pub(super) async fn work(staff: Staff, seed: u64, stop: CancellationToken) -> Vec<String> {
    let (mut dice, mut done) = (Dice::new(seed), Vec::new());
    while !stop.is_cancelled() {
        tokio::time::sleep(PAUSE).await;
        let state = if dice.roll(2) == 0 { "bot" } else { "waiting" };
        let path = format!("/api/conversations?state={state}");
        let Ok(page) = staff.try_ask(Method::GET, &path, &[], &Value::Null).await else { continue };
        if page.status != 200 {
            continue;
        }
        let rows = page.json()["conversations"].as_array().unwrap().clone();
        let Some(row) = rows.get(usize::try_from(dice.roll(rows.len().max(1) as u64)).unwrap()) else { continue };
        let id = row["id"].as_str().unwrap();
        if !order(&staff, id, "claim", &json!({}), &stop).await {
            continue;
        }
        let text = format!("Dag, ik kijk ernaar. {}", Uuid::new_v4());
        if order(&staff, id, "reply", &json!({ "text": text }), &stop).await {
            done.push(text);
        }
        let back = if dice.roll(2) == 0 { "return" } else { "release" };
        order(&staff, id, back, &json!({}), &stop).await;
    }
    done
}

/// Orders something under one key until it is decided; whether it was done.
async fn order(staff: &Staff, id: &str, order: &str, body: &Value, stop: &CancellationToken) -> bool {
    let key = Uuid::new_v4().to_string();
    let path = format!("/api/conversations/{id}/{order}");
    loop {
        let answer = staff.try_ask(Method::POST, &path, &[("idempotency-key", &key)], body).await;
        match answer.map(|answer| answer.status) {
            Ok(200) => return true,
            Ok(404 | 409) => return false,
            _ if stop.is_cancelled() => return false,
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
}
