//! Emotion in the words and in their shape: anger, sadness, doubt, joy, and urgency.

use super::phrases::Tag::{Anger, Doubt, Joy, Sadness, Urgent};
use super::phrases::{Hit, Row, Tag};
use super::spans::Gathered;
use super::text::{Shape, Text};
use crate::routing::Language::{De, En, Es, Fr, Nl};
use crate::routing::{Decimal, Emotion, Finding, FindingName, Why};

/// Words of feeling; the value is how much one of them says, in hundredths.
#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    (Anger, 75, Some(Nl), "kut*; klote*; godver*; gvd; kanker*; tering*; tyfus*; verdomme; verdomd*; fuck*; wtf; shit*; idioten; idioot; idiote; sukkels; oplichters; dieven; schandalig; schandelijk; belachelijk*; woedend; woest; razend; witheet; schande; waardeloos; waardeloze; bagger; triest bedrijf; pure oplichting; diefstal; schofterig; krankzinnig; onacceptabel; onbeschoft*; te gek voor woorden; absurd; bespottelijk; om te huilen; lachwekkend; rot op; laat me niet voorliegen; voorgelogen"),
    (Anger, 55, Some(Nl), "boos; kwaad; pissig; pislink; nijdig; chagrijnig; gefrustreerd; frustrerend; frustratie; ergernis; erger me; geïrriteerd; irritant; teleurgesteld; teleurstellend; teleurstelling; diep teleurgesteld; ontevreden; zat; beu; klaar mee; helemaal klaar; gaat nergens over; slaat nergens op; kan echt niet; dit kan niet; kan toch niet; hoe kan dit; schaam je; schaam jullie; schamen; slechte service; slecht bedrijf; slechtste; nooit meer; aan het lijntje; van het kastje naar de muur; niet serieus genomen; houden me voor de gek; voor de gek gehouden; voor gek; kom op zeg; serieus?; lekker dan; fijn hoor; nou lekker; mooie service; fraaie service; lekkere service; goed bezig; geweldige service; top service; bedankt voor niets; bedankt voor niks; prachtige boel; wat een aanfluiting; aanfluiting; wanvertoning; grap; wat een zooitje; zooitje; puinhoop; prutsers; amateurs; amateuristisch; eis; ik eis; geduld is op; mijn geduld; derde keer; vierde keer; vijfde keer; zesde keer; tiende keer; zoveelste; 3e keer; 4e keer; 5e keer; voor de derde; voor de vierde; al drie keer; al vier keer; al vijf keer; al 3 keer; al 4 keer; al 5 keer; drie keer gebeld; drie keer gemaild; niemand reageert; niemand neemt op; geen enkele reactie; krijg geen antwoord; geen gehoor; jullie liegen; leugens; slecht"),
    (Anger, 22, Some(Nl), "nog steeds niet; nog steeds geen; nog altijd niet; nog altijd geen; alweer; wéér; weer niet; weer niks; al weken; al twee weken; al drie weken; al 2 weken; al 3 weken; weken geleden; eindelijk eens; wanneer nou; nou eindelijk; nu eindelijk; voor de tweede keer; tweede keer; beloofd; beloofde; was beloofd; niks gehoord; niets gehoord; waarom duurt; echt niet; jammer; vervelend; balen; ondanks; snap er niks van; normaal gesproken; vind ik niet kunnen; vertrouwen kwijt; verwacht dat u; vind het niet"),
    (Anger, 75, Some(En), "fuck*; shit*; wtf; bullshit; bloody; damn*; idiots; idiot; morons; crooks; thieves; thief; scam; scammers; ridiculous; outrageous; disgusting; disgrace; disgraceful; pathetic; furious; livid; fuming; useless; joke of a company; what a joke; appalling; unbelievable; absolutely unacceptable; unacceptable; shambles; incompetent; rubbish service; worthless; absurd; shame on you; liars; lying to me"),
    (Anger, 55, Some(En), "angry; mad; pissed; frustrated; frustrating; annoyed; annoying; disappointed; disappointing; fed up; sick of; sick and tired; had enough; had it with; terrible; awful; horrible; worst; never again; never order; never buy; bad service; poor service; waste of time; wasting my time; not good enough; not acceptable; losing patience; out of patience; patience is; ran out of patience; nobody answers; nobody replies; no one answers; no one replies; no one responds; ignored; ignoring me; being ignored; i demand; third time; fourth time; fifth time; 3rd time; 4th time; 5th time; three times; four times; five times; for the last time; how hard can it be; are you kidding; you must be joking; great job; well done; brilliant service; fantastic service; great service; thanks for nothing; what on earth; how dare; fobbed off; dissatisfied; unhappy with"),
    (Anger, 22, Some(En), "still not; still no; still haven't; still waiting; still hasn't; yet again; once again; second time; for weeks; two weeks; three weeks; weeks ago; promised; no reply; no response; no answer; finally; heard nothing; not happy; unhappy; despite; expected better; lost trust"),
    (Anger, 75, Some(De), "scheiß*; scheiss*; verdammt*; verarscht; verarschen; arsch*; idioten; unverschämt*; frechheit; lächerlich*; skandal*; katastroph*; betrüger; abzocke; abzocker; wütend; stinksauer; stocksauer; empört; unfassbar; unmöglich*; saftladen; sauladen; inakzeptabel; unterirdisch; eine zumutung; zumutung; dreist; armselig; schweinerei; peinlich"),
    (Anger, 55, Some(De), "sauer; ärgerlich; verärgert; genervt; nervt; frustriert; frustrierend; enttäuscht; enttäuschend; enttäuschung; reicht mir; mir reicht; es reicht; die nase voll; satt; schlechter service; schlecht; schlechter; schlechteste; nie wieder; nie mehr; nicht akzeptabel; kann nicht sein; darf nicht wahr; geht gar nicht; geduld; niemand antwortet; niemand reagiert; keiner antwortet; keiner reagiert; hingehalten; ignoriert; toller service; super service; na toll; vielen dank auch; danke für nichts; drittes mal; dritten mal; dritte mal; viertes mal; vierten mal; vierte mal; zum dritten; zum vierten; dreimal; schon dreimal; wollen sie mich; ist das ihr ernst; verlange; ich fordere; unzufrieden"),
    (Anger, 22, Some(De), "immer noch nicht; immer noch kein; immer noch keine; noch immer nicht; noch immer kein; schon wieder; wieder nicht; seit wochen; seit zwei wochen; seit drei wochen; zweites mal; zweiten mal; versprochen; endlich; keine antwort; keine reaktion; nichts gehört; ärger; schade; trotz"),
    (Anger, 75, Some(Fr), "putain; merde*; bordel; connard*; foutre; foutez; de ma gueule; se moquer du monde; vous vous moquez; voleurs; escrocs; arnaque*; honteux; honte; scandaleux; scandaleuse; scandale; inadmissible; inacceptable; ridicule*; furieux; furieuse; hors de moi; ras le bol; marre; incompétents; lamentable; minable; c'est du vol; foutage; n'importe quoi; hallucinant; aberrant; intolérable"),
    (Anger, 55, Some(Fr), "en colère; énervé*; agacé*; fâché*; frustré*; déçu*; décevant*; mécontent*; insatisfait*; j'en ai assez; ça suffit; assez de; excédé*; exaspér*; plus jamais; mauvais service; service nul; nul; nulle; nuls; pire; patience; personne ne répond; personne ne me répond; aucune réponse; troisième fois; quatrième fois; cinquième fois; 3e fois; 4e fois; trois fois; quatre fois; énième; pas sérieux; pas normal; anormal; bravo; merci pour rien; beau service; super service; j'exige; exige; comment est ce possible; balad*; laxisme"),
    (Anger, 22, Some(Fr), "toujours pas; toujours rien; encore une fois; encore rien; toujours aucun*; depuis des semaines; depuis deux semaines; depuis trois semaines; deuxième fois; promis; enfin; sans réponse; sans nouvelles; malgré; dommage"),
    (Anger, 75, Some(Es), "mierda*; joder; coño; hostia; puta*; gilipoll*; cabron*; idiotas; inútiles; ladrones; estafadores; estafa; vergüenza; vergonzoso; ridículo; indignante; indignado; indignada; inaceptable; intolerable; furioso; furiosa; harto; harta; hasta las narices; tomadura de pelo; tomando el pelo; toman el pelo; increíble que; impresentable*; lamentable; desastre; una burla; sinvergüenza*; robo"),
    (Anger, 55, Some(Es), "enfadado; enfadada; enojado; enojada; molesto; molesta; frustrado; frustrada; frustrante; decepcionado; decepcionada; decepcionante; decepción; descontento; insatisfecho; cansado de; cansada de; ya basta; basta ya; basta; nunca más; pésimo; pésima; mal servicio; peor; fatal; nadie responde; nadie contesta; nadie me responde; nadie me contesta; nadie me atiende; tercera vez; cuarta vez; quinta vez; 3ª vez; tres veces; cuatro veces; enésima; paciencia; exijo; no puede ser; no es normal; gracias por nada; menudo servicio; vaya servicio; qué bien; muy bonito; es en serio; me ignoran"),
    (Anger, 22, Some(Es), "todavía no; todavía nada; aún no; sigo sin; sigue sin; otra vez; de nuevo; hace semanas; desde hace semanas; segunda vez; prometieron; prometido; por fin; sin respuesta; a pesar de; una pena"),
    (Sadness, 80, None, "overleden; overlijden; overleed; gestorven; uitvaart; begrafenis; crematie; gecondoleerd; weduwe; weduwnaar; nabestaande*; rouw; rouwkaart; erfgena*; wijlen; ongeneeslijk; terminaal; passed away; died; has died; deceased; funeral; widow; widower; bereave*; grief; grieving; mourning; my late husband; my late wife; my late father; my late mother; estate of; next of kin; verstorben*; gestorben; beerdigung; trauer*; todesfall; witwe; witwer; hinterbliebene*; nachlass; décédé*; décès; est mort; est morte; obsèques; enterrement; deuil; veuve; veuf; défunt*; fallecid*; falleció; fallecimiento; ha muerto; murió; funeral; entierro; duelo; viuda; viudo; difunt*; luto; testamentair; executeur; overlijdensakte; death certificate; sterbeurkunde; acte de décès; certificado de defunción"),
    (Sadness, 60, None, "verdriet*; ik huil; in tranen; wanhopig; wanhoop; ten einde raad; paniek; in paniek; radeloos; bang dat; ben bang; doodsbang; angstig; heel verdrietig; zo verdrietig; depressie; depressief; kan niet meer; zie het niet meer zitten; ernstig ziek; kanker; ziekenhuis; desperate; despair; panicking; panic; terrified; scared; afraid that; i'm crying; in tears; heartbroken; devastated; at my wits end; seriously ill; cancer; hospital; can't sleep; so worried; very worried; really worried; verzweifelt; panik; ich weine; traurig; angst; schwer krank; krebs; krankenhaus; mache mir sorgen; große sorgen; désespér*; panique; paniqu*; je pleure; en larmes; triste; angoiss*; peur; gravement malade; hôpital; très inqui*; desesperad*; pánico; llorando; triste; angustia*; miedo; asustad*; muy preocupad*; gravemente enferm*; slapeloze nachten; slaap er niet van"),
    (Sadness, 25, None, "verdrietig; ongerust; bezorgd om; zorgen over; maak me zorgen; helaas; sad; sadly; worried; anxious; unfortunately; besorgt; leider; inquiet; inquiète; inquiets; malheureusement; preocupad*; lamentablemente; ziek; spannend; nerveus"),
    (Doubt, 50, None, "twijfel*; weet niet zeker; weet het niet; niet zeker; weet niet of; weet niet goed; weet niet welke; geen idee; misschien; of toch; onzeker; aarzel*; not sure; unsure; no idea; don't know which; don't know if; can't decide; hesitating; hesitate; doubt; wondering whether; maybe; perhaps; unsicher; nicht sicher; zweifle; zögere; schwanke; weiß nicht; keine ahnung; vielleicht; hésite; pas sûr*; pas certain*; je ne sais pas; aucune idée; peut être; doute; dudo; duda; dudas; no estoy segur*; no sé; quizás; quizá; tal vez"),
    (Joy, 50, None, "blij; heel blij; superblij; tevreden; geweldig; fantastisch; fantastische; super bedankt; toppers; helemaal goed; happy; delighted; love it; thrilled; great; awesome; amazing; excellent; glücklich; zufrieden; super; toll; begeistert; klasse; ravi*; content*; satisfait*; génial; super; contento; contenta; encantad*; satisfech*; genial; estupendo; feliz; 😀; 😃; 😄; 😊; 😍; 🥰; 🎉; ❤; bedankt; thanks; danke; merci; gracias"),
    (Urgent, 0, None, "dringend; dringende; spoed; met spoed; spoedgeval; haast; heeft haast; zo snel mogelijk; zsm; z.s.m.; onmiddellijk; per direct; direct actie; vandaag nog; nu meteen; meteen; binnen 24 uur; noodgeval; uiterlijk morgen; uiterlijk vandaag; acuut; nu direct; urgent; urgently; asap; as soon as possible; immediately; right now; right away; emergency; today at the latest; within 24 hours; by tomorrow; straight away; sofort; umgehend; so schnell wie möglich; schnellstmöglich; unverzüglich; notfall; eilig; eilt; noch heute; innerhalb von 24; bis morgen; urgence; urgemment; en urgence; urgente; immédiatement; au plus vite; le plus vite possible; dès que possible; tout de suite; sous 24; aujourd'hui même; urgentemente; inmediatamente; lo antes posible; cuanto antes; ahora mismo; de inmediato; hoy mismo; en 24 horas; emergencia; binnen 14 dagen; binnen 7 dagen; within 14 days; within 7 days; binnen vijf werkdagen; innerhalb von 14; sous 8 jours; sous 15 jours; en 7 días; en 15 días"),
];

