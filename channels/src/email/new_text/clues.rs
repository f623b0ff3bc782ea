//! Clues to a card at the end of a mail, and what each of them weighs.

/// What speaks for a card or against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clue {
    /// A greeting above it.
    Greeting,
    /// A short line above it that ends in a comma, and can be a greeting.
    Closing,
    /// A rule above it.
    Rule,
    /// An empty line above it.
    Apart,
    /// It begins with a name.
    Name,
    /// The name is the sender's.
    Sender,
    /// The first name stands above it, apart.
    Again,
    /// A way to reach somebody: a number, an address of mail, a page.
    Reach,
    /// The name of a firm, or a number that only firms have.
    Firm,
    /// A street or a town with its code.
    Place,
    /// Pieces beside each other in one line.
    Pieces,
    /// A few words, such as what somebody does.
    Job,
    /// A word with what it stands for behind a colon.
    Label,
    /// A name, what they do or for whom, and a way to reach them.
    Whole,
    /// A sentence below ways to reach somebody: a motto, or hours.
    Sentence,
    /// Numbers of no known kind: a date of birth, a contract.
    Data,
    /// The text above speaks of an address or a number.
    Given,
    /// The line above has no end.
    Unended,
    /// The line above ends in a small word, and goes on.
    Open,
}

impl Clue {
    /// What one of them weighs, and how much all of a kind may.
    fn weight(self) -> (i32, i32) {
        match self {
            Self::Greeting => (3, 3),
            Self::Reach | Self::Firm => (2, 6),
            Self::Sender | Self::Again | Self::Closing | Self::Rule => (2, 2),
            Self::Name | Self::Apart | Self::Pieces | Self::Label | Self::Whole => (1, 1),
            Self::Job | Self::Place => (1, 2),
            Self::Sentence | Self::Unended => (-1, -3),
            Self::Data => (-2, -6),
            Self::Given | Self::Open => (-3, -3),
        }
    }
}

/// What was found of each clue.
#[derive(Debug, Default)]
pub(super) struct Evidence(Vec<(Clue, i32)>);

impl Evidence {
    /// Notes one more of a clue.
    pub(super) fn add(&mut self, clue: Clue) {
        match self.0.iter_mut().find(|(other, _)| *other == clue) {
            Some((_, count)) => *count += 1,
            None => self.0.push((clue, 1)),
        }
    }

    /// How many of a clue there are.
    pub(super) fn count(&self, clue: Clue) -> i32 {
        self.0.iter().find(|(other, _)| *other == clue).map_or(0, |(_, count)| *count)
    }

    /// What all of it weighs together.
    pub(super) fn weight(&self) -> i32 {
        let of = |(clue, count): &(Clue, i32)| {
            let (each, most) = clue.weight();
            if most < 0 { (each * count).max(most) } else { (each * count).min(most) }
        };
        self.0.iter().map(of).sum()
    }
}
