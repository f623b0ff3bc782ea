//! Texts on their way out: in pieces that a message takes, with entities that still fit.

use super::message::{Entity, byte_at};
use crate::splitting::{pieces, units};

/// UTF-16 units of a message, and of a caption, at most.
pub const TEXT_MOST: usize = 4096;
/// See [`TEXT_MOST`].
pub const CAPTION_MOST: usize = 1024;

/// Entities of a message, at most.
const MOST_ENTITIES: usize = 100;

/// One message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its text, at most as long as asked for.
    pub text: String,
    /// Its entities, counted from its own beginning.
    pub entities: Vec<Entity>,
}

/// Cuts a text into messages of at most `most` UTF-16 units, in order. An entity that is cut goes on in the next message.
#[must_use]
pub fn split(text: &str, entities: &[Entity], most: usize) -> Vec<Piece> {
    pieces(text, most).into_iter().map(|at| piece(text, at, entities)).collect()
}

fn piece(text: &str, at: std::ops::Range<usize>, entities: &[Entity]) -> Piece {
    let start = units(&text[..at.start]);
    let end = start + units(&text[at.clone()]);
    let within = |entity: &Entity| {
        let from = entity.offset as usize;
        let to = from.saturating_add(entity.length as usize);
        // Never within a character: to where the text is whole.
        let (from, to) = (units(&text[..byte_at(text, from)]), units(&text[..byte_at(text, to)]));
        let (from, to) = (from.max(start), to.min(end));
        if from >= to {
            return None;
        }
        let offset = u32::try_from(from - start).ok()?;
        let length = u32::try_from(to - from).ok()?;
        Some(Entity { offset, length, ..entity.clone() })
    };
    let entities = entities.iter().filter_map(within).take(MOST_ENTITIES).collect();
    Piece { text: text[at].to_owned(), entities }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Entity, split};
    use crate::splitting::units;
    use crate::telegram::message::covered;

    fn entity(kind: &str, offset: u32, length: u32) -> Entity {
        let more = serde_json::Map::new();
        Entity { kind: kind.to_owned(), offset, length, url: None, language: None, more }
    }

    #[test]
    fn an_entity_that_is_cut_goes_on() {
        let found = split("één 👋 twee drie", &[entity("bold", 4, 12)], 8);
        let texts: Vec<_> = found.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(texts, ["één 👋", "twee", "drie"]);
        let bold: Vec<_> = found.iter().map(|piece| covered(&piece.text, &piece.entities[0])).collect();
        assert_eq!(bold, ["👋", "twee", "drie"]);
    }

    proptest! {
        #[test]
        fn pieces_fit_and_their_entities_lie_within(
            text in "(\\PC|👩‍💻|\\s){0,60}",
            spans in proptest::collection::vec((0_u32..80, 0_u32..80), 0..6),
            most in 2_usize..20,
        ) {
            let entities: Vec<_> = spans.iter().map(|(offset, length)| entity("bold", *offset, *length)).collect();
            for piece in split(&text, &entities, most) {
                let length = units(&piece.text);
                prop_assert!((1..=most).contains(&length));
                for entity in piece.entities {
                    prop_assert!(entity.length > 0 && (entity.offset + entity.length) as usize <= length);
                }
            }
        }
    }
}
