//! Calendar: opening hours of queues in their zones, with holidays and clock changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use wissel_channels::UnixMillis;

use super::QueueName;

/// How far ahead the next opening is looked for: a year, and a long holiday.
const DAYS_AHEAD: u32 = 400;

/// Opening hours as `[hours.<name>]` gives them.
#[derive(Clone, Debug)]
pub struct Hours {
    pub(crate) name: String,
    pub(crate) zone: TimeZone,
    /// From Monday on.
    pub(crate) week: [Vec<Block>; 7],
    pub(crate) closed: BTreeSet<Date>,
}

/// A part of a day, in minutes since midnight; `until` is not part of it and may be 1440.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Block {
    pub(crate) from: u16,
    pub(crate) until: u16,
}

impl Hours {
    /// The name of these hours in `routing.toml`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the clock on the wall says at a moment.
    #[must_use]
    pub fn local(&self, at: UnixMillis) -> jiff::civil::DateTime {
        self.zone.to_datetime(at.timestamp())
    }

    /// Whether it is open at a moment.
    #[must_use]
    pub fn is_open(&self, at: UnixMillis) -> bool {
        self.open_at(at.timestamp())
    }

    fn open_at(&self, at: Timestamp) -> bool {
        let local = self.zone.to_datetime(at);
        let minute = minute_of(local);
        self.blocks(local.date()).iter().any(|block| (block.from..block.until).contains(&minute))
    }

    /// The first moment from `at` on when it is open: `at` itself if it is open then. None if it does not open within
    /// a year.
    #[must_use]
    pub fn next_opening(&self, at: UnixMillis) -> Option<UnixMillis> {
        let start = at.timestamp();
        if self.open_at(start) {
            return Some(at);
        }
        if self.week.iter().all(Vec::is_empty) {
            return None;
        }
        let mut date = self.zone.to_datetime(start).date();
        for _ in 0..DAYS_AHEAD {
            let moments = self.moments(date);
            let next = moments.into_iter().filter(|moment| *moment > start && self.open_at(*moment)).min();
            if next.is_some() {
                return next.map(UnixMillis::from);
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    fn blocks(&self, date: Date) -> &[Block] {
        let day = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        if self.closed.contains(&date) { &[] } else { self.week.get(day).map_or(&[], Vec::as_slice) }
    }

    /// The moments of a day when it may open: where blocks begin (twice when the clock goes back over one) and where
    /// the clock changes.
    fn moments(&self, date: Date) -> Vec<Timestamp> {
        let begins = self.blocks(date).iter().filter_map(|block| {
            let (hour, minute) = (i8::try_from(block.from / 60).ok()?, i8::try_from(block.from % 60).ok()?);
            Some(date.to_datetime(jiff::civil::Time::new(hour, minute, 0, 0).ok()?))
        });
        let both = |local: DateTime| {
            let moment = self.zone.to_ambiguous_timestamp(local);
            [moment.earlier().ok(), moment.later().ok()]
        };
        let mut moments: Vec<Timestamp> = begins.flat_map(both).flatten().collect();
        if let Some(midnight) = both(date.to_datetime(jiff::civil::Time::midnight()))[0] {
            let changes = self.zone.following(midnight).map(|change| change.timestamp());
            moments.extend(changes.take_while(|change| self.zone.to_datetime(*change).date() <= date));
        }
        moments
    }
}

fn minute_of(local: DateTime) -> u16 {
    u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0)
}

/// The hours of all queues, and the zone in which `hour`, `weekday` and `date` are told.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    pub(crate) zone: TimeZone,
    pub(crate) queues: BTreeMap<QueueName, Arc<Hours>>,
}

impl Calendar {
    /// Date and time of day at a moment.
    pub(crate) fn local(&self, at: UnixMillis) -> DateTime {
        self.zone.to_datetime(at.timestamp())
    }

    /// Whether a queue is open; one without hours always is.
    pub(crate) fn is_open(&self, queue: &QueueName, at: UnixMillis) -> bool {
        self.queues.get(queue).is_none_or(|hours| hours.is_open(at))
    }

    /// When a queue is open next: see [`Hours::next_opening`].
    pub(crate) fn next_opening(&self, queue: &QueueName, at: UnixMillis) -> Option<UnixMillis> {
        self.queues.get(queue).map_or(Some(at), |hours| hours.next_opening(at))
    }
}
