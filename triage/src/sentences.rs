//! Sentences as vectors: what an encoder gives to the heads of intents.

/// Puts sentences of several languages into one space, where what means the same lies near.
pub trait Sentences: Send + Sync {
    /// Its name and the hash of its weights: heads that learnt from another encoder's vectors are stale.
    fn name(&self) -> &str;

    /// The number of dimensions of each vector.
    fn dimensions(&self) -> usize;

    /// The vector of a text, of length one; all zero for a text without words. Never fails.
    fn embed(&self, text: &str) -> Vec<f32>;
}
