//! Complaints, legal matters and threats.

use super::finding;
use crate::Language::{De, En, Es, Fr, Nl};
use crate::phrases::Tag::{Complaint, Legal};
use crate::phrases::{Hit, Row};
use crate::spans::Gathered;
use crate::text::Text;
use crate::{Finding, FindingName, Why};

/// Words of complaint, and of law and publicity as a threat.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    (Complaint, 0, Some(Nl), "klacht*; klagen; ik klaag; mijn beklag; beklagen; geschillencommissie; ombudsman; misleid*; opgelicht; oplichting; oplichter*; bedrog; bedrogen; afzetterij; afgezet; schandalig; schandelijk; wanprestatie; onacceptabel; onaanvaardbaar; ontoelaatbaar; onbeschoft; onbeleefd*; uiterst ontevreden; zeer ontevreden; erg ontevreden; ontevreden over; ontevreden met; schadevergoeding; schadeclaim; compensatie eis*; eis compensatie"),
    (Complaint, 0, Some(En), "complaint*; complain; complaining; ombudsman; misled; misleading; scam; scammed; scammers; rip off; ripped off; unacceptable; disgraceful; appalling; very dissatisfied; extremely dissatisfied; ~rude; demand compensation; want compensation; want to be compensated; false advertising; breach of contract"),
    (Complaint, 0, Some(De), "beschwer*; reklamieren; beanstand*; inakzeptabel; unzumutbar; unverschämt*; abzocke; betrug; betrüger*; betrogen; sehr unzufrieden; äußerst unzufrieden; schadensersatz; schadenersatz; schlichtungsstelle; unhöflich*; irreführ*"),
    (Complaint, 0, Some(Fr), "porter plainte; une plainte; ma plainte; plaintes; réclamation*; me plaindre; inacceptable*; inadmissible*; scandaleu*; arnaque*; escroc*; escroquerie; publicité mensongère; très mécontent*; mécontent*; dédommagement; dommages et intérêts; médiateur; honteux; impoli*"),
    (Complaint, 0, Some(Es), "queja*; quejarme; reclamaciones; una reclamación; presentar reclamación; poner una reclamación; inaceptable*; intolerable; estafa*; estafador*; timo; engaño; engañad*; publicidad engañosa; indemnización; vergonzoso; muy insatisfech*; grosero; maleducad*"),
    (Legal, 0, Some(Nl), "advocaat; advocaten; jurist; juridisch*; rechtsbijstand*; rechtszaak; rechtbank; kantonrechter; naar de rechter; gerechtelijk*; deurwaarder; incasso*; ingebrekestelling; in gebreke; stel u in gebreke; stel jullie in gebreke; aansprakelijk*; dagvaard*; sommeer; sommatie; aangifte; consumentenbond; acm; consuwijzer; test aankoop; economische inspectie; autoriteit persoonsgegevens; naar de pers; opgelicht op tv; slechte review*; negatieve review*; 1 ster; trustpilot; kieskeurig; ontbind* de koop; ontbinding van de koop; ontbinding van de overeenkomst; wettelijk recht; uiterste termijn; laatste kans"),
    (Legal, 0, Some(En), "lawyer*; solicitor*; attorney; legal action; legal steps; legal proceedings; take you to court; see you in court; small claims; ~court; sue you; suing; going to sue; i'll sue; trading standards; consumer protection; consumer rights; chargeback; charge back; trustpilot; bad review; negative review; one star; 1 star; go to the press; final notice; formal notice; letter before action; last warning; hold you liable; police report"),
    (Legal, 0, Some(De), "anwalt; anwältin; rechtsanwalt; rechtsanwältin; rechtliche schritte; rechtlich*; rechtsschutz*; gericht; gerichtlich*; klage einreichen; verklag*; anzeige erstatten; strafanzeige; verbraucherzentrale; verbraucherschutz; mahnung; mahnbescheid; inkasso; fristsetzung; frist setzen; setze ihnen eine frist; letzte frist; letzte warnung; trustpilot; schlechte bewertung; negative bewertung; rücktritt vom vertrag; trete vom kaufvertrag zurück"),
    (Legal, 0, Some(Fr), "avocat*; juridique*; action en justice; en justice; tribunal; tribunaux; mise en demeure; mets en demeure; mettre en demeure; huissier; porter plainte; dgccrf; que choisir; 60 millions de consommateurs; signalconso; protection des consommateurs; procédure judiciaire; poursuites; trustpilot; mauvais avis; avis négatif; dernier avertissement; dernier délai"),
    (Legal, 0, Some(Es), "abogad*; acciones legales; vía legal; medidas legales; tribunal*; juzgado; juicio; demandar*; demanda judicial; denuncia*; denunciar*; ocu; facua; hoja de reclamaciones; oficina del consumidor; burofax; requerimiento; trustpilot; mala reseña; reseña negativa; último aviso; última oportunidad"),
];

/// Whether the text complains or threatens.
pub(crate) fn examine(text: &Text, hits: &[Hit], evidence: &mut Gathered) -> Finding {
    let mut p = 200;
    for hit in hits.iter().filter(|hit| matches!(hit.tag, Complaint | Legal)) {
        evidence.add(text, FindingName::Complaint, hit.stretch, Why::Floor);
        p = if p < 5_000 { 8_800 } else { 9_700 };
    }
    finding(p)
}
