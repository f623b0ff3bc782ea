//! What every shelf must do, whatever it is made of.

use wissel_channels::UnixMillis;

use super::{BlobHash, Shelf};

const A: BlobHash = BlobHash([1; 16]);
const B: BlobHash = BlobHash([0xfe; 16]);

/// All of it, on an empty shelf.
pub(crate) async fn all(shelf: &dyn Shelf) {
    what_is_put_is_got_and_nothing_else(shelf).await;
    what_is_there_already_stays(shelf).await;
    what_is_old_enough_is_told_by_its_first_byte(shelf).await;
    what_is_deleted_is_gone_and_its_neighbours_stay(shelf).await;
}

async fn what_is_put_is_got_and_nothing_else(shelf: &dyn Shelf) {
    assert_eq!(shelf.get(A).await.unwrap(), None);
    assert!(!shelf.has(A).await.unwrap());
    shelf.put(A, b"sealed".to_vec()).await.unwrap();
    shelf.put(B, Vec::new()).await.unwrap();
    assert_eq!(shelf.get(A).await.unwrap().as_deref(), Some(b"sealed".as_slice()));
    assert_eq!(shelf.get(B).await.unwrap(), Some(Vec::new()));
    assert!(shelf.has(A).await.unwrap());
}

async fn what_is_there_already_stays(shelf: &dyn Shelf) {
    shelf.put(A, b"again, sealed otherwise".to_vec()).await.unwrap();
    assert_eq!(shelf.get(A).await.unwrap().as_deref(), Some(b"sealed".as_slice()));
}

async fn what_is_old_enough_is_told_by_its_first_byte(shelf: &dyn Shelf) {
    let (ever, never) = (UnixMillis(i64::from(u32::MAX) * 1000), UnixMillis(0));
    assert_eq!(shelf.stored_before(1, ever).await.unwrap(), [A]);
    assert_eq!(shelf.stored_before(0xfe, ever).await.unwrap(), [B]);
    assert_eq!(shelf.stored_before(1, never).await.unwrap(), []);
    assert_eq!(shelf.stored_before(0x77, ever).await.unwrap(), []);
}

async fn what_is_deleted_is_gone_and_its_neighbours_stay(shelf: &dyn Shelf) {
    let beside = BlobHash([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
    shelf.put(beside, b"beside".to_vec()).await.unwrap();
    shelf.delete(A).await.unwrap();
    shelf.delete(A).await.unwrap();
    assert_eq!(shelf.get(A).await.unwrap(), None);
    assert_eq!(shelf.get(beside).await.unwrap().as_deref(), Some(b"beside".as_slice()));
    shelf.put(A, b"new".to_vec()).await.unwrap();
    assert_eq!(shelf.get(A).await.unwrap().as_deref(), Some(b"new".as_slice()));
}
