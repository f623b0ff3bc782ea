//! Short texts in five languages: what must not leave, and what must stay to be understood.

use std::time::{Duration, Instant};

use super::{masked, personal};

/// What is masked.
const PERSONAL: &[(&str, &str)] = &[
    // Postcodes.
    ("mijn postcode is 1234ab", "mijn postcode is [postcode]"),
    ("huisnr 5 postcode 1234 ab", "huisnr 5 postcode [postcode]"),
    ("ik woon op 8011Ab Zwolle", "ik woon op [postcode] Zwolle"),
    ("Kerkweg, 1234 GB Zwolle", "Kerkweg, [postcode] Zwolle"),
    ("Ich wohne in 10115 Berlin", "Ich wohne in [postcode] Berlin"),
    ("plz 80331 münchen", "plz [postcode] münchen"),
    ("Lieferung nach D-10115 Berlin bitte", "Lieferung nach [postcode] Berlin bitte"),
    ("nach 72770 Reutlingen liefern", "nach [postcode] Reutlingen liefern"),
    ("j'habite à 75001 Paris", "j'habite à [postcode] Paris"),
    ("code postal : 69003", "code postal : [postcode]"),
    ("envío a 28013 Madrid", "envío a [postcode] Madrid"),
    ("mi código postal es 41001", "mi código postal es [postcode]"),
    ("Ik woon in 9000 Gent", "Ik woon in [postcode] Gent"),
    ("My postcode is SW1A 1AA", "My postcode is [postcode]"),
    ("deliver to sw1a 1aa please", "deliver to [postcode] please"),
    ("Springfield, IL 62704", "Springfield, IL [postcode]"),
    // Dates of birth.
    ("12 de marzo de 1980", "[birth date]"),
    ("nací el 12 de marzo de 1980", "nací el [birth date]"),
    ("I was born on March 12, 1980", "I was born on [birth date]"),
    ("born 12th of March 2015", "born [birth date]"),
    ("ik ben van 12 maart '80", "ik ben van [birth date]"),
    ("12e maart 1980 is het", "[birth date] is het"),
    ("Je suis né le 12 mars 1980", "Je suis né le [birth date]"),
    ("née le 1er août 2014", "née le [birth date]"),
    ("geboren am 12. März 1980", "geboren am [birth date]"),
    ("Ich bin am 3. Mai 1975 geboren", "Ich bin am [birth date] geboren"),
    ("Geburtsdatum: 12.03.1980", "Geburtsdatum: [birth date]"),
    ("geboren te Utrecht op 12 maart 2014", "geboren te Utrecht op [birth date]"),
    ("klant 12-03-1980", "klant [birth date]"),
    ("1980-03-12", "[birth date]"),
    ("dob 12/03/80", "dob [birth date]"),
    // Names that somebody says.
    ("ik heet jan jansen", "ik heet [name]"),
    ("ik heet jan van der berg en wil ruilen", "ik heet [name] en wil ruilen"),
    ("Mijn naam is Anna", "Mijn naam is [name]"),
    ("my name is peter smith, where is it", "my name is [name], where is it"),
    ("Ich heiße Müller", "Ich heiße [name]"),
    ("je m'appelle luc", "je m'appelle [name]"),
    ("Me llamo Ana García López", "Me llamo [name]"),
    ("Het staat op naam van Jan Jansen", "Het staat op naam van [name]"),
    ("the order is in the name of Tom Baker", "the order is in the name of [name]"),
    ("Bestellung auf den Namen Weber", "Bestellung auf den Namen [name]"),
    ("commande au nom de Claire Petit", "commande au nom de [name]"),
    ("a nombre de José Ruiz", "a nombre de [name]"),
    ("op naam van familie de Boer", "op naam van familie [name]"),
    ("Voornaam: jan", "Voornaam: [name]"),
    ("MIJN NAAM IS JAN JANSEN", "MIJN NAAM IS [name]"),
    // Names after titles.
    ("Dhr. P. Jansen belde", "Dhr. [name] belde"),
    ("Mevr. de Vries", "Mevr. [name]"),
    ("voor mevrouw Van den Berg", "voor mevrouw [name]"),
    ("mevr. jansen", "mevr. [name]"),
    ("Mr Smith and Mrs. O'Neill", "Mr [name] and Mrs. [name]"),
    ("Herr Müller-Lüdenscheidt", "Herr [name]"),
    ("Frau Dr. Schmidt rief an", "Frau Dr. [name] rief an"),
    ("de M. Dupont", "de M. [name]"),
    ("Mme Lefèvre", "Mme [name]"),
    ("Sr. Gómez y Sra. Ruiz", "Sr. [name] y Sra. [name]"),
    // Names at the end.
    ("Waar is mijn pakket? Groetjes Anna", "Waar is mijn pakket? Groetjes [name]"),
    ("groet,\n\nJ. de Vries", "groet,\n\n[name]"),
    ("Waar blijft het?\ngroetjes\nanna", "Waar blijft het?\ngroetjes\n[name]"),
    ("Groeten van Piet", "Groeten van [name]"),
    ("Alvast bedankt,\nAnna", "Alvast bedankt,\n[name]"),
    ("Where is it? Thanks, Tom", "Where is it? Thanks, [name]"),
    ("Wo ist es?\nLG\nJana", "Wo ist es?\nLG\n[name]"),
    ("Mit freundlichen Grüßen\n\nHans Meier", "Mit freundlichen Grüßen\n\n[name]"),
    ("Cordialement, Luc Petit", "Cordialement, [name]"),
    ("Un saludo, Ana", "Un saludo, [name]"),
    // Mail.
    ("mail jan @ example.com", "mail [mail]"),
    ("jan(at)example.com", "[mail]"),
    ("jan [at] example [dot] com", "[mail]"),
    ("write to jan at example dot com", "write to [mail]"),
    ("jan punt jansen apenstaartje example punt nl", "[mail]"),
    ("juan arroba example.es", "[mail]"),
    // Streets.
    ("Dorpsstraat 12a", "[address]"),
    ("ik woon op de dorpsstraat 12", "ik woon op de [address]"),
    ("Jan van Galenstraat 12-2, Amsterdam", "[address], Amsterdam"),
    ("Kerkweg 7", "[address]"),
    ("Laan van Meerdervoort 100", "[address]"),
    ("Hauptstraße 5", "[address]"),
    ("Hauptstr. 5, 72764 Musterort", "[address], [postcode] Musterort"),
    ("Berliner Straße 12 b", "[address]"),
    ("An der Alster 6, 20099 Hamburg", "[address], [postcode] Hamburg"),
    ("12 rue de la Paix", "[address]"),
    ("5 bis avenue Victor Hugo, 75016 Paris", "[address], [postcode] Paris"),
    ("3 place de la République", "[address]"),
    ("Calle Mayor 5", "[address]"),
    ("C/ Alcalá, 42, 3º B", "[address]"),
    ("Avda. de la Constitución nº 7", "[address]"),
    ("221B Baker Street", "[address]"),
    ("10 downing street, london", "[address], london"),
    ("I live at 7 Elm Close", "I live at [address]"),
    // Numbers before words that look like more of them.
    ("BE68 5390 0754 7034 naar mijn rekening", "[iban] naar mijn rekening"),
    ("kaart 30569309025904", "kaart [card]"),
    ("4111 1111 1111 1111 12/27", "[card] 12/27"),
];

