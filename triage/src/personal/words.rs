//! Words that are no names, and letters that measure something.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Articles, pronouns, prepositions, auxiliaries and words of questions, in five languages.
const SMALL: &str = "
ik je jij we wij ze zij u jullie hij het 't de een en of maar want dus in op aan te ten ter van voor naar om er als na nu uw ja nee dat dit deze die is
bij zijn ben bent was waren heb hebt heeft had hebben kan kunt kunnen wil wilt willen zal zou moet moeten mag wat waar wanneer hoe waarom wie welke
mijn jouw ons onze haar hun geen niet ook nog al wel zo met uit over door tot per hier daar graag mij me
i you they he she it the a and or but so at to by as if do go up us am an on be my no not are were have has had can could would should shall do does
did what where when how why who which your our their his her its this that these those there here from with without about please just only also
ich wir sie er es du ihr der die das den dem des ein eine einen einem einer und oder aber doch im um wo zu ab bin bist ist sind war haben hat habe hatte
kann können könnte will wollen soll muss müssen was wann wie warum wer welche mein meine meinen meiner unser unsere seine kein keine nicht auch noch
schon mit aus über durch bis pro hier da bitte für nach von vom zum zur auf
je tu il elle nous vous ils elles on le la les un une du au aux et ou mais donc ce ça se sa son ta ton ma mon mes nos notre vos votre ne ni si y où est
suis es sommes êtes sont ai as a avez ont avoir être peut peux pouvez veux voudrais que qui quoi quand comment pourquoi quel quelle pas plus aussi
encore avec sans pour par dans sur chez ici là
yo tú él ella usted ustedes nosotros el la los las lo un una y o pero al del se su sus mi mis tu te me ya sí no es soy son está están he ha han tengo
tiene hay puede puedo quiero que qué quien quién cuando cuándo como cómo dónde donde por para con sin en de desde hasta hace durante casi más también
muy aquí
eu bv nv tv ok vs ca
";

/// What stands where a name could, and is none.
const NO_NAMES: &str = "
dhr mevr mw mr mrs ms sr sra srta mme mlle dr prof familie fam familia famille zie boven see above siehe oben voir mate cordiales cordial afectuosos prima top super perfect fijn
fijne toll schönen bonne buen bestelling order pakket pakje artikel product klantnummer ordernummer bestelnummer klantenservice afdeling team klant klantendienst helpdesk receptie
bedrijf webshop winkel iedereen allen allemaal jongens alvast bedankt dank dankjewel dankuwel groet groeten groetjes vriendelijke hartelijke beste geachte
hallo hoi hi hey dag goedemorgen goedemiddag goedenavond heer heren mevrouw meneer dames dhr mevr mw verkeerd fout onjuist gewijzigd veranderd gespeld
geschreven bekend onbekend echter goed correct helaas vermeld zei zegt heeft belde vroeg vrouw man zoon dochter vader moeder vriend vriendin collega
idee nodig weg kwijt welkom telefoon telefoonnummer adres mail email e-mail postcode straat iban verzonden vanuit ja nee morgen vandaag alles
package parcel item company customer service support account everyone everybody all guys thanks thank regards cheers bye hello dear sir madam mr mrs ms miss
wrong misspelled misspelt spelled spelt written incorrect changed different missing correct still now not sent get great good best kind warm love
wife husband son daughter father mother friend god jesus science law hope again soon looking advance much very many address phone one two
bestellung paket artikel firma kunde kundin kunden kundenservice kundendienst kundennummer bestellnummer alle allen danke vielen dank gruß grüße liebe
guten tag morgen abend sehr geehrte geehrter damen herren herr frau falsch geändert geschrieben bekannt unbekannt richtig leider doktor von
urlaub telefon adresse ihnen euch dir mir uns gesendet tschüss ciao heute gestern
commande colis article entreprise client cliente service merci bonjour bonsoir cordialement salutations monsieur madame mademoiselle messieurs mesdames
mal écrit incorrect changé bien correct toujours encore femme mari fils fille père mère ami amie loi adresse téléphone envoyé directeur directrice
président présidente beaucoup avance tous tout toute tout
pedido paquete artículo empresa cliente clienta atención gracias hola buenos buenas días tardes noches saludos saludo señor señora señores mal escrito
incorrecto cambiado correcto todavía mujer marido esposa esposo hijo hija padre madre amigo amiga dios dirección teléfono enviado adiós muchas mucho todos
";

