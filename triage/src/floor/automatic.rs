//! Messages that no person wrote: out of office, bounces, receipts.

use super::finding;
use crate::Language::{De, En, Es, Fr, Nl};
use crate::phrases::Tag::Automatic;
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

/// How words for what is ordered and brought begin.
const GOODS: [&str; 31] = [
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
];

/// Whether a machine wrote it; `sign` is what the channel knows.
pub(crate) fn examine(text: &Text, hits: &[Hit], sign: Option<&str>, evidence: &mut Gathered) -> Finding {
    let found = || hits.iter().filter(|hit| hit.tag == Automatic && !refused(text, hit.stretch));
    let is_sure = found().any(|hit| hit.value == SURE);
    let several = || {
        let mut stretches = found().map(|hit| hit.stretch);
        stretches.next().is_some_and(|first| stretches.any(|other| other.start >= first.end))
    };
    let mut p = 100;
    if is_sure || (!text.folded.contains('?') && several() && !of_goods(text)) {
        for hit in found() {
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
    text.words[before.saturating_sub(4)..before].iter().any(|&word| SAID.contains(&text.word(word)))
}
