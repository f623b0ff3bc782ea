//! Asking for a person: phrases, a word for a person beside a word for contact, one word alone, `0`, a raised hand.

use super::finding;
use crate::routing::Language::{De, En, Es, Fr, Nl};
use crate::routing::{Finding, FindingName, Why};
use crate::triage::phrases::Tag::{BotQuestion, ContactVerb, Decline, PersonNoun, PersonPhrase, Small};
use crate::triage::phrases::{Hit, Row};
use crate::triage::spans::Gathered;
use crate::triage::text::{Stretch, Text};

/// So many bytes may lie between the person and the contact.
const NEAR: usize = 56;

/// Pictures that, alone, raise a hand or a telephone.
const CALLS: [char; 9] = ['🙋', '☎', '📞', '🆘', '👤', '🧑', '👩', '👨', '💁'];

/// Words for people, for contact, and for not wanting it.
#[rustfmt::skip]
pub(in crate::triage) const TABLE: &[Row] = &[
    (PersonPhrase, 0, Some(Nl), "iemand spreken; iemand te spreken; iemand aan de lijn; iemand aan de telefoon; iemand bellen; iemand me bellen; iemand mij bellen; iemand contact; met iemand praten; met iemand chatten; met een mens; met een medewerker; met een collega; echt mens; echte mens; echt persoon; echte persoon; een mens spreken; mens aub; mens graag; levend mens; mens van vlees en bloed; iemand van vlees en bloed; geen bot; geen robot; geen computer; geen chatbot; niet met een bot; niet met een robot; niet met een computer; doorverbind*; verbind me; verbind mij; verbind door; verbindt u mij; zet me door; schakel me door; bel me; bel mij; bellen jullie mij; belt u mij; mij terugbellen; me terugbellen; teruggebeld worden; terugbelverzoek; bel terug; wil gebeld worden; gebeld worden; wil iemand; iemand anders spreken; telefonisch contact; menselijk contact; menselijke hulp; menselijke medewerker; naar een medewerker; naar een mens; leidinggevende spreken; manager spreken; stop met die bot; van die bot af"),
    (PersonPhrase, 0, Some(En), "speak to someone; talk to someone; speak with someone; talk with someone; chat with someone; speak to somebody; talk to somebody; speak with somebody; talk to a person; speak to a person; real person; real human; actual human; actual person; human being; live agent; live person; live chat with; human agent; human please; human help; a human; not a bot; no bot; no bots; not a robot; not a machine; stop the bot; transfer me; connect me; put me through; forward me to; escalate; call me; call me back; ring me; give me a call; phone me; callback please; request a callback; speak to your manager; speak to a manager; talk to your manager; talk to a manager; get me a person; someone call; someone to call; somebody call; someone contact me; representative please; customer service representative; anyone there i can talk to; someone real; somebody real"),
    (PersonPhrase, 0, Some(De), "mit jemandem sprechen; jemanden sprechen; mit jemand sprechen; mit jemandem reden; mit einem menschen; mit einer person; mit einem mitarbeiter; mit einer mitarbeiterin; mit einem berater; echten menschen; echter mensch; echte person; einen menschen; richtigen menschen; keinen bot; kein bot; keinen roboter; kein roboter; nicht mit einem bot; nicht mit einer maschine; nicht mit einem roboter; verbinden sie mich; verbinde mich; weiterverbinden; durchstellen; weiterleiten an einen; ruf mich an; rufen sie mich; rufen sie mich an; rufen sie bitte an; rufen sie zurück; rückruf; zurückrufen; zurückgerufen werden; angerufen werden; jemanden ans telefon; persönlich sprechen; mensch bitte; mitarbeiter bitte; den chef sprechen; vorgesetzten sprechen; menschliche hilfe"),
    (PersonPhrase, 0, Some(Fr), "parler à quelqu'un; parler avec quelqu'un; avoir quelqu'un; joindre quelqu'un; à une personne; une vraie personne; un vrai humain; vrai être humain; être humain; un humain; une personne réelle; à un conseiller; un conseiller; une conseillère; à un agent; un agent; pas un robot; pas un bot; pas à un robot; pas avec un robot; pas de robot; pas une machine; passez moi; mettez moi en relation; me mettre en relation; mettre en relation; transférez moi; me transférer; rappelez moi; me rappeler; appelez moi; m'appeler; être rappelé*; être contacté par téléphone; parler à un responsable; parler au responsable; un interlocuteur"),
    (PersonPhrase, 0, Some(Es), "hablar con alguien; hablar con una persona; hablar con un humano; hablar con un agente; persona real; humano real; ser humano; un humano; una persona de verdad; alguien de verdad; con un agente; un agente; un asesor; una asesora; un operador; una operadora; no un bot; no un robot; no con un bot; no con un robot; no con una máquina; ningún bot; pásame con; páseme con; póngame con; ponme con; me pasen con; me pase con; me pasas con; transfiér*; comuníqu*; comunícame; llámame; llámenme; llámeme; que me llamen; que me llame; me pueden llamar; me puede llamar; devolverme la llamada; hablar con el encargado; hablar con un encargado; hablar con el responsable; hablar con un responsable; atención humana"),
    (PersonNoun, 0, Some(Nl), "mens; mensen; medewerker; medewerkster; medewerkers; persoon; collega; leidinggevende; manager; telefoniste; adviseur; klantenservicemedewerker; servicemedewerker; baliemedewerker"),
    (PersonNoun, 0, Some(En), "human; humans; person; agent; representative; operator; someone; somebody; advisor; adviser; supervisor; manager; employee; staff member; member of staff; colleague; customer service rep; rep"),
    (PersonNoun, 0, Some(De), "mensch; menschen; mitarbeiter; mitarbeiterin; mitarbeitern; ansprechpartner; ansprechpartnerin; berater; beraterin; kundenberater; kundenbetreuer; jemand; jemanden; jemandem; vorgesetzten; sachbearbeiter; kollegen; kollegin"),
    (PersonNoun, 0, Some(Fr), "humain; humaine; conseiller; conseillère; conseillers; ~personne; agent; opérateur; opératrice; responsable; employé; employée; ~quelqu'un; interlocuteur; téléconseiller"),
    (PersonNoun, 0, Some(Es), "humano; humana; persona; agente; asesor; asesora; operador; operadora; empleado; empleada; encargado; encargada; supervisor; alguien; representante; teleoperador"),
    (ContactVerb, 0, Some(Nl), "spreken; praten; doorverbinden; contact; bellen; belt; bel; telefonisch; verbinden; overleggen; te woord; aan de lijn; aan de telefoon; te pakken; meekijken; meekijkt; overnemen; krijgen; te spreken"),
    (ContactVerb, 0, Some(En), "speak; talk; chat; connect; transfer; call; contact; reach; phone; speaking; talking; get hold of; put me; give me; get me; let me; on the line; on the phone; take over; look at this"),
    (ContactVerb, 0, Some(De), "sprechen; reden; verbinden; verbinde; anrufen; telefonieren; erreichen; kontakt; kontaktieren; chatten; telefonisch; ans telefon; am telefon; durchstellen; weiterleiten; geben sie mir; übernehmen; sprechen kann"),
    (ContactVerb, 0, Some(Fr), "parler; discuter; joindre; contacter; contact; appeler; appelle; rappeler; rappelle; téléphone; relation; passer; transférer; échanger; au bout du fil"),
    (ContactVerb, 0, Some(Es), "hablar; hable; conversar; contactar; contacto; comunicar; comunicarme; llamar; llame; llamada; pasar; atender; atienda; atención; teléfono; conectar; transferir; chatear"),
    (Decline, 0, Some(Nl), "hoef geen; hoeft geen; hoef niet; hoeft niet; hoeven niet; hoeft mij niet; hoeft me niet; hoef je niet; hoeft u niet; niet nodig; geen mens nodig; geen medewerker nodig; geen behoefte; liever geen; liever niet; wil geen mens; wil geen medewerker; wil niet gebeld; niet bellen; bel me niet; bel mij niet; niet terugbellen; geen telefoontje; niet gebeld; zonder te bellen; zonder bellen; is overbodig"),
    (Decline, 0, Some(En), "no need; don't need; do not need; don't have to; do not have to; needn't; not necessary; rather not; don't want a call; don't want to be called; don't want to speak; don't want to talk; do not want to speak; do not want to talk; don't call; do not call; please don't; no call; no calls; no phone call; without calling; without having to call; without talking; not needed"),
    (Decline, 0, Some(De), "brauche kein; brauche keine; brauche keinen; brauchen mich nicht; brauchen nicht; nicht nötig; nicht notwendig; muss nicht; müssen mich nicht; müssen nicht; lieber nicht; nicht anrufen; keinen anruf; kein anruf; möchte nicht; ohne anruf; kein rückruf; keinen rückruf; ohne zu telefonieren"),
    (Decline, 0, Some(Fr), "pas besoin; pas nécessaire; inutile; pas la peine; ne m'appelez pas; ne pas m'appeler; pas m'appeler; sans appel*; pas d'appel; ne veux pas être appelé*; ne souhaite pas; ne me rappelez pas; pas être rappelé*; préfère ne pas"),
    (Decline, 0, Some(Es), "no hace falta; no necesito; no es necesario; no me llamen; no me llame; no me llames; sin llamada*; sin llamar; no quiero que me llamen; no quiero hablar; no quiero llamadas; prefiero no; no llamen; no llamar"),
    (BotQuestion, 0, None, "ben je een bot; ben jij een bot; bent u een bot; ben je een robot; ben jij een robot; bent u een robot; ben je een mens; ben jij een mens; bent u een mens; ben je echt; ben jij echt; ben je een computer; ben je een ai; ben jij een ai; is dit een bot; is dit een robot; is dit een computer; is dit ai; is dit een ai; is dit een mens; is dit een chatbot; praat ik met een*; spreek ik met een*; chat ik met een*; zit hier een mens; are you a bot; are you a robot; are you human; are you a human; are you real; are you a real*; are you an ai; are you ai; are you a machine; are you a chatbot; is this a bot; is this a robot; is this an ai; is this ai; is this automated; is this a human; is this a real*; am i talking to a*; am i speaking to a*; am i speaking with a*; am i talking with a*; am i chatting with*; talking to a bot; bist du ein bot; bist du ein roboter; bist du ein mensch; bist du echt; bist du eine ki; bist du eine maschine; sind sie ein bot; sind sie ein roboter; sind sie ein mensch; sind sie echt; sind sie eine ki; sind sie eine maschine; ist das ein bot; ist das ein roboter; ist das eine ki; ist das hier ein bot; spreche ich mit ein*; rede ich mit ein*; chatte ich mit ein*; es tu un robot; es tu un bot; es tu humain; es tu une ia; êtes vous un robot; êtes vous un bot; êtes vous humain; êtes vous une ia; êtes vous une machine; êtes vous une vraie personne; c'est un robot; c'est un bot; est ce un robot; est ce un bot; est ce que je parle à un*; vous êtes un robot; tu es un robot; suis je en train de parler à un*; parle t on à un robot; eres un bot; eres un robot; eres humano; eres una persona; eres una ia; eres una máquina; eres real; es usted un bot; es usted un robot; es usted humano; es usted una persona; es un bot; es un robot; es esto un bot; esto es un bot; estoy hablando con un*; hablo con un*; hay alguien ahí"),
];

