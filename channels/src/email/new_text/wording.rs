//! The words of signatures, footers and banners, in the languages of the common clients.

use std::sync::LazyLock;

use regex::Regex;

use super::super::pattern::{one_of, pattern};

/// What people write on, and with what.
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "iphone", "ipad", "ios", "android", "galaxy", "samsung", "huawei", "xiaomi", "redmi", "oneplus", "pixel", "nokia", "sony",
    "htc", "motorola", "oppo", "honor", "fairphone", "blackberry", "windows", r"e-?mail\b", r"mail\b", "mailapp", "outlook",
    "gmail", "proton", "yahoo", "aol", "spark", "thunderbird", "k-9", "tuta", "superhuman", "telefoon", "phone", "handy",
    "smartphone", "mobile", "mobiel", "mobil", "móvil", "movil", "téléphone", "teléfono", "tablet", "apparaat", "device",
    "gerät", "appareil", "dispositivo", r"\bapp\b", "gmx", r"web\.de", "fairemail", "icloud", "hotmail", "bluemail",
    r"\bmac\b", "laptop", "zoho", "fastmail", "hey",
];

/// Sentences that devices and programs append.
pub(super) static DEVICE: LazyLock<Regex> = LazyLock::new(|| {
    let thing = format!("(?:{})", THINGS.join("|"));
    let sent =
        "sent|verzonden|verstuurd|gesendet|versendet|envoyé|enviado|inviato|skickat|sendt|wysłano|wysłane|expédié";
    let by = "from|via|with|using|by|vanaf|vanuit|van|met|von|mit|aus|über|vom|depuis|de|à partir d|avec|desde|con|\
              mediante|da|dal|från|fra|z";
    let mail = "nachricht|e-?mail|message|mail|bericht|mensaje|courriel";
    let was = "wurde|was|is|a été|fue|ha sido";
    one_of(
        r"(?i)^\W*(?:",
        &[
            &format!(r"(?:{sent})\s+(?:securely\s+|sicher\s+)?(?:{by})\S*\s.{{0,60}}{thing}.{{0,60}}"),
            &format!(
                r"(?:von|vom|aus) (?:mein\p{{L}}* .{{1,60}}|.{{0,40}}{thing}.{{0,40}})(?:gesendet|versendet|geschickt)\W*"
            ),
            &format!(r".{{0,30}}(?:{mail}) (?:{was}) .{{0,50}}{thing}.{{0,40}}(?:{sent}|geschreven|verfasst)?\W*"),
            r"(?:\p{L}+\s){0,3}outlook (?:for|voor|für|pour|para|per|auf) (?:ios|android|mac)(?:\s\p{L}+){0,2}\W*",
            r"(?:get|download|obtener|descargar|descarga|télécharger|téléchargez|obtenir|herunterladen|holen sie sich)\s.{1,40}\s(?:for|voor|für|pour|para)\s(?:ios|android|mac\w*|iphone|ipad|windows)(?:\s\p{L}+){0,2}\W*",
            r"(?:virus-?free|virenfrei|virusvrij|sans virus|libre de virus|garanti sans virus).{0,60}",
            r"yahoo mail: .{1,60}",
            &format!(r"provenance\s?:\s.{{0,30}}{thing}.{{0,30}}"),
            r"(?:von )?(?:mobiel|onderweg|unterwegs|mobil) (?:verzonden|verstuurd|gesendet)",
            // Whose it is says enough, whatever it is.
            r"(?:sent|verzonden|verstuurd|gesendet|envoyé|enviado|inviato)\s(?:from|vanaf|vanuit|van|via|von|depuis|de|desde|dal?)\s(?:my|mijn|m['’]n|meinem|meiner|mon|ma|mi|mio)\s\S+(?:\s\S+){0,4}",
            r"von (?:meinem|meiner)\s\S+(?:\s\S+){0,4}\s(?:gesendet|verschickt|geschickt|versendet)\W*",
            &format!(r"(?:{by})\s(?:\S+\s){{0,2}}\S*{thing}\S*\s(?:\S+\s){{0,2}}(?:{sent}|verschickt|geschickt)\W*"),
        ],
        &format!(r")(?:\W+{SORRY})?$"),
    )
});
/// What is said in excuse of short mails with mistakes.
const SORRY: &str = r".{0,60}\b(?:typo|tippfehler|schreibfehler|kürze|brevity|spelling|autocorrect|typfout|tikfout|spelfout|\
    fautes|brièveté|concision|errata|errores|brevedad).{0,60}";
