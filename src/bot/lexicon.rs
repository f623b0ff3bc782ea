//! Lexicon: for each language the words that carry no meaning of their own, and the words that customers and
//! articles use for the same thing. General words of trade only: what a shop sells stands in its articles.

use std::collections::{HashMap, HashSet};

use super::words::stem;
use crate::routing::Language;

/// What kind of thing a question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// An amount of money.
    Money,
    /// A time, a day, a duration.
    Time,
    /// A number of something.
    Number,
    /// A way to do something.
    Way,
}

/// The lexicon of one language, by stem.
#[derive(Clone, Debug)]
pub(super) struct Lexicon {
    language: Language,
    stop: HashSet<&'static str>,
    concepts: HashMap<String, u16>,
}

impl Lexicon {
    /// The lexicon of `language`.
    #[must_use]
    pub(super) fn of(language: Language) -> Self {
        let (stop, groups) = match language {
            Language::Nl => (NL_STOP, NL_CONCEPTS),
            Language::En => (EN_STOP, EN_CONCEPTS),
            Language::De => (DE_STOP, DE_CONCEPTS),
            Language::Fr => (FR_STOP, FR_CONCEPTS),
            Language::Es => (ES_STOP, ES_CONCEPTS),
        };
        let mut concepts = HashMap::new();
        for (group, words) in (0_u16..).zip(groups) {
            for word in words.split_whitespace() {
                concepts.entry(stem(word, language)).or_insert(group);
            }
        }
        Self { language, stop: stop.split_whitespace().collect(), concepts }
    }

    /// The stem of a folded word; nothing for one without a meaning of its own.
    #[must_use]
    pub(super) fn stem(&self, folded: &str) -> Option<String> {
        if let Some(number) = self.number(folded) {
            return Some(number.to_string());
        }
        let digit = folded.bytes().all(|b| b.is_ascii_digit());
        let short = folded.chars().count() < 2 && !digit;
        if short || self.stop.contains(folded) { None } else { Some(stem(folded, self.language)) }
    }

    /// The number from two to twelve that a word is.
    fn number(&self, folded: &str) -> Option<usize> {
        let words = match self.language {
            Language::Nl => NL_NUMBERS,
            Language::En => EN_NUMBERS,
            Language::De => DE_NUMBERS,
            Language::Fr => FR_NUMBERS,
            Language::Es => ES_NUMBERS,
        };
        words.split_whitespace().position(|word| word == folded).map(|place| place + 2)
    }

    /// What a stem is a word for, as a number that other words for it share.
    #[must_use]
    pub(super) fn concept(&self, stem: &str) -> Option<u16> {
        self.concepts.get(stem).copied()
    }

    /// What a question asks for, by its words.
    #[must_use]
    pub(super) fn asked(&self, text: &str) -> Option<Asked> {
        let (money, time, number) = match self.language {
            Language::Nl => (NL_MONEY, NL_TIME, NL_NUMBER),
            Language::En => (EN_MONEY, EN_TIME, EN_NUMBER),
            Language::De => (DE_MONEY, DE_TIME, DE_NUMBER),
            Language::Fr => (FR_MONEY, FR_TIME, FR_NUMBER),
            Language::Es => (ES_MONEY, ES_TIME, ES_NUMBER),
        };
        let lower = format!(" {} ", text.to_lowercase());
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
        let kinds = [(money, Asked::Money), (time, Asked::Time), (number, Asked::Number), (&WAY, Asked::Way)];
        kinds.into_iter().find(|(phrases, _)| says(phrases)).map(|(_, kind)| kind)
    }
}

impl Asked {
    /// Whether a sentence, in lower case, says something of this kind.
    #[must_use]
    pub(super) fn is_said_in(self, sentence: &str) -> bool {
        let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
        let digits = sentence.contains(|c: char| c.is_ascii_digit());
        match self {
            Self::Money => has(&["€", " euro", " eur", "gratis", "free", "kostenlos", "gratuit"]),
            Self::Time => digits && has(&TIME_UNITS) || has(&DAYS),
            Self::Number => digits,
            Self::Way => has(&STEPS),
        }
    }
}

