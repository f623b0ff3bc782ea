//! Messages that no person wrote: out of office, bounces, receipts.

use super::finding;
use crate::Language::{De, En, Es, Fr, Nl};
use crate::phrases::Tag::{Automatic, Got};
use crate::phrases::{Hit, Row};
use crate::spans::Gathered;
use crate::text::{Stretch, Text};
use crate::{Finding, FindingName, Why};

/// A machine's own words.
const SURE: u16 = 0;
/// People say it, too: of themselves when they are away, and of a company. Two of them, and no question, are a machine's.
const PERHAPS: u16 = 1;
/// The same, and customers say it of parcels and confirmations more often than machines of mail.
const OF_GOODS: u16 = 2;

/// Somebody is away: a machine's beside [`REFER`], else a person's.
const AWAY: u16 = 3;
/// Refers to a colleague, or tells what to do when it is urgent: a machine's beside a word of being away.
const REFER: u16 = 4;

/// How words for what is ordered and brought begin.
const GOODS: [&str; 35] = [
    "pakket",
    "pakje",
    "bestel",
    "zending",
    "levering",
    "bezorg",
    "fiets",
    "parcel",
    "package",
    "packag",
    "order",
    "shipment",
    "courier",
    "bike",
    "purchase",
    "paket",
    "bestell",
    "sendung",
    "liefer",
    "fahrrad",
    "colis",
    "commande",
    "livraison",
    "livreur",
    "velo",
    "paquete",
    "pedido",
    "envio",
    "entrega",
    "repartidor",
    "bici",
    "factu",
    "invoice",
    "rechnung",
    "pick",
];

