//! How many separate questions or requests a message holds, and where they stand.

use super::phrases::Tag::{Asking, Indirect, Joining, PointingBack, Requesting};
use super::phrases::{Hit, Row, Tag};
use super::spans::Gathered;
use super::text::{Stretch, Text};
use crate::{FindingName, Why, second};

/// How questions and requests begin, and what ties them together.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    (Asking, 0, None, "wat; waar; waarom; wanneer; wie; welke; welk; hoe; hoeveel; hoelang; waarmee; waarvoor; waarheen; kan ik; kan je; kan jij; kan u; kan het; kan dat; kan er; kunnen jullie; kunnen we; kunnen wij; kunt u; kun je; mag ik; mag je; mag het; mogen we; moet ik; moeten we; heb ik; hebben jullie; heeft u; heb je; hebt u; is het; is dat; is er; is mijn; is de; is een; is verzending; zijn jullie; zijn er; zijn de; zit er; valt de; valt het; geldt de; geldt het; doen jullie; doet u; leveren jullie; bezorgen jullie; sturen jullie; nemen jullie; verkopen jullie; accepteren jullie; krijg ik; krijgen we; komt het; komt de; komt er; wordt het; wordt de; worden de; bestaat er; staat de; staat er; klopt het; werkt het; weten jullie; weet je; weet u; past de; past het"),
    (Asking, 0, None, "what; what's; where; where's; why; when; who; which; how; how's; ~can i; can you; can we; can it; could you; could i; could we; may i; do you; do i; do we; does it; does the; does this; does my; did you; is it; is there; is the; is my; is that; is this; are you; are there; are the; are my; will it; will you; will the; will i; would you; should i; have you; has my; has the; must i; am i"),
    (Asking, 0, None, "was kostet; was kosten; was ist; was muss; was passiert; was mache; was gilt; was brauche; was mich; wo; warum; wann; wer; welche; welcher; welches; welchen; wie; wieviel; womit; wofür; wieso; kann ich; kann man; kann mein*; können sie; können wir; könnt ihr; könnten sie; darf ich; dürfen; muss ich; müssen wir; haben sie; habt ihr; habe ich; hat mein; gibt es; ist es; ist der; ist die; ist das; ist mein; ist meine; sind sie; sind die; liefern sie; liefert ihr; nehmen sie; bieten sie; bekomme ich; wird das; wird mein*; geht; geht das; gilt die; gilt das; fällt der; fällt die; versenden sie; passt der; passt die; lohnt sich; soll ich"),
    (Asking, 0, None, "vous livrez; vous avez; vous acceptez; vous faites; vous vendez; vous prenez; vous proposez; vous ouvrez; vous envoyez; on peut; que dois; que faire; quel; quelle; quels; quelles; où; ou est; pourquoi; quand; qui; comment; combien; est ce que; est ce; qu'est ce; puis je; peut on; pouvez vous; peux tu; pourriez vous; dois je; faut il; avez vous; as tu; ai je; y a t il; livrez vous; acceptez vous; êtes vous; est il; est elle; sont ils; sont elles; proposez vous; prenez vous; faites vous; vendez vous; la batterie est elle; taille t*; vaut il"),
    (Asking, 0, None, "qué; que talla; cuál; cuáles; dónde; donde; por qué; cuándo; cuando llega; quién; cómo; como puedo; cuánto; cuánta; cuántos; cuántas; ¿puedo; puedo; ¿se puede; se puede; ¿pueden; pueden; puede; podría; podrían; podéis; ¿tengo que; tengo que; ¿tienen; tienen; tenéis; ¿hay; ¿es; ¿está; ¿están; ¿hacen; ¿aceptan; aceptan; aceptáis; ¿abren; abren; abrís; ¿entregan; envían; enviáis; ¿debo; debo; ¿cubre; ¿me"),
    (Requesting, 0, None, "weten of; weten wanneer; weten hoe; weten wat; zeg me; vertel me; laat me weten; know if; know whether; know when; know how; know what; tell me; let me know; wissen ob; wissen wann; wissen wie; sagen sie mir; sag mir; savoir si; savoir quand; savoir comment; dites moi; dis moi; saber si; saber cuándo; saber cómo; dígame; díganme; ik wil; ik wil graag; ik zou graag; wij willen; we willen; ik moet; ik zoek; ik heb een vraag over; graag; gelieve; stuur mij; stuur me; geef me; wilt u; wil je; willen jullie; zet; verander; annuleer; i want; i would like; i'd like; i need; we need; please; i am looking for; i'm looking for; send me; give me; cancel; change; ich möchte; ich will; ich brauche; wir möchten; ich suche; bitte; schicken sie; senden sie; stornieren; je voudrais; je veux; je souhaite; j'aimerais; nous voudrions; j'ai besoin; je cherche; veuillez; merci de; envoyez; annulez; quiero; quisiera; me gustaría; necesito; queremos; busco; deseo; por favor; envíen; cancelen"),
    (Requesting, 0, None, "ik wil ook; ik wil ook graag; ik wil daarnaast; ik wil daarnaast graag; ik zou ook graag; ik zou daarnaast graag; ik wil verder graag; ich hätte gern; ich hätte gerne; ich wüsste gern; ich möchte auch gern; ich möchte auch gerne; ich hätte auch gern; ich hätte auch gerne; ook wil ik; ook wil ik graag; ook zou ik; ook zou ik graag; daarnaast wil ik graag; daarnaast zou ik graag; daarnaast wil ik; daarnaast zou ik; verder wil ik; verder zou ik; bovendien wil ik; tevens wil ik; ik zou ook; ik moet ook; i also want; i also would like; i would also like; i'd also like; i also need; also i want; also i would like; also i'd like; also, i want; also, i would like; also, i'd like; we also want; we also need; we would also like; we'd also like; auch möchte ich; außerdem möchte ich; zudem möchte ich; zusätzlich möchte ich; außerdem brauche ich; außerdem will ich; auch brauche ich; j'aimerais aussi; je voudrais aussi; je veux aussi; aussi je voudrais; aussi, je voudrais; de plus, je voudrais; de plus je voudrais; également je voudrais; también quiero; también quisiera; también me gustaría; también necesito; además quiero; además quisiera; además me gustaría; además necesito; además, quiero; además, quisiera; además, me gustaría"),
    (Indirect, 0, None, "kunt u mij zeggen; kunt u zeggen; kunt u me zeggen; kunt u mij vertellen; kunt u me vertellen; kunt u aangeven; kun je zeggen; kun je me zeggen; kun je vertellen; kun je me vertellen; kunnen jullie zeggen; kunnen jullie vertellen; kunnen jullie aangeven; kunt u uitleggen; kun je uitleggen; kun je kijken; kunt u kijken; kunnen jullie kijken; kunt u nagaan; kunt u laten weten; laten weten; weet je; weet u; weten jullie; weet iemand; vraag me af; vroeg me af; wil weten; wil graag weten; wilde weten; wilde vragen; wou vragen; wil vragen; wil graag vragen; even vragen; vraagje; mijn vraag is; vraag is; een vraag; mag ik vragen; mag ik iets vragen; can you tell; could you tell; tell me; can you explain; could you explain; can you check; could you check; can you let me know; could you let me know; let me know; do you know; wondering; wanted to ask; want to know; would like to know; like to know; wanted to know; my question; a question; can i ask; could i ask; may i ask; quick question; können sie mir sagen; könnten sie mir sagen; kannst du mir sagen; sagen sie mir; wissen sie; weißt du; ich wüsste gern; gern gewusst; gerne gewusst; ich möchte wissen; würde gern wissen; wollte fragen; wollte wissen; frage mich; meine frage; eine frage; kurze frage; darf ich fragen; können sie prüfen; können sie nachsehen; mitteilen; pouvez vous me dire; pourriez vous me dire; pouvez vous m'indiquer; pourriez vous m'indiquer; peux tu me dire; dites moi; savez vous; je voudrais savoir; j'aimerais savoir; voulais savoir; me demande; ma question; une question; puis je demander; pouvez vous vérifier; pouvez vous m'expliquer; puede decirme; pueden decirme; podría decirme; podrían decirme; me puede decir; me pueden decir; me podría decir; me podrían decir; dígame; sabe si; saben si; quisiera saber; quiero saber; me gustaría saber; quería saber; quería preguntar; mi pregunta; una pregunta; una duda; puede comprobar; pueden comprobar; pueden explicar; kunt u mij helpen; kun je mij helpen; kun je me helpen; kunt u me helpen; kunnen jullie mij helpen; kunnen jullie me helpen; kunnen jullie helpen; can you help; could you help; können sie mir helfen; könnt ihr mir helfen; kannst du mir helfen; pouvez vous m'aider; pouvez vous aider; pourriez vous m'aider; peux tu m'aider; me puede ayudar; me pueden ayudar; puede ayudarme; pueden ayudarme; podrían ayudarme; me ayudan"),
    (Joining, 0, None, "en; and; und; et; y; ook; also; daarnaast; verder; tevens; bovendien; plus; oh; o ja; oja; oh ja; tweede; ten tweede; second; secondly; besides; and also; außerdem; zudem; zweitens; ferner; auch; aussi; également; de plus; deuxièmement; par ailleurs; además; también; segundo; por otro lado; nog een vraag; another question; noch eine frage; autre question; otra pregunta; trouwens; by the way; btw; übrigens; au fait; por cierto; daarbij; tot slot; finally; zum schluss; ps; e"),
    (PointingBack, 0, None, "dat; dit; het; die; daar; ermee; ervoor; dan; that; this; it; so; then; das; dies; es; dann; ça; cela; ce; c'est; eso; esto; lo; así; entonces; possible; mogelijk; möglich; posible"),
];

