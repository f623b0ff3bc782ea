//! Reads `[hours.<name>]`: a zone, blocks for each day of the week, and the days that are closed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use toml::de::DeValue;

use super::section::{Placed, RawValue, Section, kind_of, texts};
use crate::routing::calendar::{Block, Hours};
use crate::routing::expr::field::WEEKDAYS;
use crate::routing::near;
use crate::routing::problem::{Source, shown};

/// Reads all hours by their names.
pub(super) fn read<'t>(source: &mut Source<'_>, root: &Section<'t>) -> BTreeMap<&'t str, Arc<Hours>> {
    let mut all = BTreeMap::new();
    for (name, section) in root.named(source, "hours", "hours") {
        section.refuse_unknown(source, &["zone", "week", "closed"]);
        let zone = section.required_text(source, "zone", "write the zone of its clock, such as \"Europe/Amsterdam\"");
        let zone = zone.map_or(TimeZone::UTC, |zone| read_zone(source, &section.what, &zone));
        let week = week(source, &section);
        let closed = section.get("closed").map(|value| closed(source, &section.what, value)).unwrap_or_default();
        all.insert(name.value, Arc::new(Hours { name: name.value.to_owned(), zone, week, closed }));
    }
    all
}

/// Looks a zone up; UTC after a complaint.
pub(super) fn read_zone(source: &mut Source<'_>, what: &str, zone: &Placed<&str>) -> TimeZone {
    TimeZone::get(zone.value).unwrap_or_else(|_| {
        let common = ["Europe/Amsterdam", "Europe/Brussels", "Europe/Berlin", "Europe/Paris", "Europe/Madrid"];
        let near = near::nearest(zone.value, common).map_or(String::new(), |near| format!("did you mean \"{near}\"? "));
        let message = format!("{what}: \"{}\" is not a time zone that this machine knows", shown(zone.value));
        source.problem(zone.at, message, format!("{near}use an IANA name such as \"Europe/Amsterdam\""));
        TimeZone::UTC
    })
}

fn week(source: &mut Source<'_>, section: &Section<'_>) -> [Vec<Block>; 7] {
    let mut days: [Vec<Block>; 7] = Default::default();
    if section.get("week").is_none() {
        section.missing(source, "week", "write week = { mon = [\"08:30-17:30\"] }; days left out are closed");
        return days;
    }
    let Some(week) = section.section(source, "week", &format!("{}: week", section.what)) else { return days };
    week.refuse_unknown(source, &WEEKDAYS);
    for (day, blocks) in WEEKDAYS.iter().zip(&mut days) {
        let Some(value) = week.get(day) else { continue };
        let what = format!("{}: {day}", section.what);
        for text in texts(source, &what, value) {
            match block(text.value) {
                Ok(block) if blocks.last().is_some_and(|last| last.until > block.from) => {
                    let message =
                        format!("{what}: \"{}\" begins before the block in front of it ends", shown(text.value));
                    source.problem(text.at, message, "write the blocks of a day in order, without overlap");
                }
                Ok(block) => blocks.push(block),
                Err(remedy) => {
                    source.problem(
                        text.at,
                        format!("{what}: \"{}\" is not a block of time", shown(text.value)),
                        remedy,
                    );
                }
            }
        }
    }
    days
}

/// Reads `08:30-17:30`; the error says what to write.
fn block(text: &str) -> Result<Block, &'static str> {
    let form = "write from-until with four digits each, such as \"08:30-17:30\"";
    let (from, until) = text.split_once('-').ok_or(form)?;
    let (from, until) = (minutes(from).ok_or(form)?, minutes(until).ok_or(form)?);
    if from >= until {
        return Err(
            "it must end after it begins; past midnight write two: \"22:00-24:00\", and \"00:00-06:00\" the next day",
        );
    }
    Ok(Block { from, until })
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |text: &str| {
        (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = (digits(hour)?, digits(minute)?);
    (hour < 24 && minute < 60 || hour == 24 && minute == 0).then_some(hour * 60 + minute)
}

fn closed(source: &mut Source<'_>, what: &str, value: &RawValue<'_>) -> BTreeSet<Date> {
    let remedy = "write closed = [\"2026-12-25\", \"2026-12-26\"]";
    let DeValue::Array(members) = value.get_ref() else {
        let message = format!("{what}: closed is a list of dates, and here is {}", kind_of(value.get_ref()));
        source.problem(value.span().start, message, remedy);
        return BTreeSet::new();
    };
    let mut dates = BTreeSet::new();
    for member in members {
        let text = match member.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            other => kind_of(other).to_owned(),
        };
        match text.parse::<Date>() {
            Ok(date) if text.len() == 10 => {
                dates.insert(date);
            }
            _ => source.problem(member.span().start, format!("{what}: \"{}\" is not a date", shown(&text)), remedy),
        }
    }
    dates
}
