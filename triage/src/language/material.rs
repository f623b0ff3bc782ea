//! What the languages are learnt from: common words and plain sentences, written for this.

/// One text a class, in the order of `Language::ALL`, then the languages around us.
pub(crate) const ALL: [&str; super::CLASSES] = [
    include_str!("nl.txt"),
    include_str!("en.txt"),
    include_str!("de.txt"),
    include_str!("fr.txt"),
    include_str!("es.txt"),
    include_str!("other.txt"),
];
