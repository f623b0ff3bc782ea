//! What every store must do before a worker begins a command.

use wissel_channels::UnixMillis;

use super::{Home, command, key, save, thread};
use crate::store::{Incarnation, SaveThread, Start, Started, StoreError};

pub(super) fn start(number: u8, incarnation: Incarnation) -> Start {
    Start {
        thread: key(1),
        command: command(number),
        attempt: 1,
        epoch: None,
        incarnation: Some(incarnation),
        at: UnixMillis(5),
    }
}

pub(crate) async fn a_command_is_started_once(home: &dyn Home) {
    let store = home.open().await;
    save(&store, vec![thread(1, "one")]).await;
    let begin = start(1, store.incarnation(0).await.unwrap());
    let both = tokio::join!(store.start(begin), store.start(begin));
    let both = [both.0.unwrap(), both.1.unwrap()];
    assert!(both == [Started::Go, Started::Settle] || both == [Started::Settle, Started::Go], "{both:?}");
    assert_eq!(store.start(Start { attempt: 2, ..begin }).await.unwrap(), Started::Go, "the next try is another");
    assert_eq!(store.start(Start { command: command(2), ..begin }).await.unwrap(), Started::Go);
    drop(store);
    assert_eq!(home.open().await.start(begin).await.unwrap(), Started::Settle, "a record outlives the process");
}

pub(crate) async fn a_settled_command_may_start_again(home: &dyn Home) {
    let store = home.open().await;
    save(&store, vec![SaveThread { epoch: 1, ..thread(1, "one") }]).await;
    let begin = Start { epoch: Some(1), ..start(1, store.incarnation(0).await.unwrap()) };
    let settled = Start { incarnation: None, ..begin };
    assert_eq!(store.start(begin).await.unwrap(), Started::Go);
    assert_eq!(store.start(begin).await.unwrap(), Started::Settle);
    assert_eq!(store.start(settled).await.unwrap(), Started::Go);
    assert_eq!(store.start(begin).await.unwrap(), Started::Settle);
    save(&store, vec![SaveThread { epoch: 2, ..thread(1, "claimed") }]).await;
    assert_eq!(store.start(settled).await.unwrap(), Started::Refused);
}

pub(crate) async fn nothing_automatic_starts_after_the_epoch_has_moved(home: &dyn Home) {
    let store = home.open().await;
    save(&store, vec![SaveThread { epoch: 3, ..thread(1, "one") }]).await;
    let begin = start(1, store.incarnation(0).await.unwrap());
    let automatic = |number, epoch| Start { command: command(number), epoch: Some(epoch), ..begin };
    assert_eq!(store.start(automatic(1, 2)).await.unwrap(), Started::Refused);
    assert_eq!(store.start(automatic(1, 3)).await.unwrap(), Started::Go);
    save(&store, vec![SaveThread { epoch: 4, ..thread(1, "claimed") }]).await;
    assert_eq!(store.start(automatic(1, 3)).await.unwrap(), Started::Settle, "it had begun: the customer may have it");
    let settled = Start { incarnation: None, ..automatic(1, 3) };
    assert_eq!(store.start(settled).await.unwrap(), Started::Refused, "and is not begun again");
    assert_eq!(store.start(automatic(2, 3)).await.unwrap(), Started::Refused);
    assert_eq!(store.start(Start { command: command(3), ..begin }).await.unwrap(), Started::Go, "a person's goes out");
}

pub(crate) async fn a_revoked_command_is_not_started(home: &dyn Home) {
    let store = home.open().await;
    save(&store, vec![SaveThread { revoked: Some(command(1)), ..thread(1, "claiming") }]).await;
    let begin = start(1, store.incarnation(0).await.unwrap());
    assert_eq!(store.start(begin).await.unwrap(), Started::Refused);
    assert_eq!(store.start(Start { incarnation: None, ..begin }).await.unwrap(), Started::Refused);
    assert_eq!(store.start(Start { command: command(2), ..begin }).await.unwrap(), Started::Go);
    save(&store, vec![thread(1, "claimed")]).await;
    assert_eq!(store.start(begin).await.unwrap(), Started::Go, "nothing of it was recorded");
}

pub(crate) async fn a_command_that_was_published_to_a_lost_store_is_settled(home: &dyn Home) {
    let store = home.open().await;
    save(&store, vec![thread(1, "one")]).await;
    let begin = start(1, store.incarnation(0).await.unwrap());
    assert_eq!(store.start(begin).await.unwrap(), Started::Go);
    drop(store);
    home.lose().await;
    let store = home.open().await;
    save(&store, vec![thread(1, "rebuilt")]).await;
    assert_eq!(store.start(begin).await.unwrap(), Started::Settle, "the record of it is lost");
    assert_eq!(store.start(begin).await.unwrap(), Started::Settle);
    assert_eq!(store.start(Start { incarnation: None, ..begin }).await.unwrap(), Started::Go);
}

pub(crate) async fn no_command_starts_while_the_store_lacks_its_thread(home: &dyn Home) {
    let store = home.open().await;
    let begin = start(1, store.incarnation(0).await.unwrap());
    for incarnation in [begin.incarnation, None] {
        let error = store.start(Start { incarnation, ..begin }).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    }
    save(&store, vec![SaveThread { epoch: 2, ..thread(1, "an old state") }]).await;
    let newer = Start { epoch: Some(3), ..begin };
    let error = store.start(newer).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    save(&store, vec![SaveThread { epoch: 3, ..thread(1, "rebuilt") }]).await;
    assert_eq!(store.start(newer).await.unwrap(), Started::Go);
}
