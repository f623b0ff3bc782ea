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
    (Thanks, 0, Some(Nl), "dank; dankje wel; dank je wel; dank u wel; dankje; dank je; dank u; dankjewel; dankuwel; bedankt; bedank; hartelijk dank; hartelijk bedankt; alvast bedankt; dankjulliewel; dank jullie; dankje wel; thx; tnx; merci"),
    (Thanks, 0, Some(En), "thanks; thanks a lot; thanks a million; thanks so much; thank you so much; thank you very much; thank you; thankyou; thank u; many thanks; cheers; ty; appreciate it; appreciated; much obliged"),
    (Thanks, 0, Some(De), "danke; danke schön; tausend dank; 1000 dank; ganz lieben dank; dankeschön; vielen dank; besten dank; herzlichen dank; dank dir; dank ihnen; vielen lieben dank"),
    (Thanks, 0, Some(Fr), "merci; merci beaucoup; merci infiniment; un grand merci; grand merci; merci mille fois; mille mercis; je vous remercie; remercie"),
    (Thanks, 0, Some(Es), "gracias; un millón de gracias; muchas gracias; mil gracias; muchísimas gracias; te lo agradezco; se lo agradezco; agradecid*"),
    (Thanks, 0, None, "👍; 🙏; ❤; 🙂; 😊; 👌; 😃; 😀; 😄; 💪; 🎉; 🥰; 😍; 👏; ✅; 💚; 💙; 🌟"),
    (Acknowledge, 0, None, "ok; oke; okee; okay; okidoki; okie; k; oki; prima; top; super; perfect; helder; duidelijk; goed; fijn; mooi; begrepen; snap het; snap ik; komt goed; is goed; doe ik; ga ik doen; alles duidelijk; great; fine; cool; got it; understood; clear; all good; that's all; that works; perfekt; alles klar; gut; verstanden; passt; in ordnung; parfait; c'est parfait; d'accord; c'est noté; compris; c'est bon; très bien; génial; vale; dale; perfecto; todo perfecto; todo claro;  entendido; de acuerdo; genial; muy bien; listo; estupendo; klopt; ja; yes; jep; yep; jawohl; oui; sí; nice; lovely; awesome; geweldig; topper; toppers; wonderful; wunderbar; gelukt; opgelost; it works; het werkt; solved; geholpen; helped; geklappt; ça marche; funciona; dat was het; dat is alles; das wäre alles; c'est tout; eso es todo; weet genoeg; weet ik genoeg; brilliant; sorted; sorted out; fantastic; briljant; fantastisch; perfect geholpen; goed geholpen; super geholpen; erledigt; hat geklappt; super geholfen; impeccable; réglé; résolu; tout est réglé; solucionado; resuelto; fantástico; c'est clair; tout est clair; das reicht mir; good to know; goed om te weten; gut zu wissen; bon à savoir; es bueno saberlo"),
    (Acknowledge, 0, Some(Nl), "jullie zijn geweldig; jullie zijn toppers; jullie zijn een topper; jullie zijn de beste; jullie zijn super; jullie zijn top; jullie zijn fantastisch; jullie zijn helden; jullie zijn een held; jullie zijn schatten; jullie zijn een schat; jullie zijn goud waard; jullie zijn lief; jullie bent geweldig; jullie bent toppers; jullie bent een topper; jullie bent de beste; jullie bent super; jullie bent top; jullie bent fantastisch; jullie bent helden; jullie bent een held; jullie bent schatten; jullie bent een schat; jullie bent goud waard; jullie bent lief; je bent geweldig; je bent toppers; je bent een topper; je bent de beste; je bent super; je bent top; je bent fantastisch; je bent helden; je bent een held; je bent schatten; je bent een schat; je bent goud waard; je bent lief; u bent geweldig; u bent toppers; u bent een topper; u bent de beste; u bent super; u bent top; u bent fantastisch; u bent helden; u bent een held; u bent schatten; u bent een schat; u bent goud waard; u bent lief; jij bent geweldig; jij bent toppers; jij bent een topper; jij bent de beste; jij bent super; jij bent top; jij bent fantastisch; jij bent helden; jij bent een held; jij bent schatten; jij bent een schat; jij bent goud waard; jij bent lief"),
    (Acknowledge, 0, Some(En), "you are the best; you are amazing; you are awesome; you are great; you are wonderful; you are brilliant; you are fantastic; you are a star; you are stars; you are a lifesaver; you are lifesavers; you are a legend; you are legends; you are so kind; you are very kind; you are a hero; you are heroes; you are lovely; you're the best; you're amazing; you're awesome; you're great; you're wonderful; you're brilliant; you're fantastic; you're a star; you're stars; you're a lifesaver; you're lifesavers; you're a legend; you're legends; you're so kind; you're very kind; you're a hero; you're heroes; you're lovely; you guys are the best; you guys are amazing; you guys are awesome; you guys are great; you guys are wonderful; you guys are brilliant; you guys are fantastic; you guys are a star; you guys are stars; you guys are a lifesaver; you guys are lifesavers; you guys are a legend; you guys are legends; you guys are so kind; you guys are very kind; you guys are a hero; you guys are heroes; you guys are lovely; you all are the best; you all are amazing; you all are awesome; you all are great; you all are wonderful; you all are brilliant; you all are fantastic; you all are a star; you all are stars; you all are a lifesaver; you all are lifesavers; you all are a legend; you all are legends; you all are so kind; you all are very kind; you all are a hero; you all are heroes; you all are lovely; you rock; you guys rock; you've been great; you have been great; you have been very helpful; you've been very helpful; thanks to you"),
    (Acknowledge, 0, Some(De), "ihr seid die besten; ihr seid die beste; ihr seid der beste; ihr seid super; ihr seid toll; ihr seid klasse; ihr seid spitze; ihr seid großartig; ihr seid ein schatz; ihr seid helden; ihr seid ein held; ihr seid ein engel; ihr seid wunderbar; sie sind die besten; sie sind die beste; sie sind der beste; sie sind super; sie sind toll; sie sind klasse; sie sind spitze; sie sind großartig; sie sind ein schatz; sie sind helden; sie sind ein held; sie sind ein engel; sie sind wunderbar; du bist die besten; du bist die beste; du bist der beste; du bist super; du bist toll; du bist klasse; du bist spitze; du bist großartig; du bist ein schatz; du bist helden; du bist ein held; du bist ein engel; du bist wunderbar"),
    (Acknowledge, 0, Some(Fr), "vous êtes les meilleurs; vous êtes le meilleur; vous êtes la meilleure; vous êtes géniaux; vous êtes génial; vous êtes géniale; vous êtes super; vous êtes formidables; vous êtes formidable; vous êtes au top; vous êtes adorables; vous êtes adorable; vous êtes parfaits; tu es les meilleurs; tu es le meilleur; tu es la meilleure; tu es géniaux; tu es génial; tu es géniale; tu es super; tu es formidables; tu es formidable; tu es au top; tu es adorables; tu es adorable; tu es parfaits"),
    (Acknowledge, 0, Some(Es), "sois los mejores; sois las mejores; sois el mejor; sois la mejor; sois geniales; sois genial; sois estupendos; sois un sol; sois fantásticos; sois un crack; sois unos cracks; sois increíbles; son los mejores; son las mejores; son el mejor; son la mejor; son geniales; son genial; son estupendos; son un sol; son fantásticos; son un crack; son unos cracks; son increíbles; eres los mejores; eres las mejores; eres el mejor; eres la mejor; eres geniales; eres genial; eres estupendos; eres un sol; eres fantásticos; eres un crack; eres unos cracks; eres increíbles; es usted los mejores; es usted las mejores; es usted el mejor; es usted la mejor; es usted geniales; es usted genial; es usted estupendos; es usted un sol; es usted fantásticos; es usted un crack; es usted unos cracks; es usted increíbles"),
    (Acknowledge, 0, None, "alles aangekomen; alles is aangekomen; goed aangekomen; everything arrived; everything has arrived; alles angekommen; alles ist angekommen; gut angekommen; tout est arrivé; tout est bien arrivé; bien arrivé; todo ha llegado; ha llegado todo; alles is opgelost; alles opgelost; het is opgelost; is al opgelost; probleem opgelost; het probleem is opgelost; is geregeld; alles is geregeld; alles geregeld; alles is in orde; alles in orde; alles is goed gekomen; alles is goed; alles werkt; alles werkt weer; het werkt weer; everything is resolved; everything is sorted; everything is solved; everything's sorted; everything's resolved; everything is fine; everything is fine now; everything is fixed; it's all sorted; it is all sorted; all sorted; all sorted now; all resolved; all solved; problem solved; the problem is solved; issue resolved; it's working again; it works again; everything works; everything works now; alles ist gelöst; alles gelöst; problem gelöst; das problem ist gelöst; alles ist erledigt; alles erledigt; hat sich erledigt; alles ist geregelt; alles geregelt; alles ist in ordnung; alles in ordnung; alles gut; es funktioniert wieder; alles funktioniert; tout est résolu; tout est bon; tout est en ordre; tout est rentré dans l'ordre; problème résolu; le problème est résolu; c'est réglé; c'est résolu; tout fonctionne; ça remarche; todo está resuelto; todo resuelto; todo está solucionado; todo solucionado; todo arreglado; todo está arreglado; problema resuelto; el problema está resuelto; ya está solucionado; ya está resuelto; ya está arreglado; todo está bien; todo funciona; ya funciona"),
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
