//! The wire of e-mail: what is understood of the fixtures and of mails made up on the spot.

mod hostile;
mod new_text;
mod reports;
mod threads;
mod whole;
mod world;
