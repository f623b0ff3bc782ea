//! Grief: somebody died, is dying, or was lost. Batteries die too, and receipts are lost.

use crate::Language::{De, En};
use crate::phrases::Tag::{Death, Kin, Lost, Mortal};
use crate::phrases::{Hit, Row};
use crate::text::{Stretch, Text};

/// Said of people alone.
const SURE: u16 = 0;
/// Said of people, and of things where one was named before.
const OF_PEOPLE: u16 = 1;
/// Said of anything: it is grief where it is said of somebody close.
const OF_ANYBODY: u16 = 2;

/// Where what is said of somebody ends.
const ENDS: [char; 6] = ['.', '?', '!', ';', ':', '\n'];

/// So many words may lie between somebody and what is said of them.
const NEAR: usize = 6;

/// Somebody close, death, and loss.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    (Kin, 0, None, "vader; moeder; papa; mama; opa; oma; zoon; zoontje; dochter; dochtertje; broer; broertje; zus; zusje; zuster; oom; tante; neef; mijn nicht; ouders; mijn kind; ons kind; haar kind; zijn kind; kindje; kleinkind; kleinzoon; kleindochter; schoonvader; schoonmoeder; schoonzus; zwager; mijn man; m'n man; haar man; mijn vrouw; m'n vrouw; zijn vrouw; echtgenoot; echtgenote; vriend; vriendin; mijn partner; verloofde; buurman; buurvrouw; collega; baby; hond; hondje; poes; mijn kat; onze kat"),
    (Kin, 0, Some(En), "father; mother; dad; daddy; mum; mom; mam; granddad; grandad; grandfather; grandpa; grandmother; grandma; my nan; my gran; ~son; my son; our son; her son; his son; daughter; brother; sister; uncle; aunt; auntie; nephew; niece; cousin; parents; child; grandchild; grandson; granddaughter; father in law; mother in law; brother in law; sister in law; husband; wife; spouse; fiancé; fiancée; boyfriend; girlfriend; my friend; our friend; best friend; my partner; neighbour; neighbor; colleague; our baby; my baby; my boy; our boy; my girl; little girl; little boy; dog; my cat; our cat"),
    (Kin, 0, None, "vater; mutter; mutti; vati; großvater; großmutter; sohn; mein kind; unser kind; kindes; vaters; tochter; bruder; schwester; onkel; cousin; cousine; eltern; enkel; enkelin; schwiegervater; schwiegermutter; schwager; schwägerin; mein mann; meinem mann; meinen mann; ihr mann; meine frau; meiner frau; seine frau; ehemann; ehefrau; freund; freundin; mein partner; meine partnerin; lebensgefährt*; verlobte*; nachbar; nachbarin; kollege; kollegin; hund; katze"),
    (Kin, 0, None, "père; mère; maman; papi; papy; mamie; mamy; grand père; grand mère; mon fils; notre fils; son fils; ma fille; notre fille; frère; soeur; tonton; oncle; tata; parents; enfant; petit fils; petite fille; beau père; belle mère; mari; mon époux; mon épouse; épouse; ma femme; sa femme; compagnon; compagne; conjoint; mon ami; mon amie; meilleur ami; meilleure amie; notre bébé; mon bébé; voisin; voisine; collègue; chien; notre chat; mon chat"),
    (Kin, 0, None, "padre; madre; papá; mamá; abuelo; abuela; hijo; hija; hermano; hermana; tío; tía; mi primo; mi prima; sobrino; sobrina; padres; nieto; nieta; suegro; suegra; cuñado; cuñada; marido; esposo; esposa; mi mujer; su mujer; mi pareja; novio; novia; amigo; amiga; vecino; vecina; bebé; perro; mi gato; nuestro gato"),
    (Death, SURE, None, "zelfmoord; zelfdoding; suïcide; euthanasie; suicide; suizid; selbstmord; suicidio; leven benomen; leven beroofd; took his own life; took her own life; took their own life; taken his own life; taken her own life; taken their own life; ended his own life; ended her own life; killed himself; killed herself; das leben genommen; s'est suicidé*; mis fin à ses jours; s'est donné la mort; se suicidó; se ha suicidado; se quitó la vida; se ha quitado la vida; quitado la vida"),
    (Death, SURE, None, "miskraam; miskramen; doodgeboren; stilgeboren; dood geboren; baby verloren; kindje verloren; miscarriage; miscarried; stillborn; stillbirth; lost the baby; lost our unborn; fehlgeburt; totgeburt; totgeboren; tot geboren; sternenkind; fausse couche; fausses couches; mort né; morte née; perdu le bébé; perdu notre bébé; perdu mon bébé; aborto espontáneo; sufrí un aborto; sufrido un aborto; tuve un aborto; he tenido un aborto; nació muert*; nacido muerto; perdí al bebé; perdimos al bebé; perdido al bebé; perdido el bebé; perdí el bebé; perdimos el bebé; perdí a mi bebé; perdimos a nuestro bebé"),
    (Death, SURE, None, "dodelijk verongelukt; dodelijk ongeluk; dodelijk ongeval; om het leven gekomen; om het leven kwam; kwam om het leven; komen te overlijden; doodgereden; doodgeslagen; fatal accident; fatal crash; lost his life; lost her life; lost their life; lost their lives; tödlich verunglückt*; tödlicher unfall; tödlichen unfall; ums leben gekommen; kam ums leben; ums leben kam; accident mortel; mortellement blessé*; perdu la vie; a trouvé la mort; ont trouvé la mort; accidente mortal; perdió la vida; perdido la vida; ligt op sterven; op sterven ligt; op sterfbed; sterfbed; terminally ill; terminal cancer; terminal illness; death bed; deathbed; liegt im sterben; im sterben liegt; sterbebett; unheilbar krank*; phase terminale; soins palliatifs; lit de mort; enfermo terminal; enferma terminal; en fase terminal; cuidados paliativos; lecho de muerte"),
    (Death, OF_PEOPLE, None, "gestorven; died; has died; gestorben; est mort; est morte; ha muerto; murió"),
    (Death, OF_ANYBODY, None, "dood; doodgegaan; ging dood; gaat dood; sterft; stierf; sterven; stervende; stervend; overlijdt; verongelukt; verongelukte; verdronken; omgekomen; vermoord; neergestoken; uitbehandeld; niet overleefd; palliatie*; hospice; niet lang meer te leven; dead; dying; has drowned; drowned in; drowned while; drowned on; drowned last; was killed; were killed; been killed; got killed; murdered; didn't survive; did not survive; is terminal; palliative; days to live; weeks to live; months to live; ist tot; tot ist; sind tot; war tot; leider tot; stirbt; starb; sterben; sterbend; verunglückt; verunglückte; ertrunken; umgekommen; nicht überlebt; ermordet; getötet; palliativ*; hospiz; nicht mehr lange zu leben; mort; morte; morts; meurt; mourir; mourant*; mourut; décéda; été tué; été tuée; s'est tué; s'est tuée; tué par; tué dans; tuée dans; noyé; noyée; assassiné*; pas survécu; fin de vie; no sobrevivió; muerto; muerta; muertos; muere; morir; muriendo; muriéndose; moribund*; ahogado; ahogó; atropellado; atropellada; asesinad*; se mató; está terminal; es terminal; murieron"),
    (Death, OF_ANYBODY, Some(De), "~tot"),
    (Lost, 0, None, "verloren; verloor; verlies van; begraven; afscheid nemen van; afscheid genomen van; afscheid moeten nemen van; beerdigen; beerdigt; begraben; abschied nehmen von; bury; buried; enterrer; enterrar; enterrar a; enterramos a; perdí a; perdimos a; perder a; perdido a; lost; losing; loss of; verlor; verlust; perdu; perdre; perte de; perdí; perdimos; perdido; perder; pérdida de"),
    (Mortal, 0, None, "accu; accu's; batterij*; fiets; fietsen; e bike; ebike; motor; lamp; lampje; koplamp; achterlicht; display; scherm; telefoon; gsm; mobiel; lader; oplader; computer; link; knop; apparaat; pomp; ding; muis; chat; lijn; website; site; app; plant; battery; batteries; bike; bicycle; light; lamp; screen; phone; charger; button; device; thing; mouse; line; page; engine; pixel; pixels; unit; akku; akkus; batterie*; fahrrad; rad; licht; lampe; bildschirm; handy; telefon; ladegerät; knopf; gerät; ding; leitung; seite; maus; vélo; moteur; lampe; écran; téléphone; chargeur; bouton; appareil; ligne; lien; page; souris; batería; bici; bicicleta; luz; pantalla; teléfono; móvil; cargador; botón; aparato; línea; enlace; página; dispositivo; zitje; fietszitje; kinderzitje; sitz; kindersitz; siège; asiento; sillita; seat; trailer; wheel; monitor; pila; pilas; saldo"),
];

