//! The new text of a mail, told from what it quotes and from its signature.
//!
//! Marks of the clients in HTML come first (`html/marks.rs` gives each line its [`Region`]), then what people and
//! clients write: lines of introduction (`introduction.rs`), blocks of headers and dividers (`divider.rs`), `>`
//! (`plain.rs`), signatures (`signature.rs`). Nothing is thrown away: each line ends up in one of the three.

mod answers;
mod card;
mod clues;
mod divider;
mod footer;
mod introduction;
mod plain;
mod shapes;
mod signature;
mod wording;

pub(super) use plain::lines as plain_lines;

/// What a mark says about a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    /// Nothing.
    Plain,
    /// Quoted.
    Quoted,
    /// Moved to the right or boxed: quoted if something introduces it.
    MaybeQuoted,
    /// In a box that holds an introduction and a quotation, and what was written below.
    Container,
    /// Signature.
    Signature,
}

/// Whether all from a line on is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    No,
    /// If anything was written above.
    Weak,
    Sure,
}

/// A line of a mail's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Without quotation marks, trimmed.
    pub(super) text: String,
    pub(super) region: Region,
    /// The box that it is in.
    pub(super) container: Option<usize>,
    pub(super) cut: Cut,
    /// Its author, or their client, put a `>` before it.
    pub(super) angled: bool,
    /// Written in a colour, all of it.
    pub(super) coloured: bool,
}

impl Line {
    pub(super) fn new(text: &str, region: Region) -> Self {
        Self { text: tidy(text), region, container: None, cut: Cut::No, angled: false, coloured: false }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

/// Trims and drops what cannot be seen; joiners stay, emoji need them.
fn tidy(text: &str) -> String {
    let seen = crate::reading::seen(text, text.len());
    let spaced = seen.chars().map(|letter| if letter == '\u{a0}' || letter.is_control() { ' ' } else { letter });
    spaced.collect::<String>().trim().to_owned()
}

/// A mail's text, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NewText {
    pub(super) text: String,
    pub(super) quoted: String,
    pub(super) signature: String,
    /// Whether it passes on a message of somebody else.
    pub(super) forwarded: bool,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    New,
    Quoted,
    Signature,
}

/// What its headers say of a mail.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct About<'m> {
    /// Its subject.
    pub(super) subject: &'m str,
    /// The name that its author gives, if any.
    pub(super) sender: &'m str,
    /// Whether it names a mail that it answers.
    pub(super) answers: bool,
}

/// Takes a text apart.
pub(super) fn split(lines: &[Line], about: About<'_>) -> NewText {
    let lines = &*answers::behind_questions(lines);
    let mut roles = by_region(lines);
    let divided = divide(lines, &mut roles);
    let passes_on = introduction::subject_forwards(about.subject);
    let first = !about.answers && !passes_on && !introduction::subject_answers(about.subject);
    if first && !divided.found && has_words(lines, &roles, Role::New) {
        // What a first mail shows between its own words is its author's to say.
        let own = |line: &Line, role: &Role| *role == Role::Quoted && line.region == Region::Quoted && line.angled;
        roles.iter_mut().zip(lines).filter(|(role, line)| own(line, role)).for_each(|(role, _)| *role = Role::New);
    } else {
        answers::wrapped_quotes(lines, &mut roles);
        answers::tagged(lines, &mut roles, about.sender);
        answers::in_colour(lines, &mut roles);
    }
    signature::find(lines, &mut roles, about.sender);
    let forwarded = divided.forwarded || passes_on;
    let mut found = NewText {
        text: joined(lines, &roles, Role::New),
        quoted: joined(lines, &roles, Role::Quoted),
        signature: joined(lines, &roles, Role::Signature),
        forwarded: forwarded && roles.contains(&Role::Quoted),
    };
    if found.text.is_empty() && found.forwarded {
        found.text = passed_on(lines, &roles);
    }
    found
}

fn has_words(lines: &[Line], roles: &[Role], role: Role) -> bool {
    lines.iter().zip(roles).any(|(line, other)| *other == role && !line.is_blank())
}

