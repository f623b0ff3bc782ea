//! How many automatic mails an address may get: none in answer to an automatic mail, at most three a day. Pure.
//!
//! The counts are kept with the channel's marks, one for each address, so that they outlive a restart. An entry is
//! written before its mail is sent: a crash between the two costs one of the three, and never allows a fourth.

use serde::{Deserialize, Serialize};

use crate::{CommandId, Origin, OutboundMessage, UnixMillis};

/// Automatic mails an address gets in [`DAY_MILLIS`], at most.
const MOST: usize = 3;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// The automatic mails that an address got lately.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Recent(Vec<(CommandId, i64)>);

impl Recent {
    /// Reads what was kept; a text that is not readable counts as nothing.
    #[must_use]
    pub(super) fn from_text(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// As it is kept.
    #[must_use]
    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Counts the mail of a command, if it may be sent. The same command counts once, however often it is tried. `false`:
    /// the address has had its three.
    #[must_use]
    pub(super) fn take(&mut self, command: CommandId, now: UnixMillis) -> bool {
        // What lies in the future was written by a clock that has been set back: it counts until that time comes.
        self.0.retain(|(_, at)| now.since(UnixMillis(*at)) < DAY_MILLIS);
        if self.0.iter().any(|(known, _)| *known == command) {
            return true;
        }
        if self.0.len() >= MOST {
            return false;
        }
        self.0.push((command, now.0));
        true
    }
}

/// The name of the mark that an address's count has; the address is not in it.
#[must_use]
pub(super) fn mark(address: &str) -> String {
    let hash = blake3::derive_key("wissel 2026-11 email caps", address.to_lowercase().as_bytes());
    let short: [u8; 16] = std::array::from_fn(|index| hash[index]);
    format!("automatic.{}", crate::ids::Hex(&short))
}

/// Whether no person wrote or checked any part of a message.
#[must_use]
pub(super) fn is_automatic(message: &OutboundMessage) -> bool {
    message.parts.iter().all(|part| matches!(part.origin, Origin::Ai | Origin::Rule))
}

#[cfg(test)]
mod tests {
    use super::{DAY_MILLIS, Recent, mark};
    use crate::{CommandId, UnixMillis};

    fn command(number: u64) -> CommandId {
        CommandId::of("test", &[&number.to_le_bytes()])
    }

    #[test]
    fn three_a_day_and_a_retry_counts_once() {
        let mut recent = Recent::default();
        let at = |hours: i64| UnixMillis(hours * 3_600_000);
        assert!(recent.take(command(1), at(0)) && recent.take(command(1), at(1)));
        assert!(recent.take(command(2), at(2)) && recent.take(command(3), at(3)));
        assert!(!recent.take(command(4), at(4)) && recent.take(command(2), at(5)));
        let mut kept = Recent::from_text(&recent.to_text());
        assert!(!kept.take(command(4), at(23)) && kept.take(command(4), at(24)));
        assert!(!mark("Jan@example.org").contains("jan") && mark("Jan@example.org") == mark("jan@example.org"));
    }

    /// A small generator: the test needs the same numbers each time.
    fn next(seed: &mut u64) -> u64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *seed >> 33
    }

    /// Another program that answers each mail at once, sometimes twice, and hides in most cases that it is a program:
    /// what we see of its mail is a new thread with a new command each time. Crashes lose the count between two mails.
    #[test]
    fn two_programs_that_answer_each_other_never_pass_three_a_day() {
        for seed in 0..1000_u64 {
            let mut random = seed;
            let (mut now, mut kept, mut sent) = (0_i64, String::new(), Vec::new());
            let mut waiting = 1_u64;
            for number in 0..400 {
                now += i64::try_from(next(&mut random) % 3_600_000).unwrap();
                if waiting == 0 {
                    waiting = 1;
                }
                waiting -= 1;
                let admits_it = next(&mut random).is_multiple_of(4);
                if admits_it {
                    continue;
                }
                let mut recent = Recent::from_text(&kept);
                let allowed = recent.take(command(seed * 1000 + number), UnixMillis(now));
                kept = recent.to_text();
                let died = next(&mut random).is_multiple_of(10);
                if allowed && !died {
                    sent.push(now);
                    waiting += 1 + next(&mut random) % 2;
                }
            }
            for (index, at) in sent.iter().enumerate() {
                let day = sent[index..].iter().filter(|other| **other - at < DAY_MILLIS).count();
                assert!(day <= 3, "seed {seed}: {day} in a day");
            }
            assert!(sent.len() > 3, "seed {seed}: the test shows nothing");
        }
    }
}
