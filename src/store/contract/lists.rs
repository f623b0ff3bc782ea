//! What every store must do with conversations in lists.

use wissel_channels::{ChannelName, ConversationId, UnixMillis};

use super::{Home, key, save, thread};
use crate::routing::{Language, Priority, QueueName};
use crate::store::{Count, Reader, Row, SaveThread, Wanted};
use crate::thread::StateName;

pub(super) fn conversation(number: u8) -> ConversationId {
    ConversationId::of("test", &[&[number]])
}

pub(super) fn queue(name: &str) -> QueueName {
    QueueName::new(name).unwrap()
}

/// A row that waits in `care`.
pub(super) fn row(number: u8, of: u8) -> Row {
    Row {
        conversation: conversation(number),
        thread: key(of),
        state: StateName::Waiting,
        queue: Some(queue("care")),
        channel: ChannelName::new("webchat").unwrap(),
        language: Some(Language::Nl),
        priority: Priority::High,
        since: UnixMillis(i64::from(number)),
    }
}

pub(crate) async fn rows_are_listed_oldest_first_and_by_the_page(home: &dyn Home) {
    let store = home.open().await;
    let mut all: Vec<Row> = (1..=12).map(|n| row(n, n % 3)).collect();
    for row in all.iter_mut().step_by(4) {
        (row.state, row.queue, row.language, row.priority) = (StateName::Bot, None, None, Priority::Low);
    }
    for row in all.iter_mut().skip(1).step_by(4) {
        row.queue = Some(queue("billing"));
    }
    // Three of the same moment.
    for row in &mut all[4..7] {
        row.since = UnixMillis(5);
    }
    save(&store, vec![SaveThread { rows: all.iter().rev().cloned().collect(), ..thread(1, "") }]).await;
    all.sort_unstable_by_key(|row| (row.since, row.conversation));
    let care = Wanted { queue: Some(queue("care")), most: 100, ..Wanted::default() };
    let bot = Wanted { state: Some(StateName::Bot), most: 100, ..Wanted::default() };
    let nobody = Wanted { state: Some(StateName::Closed), ..care.clone() };
    let both = Wanted { state: Some(StateName::Waiting), ..care.clone() };
    for wanted in [Wanted { most: 100, ..Wanted::default() }, care, bot, nobody, both] {
        let fits = |row: &&Row| {
            wanted.queue.as_ref().is_none_or(|queue| row.queue.as_ref() == Some(queue))
                && wanted.state.is_none_or(|state| row.state == state)
        };
        let expected: Vec<Row> = all.iter().filter(fits).cloned().collect();
        assert_eq!(store.rows(&wanted).await.unwrap(), expected);
        let mut paged = Vec::new();
        let mut page = Wanted { most: 2, ..wanted.clone() };
        loop {
            let rows = store.rows(&page).await.unwrap();
            assert!(rows.len() <= 2);
            let Some(last) = rows.last() else { break };
            page.after = Some((last.since, last.conversation));
            paged.extend(rows);
        }
        assert_eq!(paged, expected);
    }
    assert_eq!(
        store.row(conversation(3)).await.unwrap().as_ref(),
        all.iter().find(|r| r.conversation == conversation(3))
    );
    assert_eq!(store.row(conversation(99)).await.unwrap(), None);
}

pub(crate) async fn counts_follow_the_rows(home: &dyn Home) {
    let store = home.open().await;
    save(&store, vec![SaveThread { rows: vec![row(1, 1), row(2, 1), row(3, 1)], ..thread(1, "") }]).await;
    let count = |state, name: Option<&str>, conversations, oldest| Count {
        queue: name.map(queue),
        state,
        conversations,
        oldest: Some(UnixMillis(oldest)),
    };
    assert_eq!(store.counts().await.unwrap(), [count(StateName::Waiting, Some("care"), 3, 1)]);
    let moved = Row { state: StateName::Claimed, since: UnixMillis(50), ..row(1, 1) };
    let nowhere = Row { queue: None, ..row(4, 1) };
    save(&store, vec![SaveThread { rows: vec![moved, nowhere], ..thread(1, "") }]).await;
    let mut counts = store.counts().await.unwrap();
    counts.sort_by_key(|count| (count.state, count.queue.clone()));
    let expected = [
        count(StateName::Waiting, None, 1, 4),
        count(StateName::Waiting, Some("care"), 2, 2),
        count(StateName::Claimed, Some("care"), 1, 50),
    ];
    assert_eq!(counts, expected);
}

pub(crate) async fn notices_are_found_by_their_reader(home: &dyn Home) {
    let store = home.open().await;
    let (anna, piet) = (Reader([1; 16]), Reader([2; 16]));
    let with = |number, notices| SaveThread { notices, ..thread(number, "") };
    save(&store, vec![with(1, vec![(anna, true), (piet, true)]), with(2, vec![(anna, true)])]).await;
    save(&store, vec![with(1, vec![(anna, false)]), with(2, vec![(anna, true)]), with(3, Vec::new())]).await;
    assert_eq!(store.noticed(anna, 10).await.unwrap(), [key(2)]);
    assert_eq!(store.noticed(piet, 10).await.unwrap(), [key(1)]);
    assert_eq!(store.noticed(piet, 0).await.unwrap(), []);
    assert_eq!(store.noticed(Reader([3; 16]), 10).await.unwrap(), []);
}
