//! Pacing: when a message may leave, so that no limit of the other side is exceeded, even when much waits at once.
//!
//! Limits are held in this process. A message that may not leave yet gets a moment of its own, and comes back at it: what
//! waited during an outage does not leave in one crowd.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::CommandId;

/// For how long the moment of a message that does not come is remembered, once there are many.
const KEPT: Duration = Duration::from_mins(1);
/// From how many entries on what has passed is forgotten.
const MANY: usize = 4096;

/// A limit: one message in each `every` on average, at most `burst` of them at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The time between two messages.
    pub every: Duration,
    /// How many may leave at once after a silence; at least 1.
    pub burst: u32,
}

impl Rate {
    /// So many a second, evenly; none for 0.
    #[must_use]
    pub fn per_second(messages: f64) -> Option<Self> {
        let every = (messages > 0.0).then(|| Duration::try_from_secs_f64(1.0 / messages).ok())??;
        Some(Self { every, burst: 1 })
    }
}

/// Something that has a limit: everything that leaves, one chat.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// All of the account.
    Account,
    /// One customer or group.
    To(String),
}

#[derive(Clone, Copy, Debug)]
struct State {
    /// When the next moment may be, by the moments that were given.
    planned: Instant,
    /// When the next message may leave, by those that left.
    left: Instant,
    /// Nothing leaves before.
    held: Instant,
}

#[derive(Debug, Default)]
struct Inside {
    lanes: HashMap<Lane, State>,
    /// The moments that were given.
    given: HashMap<CommandId, Instant>,
}

/// Gives turns.
#[derive(Debug, Default)]
pub struct Pacing {
    inside: Mutex<Inside>,
}

/// The limits that a message is under.
pub type Lanes = [(Lane, Option<Rate>)];

impl Pacing {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Zero when the message of this command may leave now, else after how long to ask again: its moment is kept for it.
    pub fn turn(&self, command: CommandId, lanes: &Lanes, now: Instant) -> Duration {
        let mut inside = self.inside();
        inside.forget(now);
        let free = inside.earliest(lanes, now, |state| state.left);
        let moment = match inside.given.remove(&command) {
            Some(given) if now < given && inside.held(lanes, now) <= given => given,
            Some(given) if given <= now && free <= now => now,
            _ => inside.plan(lanes, now, free),
        };
        if moment <= now {
            inside.leave(lanes, now);
        } else {
            inside.given.insert(command, moment);
        }
        moment.saturating_duration_since(now)
    }

