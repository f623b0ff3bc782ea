//! One test binary: the house rules, and journeys through the running daemon.

mod tidy;