/// What these lists look for is part of a sentence in lower case with a blank at both ends.
const TIME_UNITS: [&str; 26] = [
    "dag", "week", "weken", "maand", "jaar", "uur", "minu", ":", "day", "month", "year", "hour", "tag", "woche",
    "monat", "jahr", "stunde", "uhr", "jour", "semaine", "mois", " an", "heure", "día", "semana", "hora",
];
const DAYS: [&str; 6] = ["werkdag", "morgen", "working day", "werktag", "jour ouvr", "día laborable"];

const WAY: [&str; 20] = [
    "hoe kan ik",
    "hoe moet ik",
    "hoe annuleer",
    "hoe vraag",
    "hoe stuur",
    "hoe meld",
    "hoe wijzig",
    "waar vind ik",
    "waar kan ik",
    "how do i",
    "how can i",
    "how to",
    "where can i",
    "where do i",
    "wie kann ich",
    "wo finde ich",
    "comment ",
    "où puis-je",
    "cómo ",
    "dónde ",
];
const STEPS: [&str; 24] = [
    "ga naar",
    "meld ",
    "kies ",
    "klik ",
    "log ",
    "log dan in",
    "vul ",
    "via ",
    "vraag ",
    "stuur ",
    "go to",
    "choose",
    "click",
    "sign in",
    "log in",
    "register ",
    "fill in",
    "through",
    "gehen sie",
    "klicken",
    "wählen sie",
    "cliquez",
    "choisissez",
    "haga clic",
];

const NL_MONEY: &[&str] =
    &["wat kost", "hoeveel kost", "betaal ik", "hoe duur", "welk bedrag", "kosten", "tarief", "houden jullie in"];
const NL_TIME: &[&str] = &[
    "wanneer",
    "hoe lang",
    "hoelang",
    "hoe laat",
    "hoeveel dagen",
    "hoeveel werkdagen",
    "hoeveel weken",
    "hoeveel jaar",
    "welke dag",
    "openingstijd",
    "hoe snel",
    "levertijd",
];
const NL_NUMBER: &[&str] = &["hoeveel", "welk percentage", "welke maat", "welke framemaat"];
const EN_MONEY: &[&str] = &["how much does", "how much is", "cost", "charge", "price", "what amount", "fee"];
const EN_TIME: &[&str] = &[
    "when",
    "how long",
    "what time",
    "how many days",
    "how many working days",
    "how fast",
    "how soon",
    "opening hours",
    "how many years",
    "until",
];
const EN_NUMBER: &[&str] = &["how many", "how much", "percentage", "what size", "which size"];
const DE_MONEY: &[&str] = &["was kostet", "wie viel kostet", "kosten", "betrag", "preis", "teuer"];
const DE_TIME: &[&str] = &[
    "wann",
    "wie lange",
    "wie viele tage",
    "wie viele werktage",
    "wie viele jahre",
    "um wie viel uhr",
    "öffnungszeiten",
    "wie schnell",
];
const DE_NUMBER: &[&str] = &["wie viel", "welche größe"];
const FR_MONEY: &[&str] = &["combien coûte", "quel prix", "quel montant", "frais", "tarif"];
const FR_TIME: &[&str] =
    &["quand", "combien de temps", "combien de jours", "quelle heure", "quels jours", "horaires", "délai"];
const FR_NUMBER: &[&str] = &["combien", "quelle taille"];
const ES_MONEY: &[&str] = &["cuánto cuesta", "precio", "coste", "gastos", "qué importe"];
const ES_TIME: &[&str] = &["cuándo", "cuánto tiempo", "cuántos días", "qué hora", "horario", "plazo"];
const ES_NUMBER: &[&str] = &["cuánto", "cuánta", "qué talla"];

const NL_NUMBERS: &str = "twee drie vier vijf zes zeven acht negen tien elf twaalf";
const EN_NUMBERS: &str = "two three four five six seven eight nine ten eleven twelve";
const DE_NUMBERS: &str = "zwei drei vier funf sechs sieben acht neun zehn elf zwolf";
const FR_NUMBERS: &str = "deux trois quatre cinq six sept huit neuf dix onze douze";
const ES_NUMBERS: &str = "dos tres cuatro cinco seis siete ocho nueve diez once doce";

