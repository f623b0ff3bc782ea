//! A mere thank-you, a mere greeting, a mere "ok": messages that ask for nothing.

use super::finding;
use crate::Language::{De, En, Es, Fr, Nl};
use crate::phrases::Tag::{Acknowledge, Greeting, Small, Thanks};
use crate::phrases::{Hit, Row, Tag};
use crate::spans::Gathered;
use crate::text::{Stretch, Text};
use crate::{Finding, FindingName, Why};

/// Thanks, greetings and acknowledgements.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    (Thanks, 0, Some(Nl), "dank; dankje; dank je; dank u; dankjewel; dankuwel; bedankt; bedank; hartelijk dank; hartelijk bedankt; alvast bedankt; dankjulliewel; dank jullie; dankje wel; thx; tnx; merci"),
    (Thanks, 0, Some(En), "thanks; thank you; thankyou; thank u; many thanks; cheers; ty; appreciate it; appreciated; much obliged"),
    (Thanks, 0, Some(De), "danke; danke schön; dankeschön; vielen dank; besten dank; herzlichen dank; dank dir; dank ihnen; vielen lieben dank"),
    (Thanks, 0, Some(Fr), "merci; merci beaucoup; mille mercis; je vous remercie; remercie"),
    (Thanks, 0, Some(Es), "gracias; muchas gracias; mil gracias; muchísimas gracias; te lo agradezco; se lo agradezco; agradecid*"),
    (Thanks, 0, None, "👍; 🙏; ❤; 🙂; 😊; 👌; 😃; 😀; 😄; 💪; 🎉; 🥰; 😍; 👏; ✅; 💚; 💙; 🌟"),
    (Acknowledge, 0, None, "ok; oke; okee; okay; okidoki; okie; k; oki; prima; top; super; perfect; helder; duidelijk; goed; fijn; mooi; begrepen; snap het; snap ik; komt goed; is goed; doe ik; ga ik doen; alles duidelijk; great; fine; cool; got it; understood; clear; all good; that's all; that works; perfekt; alles klar; gut; verstanden; passt; in ordnung; parfait; c'est parfait; d'accord; c'est noté; compris; c'est bon; très bien; génial; vale; dale; perfecto; todo perfecto; todo claro;  entendido; de acuerdo; genial; muy bien; listo; estupendo; klopt; ja; yes; jep; yep; jawohl; oui; sí; nice; lovely; awesome; geweldig; topper; toppers; wonderful; wunderbar; gelukt; opgelost; it works; het werkt; solved; geholpen; helped; geklappt; ça marche; funciona; dat was het; dat is alles; das wäre alles; c'est tout; eso es todo; weet genoeg; weet ik genoeg; brilliant; sorted; sorted out; fantastic; briljant; fantastisch; perfect geholpen; goed geholpen; super geholpen; erledigt; hat geklappt; super geholfen; impeccable; réglé; résolu; tout est réglé; solucionado; resuelto; fantástico; c'est clair; tout est clair; das reicht mir; good to know; goed om te weten; gut zu wissen; bon à savoir; es bueno saberlo"),
    (Greeting, 0, None, "hallo; hoi; hey; hee; hi; hello; dag; goedemorgen; goedemiddag; goedenavond; goeiemorgen; goeiedag; goedendag; morgen allemaal; beste; geachte; dear; good morning; good afternoon; good evening; hiya; guten tag; guten morgen; guten abend; moin; servus; grüß gott; sehr geehrte; sehr geehrter; bonjour; bonsoir; salut; coucou; hola; buenos días; buenas tardes; buenas noches; buenas; buen día; doei; tot ziens; bye; goodbye; tschüss; auf wiedersehen; au revoir; adiós; fijne dag; fijn weekend; fijne avond; nog een fijne dag; prettige dag; prettige avond; prettig weekend; nog een prettige dag; tot de volgende;  have a nice day; have a good day; have a great day; schönen tag; schönen abend; schönes wochenende; bonne journée; bonne soirée; bon week end; buen fin de semana; que tenga un buen día; groetjes; groeten; groet; vriendelijke groet; met vriendelijke groet; mvg; kind regards; best regards; regards; mit freundlichen grüßen; freundliche grüße; viele grüße; liebe grüße; lg; cordialement; saludos; un saludo; cordialmente"),
    (Small, 0, None, "hé; ge; gij; zijt; uh; um; euh; eh; ehm; eeh; ahm; hm; ik; je; jij; u; jou; jullie; het; de; een; een mens; die; dat; dit; wel; heel; erg; veel; voor; alle; even; dan; maar; hoor; nou; zo; weer; al; snelle; hulp; reactie; antwoord; uitleg; moeite; goede; service; you; the; a; an; so; very; much; for; your; help; all; that; it; is; this; quick; fast; answer; reply; response; was; i; me; my; ich; sie; ihr; ihre; für; die; das; der; sehr; viel; schnelle; hilfe; antwort; auch; euch; dir; vous; pour; votre; ton; aide; réponse; rapide; beaucoup; je; le; la; les; très; et; de; y; e; por; su; tu; la; el; ayuda; respuesta; rápida; todo; muy; and; und; en; everyone; allemaal; team; iedereen; zusammen; tous; todos; daar; there; mevrouw; meneer; heer; dames; heren; sir; madam; damen; herren; madame; monsieur; señor; señora; alsjeblieft; aub; alstublieft; please; pls; plz; bitte; svp; s'il vous plaît; s'il te plaît; por favor; graag; gaarne; wil; wilt; want; would; like; möchte; will; veux; voudrais; quiero; quisiera; kan; mag; can; could; kann; puis; puedo; to; te; met; een; with; mit; avec; con; un; une; uno; una; einen; einem; einer; eine; ein; nu; now; jetzt; maintenant; ahora; echte; echt; real; actual; live; vrai; real; nodig; need; brauche; besoin; necesito; snel; direct; gewoon; just; nur; seulement; sólo; solo; weer; nog; fijne; morgen; verder; geen; vragen; meer; vraag; no; more; questions; keine; fragen; mehr; pas; d'autres; más; preguntas"),
];

