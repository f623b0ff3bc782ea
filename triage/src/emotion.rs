//! Emotion in the words and in their shape: anger, sadness, doubt, joy, and urgency.

use super::floor::grief;
use super::phrases::Tag::{Anger, Doubt, Joy, Sadness, Urgent};
use super::phrases::{Hit, Row, Tag};
use super::shipped::{EMOTIONS, Shipped, Sums};
use super::spans::Gathered;
use super::text::{Shape, Text};
use crate::Language::{De, En, Es, Fr, Nl};
use crate::{Emotion, Finding, FindingName, Why};

/// Words of feeling; the value is how much one of them says, in hundredths.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    (Anger, 75, Some(Nl), "kut*; klote*; godver*; gvd; kanker*; tering*; tyfus*; verdomme; verdomd*; fuck*; wtf; shit*; idioten; idioot; idiote; sukkels; oplichters; dieven; schandalig; schandelijk; belachelijk*; woedend; woest; razend; witheet; schande; waardeloos; waardeloze; bagger; triest bedrijf; pure oplichting; diefstal; schofterig; krankzinnig; onacceptabel; onbeschoft*; te gek voor woorden; absurd; bespottelijk; om te huilen; lachwekkend; rot op; laat me niet voorliegen; voorgelogen"),
    (Anger, 55, Some(Nl), "betwist; betwisten; niet akkoord; stel ik niet op prijs; niet op prijs gesteld; geen genoegen; ondermaats; beneden de maat; onder de maat; nalatig*; kwalijk; bevreemdt; wekt verbazing; verbaast mij zeer; per ommegaande; hulde; applaus; gefeliciteerd met; leuk hoor; knap hoor; super hoor; mooi hoor; top hoor; gezeur; gedoe; ellende; drama; ramp; hopeloos; onmogelijk; fatsoen*; respectloos; minachting; nep; rotzooi; troep; kwaliteit van niks; wat denken jullie; denken jullie wel; snappen jullie; moet ik nou; hoe vaak; hoelang nog; hoe lang nog; hoe lang moet ik nog; wanneer eindelijk; zeg ik toch; luister nou; luisteren jullie; lezen jullie; misgelopen is; ophangen; opgehangen; afgescheept; onbegrijpelijk; ongelooflijk; ongehoord; onprofessioneel; beneden alle peil; beneden peil; ronduit slecht; stelletje; triest; treurig; gênant; hou op; schiet op; schiet eens op; wat een service; wat een bedrijf; wat een club; wat een puinzooi; puinzooi; vertrouwen is weg; vertrouwen verloren; laat me stikken; in de steek; steeds hetzelfde; voor schut; klantonvriendelijk*; bijzonder teleur*; niet normaal; te belachelijk; leugenaar*; nu # keer; al # keer; voor de # keer; boos; kwaad; pissig; pislink; nijdig; chagrijnig; gefrustreerd; frustrerend; frustratie; ergernis; erger me; geïrriteerd; irritant; teleurgesteld; teleurstellend; teleurstelling; diep teleurgesteld; ontevreden; zat; beu; klaar mee; helemaal klaar; gaat nergens over; slaat nergens op; kan echt niet; dit kan niet; kan toch niet; hoe kan dit; schaam je; schaam jullie; schamen; slechte service; slecht bedrijf; slechtste; nooit meer; aan het lijntje; van het kastje naar de muur; niet serieus genomen; houden me voor de gek; voor de gek gehouden; voor gek; kom op zeg; serieus?; lekker dan; fijn hoor; nou lekker; mooie service; fraaie service; lekkere service; goed bezig; geweldige service; top service; bedankt voor niets; bedankt voor niks; prachtige boel; wat een aanfluiting; aanfluiting; wanvertoning; grap; wat een zooitje; zooitje; puinhoop; prutsers; amateurs; amateuristisch; eis; ik eis; geduld is op; mijn geduld; derde keer; vierde keer; vijfde keer; zesde keer; tiende keer; zoveelste; 3e keer; 4e keer; 5e keer; voor de derde; voor de vierde; al drie keer; al vier keer; al vijf keer; al 3 keer; al 4 keer; al 5 keer; drie keer gebeld; drie keer gemaild; niemand reageert; niemand neemt op; geen enkele reactie; krijg geen antwoord; geen gehoor; jullie liegen; leugens"),
    (Anger, 30, Some(Nl), "slecht; ik verwacht; verwacht ik; onjuist; niet correct; oneens; weigert; weigeren; fijn dat; wat fijn; wat leuk; geweldig; duurt veel te lang; te lang; belooft; zogenaamd; toch echt; wachten op; waarom krijg ik; waarom hoor ik; waarom is er; waarom wordt; al # weken; al # maanden; al # dagen; al ruim # weken; # weken geleden; # keer; na # weken; sinds # weken; misgelopen; fout gegaan; gaat steeds; misverstand; doorverwezen; ongepast; verbaasd; verbijsterd; zeer slecht; niet wat ik verwacht; verwachtte meer; nou echt; hallo zeg; tevergeefs; standaardantwoord*; toezegging*; nagekomen; blijf wachten; laten wachten; blijf maar; onbeantwoord; met verbazing; stoort mij; ongenoegen; verzoek ik u dringend; ten slotte; herhaaldelijk*; meermaals; meermalen; keer op keer; inmiddels mijn; nog steeds niet; nog steeds geen; nog altijd niet; nog altijd geen; alweer; wéér; weer niet; al weken; al twee weken; al drie weken; al 2 weken; al 3 weken; weken geleden; eindelijk eens; wanneer nou; nou eindelijk; nu eindelijk; voor de tweede keer; tweede keer; beloofd; beloofde; was beloofd; niks gehoord; niets gehoord; waarom duurt; echt niet; snap er niks van; normaal gesproken; vind ik niet kunnen; vertrouwen kwijt; vind het niet"),
    (Anger, 75, Some(En), "fuck*; shit*; wtf; bullshit; bloody; damn*; idiots; idiot; morons; crooks; thieves; thief; scam; scammers; ridiculous; outrageous; disgusting; disgrace; disgraceful; pathetic; furious; livid; fuming; useless; joke of a company; what a joke; appalling; unbelievable; absolutely unacceptable; unacceptable; shambles; incompetent; rubbish service; worthless; absurd; shame on you; liars; lying to me"),
    (Anger, 55, Some(En), "dispute; do not accept; not accept this; refuse to accept; substandard; below par; negligent; fobbing; no respect; disrespectful; nightmare; joke; trash; garbage; crap; crappy; stupid; ridiculously; how many times; how much longer; how long do i have to; do you even; are you even; can you even read; listen to me; not listening; congratulations on; slow clap; bravo; sort yourselves out; get your act together; hung up on me; let me down; not impressed; unimpressed; beyond a joke; laughable; shocking; unprofessional; lost all; lost patience; lost my patience; running out of patience; sort it out; sort this out; what a mess; a mess; bunch of; liar; lied; lies; fix this now; taking the mick; taking the piss; so much for; nice one; lovely service; genius; amateurs; clowns; treated like; deeply dissatisfied; extremely disappointed; a disgrace; hopeless; angry; mad; pissed; frustrated; frustrating; annoyed; annoying; disappointed; disappointing; fed up; sick of; sick and tired; had had it with; terrible; awful; horrible; worst; never again; never order; never buy; bad service; poor service; waste of time; wasting my time; not good enough; not acceptable; losing patience; out of patience; patience is; ran out of patience; nobody answers; nobody replies; no one answers; no one replies; no one responds; ignored; ignoring me; being ignored; i demand; third time; fourth time; fifth time; 3rd time; 4th time; 5th time; three times; four times; five times; for the last time; how hard can it be; are you kidding; you must be joking; great job; well done; brilliant service; fantastic service; great service; thanks for nothing; what on earth; how dare; fobbed off; dissatisfied; unhappy with"),
    (Anger, 30, Some(En), "i expect; expect a; incorrect; refuse; refuses; refused; supposedly; apparently; lovely; brilliant; fantastic; wonderful; impressive; why haven't; why hasn't; why is it so; why has nobody; why is nobody; too long; keeps; keep getting; already told; already sent; already asked; i already; for # weeks; for # months; for # days; # weeks ago; after # weeks; over # weeks; # times; misunderstood; misunderstanding; hung up; went wrong; let down; repeatedly; over and over; again and again; keep waiting; kept waiting; yet to; regret; dismayed; shocked; poorly; fails; failed to; expected more; enough; empty promises; unanswered; to no avail; still not; still no; still haven't; still waiting; still hasn't; yet again; second time; for weeks; two weeks; three weeks; weeks ago; promised; no reply; no response; no answer; heard nothing; not happy; unhappy; expected better; lost trust"),
    (Anger, 75, Some(De), "scheiß*; scheiss*; verdammt*; verarscht; verarschen; arsch*; idioten; unverschämt*; frechheit; lächerlich*; skandal*; katastroph*; betrüger; abzocke; abzocker; wütend; stinksauer; stocksauer; empört; unfassbar; unmöglich*; saftladen; sauladen; inakzeptabel; unterirdisch; eine zumutung; zumutung; dreist; armselig; schweinerei; peinlich"),
    (Anger, 55, Some(De), "akzeptiere nicht; nicht hinnehmbar; nicht länger; nachlässig; respektlos; albtraum; drecks*; dreck; müll; schrott; blöd; dumm; wie oft; wie lange noch; lesen sie überhaupt; hören sie zu; können sie lesen; toll gemacht; klasse gemacht; respekt; bravo; glückwunsch; desaster; zum letzten mal; letztmalig; fassungslos; vertröstet; aufgelegt; einfach aufgelegt; abgewimmelt; unprofessionell; unglaublich; ein witz; witz; so ein mist; mist; was soll das; das ist doch; platzt der kragen; nicht normal; lüge*; gelogen; belogen; verarsche; im stich; armutszeugnis; chaotisch; saftladen; ganz toll; herzlichen glückwunsch; schämen; kundenunfreundlich; untragbar; bodenlos*; so geht man; sauer; ärgerlich; verärgert; genervt; nervt; frustriert; frustrierend; enttäuscht; enttäuschend; enttäuschung; reicht mir; mir reicht; es reicht; die nase voll; satt; schlechter service; schlecht; schlechter; schlechteste; nie wieder; nie mehr; nicht akzeptabel; kann nicht sein; darf nicht wahr; geht gar nicht; geduld; niemand antwortet; niemand reagiert; keiner antwortet; keiner reagiert; hingehalten; ignoriert; toller service; super service; na toll; vielen dank auch; danke für nichts; drittes mal; dritten mal; dritte mal; viertes mal; vierten mal; vierte mal; zum dritten; zum vierten; dreimal; schon dreimal; wollen sie mich; ist das ihr ernst; verlange; ich fordere; unzufrieden"),
    (Anger, 30, Some(De), "ich erwarte; erwarte ich; falsch berechnet; weigern; weigert; angeblich; offenbar; wunderbar; großartig; warum dauert; warum bekomme ich; warum antwortet; zu lange; bereits mehrfach; schon gesagt; seit # wochen; seit # monaten; seit # tagen; vor # wochen; nach # wochen; schon # wochen; # mal; # wochen; schiefgelaufen; schief gegangen; missmehrfach; mehrmals; wiederholt; ständig; ständig; vertröstet; vergeblich; befremd*; verständnis; standardantwort*; warte immer noch; warten lassen; ohne erfolg; bedauer*; immer noch nicht; immer noch kein; immer noch keine; noch immer nicht; noch immer kein; schon wieder; wieder nicht; seit wochen; seit zwei wochen; seit drei wochen; zweites mal; zweiten mal; versprochen; keine antwort; keine reaktion; nichts gehört; ärger; trotz"),
    (Anger, 75, Some(Fr), "putain; merde*; bordel; connard*; foutre; foutez; de ma gueule; se moquer du monde; vous vous moquez; voleurs; escrocs; arnaque*; honteux; honte; scandaleux; scandaleuse; scandale; inadmissible; inacceptable; ridicule*; furieux; furieuse; hors de moi; ras le bol; marre; incompétents; lamentable; minable; c'est du vol; foutage; n'importe quoi; hallucinant; aberrant; intolérable"),
    (Anger, 55, Some(Fr), "je conteste; n'accepte pas; refuse d'accepter; négligent*; irrespectueux; cauchemar; pourri*; stupide; débile; combien de fois; combien de temps encore; vous savez lire; vous lisez; écoutez moi; magnifique; formidable; quelle surprise; désastre; pour la dernière fois; sidér*; outré*; indigné*; indign*; raccroché; laissé tomber; pas professionnel; incroyable; une blague; c'est une honte; une honte; du grand n'importe quoi; vous foutez; vous vous fichez; mensonge*; menti; mentez; inqualifiable; mépris*; se fichent; moquez; félicitations; chapeau; quel service; déplorable*; catastroph*; à bout; insupportable; irrespect*; négligence; fumiste*; en colère; énervé*; agacé*; fâché*; frustré*; déçu*; décevant*; mécontent*; insatisfait*; j'en ai assez; ça suffit de; excédé*; exaspér*; plus jamais; mauvais service; service nul; nul; nulle; nuls; pire; patience; personne ne répond; personne ne me répond; aucune réponse; troisième fois; quatrième fois; cinquième fois; 3e fois; 4e fois; trois fois; quatre fois; énième; pas sérieux; pas normal; anormal; bravo; merci pour rien; beau service; super service; j'exige; exige; comment est ce possible; balad*; laxisme"),
    (Anger, 30, Some(Fr), "j'attends une; j'attends de; j'attends votre; incorrect; refuse; refusez; soi disant; apparemment; pourquoi personne; pourquoi je n'ai; trop long; trop longtemps; déjà dit; déjà envoyé; déjà demandé; depuis # semaines; depuis # mois; depuis # jours; il y a # semaines; après # semaines; # semaines; # fois; mal passé; malentendu; à plusieurs reprises; plusieurs fois; sans cesse; toujours la même; attends toujours; en vain; regrette; étonné*; déplor*; assez; réponse type; relanc*; sans suite; toujours pas; toujours rien; encore une fois; encore rien; toujours aucun*; depuis des semaines; depuis deux semaines; depuis trois semaines; deuxième fois; promis; sans réponse; sans nouvelles; malgré"),
    (Anger, 75, Some(Es), "mierda*; joder; coño; hostia; puta*; gilipoll*; cabron*; idiotas; inútiles; ladrones; estafadores; estafa; vergüenza; vergonzoso; ridículo; indignante; indignado; indignada; inaceptable; intolerable; furioso; furiosa; harto; harta; hasta las narices; tomadura de pelo; tomando el pelo; toman el pelo; increíble que; impresentable*; lamentable; desastre; una burla; sinvergüenza*; robo"),
    (Anger, 55, Some(Es), "no acepto; me niego; negligen*; irrespetuos*; pesadilla; basura; estúpid*; tonterías; cuántas veces; cuánto más; hasta cuando; saben leer; lean; escúchenme; qué maravilla; maravilloso; fantástico; qué alegría; qué gracia; muy gracioso; por última vez; indignación; caos; no hay derecho; es el colmo; el colmo; me han colgado; me colgaron; colgado el teléfono; poco profesional; increíble; una broma; broma; esto es una; menuda; vaya; mentira*; mienten; mentiros*; falta de respeto; una falta de; deplorable; de pena; qué asco; asco; hasta cuándo; se ríen; se burlan; enhorabuena; felicidades; bravo; dejado tirad*; tirad*; incompetent*; chapuza*; pésim*; enfadado; enfadada; enojado; enojada; molesto; molesta; frustrado; frustrada; frustrante; decepcionado; decepcionada; decepcionante; decepción; descontento; insatisfecho; cansado de; cansada de; ya basta; basta ya; basta; nunca más; pésimo; pésima; mal servicio; peor; fatal; nadie responde; nadie contesta; nadie me responde; nadie me contesta; nadie me atiende; tercera vez; cuarta vez; quinta vez; 3ª vez; tres veces; cuatro veces; enésima; paciencia; exijo; no puede ser; no es normal; gracias por nada; menudo servicio; vaya servicio; qué bien; muy bonito; es me ignoran"),
    (Anger, 30, Some(Es), "espero una; espero que me; incorrecto; se niegan; supuestamente; al parecer; por qué nadie; por qué no; demasiado tiempo; ya he dicho; ya dije; ya envié; hace # semanas; hace # meses; hace # días; llevo # semanas; llevo # meses; llevo # días; después de # semanas; # semanas; # veces; salió mal; malentendido; varias veces; una y siempre igual; sigo esperando; en vano; lamento; repetidamente; en serio; respuesta estándar; sin solución; ya está bien; todavía no; todavía nada; aún no; sigo sin; sigue sin; otra vez; hace semanas; desde hace semanas; segunda vez; prometieron; prometido; por fin; sin respuesta; a pesar de"),
    (Sadness, 80, None, "overleden; overlijden; overleed; uitvaart; begrafenis; crematie; gecondoleerd; weduwe; weduwnaar; nabestaande*; rouw; rouwkaart; erfgena*; wijlen; ongeneeslijk; terminaal; passed away; deceased; funeral; widow; widower; bereave*; grief; grieving; mourning; my late husband; my late wife; my late father; my late mother; estate of; next of kin; verstorben*; beerdigung; trauer*; todesfall; witwe; witwer; hinterbliebene*; nachlass; décédé*; décès; obsèques; enterrement; deuil; veuve; veuf; défunt*; fallecid*; falleció; fallecimiento; funeral; entierro; duelo; viuda; viudo; difunt*; luto; testamentair; executeur; overlijdensakte; death certificate; sterbeurkunde; acte de décès; certificado de defunción"),
    (Sadness, 60, None, "zit te huilen; te huilen; lukt me niks meer; lukt me niets meer; lukt mij niets meer; sinds de scheiding; keep crying; been crying; since the divorce; can't cope; cannot cope; heule; am weinen; seit der trennung; schaffe nichts mehr; en pleurs; je n'y arrive plus; depuis le divorce; no puedo más; sin parar de llorar; desde el divorcio; schaam me; schaam mij; ashamed; ik schaam; schäme mich; j'ai honte; me da vergüenza; ingetrapt; schulden; in de schulden; geldzorgen; rond te komen; rondkomen; ontslagen; baan kwijt; werkloos; uitkering; in debt; debts; lost my job; can't afford; make ends meet; arbeitslos; geldsorgen; dettes; fins de mois; chômage; perdu mon emploi; deudas; perdí el trabajo; llegar a fin de mes; er niet meer is; is er niet meer; er niet meer; heengegaan; ontvallen; man verloren; vrouw verloren; kind verloren; zoon verloren; dochter verloren; vader verloren; moeder verloren; kindje verloren; lost my husband; lost my wife; lost my son; lost my daughter; lost my father; lost my mother; lost my partner; loss of my; mann verloren; frau verloren; sohn verloren; tochter verloren; perdu mon mari; perdu ma femme; perdu mon fils; perdu mon père; perdu ma mère; perdí a mi; pérdida de mi; perdimos a; alzheimer; dementie; dementia; demenz; démence; demencia; chemo; chemotherapie; eenzaam; lonely; einsam; ik weet me geen raad; weet me geen raad; geen raad; freaking out; i'm shaking; oh my god; omg; overstuur; upset and; distraught; so scared; verzweiflung; au secours; socorro; ayúdenme; wanhopig van; help me alsjeblieft; het wordt me te veel; te veel geworden; trek het niet; overspannen; burn out; burnout; verdriet*; ik huil; in tranen; wanhopig; wanhoop; ten einde raad; paniek; in paniek; radeloos; bang dat; ben bang; doodsbang; angstig; heel verdrietig; zo verdrietig; depressie; depressief; kan niet meer; zie het niet meer zitten; ernstig ziek; kanker; ziekenhuis; desperate; despair; panicking; panic; terrified; scared; afraid that; i'm crying; in tears; heartbroken; devastated; at my wits end; seriously ill; cancer; hospital; can't sleep; so worried; very worried; really worried; verzweifelt; panik; ich weine; traurig; angst; schwer krank; krebs; krankenhaus; mache mir sorgen; große sorgen; désespér*; panique; paniqu*; je pleure; en larmes; triste; angoiss*; peur; gravement malade; hôpital; très inqui*; desesperad*; pánico; llorando; triste; angustia*; miedo; asustad*; muy preocupad*; gravemente enferm*; slapeloze nachten; slaap er niet van"),
    (Sadness, 25, None, "oh nee; o nee; please help; hilfe; aidez moi; rolstoel; handicap; invalide; disabled; wheelchair; rollstuhl; behindert; fauteuil roulant; silla de ruedas; zwaar; moeilijk; difficult time; moeilijke tijd; schwere zeit; moment difficile; momento difícil; bang; onzeker over; verdrietig; ongerust; bezorgd om; zorgen over; maak me zorgen; helaas; sad; sadly; worried; anxious; unfortunately; besorgt; leider; inquiet; inquiète; inquiets; malheureusement; preocupad*; lamentablemente; ziek; spannend; nerveus"),
    (Doubt, 50, None, "twijfel*; weet niet zeker; weet het niet; niet zeker; weet niet of; weet niet goed; weet niet welke; geen idee; misschien; of toch; onzeker; aarzel*; not sure; unsure; no idea; don't know which; don't know if; can't decide; hesitating; hesitate; doubt; wondering whether; maybe; perhaps; unsicher; nicht sicher; zweifle; zögere; schwanke; weiß nicht; keine ahnung; vielleicht; hésite; pas sûr*; pas certain*; je ne sais pas; aucune idée; peut être; doute; dudo; duda; dudas; no estoy segur*; no sé; quizás; quizá; tal vez"),
    (Joy, 50, None, "blij; heel blij; superblij; tevreden; geweldig; fantastisch; fantastische; super bedankt; toppers; helemaal goed; happy; delighted; love it; thrilled; great; awesome; amazing; excellent; glücklich; zufrieden; super; toll; begeistert; klasse; ravi*; content*; satisfait*; génial; super; contento; contenta; encantad*; satisfech*; genial; estupendo; feliz; 😀; 😃; 😄; 😊; 😍; 🥰; 🎉; ❤; bedankt; thanks; danke; merci; gracias"),
    (Urgent, 0, None, "dringend; dringende; spoed; met spoed; spoedgeval; haast; heeft haast; zo snel mogelijk; zsm; z.s.m.; onmiddellijk; per direct; direct actie; vandaag nog; nu meteen; meteen; binnen 24 uur; noodgeval; uiterlijk morgen; uiterlijk vandaag; acuut; nu direct; urgent; urgently; asap; as soon as possible; immediately; right now; right away; emergency; today at the latest; within 24 hours; by tomorrow; straight away; sofort; umgehend; so schnell wie möglich; schnellstmöglich; unverzüglich; notfall; eilig; eilt; noch heute; innerhalb von 24; bis morgen; urgence; urgemment; en urgence; urgente; immédiatement; au plus vite; le plus vite possible; dès que possible; tout de suite; sous 24; aujourd'hui même; urgentemente; inmediatamente; lo antes posible; cuanto antes; ahora mismo; de inmediato; hoy mismo; en 24 horas; emergencia; binnen 14 dagen; binnen 7 dagen; within 14 days; within 7 days; binnen vijf werkdagen; innerhalb von 14; sous 8 jours; sous 15 jours; en 7 días; en 15 días"),
];