/// At most this many are counted.
const MOST: usize = 20;

/// A part of the text that asks for something.
#[derive(Clone, Copy)]
struct Unit {
    stretch: Stretch,
    question: bool,
    joined: bool,
    /// What stood before it told the story of it, and was dropped.
    alone: bool,
}

impl Unit {
    const fn new(stretch: Stretch, question: bool, joined: bool) -> Self {
        Self { stretch, question, joined, alone: false }
    }
}

/// Counts questions and requests; those within `person` clauses (asking for a person) do not count.
pub(crate) fn examine(text: &Text, hits: &[Hit], person: &[Stretch], evidence: &mut Gathered) -> u32 {
    let mut units = Vec::new();
    for sentence in sentences(&text.folded) {
        cut(text, hits, sentence, &mut units);
        if units.len() >= MOST {
            break;
        }
    }
    units.truncate(MOST);
    units.retain(|unit| !person.iter().any(|clause| unit.stretch.holds(clause.start)));
    drop_background(text, hits, &mut units);
    for unit in &units {
        evidence.add(text, FindingName::Question, trimmed(&text.folded, unit.stretch), Why::Shape);
    }
    u32::try_from(units.len()).unwrap_or(u32::MAX)
}

/// Sentences: up to `?`, `!`, a full stop that is not within a number, or a line end.
fn sentences(folded: &str) -> impl Iterator<Item = Stretch> {
    let bytes = folded.as_bytes();
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= bytes.len() {
            return None;
        }
        let ends = |at: usize| match bytes[at] {
            b'?' | b'!' | b'\n' => true,
            b'.' => bytes.get(at + 1).is_none_or(|next| matches!(next, b' ' | b'\n' | b'.')),
            _ => false,
        };
        let end = (start..bytes.len()).find(|&at| ends(at)).map_or(bytes.len(), |at| at + 1);
        let sentence = Stretch { start, end };
        start = end;
        Some(sentence)
    })
}