/// Words that tell of another who speaks, or of something else: between somebody and a word of death they part the two.
const PARTING: [&str; 38] = [
    "zegt", "zei", "dat", "denkt", "vindt", "zich", "it", "says", "said", "that", "thinks", "wants", "want", "wil",
    "half", "sagt", "sagte", "dass", "meint", "sich", "will", "dit", "que", "dice", "dijo", "cree", "quiere", "veut",
    "pense", "lacht", "lachte", "verveelt", "laughing", "bored", "qu", "scared", "brain", "nearly",
];

/// After a word of death these say that it is only a way of speaking, or that it is done to something else.
const SPEAKING: [&str; 42] = [
    "set",
    "serious",
    "tired",
    "sure",
    "keen",
    "against",
    "certain",
    "right",
    "wrong",
    "beat",
    "link",
    "end",
    "curiosity",
    "curious",
    "easy",
    "envie",
    "rire",
    "faim",
    "soif",
    "froid",
    "chaud",
    "impatience",
    "ennui",
    "peur",
    "honte",
    "fatigue",
    "inquietude",
    "ganas",
    "risa",
    "hambre",
    "sed",
    "frio",
    "calor",
    "miedo",
    "verguenza",
    "envidia",
    "aburrimiento",
    "cansancio",
    "moe",
    "spot",
    "weight",
    "boredom",
];