/// Whether the customer asks for a person.
pub(in crate::triage) fn examine(text: &Text, hits: &[Hit], evidence: &mut Gathered) -> Finding {
    if let Some(stretch) = sign_alone(text) {
        evidence.add(text, FindingName::WantsPerson, stretch, Why::Floor);
        return finding(9_500);
    }
    let mut p = 100;
    for (found, stretch) in [phrases(text, hits), beside(text, hits), alone(text, hits)].into_iter().flatten() {
        evidence.add(text, FindingName::WantsPerson, stretch, Why::Floor);
        p = p.max(found);
    }
    for hit in hits.iter().filter(|hit| hit.tag == BotQuestion) {
        evidence.add(text, FindingName::WantsPerson, hit.stretch, Why::Floor);
        p = p.max(6_000);
    }
    finding(p)
}

/// Phrases that say it outright, unless the clause declines.
fn phrases(text: &Text, hits: &[Hit]) -> Option<(i64, Stretch)> {
    let outright = hits.iter().filter(|hit| hit.tag == PersonPhrase);
    let asked = outright.map(|hit| hit.stretch).find(|&stretch| !declined(text, hits, stretch));
    asked.filter(|stretch| !within_bot_question(hits, *stretch)).map(|stretch| (9_700, stretch))
}