    /// Waits for a turn that comes within `soon`; else gives after how long to come back.
    ///
    /// # Errors
    /// When it does not come so soon.
    pub async fn soon(&self, command: CommandId, lanes: &Lanes, soon: Duration) -> Result<(), Duration> {
        let until = Instant::now() + soon;
        loop {
            let wait = self.turn(command, lanes, Instant::now());
            if wait.is_zero() {
                return Ok(());
            }
            if Instant::now() + wait > until {
                return Err(wait);
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Lets nothing of a lane leave for `wait`: the other side said so.
    pub fn hold(&self, lane: &Lane, wait: Duration, now: Instant) {
        let mut inside = self.inside();
        let state = inside.lane(lane, now);
        state.held = state.held.max(now + wait);
        state.planned = state.planned.max(state.held);
    }
}

impl Inside {
    fn lane(&mut self, lane: &Lane, now: Instant) -> &mut State {
        self.lanes.entry(lane.clone()).or_insert(State { planned: now, left: now, held: now })
    }

    /// When a message under these limits may leave, by one of the two counts.
    fn earliest(&self, lanes: &Lanes, now: Instant, due: impl Fn(&State) -> Instant) -> Instant {
        let of = |(lane, rate): &(Lane, Option<Rate>)| {
            let state = self.lanes.get(lane)?;
            let ahead = rate.map(|rate| rate.every * rate.burst.saturating_sub(1)).unwrap_or_default();
            let due = if rate.is_some() { due(state).checked_sub(ahead) } else { None };
            Some(due.unwrap_or(now).max(state.held))
        };
        lanes.iter().filter_map(of).max().unwrap_or(now).max(now)
    }

    fn held(&self, lanes: &Lanes, now: Instant) -> Instant {
        lanes.iter().filter_map(|(lane, _)| self.lanes.get(lane)).map(|state| state.held).max().unwrap_or(now)
    }

    /// Gives the next moment from `free` on.
    fn plan(&mut self, lanes: &Lanes, now: Instant, free: Instant) -> Instant {
        let moment = self.earliest(lanes, now, |state| state.planned).max(free);
        for lane in lanes {
            let Some(rate) = lane.1 else { continue };
            let own = self.earliest(std::slice::from_ref(lane), now, |state| state.planned.max(state.left));
            // Where another limit holds it back for longer, this one is for others until then.
            if moment <= own + rate.every {
                let state = self.lane(&lane.0, now);
                state.planned = state.planned.max(moment) + rate.every;
            }
        }
        moment
    }

    fn leave(&mut self, lanes: &Lanes, now: Instant) {
        for (lane, rate) in lanes {
            let Some(rate) = rate else { continue };
            let state = self.lane(lane, now);
            state.left = state.left.max(now) + rate.every;
        }
    }

    /// Keeps memory bounded: what lies in the past says nothing.
    fn forget(&mut self, now: Instant) {
        if self.lanes.len() > MANY {
            self.lanes.retain(|_, state| state.planned.max(state.held).max(state.left) > now);
        }
        if self.given.len() > MANY {
            self.given.retain(|_, moment| *moment + KEPT > now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BinaryHeap;

    use proptest::prelude::*;

    use super::*;

    fn id(n: u32) -> CommandId {
        CommandId::of("test", &[&n.to_le_bytes()])
    }

    fn rate(millis: u64, burst: u32) -> Rate {
        Rate { every: Duration::from_millis(millis), burst }
    }

    /// Lets messages come and come back, and gives when each left, in milliseconds.
    fn play(pacing: &Pacing, start: Instant, lanes: &[(Lane, Option<Rate>)], come: &[u64]) -> Vec<u64> {
        let mut waiting: BinaryHeap<std::cmp::Reverse<(u64, u32)>> =
            come.iter().zip(0..).map(|(at, n)| std::cmp::Reverse((*at, n))).collect();
        let mut left = Vec::new();
        while let Some(std::cmp::Reverse((at, n))) = waiting.pop() {
            let wait = pacing.turn(id(n), lanes, start + Duration::from_millis(at));
            if wait.is_zero() {
                left.push(at);
            } else {
                let wait = u64::try_from(wait.as_micros().div_ceil(1000)).unwrap();
                waiting.push(std::cmp::Reverse((at + wait, n)));
            }
        }
        left
    }

    fn most_in(left: &[u64], window: u64) -> usize {
        left.iter()
            .map(|from| left.iter().filter(|at| (*from..*from + window).contains(*at)).count())
            .max()
            .unwrap_or(0)
    }

    #[test]
    fn a_crowd_leaves_one_by_one() {
        let (pacing, now) = (Pacing::default(), Instant::now());
        let left = play(&pacing, now, &[(Lane::Account, Some(rate(100, 1)))], &[0; 50]);
        assert_eq!(left, (0..50).map(|n| n * 100).collect::<Vec<_>>());
        let burst = play(&Pacing::default(), now, &[(Lane::Account, Some(rate(100, 5)))], &[0; 8]);
        assert_eq!(burst, [0, 0, 0, 0, 0, 100, 200, 300]);
    }

    #[test]
    fn a_lane_that_is_held_does_not_hold_the_others_and_leaves_no_crowd_behind() {
        let (pacing, now) = (Pacing::default(), Instant::now());
        let lane =
            |name: &str| vec![(Lane::Account, Some(rate(10, 1))), (Lane::To(name.to_owned()), Some(rate(100, 1)))];
        pacing.hold(&Lane::To("a".to_owned()), Duration::from_secs(5), now);
        assert_eq!(pacing.turn(id(1000), &lane("b"), now), Duration::ZERO);
        let left = play(&pacing, now, &lane("a"), &[0; 20]);
        assert_eq!((left[0], left[19]), (5_000, 6_900));
    }

    #[test]
    fn moments_that_were_given_before_a_hold_or_were_missed_are_given_anew() {
        let (pacing, now) = (Pacing::default(), Instant::now());
        let lanes = [(Lane::Account, Some(rate(100, 1)))];
        let second = Duration::from_secs(1);
        let waits: Vec<_> = (0..5).map(|n| pacing.turn(id(n), &lanes, now)).collect();
        assert_eq!(waits[4], Duration::from_millis(400));
        pacing.hold(&Lane::Account, 10 * second, now);
        let again: Vec<_> = (1..5).map(|n| pacing.turn(id(n), &lanes, now + second)).collect();
        assert!(again.windows(2).all(|two| two[0] + Duration::from_millis(100) == two[1]), "{again:?}");
        // An outage of ours: all come at once, long after their moments.
        let late: Vec<_> = (1..5).map(|n| pacing.turn(id(n), &lanes, now + 60 * second)).collect();
        assert_eq!(late, [0, 100, 200, 300].map(Duration::from_millis));
    }

    proptest! {
        #[test]
        fn no_window_of_ten_seconds_has_more_than_the_rate(
            come in proptest::collection::vec(0_u64..30_000, 1..400),
            every in 20_u64..400,
        ) {
            let left = play(&Pacing::default(), Instant::now(), &[(Lane::Account, Some(rate(every, 1)))], &come);
            prop_assert_eq!(left.len(), come.len());
            let most = usize::try_from(10_000 / every).unwrap() + 1;
            prop_assert!(most_in(&left, 10_000) <= most, "{} of {most}", most_in(&left, 10_000));
        }
    }
}