/// Feeling and urgency.
pub(super) struct Felt {
    pub(super) emotion: Emotion,
    pub(super) urgent: Finding,
}

/// Reads feeling from the words that were found and from the shape; a mere thank-you is never anger.
pub(super) fn examine(text: &Text, hits: &[Hit], thanks: bool, evidence: &mut Gathered) -> Felt {
    let mut score = |tag: Tag, name: FindingName, from: f64| {
        let mut calm = 1.0 - from;
        let mut end = 0;
        for hit in hits.iter().filter(|hit| hit.tag == tag) {
            if hit.stretch.start >= end {
                calm *= 1.0 - f64::from(hit.value) / 100.0;
                end = hit.stretch.end;
            }
            evidence.add(text, name, hit.stretch, Why::Floor);
        }
        1.0 - calm
    };
    let shape = if thanks { 0.0 } else { shouting(&text.shape) };
    let anger = if thanks { 0.0 } else { score(Anger, FindingName::Anger, shape) };
    let emotion = Emotion {
        anger: Some(Decimal::from_f64(anger)),
        sadness: Some(Decimal::from_f64(score(Sadness, FindingName::Sadness, 0.0))),
        doubt: Some(Decimal::from_f64(score(Doubt, FindingName::Doubt, 0.0))),
        joy: Some(Decimal::from_f64(score(Joy, FindingName::Joy, 0.0) * (1.0 - anger))),
    };
    if shape > 0.0 && anger >= 0.3 {
        evidence.add_span(FindingName::Anger, 0, text.shape.chars, Why::Shape);
    }
    Felt { emotion, urgent: urgent(text, hits, evidence) }
}

/// Capitals and exclamation marks, 0 to 1.
fn shouting(shape: &Shape) -> f64 {
    let capitals = if shape.letters >= 10 && shape.capitals * 10 >= shape.letters * 6 { 0.5 } else { 0.0 };
    let marks = match shape.exclamations {
        0 | 1 => 0.0,
        2 => 0.2,
        _ => 0.35,
    };
    1.0 - (1.0 - capitals) * (1.0 - marks)
}

fn urgent(text: &Text, hits: &[Hit], evidence: &mut Gathered) -> Finding {
    let mut p = 300;
    for hit in hits.iter().filter(|hit| hit.tag == Urgent) {
        evidence.add(text, FindingName::Urgent, hit.stretch, Why::Floor);
        p = 8_500;
    }
    Finding { is: p >= 5_000, p: Decimal(p) }
}
