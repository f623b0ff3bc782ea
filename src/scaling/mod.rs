//! Scaling, pure: how many bot workers there should be, from what waits and how fast they are.

/// What the bot's workers see.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Questions that wait or are being answered.
    pub waiting: u64,
    /// Questions that come in a second.
    pub per_second: f64,
    /// How long one answer takes a worker, in seconds.
    pub service_seconds: f64,
    /// Events that wait to be decided on, of everybody.
    pub undecided: u64,
}

/// How few and how many workers there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// At least.
    pub least: u64,
    /// At most.
    pub most: u64,
}

/// In how many seconds what waits should be answered.
const DRAIN_SECONDS: f64 = 5.0;
/// Which part of the time a worker should be busy.
const BUSY: f64 = 0.7;
/// From how many undecided events on the bot stands back: what people wait for goes first.
const CROWD: u64 = 5_000;

/// How many workers there should be: enough for what comes, and for what waits to be answered soon. While much waits to
/// be decided on, no more than the least: answers would only add to it.
#[must_use]
pub fn desired(load: Load, bounds: Bounds) -> u64 {
    if load.undecided > CROWD {
        return bounds.least;
    }
    #[expect(clippy::cast_precision_loss, reason = "a queue of 2^52 questions is no queue")]
    let waiting = load.waiting as f64;
    let needed = load.service_seconds.max(0.0) * (load.per_second.max(0.0) / BUSY + waiting / DRAIN_SECONDS);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 0, and held within bounds")]
    let needed = needed.ceil().min(1e6) as u64;
    needed.clamp(bounds.least, bounds.most.max(bounds.least))
}

/// How many workers there should be now, a step from how many there are: up at once, down one by one.
#[must_use]
pub fn step(running: u64, desired: u64) -> u64 {
    if desired >= running { desired } else { running - 1 }
}

#[cfg(test)]
mod tests {
    use super::{Bounds, Load, desired, step};

    const BOUNDS: Bounds = Bounds { least: 2, most: 20 };
    const QUIET: Load = Load { waiting: 0, per_second: 0.0, service_seconds: 1.0, undecided: 0 };

    #[test]
    fn what_comes_and_what_waits_both_ask_for_workers_within_bounds() {
        assert_eq!(desired(QUIET, BOUNDS), 2);
        assert_eq!(desired(Load { per_second: 7.0, ..QUIET }, BOUNDS), 10);
        assert_eq!(desired(Load { waiting: 50, ..QUIET }, BOUNDS), 10);
        assert_eq!(desired(Load { waiting: 50, per_second: 7.0, ..QUIET }, BOUNDS), 20);
        assert_eq!(desired(Load { waiting: u64::MAX, ..QUIET }, BOUNDS), 20);
        assert_eq!(desired(Load { per_second: f64::NAN, ..QUIET }, BOUNDS), 2);
        assert_eq!(desired(Load { waiting: 1_000, service_seconds: 0.001, ..QUIET }, BOUNDS), 2, "quick answers");
    }

    #[test]
    fn the_bot_stands_back_while_much_waits_to_be_decided_on() {
        assert_eq!(desired(Load { waiting: 1_000, undecided: 5_001, ..QUIET }, BOUNDS), 2);
        assert_eq!(desired(Load { waiting: 1_000, undecided: 5_000, ..QUIET }, BOUNDS), 20);
    }

    #[test]
    fn workers_come_at_once_and_go_one_by_one() {
        assert_eq!((step(2, 9), step(9, 9), step(9, 2)), (9, 9, 8));
    }
}