const NL_STOP: &str = "de het een en of maar want dus als dan dat die dit deze er hier daar te van voor met op in aan bij naar uit om over \
    onder tot door tegen zonder na sinds via tussen tijdens volgens behalve per ik je jij jou jouw u uw hij zij ze wij we ons onze jullie hun hen mij \
    me mijn zijn haar hem zich ie m'n mn z'n zn d'r n k t da ge gij is ben bent was waren wordt worden word werd geworden heb hebt heeft hebben had gehad \
    kan kun kunt kunnen kon konden mag mogen mocht moet moeten moest hoef hoeft hoeven wil wilt willen wou wilde zal zult zullen zou zouden ga gaat gaan \
    ging doe doet doen deed gedaan laat laten blijft blijven bleef niet geen wel ook nog al nu toch eens even ff effe gewoon graag eigenlijk misschien \
    alleen pas zelfs juist net zojuist straks gisteren eergisteren vandaag vanmorgen vanochtend vanmiddag vanavond geleden onlangs binnenkort vorige laatst \
    vervolgens daarna eerst alsnog opnieuw snel wie wat waar wanneer welk welke waarom hoe hoeveel hvl hoelang lang zo'n zo veel meer meest minder heel erg \
    best echt nou hoor he eh ja nee iets niets niemand iemand mensen mens persoon alles alle allebei beide elk elke ander andere anders zelf samen zulke zoals \
    hallo hoi hey hee dag goedemorgen goedemiddag goedenavond goeiendag alvast bedankt dank dankjewel merci aub svp alsjeblieft alstublieft groet groeten groetjes \
    vriendelijke mvg beste geachte mevrouw meneer heer vraag vraagje vragen vroeg weten weet wist vertel vertellen zeg zegt zeggen gezegd komt kom komen kwam gekomen zit zitten \
    krijg krijgt krijgen kreeg gekregen neem neemt nemen genomen vind vindt vinden staat staan stond maak maakt maken gemaakt geef geeft denk denken lijkt \
    hoop hopen probeer proberen snap begrijp bedoel keer daarvoor ervoor erop eraan ermee daarmee hierbij hiervoor terecht zoek zoeken nodig precies ongeveer \
    binnen mogelijk toegestaan moment ding dingen manier goed fijn helaas mee weg heen hoewel indien nadat voordat omdat terwijl zodat toen eer steeds altijd \
    nooit soms vaak weer kijken kijk zie ziet zien uiterlijk rekening houden hou accepteren accepteert aanvaarden jaartje klopt";
const EN_STOP: &str = "the a an and or but so if then that this these those there here to of for with on in at by from out about over under until till \
    through against without after since via per between during before while because whether i you u he she it we they me my mine your yours ur his her its our \
    ours their them us im ive id youre theyre is am are was were be been being have has had having can could may might must shall should will would do does did \
    doing done dont doesnt didnt cant wont isnt go goes going went gone let lets not no yes also still already now just only please pls plz really maybe perhaps \
    possible possibly actually exactly basically quite too very um uh hmm well ok okay lol who what where when which why how many much more most less something \
    anything nothing everything all both each every any some other another else someone somebody anyone anybody people person guys thing things way hello hi hey \
    there dear thanks thank thx cheers regards kind best team question wonder wondering know knew tell told say says said speak talk talking ask asking get gets \
    got getting take takes took taking make makes made put give gives gave want wanted wants need needs needed like find found come comes came coming look looking \
    see think thought hope try trying mean means happen happens allow allowed use as than long soon today yesterday tomorrow ago recently last week always never \
    sometimes often again together instead myself yourself itself own once such good fine great sure day one accept accepts accepted able";
const DE_STOP: &str = "der die das ein eine einen einem einer und oder aber wenn dann dass dies diese dieser hier da zu von fur mit auf in an bei nach aus \
    um uber unter bis durch gegen ohne seit ich du er sie es wir ihr mich mir mein meine ihn ihm uns unser euch ihre ihren ist bin sind war waren wird werden \
    habe hast hat haben hatte kann konnen konnte darf muss mussen will wollen soll sollte mochte gibt geben nicht kein keine auch noch schon jetzt bitte gerne \
    wer was wo wann welche welcher welches welchem warum wie viel viele lange sehr etwas alles alle jede hallo guten tag danke grusse freundliche im am zum zur \
    den dem des liebe lieber als mal man sich";
