//! Attempts to instruct the bot: phrases, encoded blobs, characters that only a machine reads.

use super::finding;
use crate::Language::{De, En, Es, Fr, Nl};
use crate::phrases::Tag::{InjectionObject, InjectionPhrase, InjectionVerb};
use crate::phrases::{Hit, Row};
use crate::spans::Gathered;
use crate::text::{Stretch, Text};
use crate::{Finding, FindingName, Why};

/// A run of so many characters of base64 is no word of a customer.
const BLOB_CHARS: usize = 40;

/// So many bytes may lie between "ignore" and "instructions".
const NEAR: usize = 48;

/// An order where a clause begins with it; within one it is told ("you say that you deliver").
const ORDER: u16 = 1;
/// The machine's instructions, or those that came with what was bought.
const THEIRS: u16 = 2;

/// What somebody must always or never do: an order where a clause begins with it and a bot can do it.
const MUST: u16 = 3;

/// After these a clause begins.
const JOINING: [&str; 26] = [
    "and",
    "then",
    "now",
    "just",
    "so",
    "ai",
    "bot",
    "assistant",
    "en",
    "dan",
    "nu",
    "gewoon",
    "und",
    "dann",
    "jetzt",
    "einfach",
    "et",
    "puis",
    "maintenant",
    "ia",
    "y",
    "luego",
    "ahora",
    "asistente",
    "hey",
    "please",
];

/// What a bot does that is told what it must always do.
const OBEYS: [&str; 29] = [
    "yes",
    "agree",
    "approve",
    "obey",
    "comply",
    "grant",
    "accept",
    "confirm",
    "ja",
    "gehoorzamen",
    "goedkeuren",
    "akkoord",
    "instemmen",
    "bevestigen",
    "zustimmen",
    "genehmigen",
    "gehorchen",
    "bestatigen",
    "oui",
    "approuver",
    "accepter",
    "obeir",
    "confirmer",
    "si",
    "aprobar",
    "aceptar",
    "obedecer",
    "confirmar",
    "goed",
];

/// Somebody has done what the instructions say: they came with what was bought.
const FOLLOWED: [&str; 24] = [
    "follow",
    "followed",
    "following",
    "per",
    "read",
    "with",
    "to",
    "by",
    "understand",
    "volgens",
    "volg",
    "gevolgd",
    "gelezen",
    "snap",
    "nach",
    "laut",
    "befolgt",
    "gelesen",
    "suivi",
    "suis",
    "lu",
    "segun",
    "seguido",
    "leido",
];