/// Cuts one sentence into units that begin like questions or requests.
fn cut(text: &Text, hits: &[Hit], sentence: Stretch, units: &mut Vec<Unit>) {
    let words = text.words_in(sentence);
    let Some(first) = words.first() else { return };
    let ends = |mark: char| text.folded[sentence.start..sentence.end].ends_with(mark);
    let marked = ends('?');
    let others_marked = !marked && text.folded.contains('?');
    if ends('!') && others_marked {
        return; // "What a ride! When do you open?": who marks questions marks them all
    }
    let within: Vec<&Hit> = hits.iter().filter(|hit| sentence.holds(hit.stretch.start)).collect();
    let begins: Vec<&Hit> =
        within.iter().copied().filter(|hit| matches!(hit.tag, Asking | Requesting | Joining)).collect();
    let is = |tag: Tag, at: usize| begins.iter().any(|hit| hit.tag == tag && hit.stretch.start == at);
    let before = units.len();
    let joins = is(Joining, first.start);
    let mut joined = false;
    let mut opens = true;
    let mut until = 0;
    for (number, word) in words.iter().enumerate() {
        if word.start < until {
            continue; // "I would also like": its "also" joins nothing more
        }
        let asks = is(Asking, word.start) || text.folded[..word.start].ends_with('¿');
        let numbered = number > 0 && numbered(text.folded[..word.start].trim_end());
        let comma = text.folded[..word.start].trim_end().ends_with([',', ':', ';']) || numbered;
        if comma {
            opens = true;
            joined |= numbered || (joins && units.len() == before);
        }
        let told = others_marked && number > 0 && !comma && !joined; // "Normally do I take L": an inversion, no question
        let listed = second::is_listed(text, &within, words, number);
        let wishes = is(Requesting, word.start);
        if listed || (opens && ((asks && !told) || wishes)) {
            if let Some(first) = units[before..].last_mut().filter(|_| listed) {
                first.joined = true;
            }
            joined |= listed || (wishes && second::is_also(text, &within, words, number));
            let unit = Unit::new(Stretch { start: word.start, end: sentence.end }, asks && !listed, joined);
            add(text, &within, unit, units, before);
            opens = false;
            let begun = begins.iter().filter(|hit| wishes && hit.tag == Requesting && hit.stretch.start == word.start);
            until = begun.map(|hit| hit.stretch.end).max().unwrap_or(0);
        } else if is(Joining, word.start) {
            joined = true;
            opens = true;
            let from = units[before..].last().map(|unit| unit.stretch.start);
            let another = from.is_some_and(|from| second::is_another(text, words, from, number));
            if let Some(next) = words.get(number + 1).filter(|_| another) {
                let unit = Unit::new(Stretch { start: next.start, end: sentence.end }, false, true);
                add(text, &within, unit, units, before);
                opens = false;
            }
        } else if number >= 3 || units.len() > before {
            opens = false;
            joined = false;
        }
    }
    if units.len() == before && marked {
        units.push(Unit::new(Stretch { start: first.start, end: sentence.end }, true, false));
    }
}

