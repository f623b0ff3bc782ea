//! Reasons for people, as the trained head hears them beside the rules: complaint, urgency, machines, orders to the bot.

use crate::FindingName;

/// Complains, is urgent, was written by a machine, instructs the bot, none of these.
pub(crate) const CLASSES: usize = 5;

/// What the classes are; the last one is none of these.
pub(crate) const NAMES: [FindingName; CLASSES - 1] =
    [FindingName::Complaint, FindingName::Urgent, FindingName::Automatic, FindingName::Injection];

/// The place of "written by a machine".
pub(crate) const AUTOMATIC: usize = 2;

/// How likely, beside none, a class must be before it is heard, in log odds. Of plain requests hardly one in a thousand comes
/// near it; chosen on forms that were not learnt from (`train DATA ways`).
const LEAN: [f64; CLASSES - 1] = [-2.0, -2.5, -1.5, -2.0];

/// How sure each reason is, of the head's log odds: 0 to 1.
pub(crate) fn heard(scores: &[f32]) -> [f64; CLASSES - 1] {
    let none = scores.get(CLASSES - 1).copied().unwrap_or_default();
    std::array::from_fn(|class| {
        let over = scores.get(class).map_or(f32::MIN, |score| score - none);
        1.0 / (1.0 + (LEAN[class] - f64::from(over)).exp())
    })
}