/// After "is dying" the same: for something, of thirst.
const YEARNING: [&str; 6] = ["for", "to", "van", "vor", "inside", "laughing"];

/// Before a thing: somebody died on it or with it.
const WITH: [&str; 10] = ["met", "op", "mit", "auf", "on", "with", "sur", "avec", "en", "con"];

/// Words of loss that stand behind whom they tell of.
const LOST_LAST: [&str; 5] = ["verloren", "begraven", "beerdigen", "beerdigt", "begraben"];

/// Words that may follow upon "I lost my father".
const AFTER_LOSS: [&str; 63] = [
    "to",
    "in",
    "at",
    "last",
    "this",
    "on",
    "recently",
    "yesterday",
    "and",
    "so",
    "two",
    "three",
    "a",
    "from",
    "due",
    "because",
    "after",
    "when",
    "who",
    "suddenly",
    "earlier",
    "just",
    "today",
    "over",
    "unexpectedly",
    "en",
    "la",
    "il",
    "hier",
    "ce",
    "et",
    "dans",
    "este",
    "el",
    "hace",
    "y",
    "ayer",
    "soudainement",
    "vorige",
    "vorig",
    "afgelopen",
    "onlangs",
    "recent",
    "plots",
    "plotseling",
    "letzte",
    "letzten",
    "letztes",
    "vor",
    "im",
    "gestern",
    "aan",
    "door",
    "an",
    "durch",
    "dit",
    "next",
    "tomorrow",
    "soon",
    "demain",
    "samedi",
    "manana",
    "morgen",
];