/// "Sent from" something with a name of its own, for the last line of a text.
pub(super) static APP: LazyLock<Regex> = LazyLock::new(|| {
    let sent = "Sent|Verzonden|Verstuurd|Gesendet|Envoyé|Enviado|Inviato|Expédié";
    let by = "from|via|with|using|vanaf|vanuit|met|von|mit|aus|über|depuis|avec|par|desde|con|da";
    let beside = "for|on|in|voor|op|für|auf|pour|sur|para|en|per";
    pattern(&format!(r"^\W*(?:{sent}) (?:{by}) [\p{{Lu}}\d]\S*(?: (?:{beside}|[\p{{Lu}}\d]\S*)){{0,4}}$"))
});
/// An address of a page, in brackets.
pub(super) static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*[<(\[]\s*https?://[^>)\]]*[>)\]]?\s*"));
/// A greeting at the end, with a name behind it or without.
pub(super) static SIGN_OFF: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?i)^\W*(?:",
        &[
            r"(?:met |mit |with |most )?(?:vriendelijke|vriendelijk|hartelijke|beste|zonnige|warme|freundlichen|freundliche|freundlichem|besten|liebe|lieben|herzliche|herzlichen|viele|vielen|schöne|schönen|kind|kindest|best|warm|warmest)?\s?(?:groet(?:en|jes)?|grü(?:ß|ss)en?|gruß|gruss|regards|wishes)",
            r"(?:\p{L}+\s){0,3}(?:groet(?:en|jes)?|grü(?:ß|ss)en?|gru(?:ß|ss)|regards|wishes|salutations|saludos?|remerciements)",
            r"bis (?:bald|dann|morgen|später)",
            r"(?:le |les |la )?saludan? (?:muy )?(?:atentamente|cordialmente)",
            r"muy atentamente",
            r"a la espera .{0,40}",
            r"sin otro particular",
            r"(?:veel|hartelijk|heel veel|dikke) dank",
            r"(?:een |ein |have a |un )?(?:fijn|prettig|goed|mooi|schöne[sn]?|angenehme[sn]?|bon|bonne|buen|feliz|good|great|nice) (?:weekend|wochenende|week-end|week|woche|resttag|fin de semana|semana|semaine|día)",
            r"mvg",
            r"m\.?v\.?g\.?",
            r"hoogachtend",
            r"alvast (?:hartelijk |heel erg )?(?:bedankt|dank)",
            r"bij voorbaat dank",
            r"met dank",
            r"bedankt",
            r"groet",
            r"best",
            r"cheers",
            r"(?:yours )?(?:sincerely|faithfully|truly)",
            r"(?:many )?thanks(?: in advance| a lot| and regards| so much| very much)?",
            r"moltes gràcies",
            r"im auftrag|i\. ?a\.|servus|tschüss?|ciao|es gr(?:ü|ue)(?:ß|ss)t(?: sie)?(?: herzlich| freundlich)?|salu2|atte\.?",
            r"thank you",
            r"all the best",
            r"mfg",
            r"lg",
            r"vg",
            r"hochachtungsvoll",
            r"(?:vielen )?danke?(?: im voraus)?",
            r"(?:bien |très )?cordialement",
            r"(?:meilleures|sincères|cordiales) salutations",
            r"bien à (?:vous|toi)",
            r"salutations(?: distinguées)?",
            r"cdlt",
            r"cdt",
            r"crdlt",
            r"sltns",
            r"bàv",
            r"(?:très )?(?:bonne|belle) (?:journée|soirée|réception|fin de journée)(?: à vous)?",
            r"merci et bonne journée",
            r"(?:een )?(?:fijne|prettige|goede|mooie) (?:dag|avond|middag|week|weekend)(?: (?:nog|verder|gewenst))?",
            r"(?:einen )?(?:schönen|angenehmen) (?:tag|abend|nachmittag)(?: noch)?",
            r"have a (?:nice|great|good|lovely) (?:day|evening|weekend|one)",
            r"que tengan? (?:un )?(?:buen|feliz) día",
            r"buen día",
            r"h?gr(?:tz|tjs|oetjes|oet)?",
            r"vr?\.? ?gr\.?",
            r"bvd|slds|bises|bisous|besos|liefs|afectuosamente|chaleureusement|freundlichst|warmly|respectfully",
            r"(?:ble?iben|bleib) (?:sie )?gesund|take care|yours|(?:mil )gracias|tot (?:dan|ziens|snel)|speak soon|hasta (?:pronto|luego)|(?:à|a) bientôt",
            r"gracias por anticipado|merci par avance|merci bien",
            r"b?rgds",
            r"br",
            r"kr",
            r"thx",
            r"dank ?(?:u|je)(?: ?wel)?(?: alvast)?",
            r"(?:herzlichen|besten|vielen|lieben) dank(?: und (?:viele|beste|freundliche|liebe) grü(?:ß|ss)e)?",
            r"danke und (?:viele |beste |liebe )?grü(?:ß|ss)e?",
            r"gracias y (?:un )?saludos?",
            r"(?:saludos|grüße|groeten|greetings|regards) (?:desde|aus|uit|from) .{2,20}",
            r"je vous prie d['’]agréer.{0,80}",
            r"dans l['’]attente .{0,60}",
            r"in afwachting van .{0,40}",
            r"quedo a la espera.{0,40}",
            r"(?:looking|look) forward to .{0,40}",
            r"respectueusement",
            r"merci(?: d'avance| beaucoup)?",
            r"amicalement",
            r"(?:un )?(?:cordial |atento )?saludos?(?: cordiales| atentos)?",
            r"atentamente",
            r"un abrazo",
            r"(?:muchas )?gracias(?: de antemano)?",
            r"cordialmente",
            r"cordiali saluti",
            r"distinti saluti",
            r"atenciosamente",
        ],
        r")(?:[,.!\s]+(?<name>[\p{L} .'-]{0,40}))?\W*$",
    )
});
/// What is said by whoever signs for somebody else.
pub(super) static PROXY: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^(?:im auftrag|i\. ?[av]\.)$"));
/// A way to reach somebody: a number, an address of mail, a page.
pub(super) static REACH: LazyLock<Regex> = LazyLock::new(|| {
    let kinds = r"tel|telefoon|telefon|telefax|tél|teléfono|tfno|phone|fon|mobile|mobiel|mobil|móvil|mob|gsm|fax|portable|direct|ext|cell";
    pattern(&format!(
        // A single letter alone before a full stop may be that of a first name.
        r"(?i)\b(?:{kinds})\s?[.:]{{1,2}}\s*[-+(\d]|\b(?:ext|poste|toestel|tst|tstnr|durchwahl|dw|nst|extensión|anexo|int)\.?:? ?-?\d{{2,5}}$|\bext\.? ?\d|\b14 ?0\d{{2,3}}\b|\b[tmfd]\s?[.:]{{0,2}}\s*[+(]?\d{{2}}|\b[tmfew]\s?:\s*\S|\+?\(?\d[\d\s()./-]{{7,}}\d|www\.|https?://|[^\s<>@]+@[^\s<>@]+\.\w+|[☎✉📞📧📱]|(?:^|[\s|])[a-z0-9-]{{3,}}(?:\.[a-z0-9-]+)*\.(?:nl|de|com|fr|es|be|org|net|eu|uk|io|at|ch|cat|example)(?:/\S*)?(?:$|\s[|•·])"
    ))
});
/// A day in numbers, which no telephone has.
pub(super) static DAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:^|[^\d./+-])(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})(?:$|[^\d./-])")
});
/// The name of a firm, by what the law makes it end with, and the numbers of firms.
pub(super) static FIRM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?i:b\.?v\.?|bvba|gmbh|n\.?v\.|ltd|llc|llp|plc|inc|s\.?a\.?r\.?l|sas|s\.?l\.?u?\.|kvk|btw|vat|siret|siren|ust|e\.\s?v\.|mbh|ohg)\b|\b(?:S\.A|S\.L|B\.V|N\.V|SL|SA|AG|KG|SCP|SCI|EURL|NV|VOF|UG|SE)\b",
    )
});
/// A street with its number, or a town with its code.
pub(super) static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    let street =
        r"straat|weg|laan|plein|kade|dijk|gracht|singel|hof|str\.?|straße|strasse|allee|platz|gasse|ring|damm|ufer";
    let way = r"street|st|road|rd|avenue|ave|lane|drive|way|square|court|rue|avenue|av|bd|boulevard|place|chemin|impasse|quai|cours|calle|c/|avda|avenida|plaza|paseo|pol|polígono|carrer|route|allée";
    pattern(&format!(
        r"\b\d{{4}}\s?[A-Z]{{2}}\b|\b(?:[A-Z]{{1,2}}-)?\d{{4,5}} \p{{Lu}}\p{{L}}{{2,}}|\b[A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}\b|\b[A-Z]{{2}} \d{{5}}\b|(?i:\p{{L}}(?:{street}) \d{{1,4}}\b|\b\d{{1,4}}(?: ?[a-d]| bis| ter)?,? (?:\p{{L}}+ ){{0,3}}(?:{way})\b|\b(?:{way})\.? (?:[\p{{L}}'’-]+ ){{0,4}}[\p{{L}}'’-]+,? (?:n\.?º ?)?\d{{1,4}}\b|postbus \d+|postfach \d+|p\.?o\.? box \d+)"
    ))
});
/// What somebody writes about, if a number stands beside it.
pub(super) static MATTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\border|\bbestel|klantn|nummer|number|numéro|número|rechnung|kundenn|auftrag|commande|\bclient\b|\bcliente\b|pedido|factu|invoice|\btrack|iban",
    )
});
/// A question, or an afterthought.
pub(super) static ASKED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bps\b|p\.s\.|\?$"));
/// Numbers that companies have, and people do not write about.
pub(super) static COMPANY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:kvk|k\.v\.k|btw|b\.t\.w|vat|siret|siren|ust|hrb|hra|nif|cif|tva|rcs|company|registration|colegiad[oa]|big|agb|rpps|adeli|orias|lanr)\b|\bust-?id",
    )
});
/// What a paragraph begins with that lawyers wrote.
pub(super) static DISCLAIMER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:(?:this|the|dit|de|deze|diese|der|die|ce|cet|cette|le|les|este|esta|el|la)\s.{0,160}(?:confidential|privileged|intended (?:only|solely|exclusively)|vertrouwelijk|uitsluitend bestemd|vertraulich|ausschließlich für|confidentiel|exclusivement|destinataire|confidencial|exclusivamente|dirigid[oa]|(?:not|niet|nicht|pas|no) .{0,30}(?:recipient|voor u is bestemd|voor u bestemd|geadresseerde|empfänger|adressat|destinatari[oa])|abusievelijk|per abuis|in error|by mistake|irrtümlich|par erreur|por error)|(?:disclaimer|proclaimer|confidentiality|vertraulichkeit|avis de confidentialité|aviso legal|haftungsausschluss)|.{0,20}(?:consider the environment|denk aan het milieu|an die umwelt|à l['’]environnement|antes de imprimir)|you (?:are receiving|received?) (?:this (?:message|email|mail) because|all messages sent)|(?:en cumplimiento|de conformidad|conforme|conformément|gemäß|in overeenstemming|in accordance|pursuant).{0,100}(?:protección de datos|protection des données|rgpd|gdpr|dsgvo|avg\b|lopd|datenschutz|gegevensbescherming|data protection).{0,80}(?:informamos|informons|informieren|informeren|inform you|tratados|traitées|verarbeitet|verwerkt|processed)|(?:le |les |you |u |sie |vous |we |wij |wir |nous )?(?:informamos|inform you|are informed|informeren|informieren|informons)\b.{0,80}(?:datos personales|personal data|persoonsgegevens|personenbezogene|données (?:personnelles|à caractère))|(?:see|read|lees|raadpleeg|bekijk|siehe|consultez|consulte|our|onze|notre|unsere?|nuestra)\b.{0,60}(?:datenschutz(?:hinweise?|erklärung)|privacy ?(?:statement|policy|notice|verklaring)|privacyverklaring|politique de confidentialité|política de privacidad)[^?]*$)",
    )
});
/// What lawyers speak of below mails; of the first four, nobody else does.
pub(super) static LEGAL: LazyLock<[Regex; 7]> = LazyLock::new(|| {
    [
        r"(?i)confidenti|vertrouwelijk|vertraulich|confidencial|privileged",
        r"(?i)addressee|recipient|intended|geadresseerde|bestemd voor|adressat|empfänger|bestimmt|destinataire|destinatari[oa]",
        r"(?i)\bliab|aansprakelijk|haftung|haftet|responsabl|responsabilidad|responsabilité",
        r"(?i)unauthori|unbefugt|ongeoorloofd|non autoris|no autoriz|prohibit|verboden|untersagt|interdit|prohibid",
        r"(?i)in error|by mistake|ten onrechte|abusievelijk|per abuis|irrtümlich|fälschlich|par erreur|por error",
        r"(?i)\b(?:delete|destroy)|vernietig|verwijder|vernichten|löschen|supprimer|détruire|eliminar|borrar|destruir",
        r"(?i)\bsender\b|afzender|absender|expéditeur|remitente",
    ]
    .map(pattern)
});
/// A first person, in languages where lawyers have none.
pub(super) static MYSELF: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:[Ii]k|[Mm]ijn|[Ii]ch|[Mm]eine?[rnms]?|I|[Mm]y|[Jj]['’]\p{L}+|yo|mis?)\b"));
/// What the law makes companies say of personal data.
pub(super) static PRIVACY: LazyLock<Regex> = LazyLock::new(|| {
    let data = r"datos|\bdata\b|gegevens|daten\b|données";
    let used = "(?:will be|are|serán|son|worden|werden|seront|sont) .{0,40}(?:tratad|processed|verwerkt|verarbeitet|traité)|se tratan|se tratarán|tratamos|we process|verwerken w|wij verwerken|verarbeiten wir|nous traitons";
    let law = r"rgpd|gdpr|dsgvo|ds-gvo|\bavg\b|lopd|datenschutz|protección de datos|data protection|privacy";
    pattern(&format!(
        r"(?i)(?:{data}).{{0,200}}{used}.{{0,200}}(?:{law})|(?:{law}).{{0,200}}(?:{data}).{{0,200}}{used}"
    ))
});
/// What is said of printing mails.
pub(super) static PRINTING: LazyLock<Regex> = LazyLock::new(|| {
    let print = "imprim|print|afdruk|drucken";
    let world = "environment|milieu|umwelt|environnement|medio ambiente";
    let mail = r"e-?mails?|message|bericht|nachricht|courriel|correo|mensaje";
    let need = "necesari|nécessaire|necessary|nodig|notwendig|nötig";
    pattern(&format!(
        r"(?i)(?:{print}).{{0,80}}(?:{world})|(?:{world}).{{0,80}}(?:{print})|(?:{print})[^.?]{{0,30}}\b(?:{mail})\b[^.?]{{0,60}}(?:{need})|\bthink before (?:you )?print"
    ))
});
/// What lawyers say of.
pub(super) static MAILED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(?:e-?mails?|message|communication|transmission|bericht|nachricht|courriel|correo|mensaje|mail)\b")
});
/// What is said of data that stand below.
pub(super) static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i):$|\b(?:onderstaand|hieronder|volgende|as follows|following|below|folgend|untenstehend|suivant|ci-dessous|siguiente|abajo)",
    )
});
/// What is said by whoever lives elsewhere now.
pub(super) static MOVED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)verhuis|verhuiz|umzug|umgezogen|umziehe|\b(?:have|has|has just) moved|moved house|moving house|déménag|mudan|mudad|\b(?:new|nieuwe?|neue|nouvelle|nueva) (?:address|adres|adresse|anschrift|dirección)",
    )
});
/// What is said by whoever gives their data.
pub(super) static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\badres|\baddress|adresse|anschrift|direcci|verhui|umzug|umgezogen|umziehe|\bmov(?:ed|ing)|déménag|mudan|mudad|gegevens|details|daten\b|coordonnées|\bdatos\b|nummer|number|numéro|número|\bbel\b|bellen|\bcall\b|rappel|appel|anrufen|rufen|llam|contact",
    )
});
/// What is said by whoever is going to call.
pub(super) static CALLS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bik bel\b|\bbel ik\b|\bi(?:['’]ll| will|['’]m going to)? (?:call|ring)\b|\bich rufe\b|\brufe ich\b|j['’](?:appelle|appellerai)|\bllamo\b|\bllamaré",
    )
});
/// What a company stamps its mails with.
pub(super) static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:(?:data |e-?mail )?classifi\p{L}+|classificatie|sensitivity|gevoeligheid|vertrouwelijkheid(?:sniveau)?|vertraulichkeit(?:sstufe)?|klassifizierung|clasificación|sensibilidad|confidentialité|sensibilité)\s?(?:level)?\s?:\s?(?:\S+\s?){1,3}$",
    )
});
/// The name of a disclaimer with its page.
pub(super) static DISCLAIMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:e?-?mail[- ]?)?(?:disclaimer|proclaimer|haftungsausschluss|aviso legal|avis de confidentialité|mentions légales)\b.{0,60}(?:://|www\.)\S+$",
    )
});
/// What stands above what lawyers wrote.
pub(super) static HEADING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:e-?mail )?(?:disclaimer|proclaimer|confidentiality(?: notice)?|important notice|privacy(?: notice)?|aviso legal|haftungsausschluss|vertraulichkeit\p{L}*|avis de confidentialité|confidentialité|vertrouwelijkheid\p{L}*|confidencialidad)\W*$",
    )
});
/// What is said of why somebody gets a mail.
pub(super) static SENT_FOR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:(?:u|je|jij) ontvangt (?:deze|dit)|you (?:are receiving|receive|received) this|sie erhalten diese|vous recevez (?:ce|cet|cette)|(?:usted )?recibe este)\b.{0,40}(?:omdat|because|as you|weil|da sie|car |parce que|porque|ya que)",
    )
});
/// What the law makes companies say below their letters.
pub(super) static REGISTERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bregistered (?:in|office|address|number|company|charity)|\bcharity (?:no|number)|\bcompany (?:no|number|registration)|ingeschreven (?:in|bij|onder)|handelsregister|kamer van koophandel|sitz der gesellschaft|amtsgericht|registergericht|\brcs\b|registro mercantil|\bau capital de\b",
    )
});
/// What a mail server puts above a mail from outside.
pub(super) static BANNER: LazyLock<Regex> = LazyLock::new(|| {
    one_of(
        r"(?i)^\W*(?:\[?ext\]?\W+)?(?:",
        &[
            r"(?:caution|warning|external|extern\w*|let op|pas op|achtung|vorsicht|warnung|attention|atención|precaución|avertissement)\b.{0,80}(?:outside|external|extern|außerhalb|buiten (?:de|onze) organisatie|l['’]extérieur|fuera de|do not click|klik niet|nicht (?:an)?klicken|ne cliquez pas|no haga clic).*",
            r"\[?(?:external|extern|extern[ea]s?|externe|externo)(?: (?:e-?mail|sender|message|mail|afzender|absender|bericht|nachricht))?\W*",
            r"(?:this|the|dit|deze|diese|ce|este) (?:e-?mail|message|bericht|mail|nachricht|courriel|mensaje|correo)\b.{0,40}\b(?:outside (?:of )?(?:the|your|our) \p{L}+|external (?:sender|source|e-?mail|address)|extern\p{L}{0,3} (?:afzender|absender|adres|quelle|bron)|(?:expéditeur|remitente|source) extern\p{L}|buiten (?:de|onze|uw|jouw) organisatie|außerhalb (?:der|ihrer|unserer|deiner) \p{L}+|de l['’]extérieur|fuera de (?:la|su|nuestra) \p{L}+)\b.*",
            r"(?:you don['’]t often get e-?mail|some people who received this message don['’]t often|u ontvangt niet vaak e-?mail|sie erhalten nicht (?:häufig|oft) e-?mails?|vous (?:n['’]obtenez|ne recevez) pas souvent|no suele recibir correo).*",
        ],
        r")$",
    )
});
/// What goes on telling of it below.
pub(super) static BANNER_TOO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:do not|don['’]t|klik|open) .{0,40}(?:click|open|link|attachment|bijlage)|(?:klicken|öffnen) sie (?:keine|nicht)|ne cliquez|n['’]ouvrez|no haga clic|no abra|recognize the sender|content is safe",
    )
});
/// What a scanner says between dashes.
pub(super) static SCANNED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^[-_=*]{3,}.*\b(?:eset|nod32|mailscanner|avast|avg|norton|mcafee|bitdefender|kaspersky|g data|sophos|trend micro|antivirus|anti-virus|virus|viren|spam)\b",
    )
});
/// What a scanner says below dashes.
pub(super) static SCANNER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:virus|viren|antivirus|anti-virus|malware)\p{L}*\b.*\b(?:eset|avast|avg|norton|mcafee|bitdefender|kaspersky|g data|sophos|avira|panda|software|antivirus\p{L}*|anti-virus)\b|\b(?:eset|avast|avg|norton|mcafee|bitdefender|kaspersky|g data|sophos|avira|panda|antivirus\p{L}*|anti-virus)\b.*\b(?:virus|viren|malware)",
    )
});
/// What is said of answers that stand in what is quoted.
pub(super) static SEE_BELOW: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:zie (?:onder|boven)|hierboven|siehe (?:oben|unten)|(?:see|answers?) (?:above|under)|ci-dessus|más abajo|arriba|below|in ?between|in-?line|in (?:blue|red|green|colou?r)|hieronder|onderstaand|tussendoor|tussen de|in het (?:blauw|rood|groen)|in (?:blauw|rood|groen)|unten|dazwischen|in (?:blau|rot|grün)|ci-dessous|plus bas|en (?:bleu|rouge|vert)|abajo|debajo|en (?:azul|rojo|verde))\b",
    )
});
/// What a mailing list says of itself.
pub(super) static LIST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)mailing[- ]?list|mailinglist|liste de diffusion|lista de correo|un-?subscri|uitschrijven|afmelden voor|abmelden|abbestellen|se désabonner|désinscri|darse de baja|cancelar (?:la|su) suscripción|google ?groups|mailman|listserv",
    )
});