/// The lines of one role, with at most one empty line between them.
fn joined(lines: &[Line], roles: &[Role], role: Role) -> String {
    let mut text = String::new();
    let mut gap = false;
    for (line, _) in lines.iter().zip(roles).filter(|(_, other)| **other == role) {
        if line.is_blank() {
            gap = true;
            continue;
        }
        if !text.is_empty() {
            text.push_str(if gap { "\n\n" } else { "\n" });
        }
        gap = false;
        if line.angled && role == Role::New {
            text.push_str("> ");
        }
        text.push_str(&line.text);
    }
    text
}

/// A message that was passed on without a word: what it says, without its headers.
fn passed_on(lines: &[Line], roles: &[Role]) -> String {
    let quoted: Vec<Line> =
        lines.iter().zip(roles).filter(|(_, role)| **role == Role::Quoted).map(|(line, _)| line.clone()).collect();
    let mut at = 0;
    while let Some(length) = quoted.get(at).and_then(|line| {
        let blank = line.is_blank() || divider::is_rule(line);
        let head = || divider::separator(line).map(|_| 1).or_else(|| divider::headers(&quoted[at..]));
        if blank { Some(1) } else { head() }
    }) {
        at += length;
    }
    let rest = &quoted[at..];
    joined(rest, &vec![Role::Quoted; rest.len()], Role::Quoted)
}

/// What the marks of the clients alone say.
fn by_region(lines: &[Line]) -> Vec<Role> {
    let mut roles: Vec<Role> = lines
        .iter()
        .map(|line| match line.region {
            Region::Quoted => Role::Quoted,
            Region::Signature => Role::Signature,
            Region::Plain | Region::MaybeQuoted | Region::Container => Role::New,
        })
        .collect();
    let mut at = 0;
    while at < lines.len() {
        let Some(container) = lines[at].container else {
            at += 1;
            continue;
        };
        let length = lines[at..].iter().take_while(|line| line.container == Some(container)).count();
        contained(&lines[at..at + length], &mut roles[at..at + length]);
        at += length;
    }
    roles
}

/// A box is an introduction, a quotation, and what was written below or between; or, without that form, all quoted.
fn contained(lines: &[Line], roles: &mut [Role]) {
    let quotation = roles.iter().position(|role| *role == Role::Quoted).unwrap_or(lines.len());
    let before: Vec<&Line> = lines[..quotation].iter().filter(|line| !line.is_blank()).collect();
    let introduced = before.len() <= 5
        && before.first().is_none_or(|first| divider::separator(first).is_none())
        && before.last().is_none_or(|last| last.text.ends_with([':', '：']) || introduction::has_verb(&last.text));
    let quoted = if introduced && quotation < lines.len() { quotation } else { lines.len() };
    let maybe = |line: &Line| matches!(line.region, Region::Container | Region::MaybeQuoted);
    for (line, role) in lines[..quoted].iter().zip(roles.iter_mut()) {
        if maybe(line) || quoted == lines.len() {
            *role = Role::Quoted;
        }
    }
}

/// Rules right above a quotation belong to it.
fn rules_above(lines: &[Line], roles: &mut [Role], at: usize) {
    for above in (0..at).rev() {
        if roles[above] != Role::New || !(lines[above].is_blank() || divider::is_rule(&lines[above])) {
            break;
        }
        roles[above] = Role::Quoted;
    }
}

#[derive(Default)]
struct Divided {
    forwarded: bool,
    /// Whether there is anything that begins a quotation.
    found: bool,
}

