//! What became of lines that were to be taken in, or why none was.

/// What became of what was to be taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// Texts that had no label.
    pub new: usize,
    /// Texts that had another label, which is replaced.
    pub corrected: usize,
    /// Texts that had this label.
    pub known: usize,
    /// Texts that were taken out.
    pub out: usize,
    /// The lines that name no intent yet: they were not taken in.
    pub unfilled: Vec<usize>,
}

/// Why nothing was taken in: every line that is not right.
#[derive(Debug, thiserror::Error)]
#[error("{}\nnothing was taken in: {} of {count} lines are not right", .lines.join("\n"), .lines.len())]
pub(super) struct Bad {
    lines: Vec<String>,
    count: usize,
}

impl Bad {
    pub(super) const fn new(lines: Vec<String>, count: usize) -> Self {
        Self { lines, count }
    }
}