/// What machines write.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    (Automatic, SURE, Some(Nl), "automatisch antwoord; automatische beantwoording; automatisch gegenereerd*; automatisch bericht; automatische bevestiging; automatische e mail; automatische mail; automatisch verzonden; afwezigheidsbericht; afwezigheidsassistent; geen toegang tot mijn mail; geen toegang tot mijn e mail; beperkt toegang tot mijn; beperkte toegang tot mijn; mijn mail wordt niet gelezen; mail wordt niet doorgestuurd; u kunt niet antwoorden op; niet reageren op deze; niet beantwoorden op deze; niet op dit bericht reageren; niet op deze mail reageren; gelieve niet te antwoorden; uw bericht is ontvangen; wij hebben uw bericht ontvangen; we hebben uw bericht ontvangen; wij hebben uw e mail ontvangen; in dringende gevallen kunt u contact; aan de volgende ontvanger; aan de volgende geadresseerde; postvak van de geadresseerde; postvak is vol; diagnostische code"),
    (Automatic, PERHAPS, Some(Nl), "ik ben afwezig; ben ik afwezig; momenteel afwezig; niet op kantoor; ben met vakantie tot; ik ben op vakantie tot; ben weer bereikbaar vanaf; ben weer aanwezig; weer terug op kantoor; met zwangerschapsverlof; bij dringende zaken; bedankt voor je bericht; bedankt voor uw bericht; dank voor uw bericht; momenteel gesloten; op dit moment gesloten; reageren zodra; antwoorden zodra"),
    (Automatic, OF_GOODS, Some(Nl), "leesbevestiging; ontvangstbevestiging; kon niet worden bezorgd; kan niet worden afgeleverd; kon niet worden afgeleverd; onbestelbaar; uw ticketnummer is; ticket is aangemaakt; is geregistreerd onder nummer"),
    (Automatic, SURE, Some(En), "out of office; out of the office; automatic reply; auto reply; autoreply; automated response; automated message; automatically generated; auto generated; autoresponder; limited access to email; limited access to my email; no access to email; will reply when i return; will respond when i return; do not reply to this; please do not reply; don't reply to this; noreply; no reply@; we have received your message; we have received your email; we have received your request; mail delivery failed; to the following recipient; to the following recipients; diagnostic code; recipient's mailbox; delivery status notification; mailer daemon; mail delivery subsystem; undelivered mail; your message was read"),
    (Automatic, PERHAPS, Some(En), "i am away; i am currently away; i'm currently away; on annual leave; on parental leave; on maternity leave; on vacation until; on holiday until; when i am back; upon my return; for urgent matters; thank you for contacting; thank you for your message; thanks for your message; currently closed; closed at the moment; we are closed; reply as soon as; respond as soon as; get back to you as soon as"),
    (Automatic, OF_GOODS, Some(En), "delivery failed; delivery has failed; undeliverable; returned to sender; could not be delivered; couldn't be delivered; address not found; mailbox full; mailbox is full; user unknown; permanent error; read receipt; your ticket number; ticket has been created; case has been created"),
    (Automatic, SURE, Some(De), "automatische antwort; automatisch generiert*; automatische nachricht; automatisch erstellt*; automatische eingangsbestätigung; abwesenheitsnotiz; an folgenden empfänger; an folgende empfänger; diagnosecode; postfach ist voll; postfach des empfängers; abwesenheitsnachricht; nicht im büro; keinen zugriff auf meine; eingeschränkten zugriff; wird nicht weitergeleitet; nicht auf diese e mail; nicht auf diese nachricht; antworten sie nicht auf; ihre nachricht ist eingegangen; wir haben ihre nachricht erhalten; wir haben ihre anfrage erhalten"),
    (Automatic, PERHAPS, Some(De), "abwesenheit; abwesend; nicht im hause; außer haus; bin im urlaub; im urlaub bis; in elternzeit; in dringenden fällen; bin ich wieder erreichbar; wieder erreichbar; danke für ihre nachricht; danke für deine nachricht; vielen dank für ihre nachricht; derzeit geschlossen; zurzeit geschlossen; haben derzeit geschlossen; antworten, sobald; antworten sobald; melden uns, sobald"),
    (Automatic, OF_GOODS, Some(De), "eingangsbestätigung; konnte nicht zugestellt werden; unzustellbar*; lesebestätigung; ihre ticketnummer"),
    (Automatic, SURE, Some(Fr), "réponse automatique; message automatique; courriel automatique; e mail automatique; généré automatiquement; envoyé automatiquement; message d'absence; au destinataire suivant; aux destinataires suivants; code de diagnostic; boîte du destinataire; boîte de réception est pleine; absent du bureau; absente du bureau; pas accès à mes mails; accès limité à mes; ne pas répondre; ne répondez pas; merci de ne pas répondre; nous avons bien reçu votre message; nous avons bien reçu votre demande; avons bien reçu votre"),
    (Automatic, PERHAPS, Some(Fr), "absent jusqu*; absente jusqu*; je suis absent*; je suis en congé*; actuellement en congé*; actuellement absent*; en vacances jusqu*; de retour le; à mon retour; en cas d'urgence, *; merci pour votre message; merci pour ton message; actuellement fermé*; sommes fermés; répondrons dès; vous répondons dès; répondrai dès"),
    (Automatic, OF_GOODS, Some(Fr), "accusé de réception; accusé de lecture; n'a pas pu être remis; n'a pas pu être distribué; échec de la remise; votre numéro de ticket"),
    (Automatic, SURE, Some(Es), "respuesta automática; mensaje automático; correo automático; generado automáticamente; enviado automáticamente; fuera de la oficina; fuera de oficina; acceso limitado a mi correo; sin acceso a mi correo; al siguiente destinatario; a los siguientes destinatarios; código de diagnóstico; buzón del destinatario; buzón está lleno; no responda a este; no responder a este; por favor no responda; no conteste a este; hemos recibido su mensaje; hemos recibido tu mensaje; hemos recibido su solicitud"),
    (Automatic, PERHAPS, Some(Es), "estoy de vacaciones; estaré de vacaciones; estaré ausente; estoy ausente; me encuentro ausente; de vacaciones hasta; ausente hasta; a mi regreso; a mi vuelta; para asuntos urgentes; gracias por tu mensaje; gracias por vuestro mensaje; estamos cerrados; actualmente cerrad*; ahora mismo cerrad*; responderemos en cuanto; contestaremos en cuanto"),
    (Automatic, OF_GOODS, Some(Es), "acuse de recibo; confirmación de lectura; no se pudo entregar; no se ha podido entregar; error de entrega; su número de ticket"),
    (Automatic, SURE, None, "wij reageren binnen; we reageren binnen; wij beantwoorden uw bericht; u ontvangt zo spoedig mogelijk; nemen zo spoedig mogelijk contact met u op; nemen zo snel mogelijk contact met u op; bedankt voor het contacteren; we will get back to you; we'll get back to you; we will respond; we'll respond; we aim to reply; thank you for your message. we; thanks for your message. we; wir melden uns; wir werden uns; wir bearbeiten ihre; nous vous répondrons; nous reviendrons vers vous; nous traiterons votre; merci de nous avoir contacté*; gracias por contactar; gracias por ponerse en contacto; gracias por escribirnos; gracias por su mensaje; gracias por comunicarse; le responderemos; te responderemos; le contestaremos; te contestaremos; le atenderemos; te atenderemos; nos pondremos en contacto; fuori sede; fuori ufficio; risposta automatica; sono assente; fora do escritório; resposta automática; estou ausente; autosvar; automatiskt svar; frånvaro*; ikke på kontoret; automatisk svar; automatyczna odpowiedź; jestem nieobecn*; poza biurem; automaattinen vastaus; otomatik yanıt; automatická odpověď"),
    (Automatic, PERHAPS, None, "uw bericht wordt; gesloten wegens vakantie; buiten onze openingstijden; our office is closed; our business hours; outside our; unsere geschäftszeiten; außerhalb unserer; unser büro ist; betriebsferien; nos bureaux sont; en dehors de nos; fermé pour congés; nuestro horario; fuera de nuestro horario; cerrado por vacaciones; nuestras oficinas; en estos momentos no podemos; en este momento no podemos; our office is currently closed"),
    (Automatic, AWAY, Some(Nl), "afwezig; niet aanwezig; met vakantie; op vakantie; met verlof; met ouderschapsverlof; weer aanwezig; weer bereikbaar; niet bereikbaar; beperkt bereikbaar; weer op kantoor; terug op kantoor"),
    (Automatic, AWAY, Some(En), "away until; away from; away till; out until; out till; on leave; on vacation; on holiday; be away; am away; i'm away; not available until; unavailable until; not in the office; back in the office; away on business"),
    (Automatic, AWAY, Some(De), "abwesend; abwesenheit; im urlaub; nicht erreichbar; nicht am arbeitsplatz; wieder im büro; auf dienstreise; wieder zurück; wieder da"),
    (Automatic, AWAY, Some(Fr), "absent; absente; en congé; en congés; en vacances; de retour; indisponible; en déplacement"),
    (Automatic, AWAY, Some(Es), "ausente; de vacaciones; de permiso; de baja; de viaje; no estaré disponible; de vuelta; fuera hasta"),
    (Automatic, REFER, Some(Nl), "voor dringende zaken; voor dringende vragen; voor dringende gevallen; voor dringende aangelegenheden; voor urgente zaken; voor urgente vragen; voor spoedgevallen; in spoedgevallen; in dringende gevallen; bij dringende vragen; bij spoed kunt; tijdens mijn afwezigheid; kunt u contact opnemen met mijn collega*; kan u contact opnemen met mijn collega*; kun je contact opnemen met mijn collega*; u kunt contact opnemen met mijn collega*; u kan contact opnemen met mijn collega*; je kunt contact opnemen met mijn collega*; je kan contact opnemen met mijn collega*; u kunt terecht bij mijn collega*; u kunt mijn collega* mailen; u kunt mijn collega* bellen; u kunt zich wenden tot mijn collega*; kunt u zich wenden tot mijn collega*; kunt u terecht bij mijn collega*; kan u terecht bij mijn collega*; kunt u mijn collega* mailen; kunt u mijn collega* bellen; kunt u mailen naar mijn collega*; gelieve contact op te nemen met mijn collega*; gelieve u te wenden tot mijn collega*"),
    (Automatic, REFER, Some(En), "for urgent matters; for anything urgent; for urgent enquiries; for urgent inquiries; for urgent requests; for urgent issues; for urgent questions; in urgent cases; in case of emergency; if it is urgent, please; if your matter is urgent; if your message is urgent; if your request is urgent; for immediate assistance; need immediate assistance; in my absence; during my absence; in the meantime please contact; please contact my colleague*; you can contact my colleague*; you may contact my colleague*; you can reach my colleague*; please reach out to my colleague*; please email my colleague*"),
    (Automatic, REFER, Some(De), "in dringenden fällen; bei dringenden fragen; bei dringenden anliegen; bei dringenden angelegenheiten; für dringende anliegen; für dringende fragen; in eiligen fällen; während meiner abwesenheit; in meiner abwesenheit; sie können sich an mein*; wenden sie sich bitte an mein*; wenden sie sich an mein*; wenden sie sich in dringenden; kontaktieren sie bitte mein*; bitte kontaktieren sie mein*; können sie sich an mein*; meine vertretung"),
    (Automatic, REFER, Some(Fr), "en cas d'urgence; pour toute urgence; pour les urgences; pour toute demande urgente; pour toute question urgente; pendant mon absence; durant mon absence; en mon absence; vous pouvez contacter mon collègue; vous pouvez contacter ma collègue; vous pouvez contacter mes collègues; vous pouvez joindre ma collègue; vous pouvez joindre mon collègue; vous pouvez vous adresser à m*; merci de contacter mon collègue; merci de contacter ma collègue; merci de vous adresser à m*; veuillez contacter mon collègue; veuillez contacter ma collègue; veuillez vous adresser à m*"),
    (Automatic, REFER, Some(Es), "para asuntos urgentes; para cualquier asunto urgente; para temas urgentes; para urgencias; en caso de urgencia; si es urgente, *; en casos urgentes; durante mi ausencia; en mi ausencia; puede contactar con mi compañer*; puede contactar con mi colega; pueden contactar con mi compañer*; puede ponerse en contacto con mi*; puede dirigirse a mi*; póngase en contacto con mi*; contacte con mi compañer*; contacte con mi colega; diríjase a mi*"),
    (Got, 0, Some(Nl), "ik kreeg; kreeg ik; ik krijg; krijg ik; ik heb gekregen; heb ik gekregen; ik ontving; ontving ik; heb ik ontvangen; heb ik alleen; heb alleen; we kregen; wij kregen; kregen wij; kregen we; kreeg alleen; kreeg enkel; er staat dat; er stond dat; daarna niets; daarna niks; sindsdien; niets meer; niks meer; niets gehoord; niks gehoord; niets meer vernomen; nog steeds; nog altijd; weken geleden; dagen geleden; maand geleden; maanden geleden"),
    (Got, 0, Some(En), "i got; i only got; i just got; i get a; i get an; i get this; i only get; i just get; i keep getting; keep getting; i received; i only received; i just received; i have received; i've received; i have only received; i've only received; i did receive; all i got; all i get; all i received; we got; we received a; got a message; got an email; email says; mail says; message says; message said; it said; it says that; nothing since; heard nothing; since then nothing; and nothing; still waiting; still nothing; weeks ago; week ago; days ago; month ago; months ago"),
    (Got, 0, Some(De), "ich bekam; bekam ich; ich bekomme; bekomme ich; ich habe bekommen; habe ich bekommen; ich erhielt; erhielt ich; ich erhalte; erhalte ich; habe ich erhalten; habe ich nur; habe ich eine; ich habe nur; ich habe eine; ich habe die; ich habe diese; ich habe lediglich; ich habe gestern; ich habe heute; ich habe vor #; wir bekamen; kam nur; kam eine; kam die; seitdem; seither; nichts gehört; nichts mehr; immer noch; vor # wochen; vor # tagen; vor einer woche; vor einem monat; da stand; da steht"),
    (Got, 0, Some(Fr), "j'ai reçu; j'ai bien reçu; j'ai seulement reçu; j'ai juste reçu; je reçois; je n'ai reçu; j'ai eu; on m'a envoyé; nous avons reçu; depuis rien; depuis plus rien; plus rien; rien depuis; depuis, rien; aucune nouvelle; sans nouvelles; toujours rien; il est écrit; il y a # semaines; il y a # jours; il y a une semaine; il y a un mois"),
    (Got, 0, Some(Es), "recibí; he recibido; solo he recibido; recibo; recibimos; me llegó; me llega; me ha llegado; me enviaron; me mandaron; me han enviado; me han mandado; desde entonces; y nada más; sin noticias; sigo esperando; hace # semanas; hace # días; hace una semana; hace un mes; pone que; decía que"),
];