/// Whether "2)" stands before.
fn numbered(before: &str) -> bool {
    before.strip_suffix(')').is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
}

/// Adds a unit and ends the one before it, unless both are one: "can you tell me, when …".
fn add(text: &Text, within: &[&Hit], unit: Unit, units: &mut Vec<Unit>, before: usize) {
    if let Some(last) = units[before..].last_mut() {
        let begun = Stretch { start: last.stretch.start, end: unit.stretch.start };
        let indirect = within.iter().any(|hit| hit.tag == Indirect && begun.holds(hit.stretch.start));
        if (indirect && !unit.joined) || text.words_in(begun).len() < 3 {
            last.question |= unit.question;
            return;
        }
        last.stretch.end = unit.stretch.start;
    }
    units.push(unit);
}

/// Drops what is not a question of its own: wishes that tell the story of a question, "is that possible?", "can you help me?".
fn drop_background(text: &Text, hits: &[Hit], units: &mut Vec<Unit>) {
    let says = |tag: Tag, unit: &Unit| hits.iter().any(|hit| hit.tag == tag && unit.stretch.holds(hit.stretch.start));
    let length = |unit: &Unit| text.words_in(unit.stretch).len();
    if units.iter().any(|unit| unit.question) {
        let before_joined = |at: usize, units: &[Unit]| units.get(at + 1).is_some_and(|next| next.joined);
        let keep: Vec<bool> = units
            .iter()
            .enumerate()
            .map(|(at, unit)| unit.question || (unit.joined && at > 0) || before_joined(at, units))
            .collect();
        for at in 1..units.len() {
            units[at].alone = !keep[at - 1];
        }
        let mut keep = keep.into_iter();
        units.retain(|_| keep.next().unwrap_or(true));
    } else {
        let mut first = true;
        units.retain(|unit| std::mem::take(&mut first) || unit.joined);
    }
    if units.len() > 1 {
        let aside = |unit: &Unit| match length(unit) {
            0 | 1 => true,
            2..=4 if unit.joined || unit.alone => false,
            2..=4 => says(PointingBack, unit) || says(Indirect, unit),
            5 | 6 if !unit.joined => says(Indirect, unit),
            _ => false,
        };
        let keeps = |unit: &Unit| !aside(unit);
        if units.iter().any(keeps) {
            units.retain(keeps);
        } else {
            units.truncate(1);
        }
    }
}