/// Where a text tells of a death, or of one that is near.
pub(crate) fn examine(text: &Text, hits: &[Hit]) -> Option<Stretch> {
    hits.iter().find_map(|hit| match (hit.tag, hit.value) {
        (Death, SURE) => Some(hit.stretch),
        (Death, OF_PEOPLE) => {
            let thing = |other: &Hit| other.tag == Mortal && other.stretch.end <= hit.stretch.start;
            said_of(text, hits, hit).or_else(|| {
                let meant = !hits.iter().any(thing) && !is_way_of_speaking(text, hit.stretch);
                meant.then_some(hit.stretch)
            })
        }
        (Death, _) => said_of(text, hits, hit),
        (Lost, _) => lost(text, hits, hit),
        _ => None,
    })
}

/// Somebody close of whom a word of death is said: they stand before it ("my father is dead").
fn said_of(text: &Text, hits: &[Hit], death: &Hit) -> Option<Stretch> {
    let near = |kin: &&Hit| kin.tag == Kin && kin.stretch.end <= death.stretch.start && !is_owner(text, kin.stretch);
    let kin = hits.iter().rev().find(near)?.stretch;
    let between = Stretch { start: kin.end, end: death.stretch.start };
    let words = text.words_in(between);
    let ends = text.folded[between.start..between.end].contains(ENDS);
    let parted = words.iter().any(|&word| PARTING.contains(&text.word(word)));
    let behind = text.words.partition_point(|word| word.start < death.stretch.end);
    let next = text.words.get(behind).map_or(text.folded.len(), |word| word.start);
    let ridden = |at: usize| {
        let before = text.words.partition_point(|word| word.start < at);
        text.words[before.saturating_sub(2)..before].iter().any(|&word| WITH.contains(&text.word(word)))
    };
    let amid = |at: usize| between.holds(at) && !ridden(at);
    let thing = |hit: &Hit| hit.tag == Mortal && (amid(hit.stretch.start) || hit.stretch.start == next);
    let thing = hits.iter().any(thing);
    (!ends && !parted && !thing && !is_way_of_speaking(text, death.stretch) && words.len() <= NEAR)
        .then_some(Stretch { start: kin.start, end: death.stretch.end })
}

/// Whether it is only a way of speaking: "dead set on", "dying to", "mort de rire".
fn is_way_of_speaking(text: &Text, death: Stretch) -> bool {
    let behind = text.words.partition_point(|word| word.start < death.end);
    let said = &text.folded[death.start..death.end];
    let yearns = ["dying", "ster", "stir"].iter().any(|dies| said.starts_with(dies));
    text.words[behind..].iter().take(2).enumerate().any(|(at, &word)| {
        let near = !text.folded[death.end..word.start].contains(ENDS);
        let word = text.word(word);
        near && (SPEAKING.contains(&word) || (yearns && at == 0 && YEARNING.contains(&word)))
    })
}

/// Whether something of theirs is spoken of: "my son's bike", "de accu van mijn vader".
fn is_owner(text: &Text, kin: Stretch) -> bool {
    const OF: [&str; 14] =
        ["van", "voor", "of", "for", "from", "von", "vom", "fur", "de", "du", "pour", "del", "para", "au"];
    let end = text.folded[kin.end..].strip_prefix(" in law").map_or(kin.end, |_| kin.end + 7);
    let before = text.words.partition_point(|word| word.start < kin.start);
    let back = |by: usize| before.checked_sub(by).map_or("", |at| text.word(text.words[at]));
    text.folded[end..].starts_with('\'') || OF.contains(&back(1)) || (OF.contains(&back(2)) && is_whose(back(1)))
}

/// Whether a word says whose: "my", "onze".
fn is_whose(word: &str) -> bool {
    const WHOSE: [&str; 34] = [
        "mijn", "m", "n", "onze", "ons", "zijn", "haar", "my", "our", "his", "her", "the", "de", "mein", "meine",
        "meinem", "meiner", "meinen", "meines", "unser", "unserem", "unserer", "unseren", "unsere", "mon", "ma",
        "notre", "la", "le", "mi", "nuestro", "nuestra", "el", "son",
    ];
    WHOSE.contains(&word)
}