/// Finds where the history begins, and which lines only introduce a quotation.
fn divide(lines: &[Line], roles: &mut [Role]) -> Divided {
    let mut divided = Divided::default();
    let mut written = false;
    let mut at = 0;
    while at < lines.len() {
        if roles[at] != Role::New || lines[at].is_blank() {
            at += 1;
            continue;
        }
        let Some(found) = boundary(lines, roles, at, written) else {
            written = true;
            at += 1;
            continue;
        };
        divided.forwarded |= found.forwards;
        divided.found = true;
        rules_above(lines, roles, at);
        let end = at + found.length;
        let next = (end..lines.len()).find(|next| !lines[*next].is_blank());
        let marked = next.is_some_and(|next| lines[next].region == Region::Quoted || roles[next] == Role::Quoted);
        let boxed = next.filter(|next| lines[*next].region == Region::MaybeQuoted && roles[*next] == Role::New);
        if found.ends_all || !(marked || boxed.is_some()) {
            roles[at..].fill(Role::Quoted);
            return divided;
        }
        roles[at..end].fill(Role::Quoted);
        let boxed = boxed.map_or(0, |from| {
            let length = lines[from..].iter().take_while(|line| line.region == Region::MaybeQuoted).count();
            roles[from..from + length].fill(Role::Quoted);
            from + length
        });
        at = end.max(boxed);
    }
    divided
}

/// The beginning of a quotation.
struct Boundary {
    /// How many lines it takes.
    length: usize,
    /// Whether all after it is quoted, marked or not.
    ends_all: bool,
    forwards: bool,
}

fn boundary(lines: &[Line], roles: &[Role], at: usize, written: bool) -> Option<Boundary> {
    let (line, rest) = (&lines[at], &lines[at..]);
    let length = 1;
    if line.cut == Cut::Sure
        || line.cut == Cut::Weak && written
        || divider::asks_to_write_above(line)
        || divider::glued(line)
        || divider::is_box(line)
    {
        let forwards = rest.iter().take(3).any(|line| divider::separator(line) == Some(true));
        return Some(Boundary { length, ends_all: true, forwards });
    }
    if let Some(forwards) = divider::separator(line) {
        let next = rest.iter().skip(1).take(3).position(|line| !line.is_blank()).map_or(1, |blank| blank + 1);
        let headers = divider::headers(&rest[next.min(rest.len())..]).map_or(length, |headers| next + headers);
        return Some(Boundary { length: headers, ends_all: false, forwards });
    }
    if divider::is_rule(line) || divider::names_original(line) || introduction::may_stand_above_headers(line) {
        let next = rest.iter().skip(1).take(3).position(|line| !line.is_blank()).map_or(rest.len(), |blank| blank + 1);
        if let Some(headers) = divider::headers(&rest[next..]) {
            return Some(Boundary { length: next + headers, ends_all: false, forwards: false });
        }
        if divider::is_rule(line) {
            return None;
        }
    }
    if let Some(length) = divider::headers(rest) {
        return Some(Boundary { length, ends_all: false, forwards: false });
    }
    let near = roles[at..].iter().zip(rest).take(introduction::MOST_LINES);
    let free = near.take_while(|(role, line)| **role == Role::New && line.cut != Cut::Sure).count();
    let found = introduction::find(&rest[..free])?;
    let next = (at + found.length..lines.len()).find(|next| !lines[*next].is_blank());
    let quotes = next.is_some_and(|next| matches!(lines[next].region, Region::Quoted | Region::MaybeQuoted));
    let ends_all = found.goes_on;
    (found.strong || quotes).then_some(Boundary { length: found.length, ends_all, forwards: false })
}

#[cfg(test)]
mod tests {
    use super::{About, plain_lines, split};

    #[test]
    fn what_a_first_mail_shows_is_its_authors_own_and_what_an_answer_quotes_is_not() {
        let lines = plain_lines("The page says:\n> Error 1020\nWhat now?", false, false);
        let first = split(&lines, About { subject: "Error page", ..About::default() });
        assert_eq!((first.text.as_str(), first.quoted.as_str()), ("The page says:\n> Error 1020\nWhat now?", ""));
        for about in [
            About { subject: "AW: Error page", ..About::default() },
            About { subject: "Error page", answers: true, ..About::default() },
        ] {
            assert_eq!(split(&lines, about).quoted, "Error 1020", "{about:?}");
        }
    }
}