/// How much a death says of sadness.
const GRIEF: f64 = 0.8;

/// Feeling and urgency.
pub(crate) struct Felt {
    pub(crate) emotion: Emotion,
    pub(crate) urgent: Finding,
}

/// Reads feeling from the words that were found and from the shape; a mere thank-you is never anger.
pub(crate) fn examine(text: &Text, hits: &[Hit], thanks: bool, evidence: &mut Gathered) -> Felt {
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
    let grief = grief::examine(text, hits);
    let emotion = Emotion {
        anger,
        sadness: score(Sadness, FindingName::Sadness, if grief.is_some() { GRIEF } else { 0.0 }),
        doubt: score(Doubt, FindingName::Doubt, 0.0),
        joy: score(Joy, FindingName::Joy, 0.0) * (1.0 - anger),
    };
    if let Some(stretch) = grief {
        evidence.add(text, FindingName::Sadness, stretch, Why::Floor);
    }
    if shape > 0.0 && anger >= 0.3 {
        evidence.add_span(FindingName::Anger, 0, text.shape.chars, Why::Shape);
    }
    Felt { emotion, urgent: urgent(text, hits, evidence) }
}

/// What the trained head's word counts for in a text of one word.
const LONE_WORD: f64 = 0.49;

/// How much less likely than another feeling each may be and still be told, in log odds: of doubt there are few examples.
/// Chosen on the even lines of one set of forum lines.
const LEAN: [f64; EMOTIONS] = [0.2, 0.2, 1.2, 0.2, 0.0];