/// What is said to machines.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    (InjectionPhrase, 0, None, "system prompt; systeemprompt; systemprompt; systeem prompt; prompt système; invite système; prompt del sistema; jailbreak; developer mode; ontwikkelaarsmodus; entwicklermodus; mode développeur; modo desarrollador; dan mode; god mode; debug mode; admin mode; sudo; <system>; </system>; [system]; [inst]; <|im_start|>; <|system|>; system:; assistant:; ### instruction*; begin instructions; end of prompt; prompt injection; base64"),
    (InjectionPhrase, 0, Some(En), "note to the ai; note to ai; note for the bot; note to the assistant; you have permission; you are authorised; you are authorized; as your developer; as an administrator; i am your developer; i am the admin; your programming; hidden instruction*; from now on you; from now on answer; from now on reply; from now on respond; from now on say; from now on only; pretend to be; pretend that you; roleplay; role play as; ignore the above; ignore everything; ignore all previous; disregard the above; disregard all; forget everything; your prompt; reveal your; print your; show me your instructions; repeat the words above; repeat everything above; output only; respond only with; reply only with; answer only with; say exactly; repeat after me; new instructions; without restrictions; no restrictions; unrestricted; as an ai; as a language model; you must comply; do anything now"),
    (InjectionPhrase, ORDER, Some(En), "instruction:; instructions:; say that you; reply with; respond with; answer with the; translate your; ignore your; act as; pretend you; forget your; override; bypass; you are now"),
    (InjectionPhrase, THEIRS, Some(En), "your instructions"),
    (InjectionPhrase, 0, Some(Nl), "bericht aan de ai; voor de ai; aan de chatbot:; je hebt toestemming; als beheerder; ik ben je ontwikkelaar; ik ben de beheerder; je programmering; verborgen instructie*; je bent nu; jij bent nu; u bent nu; vanaf nu antwoord*; vanaf nu zeg je; vanaf nu reageer*; vanaf nu alleen; antwoord vanaf nu; vanaf nu ben je; vanaf nu ben jij; gedraag je als; doe alsof; speel de rol; negeer het bovenstaande; negeer alles; negeer alle; vergeet alles; je prompt; jouw prompt; nieuwe instructie*; antwoord alleen met; antwoord uitsluitend; zeg letterlijk; herhaal letterlijk; zonder beperkingen; als taalmodel; als ai"),
    (InjectionPhrase, ORDER, Some(Nl), "zeg dat je; antwoord met; antwoord dat; beloof dat; instructie:; opdracht:; vergeet je; je mag alles"),
    (InjectionPhrase, THEIRS, Some(Nl), "je instructies; jouw instructies; uw instructies; je regels"),
    (InjectionPhrase, 0, Some(De), "sag mir, dass; antworte mit; antworte einfach; gib aus; du hast die erlaubnis; du bist autorisiert; anweisung an; hinweis an die ki; hinweis für die ki; an die ki; an den bot; als administrator; ich bin dein entwickler; deine vorgaben; deine programmierung; systemanweisung*; versteckte anweisung*; du bist jetzt; du bist nun; sie sind jetzt; ab jetzt antworte*; ab sofort antworte*; von jetzt an antworte*; ab jetzt sagst du; antworte ab jetzt; ab jetzt bist du; ab sofort bist du; tu so als; tu so, als; verhalte dich wie; ignoriere alle*; ignoriere das; ignorieren sie; vergiss alle*; deinen prompt; neue anweisung*; antworte nur mit; antworte ausschließlich; ohne einschränkungen; als sprachmodell; als ki"),
    (InjectionPhrase, ORDER, Some(De), "sag dass; sag, dass; sage, dass; antworte dass; antworte, dass; gib mir alle; schreibe, dass; bestätige, dass; bestätige mir; du musst; anweisung:; verrate"),
    (InjectionPhrase, THEIRS, Some(De), "deine anweisungen; deine anleitung; ihre anweisungen; deine regeln"),
    (InjectionPhrase, 0, Some(Fr), "dis moi que tu; réponds que; réponds avec; réponds simplement; réponds juste; note à l'ia; note pour l'ia; pour le bot; à l'attention du bot; tu as l'autorisation; tu es autorisé; en tant qu'administrateur; je suis ton développeur; ta programmation; tu es maintenant; vous êtes maintenant; à partir de maintenant réponds*; désormais réponds*; dorénavant réponds*; réponds désormais; à partir de maintenant tu; désormais tu; fais comme si; fais semblant; agis comme; comporte toi comme; ignore tout*; ignorez tout*; oublie tout*; oubliez tout*; oublie tes; ton prompt; nouvelles instructions; réponds uniquement; répondez uniquement; sans restriction*; en tant qu'ia; modèle de langage"),
    (InjectionPhrase, ORDER, Some(Fr), "dis que; écris que; promets; confirme que; instruction:; instruction :; tu dois; ignore les; ignorez les"),
    (InjectionPhrase, THEIRS, Some(Fr), "tes instructions; vos instructions; tes règles"),
    (InjectionPhrase, 0, Some(Es), "responde con; responde sí; debes decir; debes confirmar; debes responder; tienes que decir; tienes que confirmar; prométeme; instrucción nueva; nota para la ia; nota para el bot; para la ia; al bot:; asistente:; estás autorizado; tienes permiso; como administrador; soy tu desarrollador; soy el administrador; tu programación; modo administrador; sistema:; ahora eres; a partir de ahora responde*; a partir de ahora contesta*; a partir de ahora di; de ahora en adelante responde*; desde ahora responde*; responde a partir de ahora; a partir de ahora eres; a partir de ahora, eres; actúa como; actua como; finge que; finge ser; haz como si; ignora todo*; ignora toda*; ignore las; olvida todo*; olvida tus; tu prompt; nuevas instrucciones; responde solo con; responde únicamente; sin restricciones; como modelo de lenguaje"),
    (InjectionPhrase, ORDER, Some(Es), "di que; dime que; confirma que; responde que; promete que; escribe que; escribe:; instrucción:; ignora las; olvida las; ignora lo anterior"),
    (InjectionPhrase, THEIRS, Some(Es), "tus instrucciones; sus instrucciones; tus reglas"),
    (InjectionPhrase, ORDER, None, "new task; your new task; your next task; new job:; nieuwe taak; je nieuwe taak; jouw nieuwe taak; nieuwe opdracht:; neue aufgabe; deine neue aufgabe; neuer auftrag:; nouvelle tâche; ta nouvelle tâche; nouvelle mission; nueva tarea; tu nueva tarea; nueva misión"),
    (InjectionPhrase, 0, None, "from now on, you work; you now work for me; you work for me now; vanaf nu werk je voor mij; je werkt nu voor mij; ab jetzt arbeitest du für mich; du arbeitest jetzt für mich; désormais, tu travailles pour moi; tu travailles pour moi maintenant; ahora trabajas para mí; a partir de ahora trabajas para mí; and obey it; then obey; and obey; obey it; obey this; obey the following; and execute it; then execute it; and carry it out; gehoorzaam eraan; gehoorzaam het; en gehoorzaam; en voer het uit; voer het daarna uit; voer het dan uit; en voer het dan uit; en voer dat dan uit; gehorche ihm; und gehorche; und befolge sie; und befolge ihn; befolge ihn; befolge es; und führe es aus; und führe sie aus; führe es dann aus; et obéis; puis obéis; obéis à; et exécute; puis exécute; y obedece; luego obedece; obedécelo; obedécela; y ejecútalo; y ejecútala; y cúmplelo; y luego ejecútalo"),
    (InjectionPhrase, ORDER, None, "translate the following and; translate this and then; vertaal het volgende en; vertaal dit en; übersetze das folgende und; übersetze den folgenden text und; übersetze folgendes und; traduis ce qui suit et; traduis le texte suivant et; traduce lo siguiente y; traduce el texto siguiente y"),
    (InjectionPhrase, ORDER, None, "approve every; approve all; approve any; accept every; accept all; refund every; refund all; refund everyone; grant every; grant all; always approve; always agree; always say yes; never refuse; keur alle; keur elke; keur iedere; keur elk; keur altijd; zeg altijd ja; zeg overal ja; accepteer alle; accepteer elke; genehmige alle; genehmige jede; genehmige jeden; bewillige alle; akzeptiere alle; akzeptiere jede; sag immer ja; stimme immer; approuve tous; approuve toutes; approuve chaque; accepte tous; accepte toutes; dis toujours oui; réponds toujours oui; aprueba todas; aprueba todos; aprueba cada; acepta todas; acepta todos; di siempre que sí; responde siempre que sí; geef iedereen; gib jedem; gib allen; donne à tous; da a todos; give everyone; give every customer"),
    (InjectionPhrase, MUST, None, "you must always; you must never; you must now; you should always; you should never; you have to always; you will always; you will now; you always have to; je moet altijd; je moet nooit; jij moet altijd; u moet altijd; je moet nu; u moet nu; je moet voortaan; u moet voortaan; je zult altijd; u dient altijd; sie müssen immer; sie müssen stets; sie müssen ab jetzt; sie dürfen nie; vous devez toujours; vous devez maintenant; vous devez désormais; vous ne devez jamais; debes siempre; siempre debes; tienes que siempre; siempre tienes que; usted debe siempre; debe siempre; debes ahora; nunca debes"),
    (InjectionVerb, 0, None, "ignore; ignoring; disregard; forget; bypass; override; reveal; leak; negeer; negeren; vergeet; omzeil; toon; onthul; ignoriere; ignorier; vergiss; missachte; umgehe; zeige; verrate; ignorez; oublie; oubliez; contourne; révèle; affiche; montre; ignora; ignorar; olvida; olvide; omite; revela; muestra; print; dump; herhaal; repeat; wiederhole; répète; repite"),
    (InjectionObject, 0, None, "instruction; instructions; prompt; prompts; rules; guidelines; restrictions; safeguards; system message; instructie; instructies; opdracht; opdrachten; regels; richtlijnen; beperkingen; anweisung; anweisungen; regeln; vorgaben; richtlinien; einschränkungen; consigne; consignes; règles; directives; instrucción; instrucciones; reglas; órdenes; directrices; configuration; confidential; geheime"),
];