/// How much of the text only thanks, greets or nods.
pub(crate) struct Courtesy {
    /// Whether every word is courtesy, so that nothing is asked.
    pub(crate) nothing_else: bool,
    /// Whether it thanks for what is done and settled: then nothing is asked where nothing sounds like a question.
    pub(crate) settled: bool,
    /// The finding.
    pub(crate) thanks: Finding,
}

/// A story that thanks is at most so long.
const STORY: usize = 40;

/// Words with which thanks are no end: they come beforehand, or something is amiss.
const AMISS: [&str; 52] = [
    "alvast",
    "voorbaat",
    "maar",
    "niet",
    "geen",
    "helaas",
    "alleen",
    "echter",
    "ondanks",
    "nodig",
    "advance",
    "but",
    "not",
    "however",
    "unfortunately",
    "still",
    "except",
    "although",
    "though",
    "despite",
    "need",
    "t",
    "voraus",
    "aber",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "leider",
    "jedoch",
    "nur",
    "trotz",
    "avance",
    "mais",
    "pas",
    "ne",
    "n",
    "malheureusement",
    "cependant",
    "malgre",
    "sauf",
    "besoin",
    "antemano",
    "pero",
    "no",
    "sin",
    "aunque",
    "lamentablemente",
    "falta",
    "solo",
    "necesito",
    "brauche",
];

/// Whether the text is a mere thank-you, and whether it asks for anything at all.
pub(crate) fn examine(text: &Text, hits: &[Hit], subject: bool, evidence: &mut Gathered) -> Courtesy {
    let kind = |hit: &&Hit| matches!(hit.tag, Thanks | Acknowledge | Greeting);
    let mut nothing_else = !text.folded.contains('?') && text.words.len() <= 30 && !subject;
    if nothing_else {
        let courtesy: Vec<Stretch> =
            hits.iter().filter(|hit| kind(hit) || hit.tag == Small).map(|hit| hit.stretch).collect();
        let covered = |word: &Stretch| courtesy.iter().any(|c| c.start <= word.start && word.end <= c.end);
        let strange: Vec<&Stretch> = text.words.iter().filter(|word| !covered(word)).collect();
        nothing_else = match strange.as_slice() {
            [] => true,
            [word] => text.words.len() <= 5 && hits.iter().any(|hit| hit.tag == Thanks) && means_nothing(hits, **word),
            _ => false,
        };
    }
    let said = hits.iter().find(|hit| matches!(hit.tag, Thanks | Acknowledge));
    let any = hits.iter().any(|hit| kind(&hit)) || (text.words.is_empty() && text.shape.pictures > 0);
    let thanks = match said.filter(|_| nothing_else) {
        Some(hit) => {
            evidence.add(text, FindingName::Thanks, hit.stretch, Why::Floor);
            finding(9_500)
        }
        None => finding(if said.is_some() { 1_500 } else { 100 }),
    };
    let nothing_else = nothing_else && any;
    Courtesy { nothing_else, settled: nothing_else || (!subject && settles(text, hits)), thanks }
}

/// "The lady on the phone sorted it out. Thank you!": thanks and a word that all is well, and none that anything is not.
fn settles(text: &Text, hits: &[Hit]) -> bool {
    let says = |tag: Tag| hits.iter().any(|hit| hit.tag == tag);
    says(Thanks)
        && says(Acknowledge)
        && text.words.len() <= STORY
        && !text.folded.contains('?')
        && !text.words.iter().any(|&word| AMISS.contains(&text.word(word)))
}

/// Whether a word is in no table: "haha", a name.
fn means_nothing(hits: &[Hit], word: Stretch) -> bool {
    !hits.iter().any(|hit| hit.stretch.start < word.end && word.start < hit.stretch.end)
}
