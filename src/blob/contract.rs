//! What every shelf must do, whatever it is made of.

use super::{BlobHash, Shelf};

const A: BlobHash = BlobHash([1; 16]);
const B: BlobHash = BlobHash([0xfe; 16]);

pub(crate) async fn what_is_put_is_got_and_nothing_else(shelf: &dyn Shelf) {
    assert_eq!(shelf.get(A).await.unwrap(), None);
    assert!(!shelf.has(A).await.unwrap());
    shelf.put(A, b"sealed".to_vec()).await.unwrap();
    shelf.put(B, Vec::new()).await.unwrap();
    assert_eq!(shelf.get(A).await.unwrap().as_deref(), Some(b"sealed".as_slice()));
    assert_eq!(shelf.get(B).await.unwrap(), Some(Vec::new()));
    assert!(shelf.has(A).await.unwrap());
}

pub(crate) async fn what_is_there_already_stays(shelf: &dyn Shelf) {
    shelf.put(A, b"first".to_vec()).await.unwrap();
    shelf.put(A, b"again, sealed otherwise".to_vec()).await.unwrap();
    assert_eq!(shelf.get(A).await.unwrap().as_deref(), Some(b"first".as_slice()));
}