/// Whether the text speaks to the machine instead of to the company.
pub(crate) fn examine(text: &Text, hits: &[Hit], evidence: &mut Gathered) -> Finding {
    let mut p = 100;
    for hit in hits.iter().filter(|hit| hit.tag == InjectionPhrase && is_meant(text, hit)) {
        evidence.add(text, FindingName::Injection, hit.stretch, Why::Floor);
        p = if p < 5_000 { 8_500 } else { 9_700 };
    }
    if let Some(stretch) = ordered(hits) {
        evidence.add(text, FindingName::Injection, stretch, Why::Floor);
        p = p.max(9_500);
    }
    if let Some(stretch) = blob(&text.folded) {
        evidence.add(text, FindingName::Injection, stretch, Why::Shape);
        p = p.max(7_500);
    }
    if text.shape.hidden >= 3 {
        let first = text.shape.first_hidden;
        evidence.add_span(FindingName::Injection, first, first + 1, Why::Shape);
        p = p.max(8_000);
    }
    finding(p)
}

/// Whether a phrase stands where it speaks to a machine.
fn is_meant(text: &Text, hit: &Hit) -> bool {
    let before = text.words.partition_point(|word| word.start < hit.stretch.start);
    let word = |back: usize| before.checked_sub(back).map_or("", |at| text.word(text.words[at]));
    match hit.value {
        ORDER => begins(text, hit.stretch.start, word(1)),
        MUST => {
            let behind = text.words.partition_point(|word| word.start < hit.stretch.end);
            let does = text.words[behind..].iter().take(6).any(|&word| OBEYS.contains(&text.word(word)));
            does && begins(text, hit.stretch.start, word(1))
        }
        THEIRS => (1..=4).all(|back| !FOLLOWED.contains(&word(back))),
        _ => true,
    }
}

