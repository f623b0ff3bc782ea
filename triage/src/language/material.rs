//! What the languages are learnt from: common words and plain sentences, written for this.

/// One text a class, in the order of `Language::ALL`, then the languages around us.
pub(crate) const ALL: [&str; super::CLASSES] = [
    include_str!("../../data/language/nl.txt"),
    include_str!("../../data/language/en.txt"),
    include_str!("../../data/language/de.txt"),
    include_str!("../../data/language/fr.txt"),
    include_str!("../../data/language/es.txt"),
    include_str!("../../data/language/other.txt"),
];