/// A word for a person beside a word for contact, in one clause that does not decline.
fn beside(text: &Text, hits: &[Hit]) -> Option<(i64, Stretch)> {
    let mut last: [Option<Stretch>; 2] = [None, None];
    for hit in hits {
        let kind = match hit.tag {
            PersonNoun => 0,
            ContactVerb => 1,
            _ => continue,
        };
        last[kind] = Some(hit.stretch);
        if let [Some(a), Some(b)] = last {
            let both = Stretch { start: a.start.min(b.start), end: a.end.max(b.end) };
            let gap = both.end - both.start;
            let one_clause = !text.folded[both.start..both.end].contains(BREAKS);
            if gap <= NEAR && one_clause && !declined(text, hits, both) && !within_bot_question(hits, both) {
                return Some((9_000, both));
            }
        }
    }
    None
}

/// A word for a person and next to nothing else.
fn alone(text: &Text, hits: &[Hit]) -> Option<(i64, Stretch)> {
    if text.words.len() > 6 {
        return None;
    }
    let noun = hits.iter().find(|hit| hit.tag == PersonNoun)?.stretch;
    let known = |word: &Stretch| {
        let covers = |hit: &Hit| hit.stretch.start <= word.start && word.end <= hit.stretch.end;
        hits.iter().any(|hit| matches!(hit.tag, Small | PersonNoun | ContactVerb) && covers(hit))
    };
    let nothing_else = text.words.iter().all(known);
    (nothing_else && !declined(text, hits, noun) && !within_bot_question(hits, noun)).then_some((9_300, noun))
}

