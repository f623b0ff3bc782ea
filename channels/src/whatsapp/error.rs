//! The errors of the Cloud API, by what there is to do about them.

use serde::Serialize;

/// What an error code means for a message of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// More than 24 hours since the customer last wrote: a template if one is configured, else a task for staff; no retry.
    WindowClosed,
    /// Too many messages to this customer: wait, then in order.
    PairRate,
    /// Too many calls of this number, app or account: wait, then in order.
    Rate,
    /// The customer cannot be reached (no WhatsApp, old program, blocked, said stop, or Meta withholds it): staff are told.
    Undeliverable,
    /// The token is not good any more: the channel pauses, what is to be sent waits, somebody is alarmed.
    TokenInvalid,
    /// The account or number is locked, not registered or not paid: the channel pauses, somebody is alarmed.
    AccountBlocked,
    /// Meta holds messages back because earlier ones were reported: wait long, somebody is alarmed.
    Spam,
    /// A trouble on their side that passes: try again.
    Temporary,
    /// The template is missing, paused or does not fit its parameters: no retry, staff are told.
    Template,
    /// A file could not be fetched or taken: no retry of the file, staff are told.
    Media,
    /// The request is wrong, or this number may not make it: no retry, staff are told.
    Invalid,
    /// A code that is not in this list: staff are told.
    Unknown,
}

impl ErrorClass {
    /// The class of an error code.
    #[must_use]
    pub fn of(code: i64) -> Self {
        match code {
            131_047 => Self::WindowClosed,
            131_056 => Self::PairRate,
            4 | 613 | 80_007 | 130_429 | 131_064 | 133_016 => Self::Rate,
            131_021 | 131_026 | 131_049 | 131_050 | 130_403 | 130_472 | 130_497 => Self::Undeliverable,
            0 | 190 => Self::TokenInvalid,
            3
            | 10
            | 200..=299
            | 368
            | 131_005
            | 131_031
            | 131_037
            | 131_042
            | 131_045
            | 133_000
            | 133_010
            | 133_015 => Self::AccountBlocked,
            131_048 => Self::Spam,
            1 | 2 | 131_000 | 131_016 | 131_057 | 133_004 | 135_000 => Self::Temporary,
            132_000..=132_999 => Self::Template,
            131_052 | 131_053 => Self::Media,
            33 | 100 | 131_008 | 131_009 | 131_051 | 131_062 => Self::Invalid,
            _ => Self::Unknown,
        }
    }

    /// After how many seconds to try again, at the `attempt` just made (1 for the first); `None` for never.
    #[must_use]
    pub fn retry_seconds(self, attempt: u32) -> Option<u64> {
        let doubled = |first: u64, most: u64| Some((first << attempt.clamp(1, 16).saturating_sub(1)).min(most));
        match self {
            // A customer gets a message each 6 seconds at most.
            Self::PairRate => doubled(6, 600),
            Self::Rate => doubled(2, 300),
            Self::Temporary => doubled(5, 600),
            Self::Spam => doubled(900, 14_400),
            _ => None,
        }
    }

    /// Whether nothing more is to be sent by this account until somebody has seen to it.
    #[must_use]
    pub fn pauses_account(self) -> bool {
        matches!(self, Self::TokenInvalid | Self::AccountBlocked)
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorClass;

    #[test]
    fn documented_codes_have_their_outcome() {
        for (code, class, retries, pauses) in [
            (131_047, ErrorClass::WindowClosed, false, false),
            (131_056, ErrorClass::PairRate, true, false),
            (130_429, ErrorClass::Rate, true, false),
            (80_007, ErrorClass::Rate, true, false),
            (131_026, ErrorClass::Undeliverable, false, false),
            (190, ErrorClass::TokenInvalid, false, true),
            (368, ErrorClass::AccountBlocked, false, true),
            (131_016, ErrorClass::Temporary, true, false),
            (132_001, ErrorClass::Template, false, false),
            (131_053, ErrorClass::Media, false, false),
            (100, ErrorClass::Invalid, false, false),
            (999_999, ErrorClass::Unknown, false, false),
        ] {
            let found = ErrorClass::of(code);
            assert_eq!(
                (found, found.retry_seconds(1).is_some(), found.pauses_account()),
                (class, retries, pauses),
                "{code}"
            );
        }
        assert_eq!(ErrorClass::PairRate.retry_seconds(3), Some(24));
        assert_eq!(ErrorClass::PairRate.retry_seconds(u32::MAX), Some(600));
    }
}