fn trimmed(folded: &str, stretch: Stretch) -> Stretch {
    let part = &folded[stretch.start..stretch.end];
    Stretch { start: stretch.start, end: stretch.start + part.trim_end().len() }
}

#[cfg(test)]
mod tests {
    use super::examine;
    use crate::phrases::Phrases;
    use crate::spans::Gathered;
    use crate::text::Text;

    fn count(original: &str) -> u32 {
        let text = Text::new(original);
        let hits = Phrases::new().find(&text);
        examine(&text, &hits, &[], &mut Gathered::default())
    }

    #[test]
    fn each_separate_question_counts_once() {
        for (text, questions) in [
            ("Hoe lang duurt de bezorging?", 1),
            ("Hoe lang duurt de bezorging en wat kost een retour?", 2),
            ("wat kost verzenden en hoe lang is de garantie en zijn jullie zondag open", 3),
            ("Where is my invoice? Also, how long is the warranty?", 2),
            ("Können Sie mir sagen, wann der Laden öffnet?", 1),
            ("Ik wil mijn jas ruilen. Hoe doe ik dat?", 1),
            ("Kan ik de jas ruilen? Is dat mogelijk?", 1),
            ("¿Cuánto cuesta el envío? ¿Y cuánto tarda?", 2),
            ("Quels sont vos horaires et puis-je payer par carte ?", 2),
            ("Mag ik iets vragen? Welke maat heb ik nodig?", 1),
            ("Zijn de truien aan de kleine kant? Meestal heb ik XL", 1),
            ("Wat een geweldige zaak! Hoe laat gaan jullie dicht?", 1),
            ("¡Qué bonita es la tienda! ¿Abren el lunes?", 1),
            ("Ik woon in Breda en ik wil graag een tandem kopen. Bezorgen jullie daar?", 1),
            ("Vivo en Cádiz y quisiera una bici. ¿Envían aquí?", 1),
            ("Ik wil een tandem kopen en wanneer zijn jullie open?", 2),
            ("Kan ik de jas ruilen? En wat kost het verzenden van de doos", 2),
            ("Ik wil mijn bestelling annuleren. En wanneer krijg ik mijn geld?", 2),
            ("Wat kost verzending en hoe lang duurt het?", 2),
            ("ik wil mijn adres wijzigen en weten of het deze week nog komt", 2),
            ("1) waar is mijn pakket 2) waarom is er dubbel betaald 3) wanneer krijg ik mijn geld", 3),
            ("How do I reset my password? Also my invoice is missing, can you resend it?", 2),
            ("Send me the label and tell me how long it takes.", 2),
            ("Vous livrez en Corse et quels sont les frais ?", 2),
            ("Quiero cambiar la talla. ¿Cómo lo hago y quién paga el envío?", 2),
            ("verzendkosten", 0),
            ("Ik wil graag weten wat de levertijd is, wat verzendkosten zijn, en of jullie ook in België bezorgen.", 3),
            ("Ik wil graag weten of de Boreas er nog is en of hij in het blauw kan.", 2),
            ("I would like to know what it costs, how long it takes and whether you deliver to Jersey.", 3),
            ("Please let me know when it ships and if you can add a bell.", 2),
            ("Ich möchte wissen, was der Versand kostet, wie lange er dauert und ob Sie nach Österreich liefern.", 3),
            ("Ich hätte gern gewusst, ob Sie samstags offen haben und ob ich mit Karte zahlen kann", 2),
            ("Je voudrais savoir quels sont les frais, combien de temps ça prend et si vous livrez en Suisse.", 3),
            ("Quisiera saber cuánto cuesta el envío, cuánto tarda y si entregan en Ceuta.", 3),
            ("Ik wil mijn bestelling retourneren en een nieuwe factuur ontvangen", 2),
            ("Kan ik mijn bestelling annuleren en mijn adres wijzigen?", 2),
            ("I want to return my order and receive a new invoice", 2),
            ("Ich möchte meine Bestellung stornieren und meine Adresse ändern", 2),
            ("Je voudrais annuler ma commande et recevoir une nouvelle facture", 2),
            ("Quiero devolver mi pedido y recibir una nueva factura", 2),
            ("I would like to change my address. I also want to add a helmet to my order.", 2),
            ("Ik wil mijn adres wijzigen. Ook wil ik een helm toevoegen aan mijn bestelling.", 2),
            ("Ik wil mijn adres wijzigen. Ik zou ook graag een helm toevoegen.", 2),
            ("Ik wil mijn adres wijzigen. Ik wil ook graag een helm toevoegen.", 2),
            ("Ich möchte meine Adresse ändern. Ich möchte auch gern einen Helm bestellen.", 2),
            ("Ich möchte meine Adresse ändern. Außerdem möchte ich einen Helm hinzufügen.", 2),
            ("Je voudrais changer d'adresse. Je voudrais aussi ajouter un casque.", 2),
            ("Quiero cambiar mi dirección. Además, quiero añadir un casco.", 2),
        ] {
            assert_eq!(count(text), questions, "{text}");
        }
    }

