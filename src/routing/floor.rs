//! Floor: what never goes to a bot, whatever the table says.

use super::verdict::{IntentScore, Verdict};
use super::{Language, Localized, RoutingTable, Written};

/// A finding that keeps a message from the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Floor {
    WantsPerson,
    Complaint,
    HighStakes,
    Automatic,
    Injection,
}

impl Floor {
    /// All of them.
    pub(crate) const ALL: [Self; 5] =
        [Self::WantsPerson, Self::Complaint, Self::HighStakes, Self::Automatic, Self::Injection];

    /// The first finding that keeps this message from the bot.
    pub(crate) fn under(table: &RoutingTable, verdict: &Verdict) -> Option<Self> {
        let high_stakes = |at: usize, intent: &IntentScore| {
            (at == 0 || intent.p >= intent.threshold) && table.intent_is_high_stakes(&intent.name)
        };
        let holds = [
            (Self::WantsPerson, Verdict::holds(verdict.wants_person)),
            (Self::Complaint, Verdict::holds(verdict.complaint)),
            (Self::HighStakes, verdict.intents.iter().enumerate().any(|(at, intent)| high_stakes(at, intent))),
            (Self::Automatic, Verdict::holds(verdict.automatic)),
            (Self::Injection, Verdict::holds(verdict.injection)),
        ];
        holds.into_iter().find_map(|(floor, holds)| holds.then_some(floor))
    }

    /// The finding's name, as the decision's rule shows it.
    const fn finding(self) -> &'static str {
        match self {
            Self::WantsPerson => "wants_person",
            Self::Complaint => "complaint",
            Self::HighStakes => "high_stakes",
            Self::Automatic => "automatic",
            Self::Injection => "injection",
        }
    }

    /// The comparison that it comes down to, in the words of a rule.
    pub(crate) fn written(self) -> Written {
        let text = if self == Self::HighStakes { "intents in high_stakes" } else { self.finding() };
        Written { rule: self.rule(), text: text.to_owned() }
    }

    /// The rule of a decision that it overruled.
    pub(crate) fn rule(self) -> String {
        format!("floor:{}", self.finding())
    }

    /// The reason in words, in every language.
    pub(crate) fn because(self) -> Localized {
        let [nl, en, de, fr, es] = self.words();
        let texts =
            [(Language::Nl, nl), (Language::En, en), (Language::De, de), (Language::Fr, fr), (Language::Es, es)];
        Localized(texts.into_iter().map(|(language, text)| (language, text.to_owned())).collect())
    }

    const fn words(self) -> [&'static str; 5] {
        match self {
            Self::WantsPerson => [
                "De klant vraagt om een mens",
                "The customer asks for a person",
                "Der Kunde möchte mit einem Menschen sprechen",
                "Le client demande à parler à une personne",
                "El cliente pide hablar con una persona",
            ],
            Self::Complaint => [
                "Een klacht gaat altijd naar een mens",
                "A complaint always goes to a person",
                "Eine Beschwerde geht immer an einen Menschen",
                "Une réclamation va toujours à une personne",
                "Una queja va siempre a una persona",
            ],
            Self::HighStakes => [
                "Hier hangt te veel van af voor een automatisch antwoord",
                "Too much depends on this for an automatic answer",
                "Hiervon hängt zu viel ab für eine automatische Antwort",
                "L'enjeu est trop grand pour une réponse automatique",
                "Hay demasiado en juego para una respuesta automática",
            ],
            Self::Automatic => [
                "Geen mens schreef dit: het krijgt geen automatisch antwoord",
                "No person wrote this: it gets no automatic answer",
                "Das hat kein Mensch geschrieben: keine automatische Antwort",
                "Ceci n'est pas écrit par une personne : pas de réponse automatique",
                "Esto no lo escribió una persona: sin respuesta automática",
            ],
            Self::Injection => [
                "Het bericht probeert de assistent opdrachten te geven",
                "The message tries to instruct the assistant",
                "Die Nachricht versucht, dem Assistenten Anweisungen zu geben",
                "Le message tente de donner des instructions à l'assistant",
                "El mensaje intenta dar instrucciones al asistente",
            ],
        }
    }
}