const FR_STOP: &str = "le la les un une des de du et ou mais si alors que qui quoi dont ce cet cette ces ici la a au aux en dans par pour avec sans sur sous \
    vers chez je tu il elle on nous vous ils elles me te se moi toi mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs est suis es sont etait etre \
    ai as avons avez ont avoir peut peux pouvez puis faut dois doit veux voudrais ne pas non oui aussi encore deja s'il plait merci bonjour cordialement combien \
    quand quel quelle quels quelles comment pourquoi ou plus tres tout tous toute ete fait faire l d j n c qu m t y";
const ES_STOP: &str = "el la los las un una unos unas y o pero si entonces que quien cual este esta estos estas eso aqui a al de del en con sin sobre para por \
    desde hasta yo tu usted el ella nosotros ustedes ellos me te se mi mis su sus nuestro nos es soy son era ser estar esta estan he ha han hay tengo tiene tienen \
    puedo puede pueden debo debe quiero quisiera no tambien ya ahora favor gracias hola saludos cuanto cuanta cuantos cuantas cuando como donde mas muy todo todos \
    lo le les";

const NL_CONCEPTS: &[&str] = &[
    "bezorgen bezorging bezorgd leveren levering geleverd verzenden verzending verzonden versturen verstuurd opsturen levertijd bezorgtijd verzendtijd",
    "kost kosten prijs tarief betaal betalen bedrag verzendkosten bezorgkosten",
    "gratis kosteloos",
    "pakket pakje bestelling zending order",
    "retour retourneren terugsturen terugzenden terugbrengen teruggeven terugstuur",
    "ruilen omruilen geruild",
    "bon cadeaubon cadeaukaart tegoedbon kadobon waardebon",
    "geldig verlopen verloopt vervalt vervallen geldigheid",
    "open openingstijden geopend dicht gesloten sluiten",
    "factuur rekening bon kassabon",
    "annuleren afzeggen annulering",
    "garantie",
    "kapot defect stuk beschadigd schade",
    "repareren reparatie maken herstellen",
    "ophalen afhalen halen afhaalpunt ophaalpunt",
    "geld terugbetaling terugbetalen aankoopbedrag terugstorten",
    "overschrijven bankoverschrijving overboeken",
    "ebike e-bike elektrische elektrisch",
    "wijzigen aanpassen veranderen",
    "winkel zaak filiaal vestiging",
    "accu batterij",
    "achteraf later",
    "telefoonnummer telefoon bellen",
    "percentage procent",
];
const EN_CONCEPTS: &[&str] = &[
    "deliver delivery delivered arrive arrives ship shipping shipped shipment dispatch",
    "cost costs price fee charge pay amount",
    "free complimentary",
    "parcel package order shipment",
    "return returns returned returning back",
    "exchange swap exchanged",
    "card voucher gift",
    "valid expire expires expiry validity",
    "open opening hours closed close closes",
    "invoice bill receipt",
    "cancel cancellation cancelled",
    "warranty guarantee covered",
    "broken defective damaged damage faulty",
    "repair fix fixed repaired mend",
    "bike bicycle",
    "shop store branch",
    "refund money reimbursed",
    "e-bike ebike electric",
    "instalments installments terms",
    "change modify alter",
    "collect collecting pickup",
    "percentage percent",
];
const DE_CONCEPTS: &[&str] = &[
    "liefern lieferung geliefert versand versenden versendet lieferzeit zustellung",
    "kosten preis gebuhr betrag bezahlen zahlen versandkosten",
    "paket bestellung sendung",
    "rucksendung ruckgabe zuruckschicken retoure zuruckgeben",
    "gutschein geschenkkarte geschenkgutschein",
    "geoffnet offnungszeiten geschlossen offen",
    "rechnung beleg",
    "stornieren stornierung widerruf",
    "fahrrad rad",
    "geschaft laden filiale",
];
const FR_CONCEPTS: &[&str] = &[
    "livraison livrer livre expedition expedier envoi",
    "cout coute prix frais tarif montant",
    "colis commande paquet",
    "retour retourner renvoyer",
    "carte cadeau bon",
    "ouvert ouverture horaires ferme",
    "facture recu",
    "annuler annulation",
    "magasin boutique",
];
const ES_CONCEPTS: &[&str] = &[
    "entrega entregar envio enviar llega llegar",
    "coste cuesta precio gastos importe",
    "paquete pedido",
    "devolver devolucion",
    "tarjeta regalo vale",
    "abierto horario apertura cerrado",
    "factura recibo",
    "cancelar anular",
    "tienda comercio",
];