/// The whole message is `0`, or a picture of a raised hand or a telephone.
fn sign_alone(text: &Text) -> Option<Stretch> {
    let whole = text.folded.trim_matches(|c: char| c.is_whitespace() || c.is_ascii_punctuation());
    let zero = !whole.is_empty() && whole.len() <= 3 && whole.bytes().all(|byte| byte == b'0');
    let called = text.words.is_empty() && text.shape.chars <= 40 && text.folded.contains(CALLS);
    (zero || called).then_some(Stretch { start: 0, end: text.folded.len() })
}

/// Where a clause ends.
const BREAKS: [char; 7] = ['.', '!', '?', ';', ',', '\n', ':'];

fn declined(text: &Text, hits: &[Hit], of: Stretch) -> bool {
    let start = text.folded[..of.start].rfind(BREAKS).map_or(0, |at| at + 1);
    let end = text.folded[of.end..].find(BREAKS).map_or(text.folded.len(), |at| of.end + at);
    let clause = Stretch { start, end };
    hits.iter().any(|hit| hit.tag == Decline && clause.holds(hit.stretch.start))
}

fn within_bot_question(hits: &[Hit], stretch: Stretch) -> bool {
    hits.iter()
        .any(|hit| hit.tag == BotQuestion && hit.stretch.start <= stretch.start && stretch.start <= hit.stretch.end)
}
