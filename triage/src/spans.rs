//! Evidence: where in the customer's text a finding shows.

use super::text::{Stretch, Text};
use crate::{Evidence, FindingName, Why};

/// At most this much evidence of one finding is recorded.
const MOST: usize = 8;

/// Evidence as it is gathered.
#[derive(Default)]
pub(crate) struct Gathered(pub(crate) Vec<Evidence>);

impl Gathered {
    /// Adds a stretch of the text.
    pub(crate) fn add(&mut self, text: &Text, finding: FindingName, stretch: Stretch, why: Why) {
        let (start, end) = text.span(stretch);
        self.add_span(finding, start, end, why);
    }

    /// Adds a span in characters, unless it is empty or there is enough of that finding.
    pub(crate) fn add_span(&mut self, finding: FindingName, start: u32, end: u32, why: Why) {
        let same = |e: &&Evidence| e.finding == finding;
        if start >= end || self.0.iter().filter(same).count() >= MOST {
            return;
        }
        let evidence = Evidence { finding, start, end, why };
        if !self.0.contains(&evidence) {
            self.0.push(evidence);
        }
    }
}