/// Names that are also such words.
const NAMES_TOO: &[&str] = &["will", "an", "jo", "god", "dag", "son", "ihr", "ben", "per", "al"];

/// Titles before these make a brand, or somebody out of a story.
const BRANDS: &[&str] = &[
    "martens",
    "oetker",
    "proper",
    "muscle",
    "bean",
    "pepper",
    "hinch",
    "dre",
    "hauschka",
    "julio",
    "coffee",
    "beckmann",
    "scholl",
    "tussauds",
    "potato",
    "holle",
    "quijote",
    "quixote",
    "beast",
    "spex",
    "dior",
    "sixty",
    "antje",
    "bovary",
    "cuisine",
    "etam",
    "doubtfire",
    "strange",
    "robot",
    "monopoly",
    "clean",
    "kipling",
    "brown's",
    "browns",
    "bronner's",
    "universe",
    "marple",
    "piggy",
    "wash",
    "price",
    "freeze",
    "happy",
    "men",
    "right",
    "suntour",
    "who",
    "best",
    "jart",
    "office",
    "bronner",
    "marvel",
    "teflon",
    "goodcat",
    "world",
    "america",
    "italia",
    "selfridge",
    "incredible",
];

/// Letters after figures that measure, count or order something.
const UNITS: &[&str] = &[
    "kg", "mg", "km", "hm", "dm", "cm", "mm", "nm", "ml", "cl", "dl", "hl", "cc", "kb", "mb", "gb", "tb", "kw", "mw",
    "gw", "wh", "kj", "hz", "hp", "pk", "ps", "cv", "px", "dp", "dpi", "mp", "lm", "lx", "db", "ma", "va", "kv", "mv",
    "bp", "oz", "lb", "ft", "yd", "sq", "st", "nd", "rd", "th", "er", "am", "pm", "hr", "uu", "pc", "ct", "cd", "xl",
    "xs", "xx", "ha", "kn", "kp", "gr", "rp", "pg", "eu", "hd",
];

static SMALL_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| SMALL.split_whitespace().collect());
static NO_NAME_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| NO_NAMES.split_whitespace().collect());

/// Whether it is one of the small words of the five languages, in whatever letters.
pub(super) fn is_small_word(word: &str) -> bool {
    SMALL_WORDS.contains(word.to_lowercase().as_str())
}

/// Whether a word may be somebody's name. In small letters, or in a text that shouts, less may.
pub(super) fn may_be_name(word: &str) -> bool {
    let lower = word.to_lowercase();
    let capital = word.chars().next().is_some_and(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase);
    if capital && NAMES_TOO.contains(&lower.as_str()) {
        return true;
    }
    let plain = lower.split(['\'', '’']).next().unwrap_or_default();
    let elided =
        lower.contains(['\'', '’']) && ["j", "c", "qu", "s", "n", "i", "it", "that", "what", "where"].contains(&plain);
    !elided && !SMALL_WORDS.contains(lower.as_str()) && !NO_NAME_WORDS.contains(lower.as_str())
}

/// Whether a title before this word makes a brand of it.
pub(super) fn is_brand(word: &str) -> bool {
    BRANDS.contains(&word.to_lowercase().as_str())
}

/// Whether the letters at the end are a measure, as in `1500 ml`.
pub(super) fn ends_in_unit(written: &str) -> bool {
    let start = written.rfind(|c: char| !c.is_alphabetic()).map_or(0, |at| at + 1);
    written.get(start..).is_some_and(|letters| UNITS.contains(&letters.to_lowercase().as_str()))
}