/// "We lost my father in May", "on vient de perdre papy", "ich habe meine Mutter verloren": somebody close, and no thing of
/// theirs, right behind the loss, or in Dutch and German right before it.
fn lost(text: &Text, hits: &[Hit], loss: &Hit) -> Option<Stretch> {
    let kin = |at: usize, ends: bool| {
        let here = |hit: &&Hit| hit.tag == Kin && if ends { hit.stretch.end == at } else { hit.stretch.start == at };
        hits.iter().filter(here).max_by_key(|hit| hit.stretch.end - hit.stretch.start).map(|hit| hit.stretch)
    };
    let first = text.words.partition_point(|word| word.start < loss.stretch.end);
    let skipped =
        text.words[first..].iter().take(3).take_while(|&&word| is_whose(text.word(word)) || text.word(word) == "a");
    let behind = first + skipped.count();
    let whose = |at: usize| (at > first).then(|| text.words[at - 1].start);
    let stands = text.words.get(behind).and_then(|word| kin(word.start, false));
    let stands = stands.or_else(|| whose(behind).and_then(|start| kin(start, false)));
    if let Some(somebody) = stands.filter(|&somebody| !is_owner_behind(text, somebody)) {
        return Some(Stretch { start: loss.stretch.start, end: somebody.end });
    }
    let word = &text.folded[loss.stretch.start..loss.stretch.end];
    let before = text.words.partition_point(|word| word.start < loss.stretch.start).checked_sub(1)?;
    let somebody = kin(text.words[before].end, true).filter(|_| LOST_LAST.contains(&word))?;
    let at = text.words.partition_point(|word| word.start < somebody.start);
    let whose =
        at.checked_sub(1).is_none_or(|at| is_whose(text.word(text.words[at]))) || is_whose(text.word(text.words[at]));
    let named =
        matches!(&text.folded[somebody.start..somebody.end], "opa" | "oma" | "papa" | "mama" | "mutti" | "vati");
    let theirs = ["meine", "unsere"].iter().any(|mine| {
        let said = |at: usize| text.word(text.words[at]);
        let genitive = |word: &str| word.strip_prefix(mine).is_some_and(|end| matches!(end, "r" | "s" | "m"));
        genitive(said(at)) || at.checked_sub(1).is_some_and(|at| genitive(said(at)))
    });
    (!is_owner(text, somebody) && !theirs && (whose || named))
        .then_some(Stretch { start: somebody.start, end: loss.stretch.end })
}

/// Whether somebody's thing follows: "my wife's receipt", "my child seat".
fn is_owner_behind(text: &Text, kin: Stretch) -> bool {
    let end = text.folded[kin.end..].strip_prefix(" in law").map_or(kin.end, |_| kin.end + 7);
    let next = text.words.iter().find(|word| word.start >= end);
    let goes_on = next.is_some_and(|&word| {
        let apart = text.folded[end..word.start].contains(ENDS) || text.folded[end..word.start].contains([',', '(']);
        !apart && !AFTER_LOSS.contains(&text.word(word))
    });
    text.folded[end..].starts_with('\'') || goes_on
}

#[cfg(test)]
mod tests {
    use super::examine;
    use crate::phrases::{Phrases, keep_language};
    use crate::text::Text;

    /// The lines of a kind that are taken for the other.
    fn mistaken(kind: &str) -> Vec<&'static str> {
        let phrases = Phrases::new();
        let grieves = |language: &str, original: &str| {
            let text = Text::new(original);
            let mut hits = phrases.find(&text);
            keep_language(&mut hits, language.parse().ok());
            examine(&text, &hits).is_some()
        };
        let lines = include_str!("grief.txt").lines().filter_map(|line| line.strip_prefix(kind));
        lines.filter(|line| grieves(&line[1..3], &line[4..]) != (kind == "+")).collect()
    }

    #[test]
    fn who_lost_somebody_or_is_about_to_is_heard_in_each_language() {
        assert_eq!(mistaken("+"), Vec::<&str>::new());
    }

    #[test]
    fn what_is_broken_mislaid_or_only_a_way_of_speaking_is_no_grief() {
        assert_eq!(mistaken("-"), Vec::<&str>::new());
    }
}