/// What stays as it is.
const ORDINARY: &[&str] = &[
    // Numbers, sizes, prices, times.
    "bestelling 10115 is kwijt",
    "10115 Schrauben bestellt",
    "Ich brauche 5000 Stück",
    "75001 pièces commandées",
    "28013 unidades",
    "order 1234 is weg",
    "in 2026 is het anders",
    "sinds 2024 en nu weer",
    "een fles van 1500 ml",
    "1000 kg zand, 2000MB geheugen",
    "1200mm breed, 1080px",
    "een accu van 1500 Wh",
    "Sommer 2026SS Kollektion",
    "om 1130 am of 1430 pm",
    "3 x 2XL, 2 x S",
    "artikel AB-1234CD-9",
    "€ 1234 per stuk",
    "maat 42 tot 44, 3 stuks",
    "levering op 12 maart 2026 om 14:00",
    "am 01.03.2026 10:00 Uhr",
    "entrega el 12 de marzo de 2026",
    "the 1st of March 2026 between 9 and 12",
    "maat 12 maart-collectie",
    "collectie maart 2026",
    "12 Mars riegels",
    "12 mei om 9 uur",
    "de taille M. Merci",
    "maat M. Graag blauw",
    "Größe: M. Farbe Rot",
    "S, M, L en XL",
    // Names of things, and words after titles.
    "Meine Frau möchte umtauschen",
    "für meine Frau Schuhe gekauft",
    "Frau",
    "Herr oder Frau?",
    "Geachte heer/mevrouw",
    "Geachte mevrouw, waar is het?",
    "Mevrouw Wanneer komt het?",
    "Bonjour Madame, Monsieur",
    "Bonjour Monsieur Je voudrais un remboursement",
    "Dr. Martens in 42",
    "Dr. Oetker Pizza",
    "Mr. Proper en Mr Muscle",
    "SR Suntour vork, MS Office",
    "I miss Amazon prices",
    "Señor, ¿dónde está?",
    "LG Fernseher kaputt",
    "500 gr. Koffie",
    "productnaam: Blauwe Stoel",
    "product name: Blue Chair",
    "mijn naam is verkeerd gespeld",
    "my name is wrong on the invoice",
    "mein Name ist falsch geschrieben",
    "mon nom est mal écrit",
    "mi nombre es incorrecto",
    "op naam van mijn vrouw",
    "op naam van het bedrijf",
    "in the name of god",
    "au nom de la loi",
    "auf den Namen meiner Frau",
    "groetjes aan iedereen",
    "de groeten",
    "Bedankt, tot morgen",
    "Thanks, great service",
    "Danke, Tschüss",
    "Vielen Dank, bis morgen",
    "Merci, Cordialement",
    "un don Leetchi",
    "naam: zie boven",
    "Cheers mate",
    "Saludos cordiales",
    "Bedankt. Prima",
    "model 2000 hd",
    "Am Montag 12 Uhr",
    // Mail.
    "3 stuks @ 2.50 euro",
    "look at the dot on the map",
    "I bought it at example.com",
    // Streets.
    "mijn pakket is onderweg 2 dagen",
    "iPad 10 en iPhone 15",
    "Supermarkt 24 Stunden offen",
    "Ohrring 12 mm",
    "Parkplatz 12",
    "in de winkelstraat 3 winkels",
    "al 3 weken op straat 12 uur lang",
    "la calle desde hace 2 días",
    "en la calle hace 3 horas",
    "camino de Santiago 800 km",
    "plaza de garaje 5",
    "10 cours de Yoga",
    "2 places disponibles",
    "2 Flash Drive",
    "2 mountain road bikes",
    "100 km road trip",
    "12 St. Pauli Trikots",
];

