//! How long to wait before the next try: longer each time, and never all at the same moment.

use std::time::Duration;

/// Before the next try after `failures` in a row (from 1): doubled each time from `first` to `most`, of which a random
/// share between a half and the whole is waited.
#[must_use]
pub fn wait(failures: u32, first: Duration, most: Duration) -> Duration {
    let whole = first.saturating_mul(1 << failures.clamp(1, 16).saturating_sub(1)).min(most);
    jittered(whole)
}

/// Between a half and the whole of `whole`.
#[must_use]
pub fn jittered(whole: Duration) -> Duration {
    // Where there is no randomness, nobody waits less.
    let share = getrandom::u32().unwrap_or(u32::MAX);
    whole / 2 + (whole / 2).mul_f64(f64::from(share) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_most_and_differ() {
        let second = Duration::from_secs(1);
        for (failures, whole) in [(1, 1), (2, 2), (4, 8), (7, 60), (u32::MAX, 60)] {
            let waits: Vec<_> = (0..50).map(|_| wait(failures, second, 60 * second)).collect();
            let whole = whole * second;
            assert!(waits.iter().all(|wait| (whole / 2..=whole).contains(wait)), "{failures}: {waits:?}");
            assert!(waits.windows(2).any(|two| two[0] != two[1]));
        }
    }
}
