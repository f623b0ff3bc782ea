//! Work that is done beside each other: learning is most of what a program does when it starts.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// At most so many threads, as others need the machine as well.
const MOST: usize = 4;

/// What `work` makes of each number below `count`, in their order, however many threads do it.
pub(super) fn each<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST).min(count);
    if threads < 2 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let some = || {
        let taken =
            std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed)).take_while(|&number| number < count);
        taken.map(|number| (number, work(number))).collect::<Vec<_>>()
    };
    let mut made: Vec<(usize, T)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(some)).collect();
        let done = threads.into_iter().map(thread::ScopedJoinHandle::join);
        done.flat_map(|own| own.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    made.sort_unstable_by_key(|one| one.0);
    made.into_iter().map(|one| one.1).collect()
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn what_is_made_beside_each_other_stands_in_order() {
        for count in [0, 1, 2, 1000] {
            assert_eq!(each(count, |number| number * 3), (0..count).map(|number| number * 3).collect::<Vec<_>>());
        }
    }
}