/// Whether a machine wrote it; `sign` is what the channel knows.
pub(crate) fn examine(text: &Text, hits: &[Hit], sign: Option<&str>, evidence: &mut Gathered) -> Finding {
    let found: Vec<&Hit> =
        hits.iter().filter(|hit| hit.tag == Automatic && (hit.value == REFER || !refused(text, hit.stretch))).collect();
    let asks = text.folded.contains('?');
    let pair = |one: fn(u16) -> bool, other: fn(u16) -> bool| {
        let of = |kind: fn(u16) -> bool| found.iter().filter(move |hit| kind(hit.value)).map(|hit| hit.stretch);
        of(one).any(|one| of(other).any(|other| one.end <= other.start || other.end <= one.start))
    };
    let maybe: fn(u16) -> bool = |value| matches!(value, PERHAPS | OF_GOODS);
    let several = || pair(maybe, maybe) || pair(|value| matches!(value, AWAY | PERHAPS), |value| value == REFER);
    let sure = found.iter().filter(|hit| hit.value == SURE).count();
    let is_sure = sure > usize::from(asks) || (sure > 0 && pair(|value| value == SURE, |value| value != SURE));
    let mut p = 100;
    if !reported(text, hits) && (is_sure || (!asks && several() && !of_goods(text))) {
        for hit in found {
            evidence.add(text, FindingName::Automatic, hit.stretch, Why::Floor);
            p = if p < 5_000 { 8_500 } else { 9_700 };
        }
    }
    if sign.is_some() {
        evidence.add_span(FindingName::Automatic, 0, text.shape.chars, Why::Channel);
        p = 10_000;
    }
    finding(p)
}