/// The place of joy, and what is left of it where a person is asked for.
const JOY: usize = 3;
const GLAD_TO_ASK: f64 = 0.5;

/// How much less likely a feeling is in a text that is surely about one of the intents, in log odds. Chosen on the odd half of
/// the demo shop.
/// Sadness is told as elsewhere: it is rare, and who is overlooked in it is hurt.
const CALM: [f64; EMOTIONS] = [1.2, 0.0, 1.2, 0.0, 0.0];

/// How much the head over an encoder's vectors counts beside the one over grams.
const OVER: f32 = 1.0;

/// The log odds of each emotion, by the grams and by an encoder's vector where there is one.
pub(crate) fn scores(shipped: &Shipped, sums: &Sums, over: Option<&[f32]>) -> Option<[f32; EMOTIONS]> {
    if shipped.emotion.classes != EMOTIONS {
        return None;
    }
    let grams = shipped.emotion(sums);
    Some(std::array::from_fn(|class| {
        grams[class] + over.and_then(|over| over.get(class)).map_or(0.0, |over| OVER * over)
    }))
}

impl Felt {
    /// Adds what the trained heads read; what the words say stands.
    /// Who `asks` for a person is less likely glad.
    /// `known` is how likely the text is about one of the intents: then a customer speaks, and customers are calmer than the
    /// films and forums that the head has learnt from.
    pub(crate) fn add(
        &mut self,
        scores: Option<[f32; EMOTIONS]>,
        (known, asks): (f64, bool),
        text: &Text,
        evidence: &mut Gathered,
    ) {
        let Some(scores) = scores else { return };
        let over = |class: usize| {
            let others = (0..EMOTIONS).filter(|&other| other != class).map(|other| scores[other]);
            let most = others.fold(f32::MIN, f32::max);
            let calm = CALM[class] * known;
            1.0 / (1.0 + (calm + f64::from(most - scores[class]) - LEAN[class]).exp())
        };
        let emotion = &mut self.emotion;
        let felt = [
            (&mut emotion.anger, FindingName::Anger),
            (&mut emotion.sadness, FindingName::Sadness),
            (&mut emotion.doubt, FindingName::Doubt),
            (&mut emotion.joy, FindingName::Joy),
        ];
        // Of a text of one word, such as "no", the head knows too little to be believed alone.
        let worth = if text.words.len() < 2 { LONE_WORD } else { 1.0 };
        for (class, (value, name)) in felt.into_iter().enumerate() {
            let glad = if class == JOY && asks { GLAD_TO_ASK } else { 1.0 };
            let told = over(class) * worth * glad;
            if told > *value {
                *value = told;
                if told >= 0.5 {
                    evidence.add(text, name, text.whole(), Why::Model);
                }
            }
        }
    }
}

/// Capitals and exclamation marks, 0 to 1.
fn shouting(shape: &Shape) -> f64 {
    let capitals = match shape.shouted {
        _ if shape.letters >= 10 && shape.capitals * 10 >= shape.letters * 6 => 0.5,
        0 => 0.0,
        1 => 0.15,
        _ => 0.3,
    };
    let marks = match shape.exclamations {
        0 | 1 => 0.0,
        2 => 0.3,
        _ => 0.35,
    };
    1.0 - (1.0 - capitals) * (1.0 - marks)
}

fn urgent(text: &Text, hits: &[Hit], evidence: &mut Gathered) -> Finding {
    let mut p = 0.03;
    for hit in hits.iter().filter(|hit| hit.tag == Urgent) {
        evidence.add(text, FindingName::Urgent, hit.stretch, Why::Floor);
        p = 0.85;
    }
    Finding { is: p >= 0.5, p }
}
