//! Compared: the figures that two engines or two routing files both have, beside each other.

use super::figures::Figures;
use super::intents::{Automated, ERRORS};

/// One figure of both.
pub(super) struct Row {
    pub(super) nl: String,
    pub(super) en: String,
    pub(super) unit: Unit,
    pub(super) a: f64,
    pub(super) b: f64,
}

/// What a figure is counted in.
#[derive(Clone, Copy)]
pub(super) enum Unit {
    Share,
    Microseconds,
}

impl Unit {
    pub(super) fn shown(self, value: f64) -> String {
        match self {
            Self::Share => format!("{:.1} %", value * 100.0),
            Self::Microseconds => format!("{value:.0} µs"),
        }
    }
}

impl Row {
    /// How much more the second has.
    pub(super) fn change(&self) -> String {
        let more = self.b - self.a;
        match self.unit {
            Unit::Share => format!("{:+.1}", more * 100.0),
            Unit::Microseconds => format!("{more:+.0}"),
        }
    }
}

type Get = fn(&Figures) -> Option<f64>;

/// Name in Dutch and English, and the share.
const SHARES: [(&str, &str, Get); 16] = [
    ("intenties goed", "intents right", |f| Some(f.intents.as_ref()?.accuracy)),
    ("intenties, macro-F1", "intents, macro-F1", |f| Some(f.intents.as_ref()?.macro_f1)),
    ("AUROC van geen intentie", "AUROC of none", |f| f.intents.as_ref()?.auroc_none),
    ("ECE", "ECE", |f| Some(f.intents.as_ref()?.ece)),
    ("aan de bot overgelaten", "left to the bot", |f| Some(f.left_to_bot?.share)),
    ("daarvan fout", "of which wrong", |f| Some(f.left_to_bot?.error)),
    ("drempels alleen", "thresholds alone", |f| Some(f.intents.as_ref()?.at_thresholds.share)),
    ("daarvan fout", "of which wrong", |f| Some(f.intents.as_ref()?.at_thresholds.error)),
    ("vraagt om een mens, gevonden", "wants a person, found", |f| f.wants_person.as_ref()?.recall),
    ("vraagt om een mens, terecht", "wants a person, rightly", |f| f.wants_person.as_ref()?.precision),
    ("taal goed", "language right", |f| Some(f.language?.of_all)),
    ("emotie, macro-F1", "emotion, macro-F1", |f| Some(f.emotion.as_ref()?.macro_f1)),
    ("klacht, gevonden", "complains, found", |f| f.complaint.as_ref()?.recall),
    ("goed doorgestuurd", "route right", |f| Some(f.route.as_ref()?.right)),
    ("mensenwerk naar de bot", "people's messages sent to the bot", |f| f.route.as_ref()?.people_to_bot),
    ("botwerk naar mensen", "the bot's messages sent to people", |f| f.route.as_ref()?.bot_to_people),
];

/// What both have.
pub(super) fn rows(a: &Figures, b: &Figures) -> Vec<Row> {
    let row = |(nl, en): (String, String), unit, get: &dyn Fn(&Figures) -> Option<f64>| {
        Some(Row { nl, en, unit, a: get(a)?, b: get(b)? })
    };
    let mut rows: Vec<Row> =
        SHARES.iter().filter_map(|(nl, en, get)| row(((*nl).to_owned(), (*en).to_owned()), Unit::Share, get)).collect();
    for (number, error) in ERRORS.iter().enumerate() {
        let at = |figures: &Figures| figures.intents.as_ref()?.learnt_for.get(number).copied();
        let names = |nl: &str, en: &str| {
            let most = error * 100.0;
            (format!("{nl} {most} %"), format!("{en} {most} %"))
        };
        let of = |get: fn(&Automated) -> f64| move |figures: &Figures| at(figures).as_ref().map(get);
        let learnt = names("drempels geleerd voor", "thresholds learnt for");
        rows.extend(row(learnt, Unit::Share, &of(|automated| automated.share)));
        let wrong = names("daarvan fout bij", "of which wrong at");
        rows.extend(row(wrong, Unit::Share, &of(|automated| automated.error)));
    }
    #[expect(clippy::cast_precision_loss, reason = "microseconds of one message")]
    let time = |figures: &Figures| Some(figures.microseconds.p50 as f64);
    rows.extend(row(("tijd per bericht".to_owned(), "time a message".to_owned()), Unit::Microseconds, &time));
    rows
}