    #[test]
    fn one_wish_told_at_length_counts_once() {
        for text in [
            "Ik wil mijn fiets ruilen en terugbrengen",
            "Ik wil een helm kopen en afrekenen",
            "Ik wil de factuur ontvangen en betalen",
            "Ik wil mijn fiets retourneren en mijn geld terugkrijgen",
            "Ik wil mijn bestelling annuleren en het geld ontvangen",
            "Ik wil mijn fiets retourneren. Ik wil ook mijn geld terug.",
            "Ik wil graag weten wanneer de fiets komt, die ik vorige week besteld heb.",
            "Ik wil graag een helm. Ik wil er een in het rood.",
            "Kunt u mij zeggen, wanneer mijn pakket komt?",
            "I want to return my bike and get a refund",
            "I want to exchange my jacket and get a bigger size",
            "I want to change my name and address on the invoice",
            "I would like to return my bike. I want to send it back this week.",
            "I would like to know when my order arrives, which I placed last week.",
            "Let me know when it is ready and if possible call the neighbours.",
            "I bought a bike. I also want a helmet.",
            "Ik wil ook graag een helm bestellen",
            "Ik zou ook graag een helm bestellen",
            "Ich möchte mein Rad umtauschen und zurückgeben",
            "Ich möchte wissen, wann das Rad kommt, das ich bestellt habe.",
            "Je voudrais échanger et renvoyer mon vélo",
            "Je voudrais savoir si le vélo est en stock, que j'ai vu hier.",
            "Quiero devolver la bici y recibir el dinero",
            "Quiero cambiar y devolver la bici",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
    }
}