#[test]
fn personal_data_are_masked_in_five_languages() {
    let wrong = PERSONAL.iter().filter(|(text, wanted)| masked(text) != *wanted);
    let wrong: Vec<_> = wrong.map(|(text, wanted)| format!("{wanted:?} wanted, got {:?}", masked(text))).collect();
    assert!(PERSONAL.len() >= 60 && wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_a_question_needs_stays() {
    let wrong: Vec<_> = ORDINARY.iter().filter(|text| masked(text) != **text).map(|text| masked(text)).collect();
    assert!(ORDINARY.len() >= 60 && wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Eight times the text takes about eight times the time, and not 64 times, whatever is repeated in it.
#[test]
fn time_grows_with_the_length_alone() {
    let pieces = PERSONAL.iter().map(|pair| pair.0).chain(ORDINARY.iter().copied());
    let odd = [
        "a", "1", "1 ", "A.", "de ", "van ", "a@", "Ab ", "12 ", "groet ", "groet,\n", "Mr ", "1234", "é-", "straat",
        "naam is ",
    ];
    let time = |text: &str| {
        let begun = Instant::now();
        let found = personal(text);
        (begun.elapsed(), found.len())
    };
    time("warm");
    for piece in pieces.step_by(4).chain(odd) {
        let (short, long) = (piece.repeat(2_500 / piece.len()), piece.repeat(20_000 / piece.len()));
        let allowed = Duration::from_millis(50) + 20 * time(&short).0;
        let taken = time(&long).0;
        assert!(taken < allowed, "{piece:?}: {taken:?}, allowed {allowed:?}");
    }
}
