//! Messages that no person wrote: out of office, bounces, receipts.

use super::finding;
use crate::Language::{De, En, Es, Fr, Nl};
use crate::phrases::Tag::Automatic;
use crate::phrases::{Hit, Row};
use crate::spans::Gathered;
use crate::text::{Stretch, Text};
use crate::{Finding, FindingName, Why};

/// What machines write.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    (Automatic, 0, Some(Nl), "automatisch antwoord; automatische beantwoording; automatisch gegenereerd*; automatisch bericht; automatische bevestiging; automatische e mail; automatische mail; automatisch verzonden; afwezigheidsbericht; afwezigheidsassistent; ik ben afwezig; ben ik afwezig; momenteel afwezig; niet op kantoor; ben met vakantie tot; ik ben op vakantie tot; ben weer bereikbaar vanaf; ben weer aanwezig; weer terug op kantoor; geen toegang tot mijn mail; geen toegang tot mijn e mail; beperkt toegang tot mijn; beperkte toegang tot mijn; mijn mail wordt niet gelezen; mail wordt niet doorgestuurd; met zwangerschapsverlof; u kunt niet antwoorden op; niet reageren op deze; niet beantwoorden op deze; niet op dit bericht reageren; niet op deze mail reageren; gelieve niet te antwoorden; uw bericht is ontvangen; wij hebben uw bericht ontvangen; we hebben uw bericht ontvangen; wij hebben uw e mail ontvangen; leesbevestiging; ontvangstbevestiging; kon niet worden bezorgd; kan niet worden afgeleverd; kon niet worden afgeleverd; onbestelbaar; uw ticketnummer is; ticket is aangemaakt; is geregistreerd onder nummer; bij dringende zaken; in dringende gevallen kunt u contact"),
    (Automatic, 0, Some(En), "out of office; out of the office; automatic reply; auto reply; autoreply; automated response; automated message; automatically generated; auto generated; autoresponder; i am away; i am currently away; i'm currently away; on annual leave; on parental leave; on maternity leave; on vacation until; on holiday until; limited access to email; limited access to my email; no access to email; will reply when i return; will respond when i return; when i am back; upon my return; do not reply to this; please do not reply; don't reply to this; noreply; no reply@; we have received your message; we have received your email; we have received your request; thank you for contacting; your ticket number; ticket has been created; case has been created; mail delivery failed; delivery failed; delivery has failed; delivery status notification; mailer daemon; mail delivery subsystem; undeliverable; undelivered mail; returned to sender; could not be delivered; couldn't be delivered; address not found; mailbox full; mailbox is full; user unknown; permanent error; read receipt; your message was read; for urgent matters"),
    (Automatic, 0, Some(De), "automatische antwort; automatisch generiert*; automatische nachricht; automatisch erstellt*; automatische eingangsbestätigung; eingangsbestätigung; abwesenheitsnotiz; abwesenheitsnachricht; abwesenheit; abwesend; nicht im büro; nicht im hause; außer haus; bin im urlaub; im urlaub bis; in elternzeit; keinen zugriff auf meine; eingeschränkten zugriff; wird nicht weitergeleitet; nicht auf diese e mail; nicht auf diese nachricht; antworten sie nicht auf; ihre nachricht ist eingegangen; wir haben ihre nachricht erhalten; wir haben ihre anfrage erhalten; ihre ticketnummer; konnte nicht zugestellt werden; unzustellbar*; lesebestätigung; in dringenden fällen; bin ich wieder erreichbar; wieder erreichbar"),
    (Automatic, 0, Some(Fr), "réponse automatique; message automatique; courriel automatique; e mail automatique; généré automatiquement; envoyé automatiquement; message d'absence; absent du bureau; absente du bureau; absent jusqu*; absente jusqu*; je suis absent*; je suis en congé*; actuellement en congé*; actuellement absent*; en vacances jusqu*; de retour le; à mon retour; pas accès à mes mails; accès limité à mes; ne pas répondre; ne répondez pas; merci de ne pas répondre; nous avons bien reçu votre message; nous avons bien reçu votre demande; avons bien reçu votre; votre numéro de ticket; accusé de réception; accusé de lecture; n'a pas pu être remis; n'a pas pu être distribué; échec de la remise; en cas d'urgence, *"),
    (Automatic, 0, Some(Es), "respuesta automática; mensaje automático; correo automático; generado automáticamente; enviado automáticamente; fuera de la oficina; fuera de oficina; estoy de vacaciones; estaré de vacaciones; estaré ausente; estoy ausente; me encuentro ausente; de vacaciones hasta; ausente hasta; acceso limitado a mi correo; sin acceso a mi correo; a mi regreso; a mi vuelta; no responda a este; no responder a este; por favor no responda; no conteste a este; hemos recibido su mensaje; hemos recibido tu mensaje; hemos recibido su solicitud; su número de ticket; acuse de recibo; confirmación de lectura; no se pudo entregar; no se ha podido entregar; error de entrega; para asuntos urgentes"),
    (Automatic, 0, None, "wij reageren binnen; we reageren binnen; wij beantwoorden uw bericht; uw bericht wordt; u ontvangt zo spoedig mogelijk; nemen zo spoedig mogelijk contact met u op; nemen zo snel mogelijk contact met u op; gesloten wegens vakantie; buiten onze openingstijden; bedankt voor het contacteren; we will get back to you; we'll get back to you; we will respond; we'll respond; we aim to reply; our office is closed; our office is currently closed; our business hours; thank you for your message. we; thanks for your message. we; outside our; wir melden uns; wir werden uns; wir bearbeiten ihre; unsere geschäftszeiten; außerhalb unserer; unser büro ist; betriebsferien; nous vous répondrons; nous reviendrons vers vous; nous traiterons votre; nos bureaux sont; en dehors de nos; fermé pour congés; merci de nous avoir contacté*; gracias por contactar; gracias por ponerse en contacto; gracias por escribirnos; gracias por su mensaje; gracias por comunicarse; le responderemos; te responderemos; le contestaremos; te contestaremos; le atenderemos; te atenderemos; nos pondremos en contacto; nuestro horario; fuera de nuestro horario; cerrado por vacaciones; nuestras oficinas; en estos momentos no podemos; en este momento no podemos; fuori sede; fuori ufficio; risposta automatica; sono assente; fora do escritório; resposta automática; estou ausente; autosvar; automatiskt svar; frånvaro*; ikke på kontoret; automatisk svar; automatyczna odpowiedź; jestem nieobecn*; poza biurem; automaattinen vastaus; otomatik yanıt; automatická odpověď"),
];

/// Whether a machine wrote it; `sign` is what the channel knows.
pub(crate) fn examine(text: &Text, hits: &[Hit], sign: Option<&str>, evidence: &mut Gathered) -> Finding {
    let mut p = 100;
    for hit in hits.iter().filter(|hit| hit.tag == Automatic && !refused(text, hit.stretch)) {
        evidence.add(text, FindingName::Automatic, hit.stretch, Why::Floor);
        p = if p < 5_000 { 8_500 } else { 9_700 };
    }
    if sign.is_some() {
        evidence.add_span(FindingName::Automatic, 0, text.shape.chars, Why::Channel);
        p = 10_000;
    }
    finding(p)
}

/// "Not another automatic reply": a person speaks of one, or refuses it.
fn refused(text: &Text, stretch: Stretch) -> bool {
    const SAID: [&str; 14] = [
        "niet", "geen", "weer", "no", "not", "another", "kein", "keine", "nicht", "wieder", "pas", "sans", "otra",
        "ninguna",
    ];
    let before = text.words.partition_point(|word| word.start < stretch.start);
    text.words[before.saturating_sub(3)..before].iter().any(|&word| SAID.contains(&text.word(word)))
}