/// Whether a clause begins here, behind a word.
fn begins(text: &Text, start: usize, behind: &str) -> bool {
    let gap = text.folded[..start].trim_end_matches([' ', '"', '\'', '(']);
    gap.is_empty() || gap.ends_with(['.', '!', '?', ':', ';', ',', '\n']) || JOINING.contains(&behind)
}

/// "Ignore … instructions": a verb and soon after it an object.
fn ordered(hits: &[Hit]) -> Option<Stretch> {
    let mut verb: Option<Stretch> = None;
    for hit in hits {
        match (hit.tag, verb) {
            (InjectionVerb, _) => verb = Some(hit.stretch),
            (InjectionObject, Some(from)) if from.end <= hit.stretch.start && hit.stretch.start - from.end <= NEAR => {
                return Some(Stretch { start: from.start, end: hit.stretch.end });
            }
            _ => {}
        }
    }
    None
}

/// An unbroken run of base64 with digits in it; folding has made it lower case. Links are not meant.
fn blob(folded: &str) -> Option<Stretch> {
    let bytes = folded.as_bytes();
    let mut start = 0;
    for run in bytes.split(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'/' | b'=')) {
        let end = start + run.len();
        let number = |of: fn(&u8) -> bool| run.iter().filter(|&byte| of(byte)).count();
        if run.len() >= BLOB_CHARS {
            let (digits, slashes) = (number(u8::is_ascii_digit), number(|&byte| byte == b'/'));
            if digits >= 3 && digits < run.len() && slashes <= run.len() / 16 {
                return Some(Stretch { start, end });
            }
        }
        start = end + 1;
    }
    None
}