/// Whether somebody tells of a message that they got, or of having waited since: "I got 'we have received your message' three
/// weeks ago". A machine that got something says whose: "I received your message".
/// Or whether somebody is away who speaks of goods.
pub(crate) fn reported(text: &Text, hits: &[Hit]) -> bool {
    const YOURS: [&str; 15] = [
        "your", "uw", "je", "jouw", "jullie", "ihre", "ihren", "deine", "deinen", "votre", "ton", "vos", "su", "tu",
        "vuestro",
    ];
    let perhaps = |hit: &Hit| hit.tag == Automatic && matches!(hit.value, AWAY | PERHAPS | OF_GOODS);
    let away =
        hits.iter().any(perhaps) && of_goods(text) && !hits.iter().any(|hit| hit.tag == Automatic && hit.value == SURE);
    away || hits.iter().filter(|hit| hit.tag == Got).any(|hit| {
        let next = text.words.partition_point(|word| word.start < hit.stretch.end);
        !text.words[next..].iter().take(1).any(|&word| YOURS.contains(&text.word(word)))
    })
}

/// Whether goods are spoken of: then what could not be delivered is no mail.
fn of_goods(text: &Text) -> bool {
    text.words.iter().any(|&word| GOODS.iter().any(|goods| text.word(word).starts_with(goods)))
}

/// "Not another automatic reply", "I only get an automated message": a person speaks of one, or refuses it.
fn refused(text: &Text, stretch: Stretch) -> bool {
    const SAID: [&str; 40] = [
        "niet", "geen", "weer", "alleen", "steeds", "krijg", "kreeg", "kregen", "jullie", "no", "not", "another",
        "only", "get", "got", "getting", "received", "just", "kein", "keine", "keinen", "nicht", "wieder", "nur",
        "bekomme", "bekam", "erhalte", "immer", "pas", "sans", "recois", "recu", "que", "toujours", "otra", "ninguna",
        "solo", "recibo", "recibi", "siempre",
    ];
    let before = text.words.partition_point(|word| word.start < stretch.start);
    let quoted = text.folded[..stretch.start]
        .strip_suffix(['"', '\'', '\u{201c}', '\u{201e}', '\u{ab}'])
        .is_some_and(|before| before.ends_with([' ', ':', '(']) && !before.trim().is_empty());
    quoted || text.words[before.saturating_sub(4)..before].iter().any(|&word| SAID.contains(&text.word(word)))
}
