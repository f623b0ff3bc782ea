//! Failpoints: places between two steps of a worker at which a test can kill the process.
//!
//! Set by the environment (`WISSEL_FAILPOINT=router.saved:3`: die when it is passed for the third time) and passed in
//! from `app.rs`. Without it they cost a comparison.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Declares the points once: the enum, the list of all, their names.
macro_rules! points {
    ($($(#[$doc:meta])* $point:ident = $name:literal,)*) => {
        /// A place between two steps of a worker.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Point { $($(#[$doc])* $point,)* }

        impl Point {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$point,)*];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$point => $name,)* }
            }
        }
    };
}

points! {
    /// Intake: the message is durable, the customer's program has no acknowledgement yet.
    IntakePublished = "intake.published",
    /// Router: a batch was taken, nothing decided.
    RouterTook = "router.took",
    /// Router: decided, nothing saved.
    RouterDecided = "router.decided",
    /// Router: saved, nothing published.
    RouterSaved = "router.saved",
    /// Router: published, nothing acknowledged.
    RouterPublished = "router.published",
    /// Router: acknowledged.
    RouterAcknowledged = "router.acknowledged",
    /// Bot: a question was taken.
    BotTook = "bot.took",
    /// Bot: the start is recorded, the bot not called.
    BotStarted = "bot.started",
    /// Bot: answered, not reported.
    BotAnswered = "bot.answered",
    /// Bot: reported, the question not acknowledged.
    BotReported = "bot.reported",
    /// Delivery: a command was taken.
    DeliveryTook = "delivery.took",
    /// Delivery: the start is recorded, nothing sent.
    DeliveryStarted = "delivery.started",
    /// Delivery: sent, not reported.
    DeliverySent = "delivery.sent",
    /// Delivery: reported, the command not acknowledged.
    DeliveryReported = "delivery.reported",
    /// Handoff: a command was taken.
    HandoffTook = "handoff.took",
    /// Handoff: the start is recorded, nothing opened.
    HandoffStarted = "handoff.started",
    /// Handoff: opened, not reported.
    HandoffOpened = "handoff.opened",
    /// Handoff: reported, the command not acknowledged.
    HandoffReported = "handoff.reported",
    /// Journal: a batch was taken.
    JournalTook = "journal.took",
    /// Journal: written, not acknowledged.
    JournalWritten = "journal.written",
    /// Journal: acknowledged.
    JournalAcknowledged = "journal.acknowledged",
    /// Timers: due timers were found.
    TimersFound = "timers.found",
    /// Timers: one was published.
    TimersPublished = "timers.published",
}

/// Not a failpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a failpoint; write name:count, or name:count:stall, such as router.saved:1; the names: {names}",
    names = names()
)]
pub struct FailpointError(String);

fn names() -> String {
    Point::ALL.iter().map(|point| point.name()).collect::<Vec<_>>().join(", ")
}

/// How long a stalled worker stands still.
const STALL: Duration = Duration::from_secs(4);

/// The failpoints that are set, if any.
#[derive(Clone, Debug, Default)]
pub struct Failpoints {
    armed: Arc<[Armed]>,
    /// A word in a customer's message that no router survives.
    poison: Option<Arc<str>>,
}

/// What a poisonous word is set with.
const POISON: &str = "router.poison:";

#[derive(Debug)]
struct Armed {
    point: Point,
    left: AtomicU64,
    stall: bool,
}

impl FromStr for Armed {
    type Err = FailpointError;
    fn from_str(text: &str) -> Result<Self, FailpointError> {
        let bad = || FailpointError(text.to_owned());
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let point = Point::ALL.iter().copied().find(|point| point.name() == name).ok_or_else(bad)?;
        let left = parts.next().unwrap_or("1").parse::<u64>().ok().filter(|count| *count > 0).ok_or_else(bad)?;
        let stall = match (parts.next(), parts.next()) {
            (None, None) => false,
            (Some("stall"), None) => true,
            _ => return Err(bad()),
        };
        Ok(Self { point, left: AtomicU64::new(left), stall })
    }
}

impl FromStr for Failpoints {
    type Err = FailpointError;
    fn from_str(text: &str) -> Result<Self, FailpointError> {
        let (poison, points): (Vec<&str>, Vec<&str>) = text.split(',').partition(|item| item.starts_with(POISON));
        let armed = points.into_iter().map(str::parse).collect::<Result<Vec<Armed>, _>>()?;
        Ok(Self { armed: armed.into(), poison: poison.last().map(|item| item[POISON.len()..].into()) })
    }
}

impl Failpoints {
    /// Tastes a customer's words: panics on the one that is set as poison.
    pub fn taste(&self, text: &str) {
        if let Some(poison) = &self.poison {
            assert!(!text.contains(&**poison), "a customer's message has the word that is set as poison");
        }
    }

    /// Passes a point: the process dies here and now, without any clean-up, or this worker stands still for a while, if
    /// the point is set and its count is up.
    pub fn pass(&self, point: Point) {
        for armed in self.armed.iter().filter(|armed| armed.point == point) {
            if armed.left.fetch_sub(1, Ordering::SeqCst) != 1 {
                continue;
            }
            eprintln!("failpoint {} hit", point.name());
            if armed.stall {
                tokio::task::block_in_place(|| std::thread::sleep(STALL));
            } else {
                std::process::abort();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failpoint_reads_from_its_name_and_others_are_refused_with_the_list() {
        for point in Point::ALL {
            assert!(format!("{}:2", point.name()).parse::<Failpoints>().is_ok());
        }
        let error = "router.savd".parse::<Failpoints>().unwrap_err().to_string();
        assert!(error.contains("router.saved"), "{error}");
        assert!("router.saved:0".parse::<Failpoints>().is_err());
        assert!("router.saved:1:stal".parse::<Failpoints>().is_err());
        assert!("bot.took:1:stall,timers.found:1".parse::<Failpoints>().is_ok());
        let poisoned: Failpoints = "router.poison:arsenic,bot.took:7".parse().unwrap();
        assert_eq!((poisoned.poison.as_deref(), poisoned.armed.len()), (Some("arsenic"), 1));
    }
}
