//! Asking for a person: phrases, a word for a person beside a word for contact, one word alone, `0`, a raised hand.

use super::finding;
use crate::Language::{De, En, Es, Fr, Nl};
use crate::phrases::Tag::{
    Acknowledge, Arranging, BotNoun, BotQuestion, CallNoun, ContactVerb, Decline, Facts, Greeting, Handling, Negation,
    Owner, PersonNoun, PersonPhrase, Procedure, Refusal, Small, Someone, Thanks, Told, Wish, Work,
};
use crate::phrases::{Hit, Row, Tag};
use crate::spans::Gathered;
use crate::text::{Stretch, Text};
use crate::{Finding, FindingName, Why};

/// So many bytes may lie between the person and the contact.
const NEAR: usize = 56;

/// Pictures that, alone, raise a hand or a telephone.
const CALLS: [char; 9] = ['🙋', '☎', '📞', '🆘', '👤', '🧑', '👩', '👨', '💁'];

/// A word that says it by itself, or one that is as often said of others: "a person", "may I". Two of these together are
/// left to the trained head.
const STRONG: u16 = 0;
const WEAK: u16 = 1;

/// Words for people, for contact, and for not wanting it.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    (PersonPhrase, STRONG, Some(Nl), "bij wie kan ik terecht; wie is daar; bel gerust; in contact te brengen met; geen standaardantwoorden; achter de knoppen; is daar iemand; iemand aanwezig; is er nog iemand; met jullie praten; met jullie spreken; met u spreken; ik wil bellen; kan ik bellen; klantenservice spreken; met de klantenservice spreken; met de klantenservice praten; met klantenservice spreken; iemand van jullie team; persoonlijk gesprek; persoonlijk contact; persoonlijk te woord; telefonisch spreken; iemand die verstand; iemand met verstand; echt iemand; een echt iemand; in plaats van een bot; in plaats van een robot; ipv een bot; ipv bot; tegen een computer; tegen een robot; tegen een bot; tegen een machine; mens in plaats; liever een mens; liever iemand; overdragen aan; draag me over; draag mij over; menselijk persoon; menselijk antwoord; menselijke reactie; iemand spreken; iemand te spreken; mens te spreken; medewerker te spreken; normaal mens; gewoon een mens; verantwoordelijke te spreken; verantwoordelijke spreken; leidinggevende te spreken; manager te spreken; chef spreken; baas spreken; niet nogmaals een automatisch*; niet weer een automatisch*; geen ai; niet met ai; niet met een ai; neem contact met me op; neem contact met mij op; neemt u contact; contact met mij opnemen; contact met me opnemen; contact met mij wordt opgenomen; iemand me bellen; iemand mij bellen; met iemand praten; met iemand chatten; met een mens; echt mens; echte mens; een mens spreken; mens aub; mens graag; niet met een bot; niet met een robot; niet met een computer; doorverbind*; verbind me; verbind mij; verbind door; verbindt u mij; zet me door; schakel me door; bellen jullie mij; belt u mij; mij terugbellen; me terugbellen; teruggebeld worden; terugbelverzoek; bel terug; wil gebeld worden; iemand anders spreken; menselijk contact; menselijke hulp; naar een medewerker; naar een mens; leidinggevende spreken; manager spreken; stop met die bot; van die bot af"),
    (PersonPhrase, WEAK, Some(Nl), "mij opbellen; me opbellen; met wie spreek ik; te bereiken op 0*; een belletje; te woord gestaan worden; van vlees en bloed; is er iemand; jullie spreken; u spreken; jullie bellen; u bellen; iemand van de klantenservice; telefonisch bereiken; aan de telefoon krijgen; aan de lijn krijgen; iemand die er verstand; iemand die me kan; iemand die mij kan; iemand die kan; iemand die wel; iemand die dit; iemand die het; iemand persoonlijk; iemand echt; overzetten naar; jullie baas; uw leidinggevende; je leidinggevende; jullie leidinggevende; gewoon mens; geen automatisch*; geen standaardantwoord*; een telefoontje; iemand aan de lijn; iemand aan de telefoon; iemand bellen; iemand contact; met een medewerker; met een collega; echt persoon; echte persoon; levend mens; mens van vlees en bloed; iemand van vlees en bloed; geen bot; geen robot; geen computer; geen chatbot; bel me; bel mij; gebeld worden; wil iemand; telefonisch contact; menselijke medewerker"),
    (PersonPhrase, STRONG, Some(En), "whom can i turn to; who can i turn to; be reached on 0*; want to ring you; personal help; attended to by; put me in touch; not another automated; past the bot; skip the bot; gimme a; lemme talk; lemme speak; anyone there; is anyone there; is somebody there; speak with you on the phone; speak to you on the phone; talk to you on the phone; can i call you; can i phone you; speak to customer service; speak with customer service; talk to customer service; talk with customer service; speak to support; talk to support; somebody from your; someone from support; somebody who knows; someone with a brain; someone with a pulse; someone competent; instead of a bot; instead of a robot; instead of a machine; rather than a bot; rather than a robot; rather than a machine; sick of this bot; human assistance; in person on the phone; like to speak to; like to talk to; like to speak with; like to talk with; get hold of someone; get hold of somebody; speak to someone; talk to someone; a real someone; hand me over; pass me on; pass me to; no automated*; not an automated*; no canned*; not an ai; whoever is in charge; someone senior; speak with someone; speak to somebody; talk to somebody; speak with somebody; talk to a person; speak to a person; real human; actual human; actual person; live agent; live person; human agent; human please; stop the bot; put me through; request a callback; speak to your manager; speak to a manager; talk to your manager; talk to a manager; get me a person; representative please; customer service representative; anyone there i can talk to; somebody real"),
    (PersonPhrase, WEAK, Some(En), "want to be called; like to be called; who am i speaking; who is there; feel free to ring; feel free to call; anybody there; want to call you; speak to your team; talk to your team; someone from your; someone from the; someone who knows; to a machine; to a computer; to a robot; with a robot; with a machine; human support; human being; human contact; human touch; flesh and blood; living person; breathing person; your manager; your supervisor; direct me to; route me to; switch me to; let me speak; let me talk; want to speak to; want to talk to; need to speak to; need to talk to; need to speak with; need to talk with; want to speak with; want to talk with; have to talk to; have to talk with; some one; member of staff; staff member; normal person; no ai; not ai; contact me personally; get in touch with me; someone in charge; person in charge; someone who can; somebody who can; talk with someone; chat with someone; real person; live chat with; human help; a human; not a bot; no bot; no bots; not a robot; not a machine; transfer me; connect me; forward me to; escalate; call me; call me back; ring me; give me a call; phone me; callback please; someone call; someone to call; somebody call; someone contact me; someone real"),
    (PersonPhrase, STRONG, Some(De), "an wen kann ich mich wenden; schluss mit dem bot; persönliche hilfe; keine standardantwort*; wen sprechen; telefonische kontaktaufnahme; nummer zum anrufen; ist da jemand; ist jemand da; ist hier jemand; mit ihnen telefonieren; mit dem kundenservice sprechen; mit dem kundendienst sprechen; persönliches gespräch; persönlichen kontakt; leiten sie mich; leite mich; stellen sie mich; stell mich; an einen menschen; an einen mitarbeiter; lieber einen menschen; ihren vorgesetzten; ihren chef; menschlicher ansprechpartner; menschlichen ansprechpartner; menschlicher kontakt; kontakt zu einem; ruft mich; ruft mich an; mensch sprechen; normaler mensch; normalen menschen; keine automatische*; nicht mit einer ki; verantwortlichen sprechen; persönlich bei mir; jemand zuständig*; mit einer mitarbeiterin; echten menschen; echter mensch; richtigen menschen; nicht mit einem bot; nicht mit einer maschine; nicht mit einem roboter; verbinden sie mich; verbinde mich; rufen sie bitte an; rufen sie zurück; zurückgerufen werden; jemanden ans telefon; persönlich sprechen; mensch bitte; mitarbeiter bitte; vorgesetzten sprechen; menschliche hilfe"),
    (PersonPhrase, WEAK, Some(De), "mit wem spreche ich; wer ist da; unter 01*; um einen anruf; mit ihnen sprechen; mit euch sprechen; sie anrufen; euch anrufen; telefonisch erreichen; jemand vom kundenservice; jemand aus dem team; jemand, der; jemanden, der; jemand kompetent*; persönliche beratung; persönlich mit; statt eines bots; statt einem bot; statt einer maschine; anstatt; mit einem computer; mit einem automaten; mit einem bot; mit einem roboter; mit einer maschine; an eine person; lieber mit; ihr vorgesetzter; ihr chef; aus fleisch und blut; ans telefon; möchte sprechen; will sprechen; mit jemandem sprechen; jemand anruft; jemand zurückruft; jemand meldet; keine maschine; keine ki; bei mir melden; bei mir meldet; melden sie sich; zuständigen; jemanden sprechen; mit jemand sprechen; mit jemandem reden; mit einem menschen; mit einer person; mit einem mitarbeiter; mit einem berater; echte person; einen menschen; keinen bot; kein bot; keinen roboter; kein roboter; weiterverbinden; durchstellen; weiterleiten an einen; ruf mich an; rufen sie mich; rufen sie mich an; rückruf; zurückrufen; angerufen werden; den chef sprechen"),
    (PersonPhrase, STRONG, Some(Fr), "à qui puis je m'adresser; à qui ai je l'honneur; aide personnelle; joignable au 0*; me mettre en rapport; parler au service client; parler avec le service client; de vive voix; au lieu d'un robot; plutôt qu'un robot; plutôt qu'à un robot; personne physique; vrai conseiller; vrai agent; vraie conseillère; aide humaine; assistance humaine; intervention humaine; redirigez moi; orientez moi; passez moi; me passer quelqu'un; je veux parler; je voudrais parler; je souhaite parler; j'aimerais parler; besoin de parler; puis je parler; peut on me rappeler; qu'on me rappelle; que l'on me rappelle; qu'on m'appelle; quelqu'un m'appelle; quelqu'un me rappelle; quelqu'un de réel; pas de réponse automatique; pas une réponse automatique; pas d'ia; pas une ia; un vrai conseiller; joindre quelqu'un; passer à une personne; un vrai humain; vrai être humain; une personne réelle; pas à un robot; pas avec un robot; pas une machine; mettez moi en relation; me mettre en relation; mettre en relation; transférez moi; me transférer; être contacté par téléphone; parler à un responsable; parler au responsable"),
    (PersonPhrase, WEAK, Some(Fr), "me téléphoner; qui est là; coup de fil; pris en charge par; prise en charge par; me joindre par téléphone; y a t il quelqu'un; il y a quelqu'un; y a quelqu'un; vous parler; parler avec vous; vous appeler; joindre le service client; quelqu'un du service; quelqu'un de votre; quelqu'un de compétent; quelqu'un qui; en chair et en os; à une machine; avec une machine; avec un robot; avec un bot; à un robot; à un bot; contact téléphonique; entretien téléphonique; par téléphone avec; votre responsable; votre supérieur; un supérieur; une personne humaine; de réel; transmettez; me passer; être appelé*; parler à quelqu'un; contactez moi; me contacter; contact humain; vraie personne; parler à un humain; parler avec quelqu'un; avoir quelqu'un; parler à une personne; avec une personne; une vraie personne; être humain; un humain; à un conseiller; un conseiller; une conseillère; à un agent; un agent; pas un robot; pas un bot; pas de robot; rappelez moi; me rappeler; appelez moi; m'appeler; être rappelé*; un interlocuteur"),
    (PersonPhrase, STRONG, Some(Es), "telefonearme; me telefonee*; a quién puedo dirigirme; nada de bots; nada de chatbots; nada de robots; ayuda personal; trato humano; quisiera hablar; me gustaría hablar; puedo hablar; en vez de una máquina; en lugar de una máquina; en lugar de un robot; en vez de un robot; contacto humano; ayuda humana; páseme; pásenme; pásame; pasarme con; agente humano; asesor humano; operador humano; llamadme; me llame alguien; contáctenme; póngase en contacto conmigo; pónganse en contacto conmigo; no una respuesta automática; ninguna respuesta automática; no una ia; no con una ia; alguien responsable; humano real; una persona de verdad; alguien de verdad; no con un bot; no con un robot; no con una máquina; pásame con; páseme con; póngame con; ponme con; me pase con; me pasas con; comunícame; llámenme; llámeme; devolverme la llamada; hablar con el encargado; hablar con un encargado; hablar con el responsable; hablar con un responsable; atención humana"),
    (PersonPhrase, WEAK, Some(Es), "transfiera*; quién está ahí; con quién hablo; localizar en el; de carne y hueso; ser atendido por; ser atendida por; hay alguien; hablar con ustedes; hablar con vosotros; hablar con usted; hablar con atención; hablar con el servicio; hablar con su; hablar con un; hablar con una; hablar con el; hablar con la; quiero hablar; necesito hablar; alguien de; alguien del; alguien que; en vez de un bot; en lugar de un bot; con una máquina; con un robot; con un bot; a una máquina; contacto telefónico; atención personal; por teléfono con; su supervisor; un superior; su jefe; derív*; redirí*; que alguien; llamarles; llamaros; puedo llamar; me llaméis; me llamáis; hablar con alguien; alguien me llam*; me llamase; me llamara; me llamen; llamarme; me contacten; persona de carne y hueso; hablar con una persona; hablar con un humano; hablar con un agente; persona real; ser humano; un humano; con un agente; un agente; un asesor; una asesora; un operador; una operadora; no un bot; no un robot; ningún bot; me pasen con; transfiér*; comuníqu*; llámame; que me llamen; que me llame; me pueden llamar; me puede llamar"),
    (PersonNoun, STRONG, Some(Nl), "personeel; personeelslid; specialist; deskundige; teamlid; verantwoordelijke; supervisor; teamleider; bedrijfsleider; filiaalmanager; consulent; assistent; assistente; mederwerker; medewerkr; medwerker; klantenadviseur; medewerker; medewerkster; medewerkers; collega; leidinggevende; manager; telefoniste; adviseur; klantenservicemedewerker; servicemedewerker; baliemedewerker"),
    (PersonNoun, WEAK, Some(Nl), "verkoper; verkoopster; winkelmedewerker; monteur; technicus; vakman; chef; baas; mens; mensen; persoon"),
    (PersonNoun, STRONG, Some(En), "staff; team member; somebody human; assistant; asistant; team leader; somebody real; specialist; rep; costumer service rep; live support; human; agent; representative; operator; advisor; adviser; supervisor; employee; staff member; member of staff; colleague; customer service rep; rep"),
    (PersonNoun, WEAK, Some(En), "salesperson; salesman; sales rep; shop assistant; mechanic; technician; boss; owner; expert; humans; person; manager"),
    (PersonNoun, STRONG, Some(De), "fachmann; experte; ~personal; sachbearbeiterin; kollege; mitarbeitende; mitarbeitenden; vorgesetzter; teamleiter; filialleiter; geschäftsführer; betreuer; servicemitarbeiter; verantwortlicher; verantwortlichen; verantwortliche; zuständige; zuständiger; kundenberaterin; mitarbeiter; mitarbeiterin; mitarbeitern; ansprechpartner; ansprechpartnerin; berater; beraterin; kundenberater; kundenbetreuer; vorgesetzten; sachbearbeiter; kollegen; kollegin"),
    (PersonNoun, WEAK, Some(De), "verkäufer; verkäuferin; mechaniker; techniker; chef; chefin; mensch; menschen"),
    (PersonNoun, STRONG, Some(Fr), "personnel; expert; salarié; membre de l'équipe; supérieur; collaborateur; collaboratrice; assistant; assistante; spécialiste; collègue; collègues; humain; humaine; conseiller; conseillère; conseillers; opérateur; opératrice; responsable; employé; employée; interlocuteur; téléconseiller"),
    (PersonNoun, WEAK, Some(Fr), "vendeur; vendeuse; mécanicien; humains; patron; gérant; directeur; technicien; ~personne; agent"),
    (PersonNoun, STRONG, Some(Es), "~personal; experto; miembro del equipo; trabajador; responsable; asistente; técnico; compañero; compañera; humano; humana; asesor; asesora; operador; operadora; empleado; empleada; encargado; encargada; supervisor; representante; teleoperador"),
    (PersonNoun, WEAK, Some(Es), "vendedor; vendedora; mecánico; dependiente; dependienta; humanos; personas; jefe; jefa; gerente; director; dueño; persona; agente"),
    (BotNoun, 0, None, "bot; bots; chatbot; chatbots; robot; robots; computer; computers; automaat; roboter; maschine; automat; machine; machines; ordinateur; máquina; ordenador; ki; ia; digitale assistent; digitale medewerker; virtual assistant; virtuele assistent; virtueller assistent; assistant virtuel; asistente virtual; automatische antwoorden; automated replies; automated responses"),
    (BotNoun, 0, Some(Nl), "~ai"),
    (BotNoun, 0, Some(En), "~ai"),
    (Refusal, 0, None, "niet; geen; stop; stoppen; weg; zat; beu; in plaats van; ipv; genoeg van; snapt; begrijpt; nutteloos; nutteloze; stomme; domme; rot; klote; haat; moe van; klaar met; not; no; don't; stop; instead of; rather than; enough of; sick of; tired of; hate; stupid; useless; dumb; fed up; done with; doesn't understand; kein; keine; keinen; nicht; statt; anstatt; genug von; dumm; dumme; dummen; blöd*; nutzlos*; versteht; hasse; pas; plus; sans; au lieu; plutôt que; assez de; marre; stupide; bête; comprend; inutile; ningún; ninguna; basta de; harto; harta; en vez; en lugar; estúpid*; inútil; tont*; entiende; odio; no quiero"),
    (Someone, 0, None, "iemand; some one; somone; someone; somebody; anyone; jemand; jemanden; jemandem; quelqu'un; alguien"),
    (CallNoun, 0, None, "telefoongesprek; telefoontje; belafspraak; terugbelafspraak; gesprek; call; phone call; telephone call; callback; call back; anruf; telefonat; telefongespräch; telefontermin; gespräch; appel; appel téléphonique; rappel; entretien; llamada; llamada telefónica; conversación; videocall; videogesprek"),
    (Arranging, 0, None, "op prijs; dankbaar; ontvangen; inplannen; plannen; afspreken; graag; verzoek; verzoeken; willen; zou; appreciate; grateful; arrange; schedule; book; receive; request; would like; prefer; expect; kindly; please; freuen; vereinbaren; erbitten; bitte; wünsche; dankbar; möchte; apprécier*; reconnaissant*; convenir; recevoir; planifier; souhaite; souhaiterais; merci de; agradecer*; concertar; recibir; programar; solicito; solicitar; quisiera; espero"),
    (Owner, 0, Some(Nl), "#"),
    (Owner, 0, Some(En), "#"),
    (Owner, 0, Some(De), "#"),
    (Owner, 0, Some(Fr), "#"),
    (Owner, 0, Some(Es), "#"),
    (Owner, 0, Some(En), "contact"),
    (Owner, 0, None, "mijn; jullie; uw; je; jouw; onze; my; your; our; their; his; her; mein; meine; meinem; meinen; ihr; ihre; ihrem; ihren; euer; eure; unser; unsere; mon; ma; votre; vos; notre; ton; mi; su; sus; tu; nuestro; nuestra; één van de; one of the; einer der; un de vos; uno de los"),
    (Wish, STRONG, None, "vraag om; vroeg om; gevraagd om; vraag naar; ik zei; ik vraag; asked for; asking for; ask for; i said; told you; repeat; ich sagte; habe gesagt; bitte um; frage nach; j'ai demandé; je demande; j'ai dit; he pedido; pedí; dije; pido; preferiría; préférerais; zou liever; prefer; would rather; wil een gesprek; te maken hebben; dealing with; geef; geef me; geef mij; ik wil; wil ik; ik wens; wens ik; ik eis; eis ik; ik zoek; ik verwacht; verwacht ik; graag; laat; liefst; liever; wil een; wil nu; wil geen; zou u; zouden jullie; persoonlijk; reageren; reageert; antwoord van; terugkoppeling; i want; i need; i demand; i expect; i'd like; i would like; i'd rather; id rather; would prefer; i prefer; hand me; hand over; hand this; pass me; pass this; deal with; want a; need a; personally; look into; ich will; ich möchte; möchte ich; ich verlange; ich erwarte; erwarte ich; ich brauche; ich hätte gern*; geben sie; gib mir; bitte; lieber; persönlich; je veux; je voudrais; je souhaite; je demande; j'exige; j'attends; j'aimerais; donnez; préfère; personnellement; s'il vous plaît; quiero; quisiera; necesito; exijo; espero; deme; dame; me gustaría; agradecería; prefiero; personalmente; que me atienda; por favor; s'occupe; occuper; se encargue; kümmert"),
    (Wish, WEAK, None, "mag ik; mogen wij; zou een; zou er; kan er; kan een; kunnen jullie; kunt u; hebben jullie; is er een; nodig; kijken; kijkt; bekijken; get; give; let; can you; could you; can i; could i; may i; is there; looks at; look at; reads; kann ich; kann ein; kann bitte; darf ich; melden; meldet; gibt es; pourrais je; puis je; peut on; pouvez vous; y a t il; besoin; puedo; podría; puede; pueden; hay algun*; hay un*; a ver si; lees; lea"),
    (Procedure, 0, None, "moet ik; moet je; moet men; hoef ik; do i need to; do i have to; do you need to; must i; should i; muss ich; muss man; soll ich; brauche ich; dois je; doit on; faut il; est ce qu'il faut; tengo que; hay que; debo; es necesario"),
    (ContactVerb, 0, Some(Nl), "bespreken; overleg; doornemen; voorleggen; uitleggen aan; terechtkan; terecht kan; helpen; spreken; praten; doorverbinden; meekijken; ernaar kijken; naar kijken; naar laten kijken; reageren; antwoorden; opnemen; chatten; bereiken; contact; bellen; belt; bel; telefonisch; verbinden; overleggen; te woord; aan de lijn; aan de telefoon; te pakken; meekijken; meekijkt; overnemen; krijgen; te spreken"),
    (ContactVerb, 0, Some(En), "discuss; go through; explain to; sort this out with; helped by; help from; contacting; chatting; direct; reaching; calling; speak; talk; chat; connect; transfer; call; contact; reach; phone; look into; looks into; take a look; get back to; speaking; talking; get hold of; put me; give me; get me; let me; on the line; on the phone; take over; look at this"),
    (ContactVerb, 0, Some(De), "besprechen; klären; wenden; ansprechen; unterhalten; geholfen; hilft; melden; meldet; anschauen; ansehen; zurückruft; anruft; antworten; antwortet; kümmern; kümmert; sprechen; reden; verbinden; verbinde; anrufen; telefonieren; erreichen; kontakt; kontaktieren; chatten; telefonisch; ans telefon; am telefon; durchstellen; weiterleiten; geben sie mir; übernehmen; sprechen kann"),
    (ContactVerb, 0, Some(Fr), "expliquer à; adresser; voir avec; avoir affaire; traiter avec; aidé par; avoir; regarder; s'occuper; répondre; réponde; contacte; appelez; rappelez; parler; discuter; joindre; contacter; contact; appeler; appelle; rappeler; rappelle; téléphone; relation; passer; transférer; échanger; au bout du fil"),
    (ContactVerb, 0, Some(Es), "comentar; tratar; explicar a; dirigirme; me ayude; ayuda de; consultar con; mirar; mire; revise; revisar; responda; conteste; contacte; llamase; llamara; hablo; habla; pase; páseme; hablar; hable; conversar; contactar; contacto; comunicar; comunicarme; llamar; llame; llamada; pasar; atender; atienda; atención; teléfono; conectar; transferir; chatear"),
    (Decline, 0, Some(Nl), "wil niet dat jullie; wil niet dat u; wil niet dat je; wil niemand; wil met niemand; wil nooit; niet met een medewerker; niet met iemand; niet met een mens; met geen mens; met niemand; geen adviseur; geen collega; geen vertegenwoordiger; gelieve me niet; mij niet bellen; me niet bellen; niet meer bellen; niet telefonisch; hoef niemand; hoef met niemand; kan iemand mij uitleggen hoe; al iemand gesproken; iemand gehad; belletje voor op; bespaar me een; bespaar mij een; manier waarop; iemand gevonden; ken iemand; solliciteren*; solliciteer*; bijbaan*; als medewerker werken; medewerker zei; medewerker vertelde; iemand zei; collega zei; mensenhaar; kunsthaar; menselijk haar; geen gedoe met; geen telefoontjes; botten; van een koe; van een rund; in het dossier; volgens jullie gegevens; vacature; vacatures; werk als; werkt als; personeelskorting; per persoon; niemand te spreken; iemand nodig om; medewerker nodig om; niemand spreken; vroeg om mijn; bel mij maar niet; bel me maar niet; bel maar niet; hoef geen; hoeft geen; hoef niet; hoeft niet; hoeven niet; hoeft mij niet; hoeft me niet; hoef je niet; hoeft u niet; niet nodig; geen mens nodig; geen medewerker nodig; geen behoefte; liever geen; liever niet; wil geen mens; wil geen medewerker; wil niet gebeld; niet bellen; bel me niet; bel mij niet; niet terugbellen; geen telefoontje; niet gebeld; zonder te bellen; zonder bellen; is overbodig; terugroepactie; vertegenwoordiger van"),
    (Decline, 0, Some(En), "stop calling; stop phoning; stop trying to; never want to; don't ever; didn't call; prefer you didn't; never call; never phone; never ring; never transfer; don't want to call; don't want to chat; don't wish to; do not wish to; don't want a person; don't want a human; don't want an agent; don't want a rep; don't want anyone; don't want anybody; won't need; not looking to speak; not looking to talk; need not call; nobody needs to call; no one needs to call; no agent; no human; no callback; no calls please; instead of an agent; instead of a human; instead of a person; than an agent; than a human; than a person; than talking to; spare me another; spare me a call; the way i was; the way we were; verified staff; found someone; found somebody; know someone who; know somebody who; apply for; apply as; application for; agent told; agent said; someone told; someone said; somebody told; somebody said; rep told; rep said; employee told; employee said; colleague told; colleague said; human hair; human error; in your records; to my wife first; to my husband first; per person; staff discount; employee discount; vacancies; vacancy; job opening; job openings; needed to send; needed to sign; work as a; asked for my; was treated badly; no need; don't need; do not need; don't have to; do not have to; needn't; not necessary; rather not; don't want a call; don't want to be called; don't want to speak; don't want to talk; do not want to speak; do not want to talk; don't call; do not call; please don't; no call; no calls; no phone call; without calling; without having to call; without talking; not needed; cleaning agent; travel agent; estate agent; letting agent; product recall; a recall"),
    (Decline, 0, Some(De), "will nicht; möchte nicht; will niemanden; will mit niemandem; mit niemandem; mit keinem; will keinen menschen; keinen menschen; keinen mitarbeiter; kein mitarbeiter; keinen berater; kein berater; niemals mit; nie wieder; hört auf; hören sie auf; kein telefonat; keine weiterleitung; keine anrufe; niemand muss mich; als mit einem; als mit einer; statt einem mitarbeiter; statt einem menschen; statt eines menschen; keinen rückruf; rückruf erhalten; rückruf bekommen; rückruf hat; rückruf kam; anruf hat sich; hat sich erledigt; ersparen sie mir ein; art und weise; jemanden gefunden; kenne jemanden; bewerbe; bewerben; bewerbung; mitarbeiter sagte; mitarbeiter meinte; mitarbeiter hat gesagt; jemand sagte; jemand meinte; menschenhaar; echthaar; menschliches versagen; ersatzteil gleich; pro person; stellenangebot*; personalrabatt; mitarbeiterrabatt; mit niemandem sprechen; arbeite als; rufen sie mich nicht an; ruf mich nicht an; mir gut geholfen; brauche kein; brauche keine; brauche keinen; brauchen mich nicht; brauchen nicht; nicht nötig; nicht notwendig; muss nicht; müssen mich nicht; müssen nicht; lieber nicht; nicht anrufen; keinen anruf; kein anruf; möchte nicht; ohne anruf; kein rückruf; keinen rückruf; ohne zu telefonieren; rückrufaktion; produktrückruf; rückruf wegen; vom rückruf; reinigungsagent; vertreter unser*"),
    (Decline, 0, Some(Fr), "ne veux pas; ne veux parler; ne veux plus; ne voudrais pas; ne souhaite plus; ne tiens pas; ne désire pas; ne me passez; ne me transférez; arrêtez de; arrêter de; n'a besoin de; n'ai pas besoin; aucun conseiller; aucun humain; aucun agent; plutôt qu'un conseiller; plutôt qu'un agent; plutôt qu'un humain; pas de conseiller; pas d'agent; pas d'humain; sans passer par un; éviter de; évitez; plus jamais; sans conseiller; texte personnel; épargnez moi un autre; la façon dont; la manière dont; trouvé quelqu'un; connais quelqu'un; postuler; candidature; m'a dit; m'avait dit; m'a promis; m'a assuré; cheveux humains; erreur humaine; dans vos fichiers; personne lourde; personne âgée; personne forte; par personne; parler à personne; remise pour le personnel; message personnel; cherchez vous; offre d'emploi; offres d'emploi; travaille comme; a demandé mon; mal traité; pas besoin; pas nécessaire; inutile; pas la peine; ne m'appelez pas; ne pas m'appeler; pas m'appeler; sans appel*; pas d'appel; ne veux pas être appelé*; ne souhaite pas; ne me rappelez pas; pas être rappelé*; préfère ne pas; agent nettoyant; agent immobilier; agent d'entretien; agent d'assurance*; rappel de produit; rappel produit; rappel de sécurité"),
    (Decline, 0, Some(Es), "dejen de; deje de; deja de; no me pasen; no me pase; no me transf*; no deseo; no quiero que; no quiero tratar; no quiero una persona; no quiero un humano; no quiero un agente; no quiero volver; sin asesor; sin agente; sin hablar; nada de llamadas; eviten; en vez de un agente; en vez de un asesor; en vez de un humano; en vez de una persona; en lugar de un agente; en lugar de un asesor; alguien más; nadie tiene que llamarme; con ningún; con nadie; a nadie; texto personal; ahórrenme otra; la forma en que; la manera en que; encontrado a alguien; encontré a alguien; conozco a alguien; candidatura; presentarme como; puesto de; me dijo; me dijeron; me prometió; me aseguró; pelo humano; cabello humano; error humano; según sus datos; por persona; una persona para; mensaje personal; mensajes personales; buscan un*; para alguien de; trabajo como; a nombre de; pidió mi; me trató mal; no me hace falta; no hace falta; no necesito; no es necesario; no me llamen; no me llame; no me llames; sin llamada*; sin llamar; no quiero que me llamen; no quiero hablar; no quiero llamadas; prefiero no; no llamen; no llamar; agente limpiador; agente inmobiliari*; agente de seguros; agente de viajes; retirada de"),
    (Negation, 0, None, "niet; nooit; niemand; zonder; geen; niks; nee; nimmer; evenmin; not; never; nobody; no one; don't; dont; doesn't; didn't; won't; wouldn't; cannot; can't; without; nor; nicht; nie; niemals; niemand; niemanden; niemandem; keinen; keiner; keinem; kein; keine; ohne; nein; ne; n'ai; n'est; n'a; n'y; pas; jamais; personne ne; ne personne; aucun; aucune; sans; ni; nadie; nunca; jamás; sin; tampoco; ningún; ninguna; no quiero; no necesito; no hace falta; no me; no deseo"),
    (Told, 0, Some(Nl), "sprak; gesproken; belde; gebeld; belden; zei; gezegd; vertelde; verteld; beloofde; beloofd; werd geholpen; geholpen; stuurde; schreef; mailde; gechat; chatte; had contact; contact gehad; contact gehad met; gisteren; vorige week; vanmorgen; eergisteren; net nog; afgelopen; was heel; was erg; was zo; hielp; uitgelegd; heeft gezegd; kreeg ik; ik kreeg; ik had; heb al; is opgelost; opgelost; geregeld; afgehandeld; gemiste oproep; telefoontje van"),
    (Told, 0, Some(En), "spoke; spoken; called; rang; phoned; said; told; promised; was helped; helped; sent me; wrote; emailed; chatted; had a chat; dealt with; yesterday; last week; this morning; the other day; earlier; was very; was so; was really; explained; was told; i got; i had; i already; sorted; solved; resolved; missed call; call from; talked to; talked with; transferred me; who helped; who answered"),
    (Told, 0, Some(De), "gesprochen; sprach; angerufen; rief; sagte; gesagt; meinte; versprach; versprochen; geholfen hat; geholfen; geschickt; schrieb; geschrieben; telefoniert; gechattet; erreicht; gestern; letzte woche; heute früh; heute morgen; vorgestern; vorhin; war sehr; war so; erklärt; hieß es; bekam; bekommen; erhalten; ich hatte; habe schon; habe bereits; erledigt; geklärt; gelöst; verpassten anruf; anruf von"),
    (Told, 0, Some(Fr), "j'ai parlé; j'ai eu; j'ai appelé; ai appelé; a appelé; m'a appelé; dit que; m'a dit; a dit; promis; m'a aidé; aidé; envoyé; écrit; j'ai discuté; j'ai échangé; contacté; hier; la semaine dernière; ce matin; avant hier; tout à l'heure; était très; était vraiment; a été; expliqué; on m'a; j'ai reçu; j'avais; déjà; réglé; résolu; appel manqué; appel de; m'avait; m'a rappelé; a rappelé; qui m'a"),
    (Told, 0, Some(Es), "hablé; habló; hablamos; llamé; llamó; llamaron; dijo; dijeron; me atendió; atendió; atendieron; prometió; ayudó; mandó; escribió; contacté; traté; ayer; la semana pasada; esta mañana; anteayer; antes; fue muy; fue tan; explicó; me dieron; recibí; tenía; ya está; resuelto; arreglado; solucionado; llamada perdida; llamada de; acabo de; ya hablé; ya llamé; me atendieron; que me ayudó"),
    (Facts, 0, None, "hoe laat; tot hoe laat; openingstijden; telefoonnummer; e-mailadres; emailadres; adres; wat kost; hoeveel; welke dagen; vanaf wanneer; gratis; op zondag; op zaterdag; wat is het nummer; wat is het; hoe werkt; what time; until when; opening hours; hours; phone number; email address; address; how much; how many; which days; free of charge; on sundays; on saturdays; what is the; what's the; how does; how do i; wann öffnet; bis wann; ab wann; öffnungszeiten; telefonnummer; adresse; was kostet; wie viel*; an welchen tagen; kostenlos; sonntags; samstags; wie lautet; wie ist die; wie funktioniert; wie kann ich; à quelle heure; jusqu'à quelle heure; horaires; numéro de téléphone; combien; quels jours; gratuit; le dimanche; le samedi; quel est; quelle est; comment; a qué hora; hasta qué hora; horario; horarios; número de teléfono; dirección; cuánto; cuánta; cuántas; cuántos; qué días; gratis; los domingos; los sábados; cuál es; cómo"),
    (Work, 0, None, "vacature*; solliciteren; sollicitatie; sollicitatiegesprek; baan; bijbaan; stage; werken bij; komen werken; verdient; salaris; cv; hr; personeelszaken; personeelsafdeling; hiring; vacanc*; job; jobs; apply for; interview; internship; salary; earn; resume; human resources; recruit*; stelle; stellen; bewerb*; praktik*; gehalt; verdient; lebenslauf; personalabteilung; offene stellen; arbeiten bei; recrut*; candidature; poste; emploi; stage; salaire; gagne; ressources humaines; postuler; entretien d'embauche; travailler chez; trabajo de; empleo; vacante*; currículum; currículo; curriculum; prácticas; sueldo; gana un; recursos humanos; trabajar con; trabajar en; solicitud de; buscan personal; becarios"),
    (Handling, 0, None, "ophalen; aannemen; tekenen; getekend; bezorger; chauffeur; koerier; aangebeld; aanbellen; aan de deur; langs; langsgekomen; komt de; installeren; gestolen; gebruikt; toevoegen; wijzigen; aanpassen; pick up; sign for; signed; courier; driver; ring the bell; rang the bell; the door; come by; install; stole; stolen; used my; add a; add an; change the; change contact; abholen; annehmen; unterschreiben; unterschrieben; bote; fahrer; kurier; geklingelt; klingeln; klingelt; an der tür; vorbei; vorbeikommen; gestohlen; benutzt; hinzufügen; ändern; wie ändere; récupérer; retirer; signer; signé; livreur; sonné; sonner; sonnette; à la porte; passer chercher; installer; volé; utilisé; ajouter; modifier; changer; recoger; firmar; firmó; repartidor; mensajero; timbre; en la puerta; instalar; robó; robado; usado; añadir; añado; cambiar; modificar"),
    (BotQuestion, 0, None, "ben je een bot; ben jij een bot; bent u een bot; ben je een robot; ben jij een robot; bent u een robot; ben je een mens; ben jij een mens; bent u een mens; ben je echt; ben jij echt; ben je een computer; ben je een ai; ben jij een ai; is dit een bot; is dit een robot; is dit een computer; is dit ai; is dit een ai; is dit een mens; is dit een chatbot; praat ik met een*; spreek ik met een*; chat ik met een*; zit hier een mens; are you a bot; are you a robot; are you human; are you a human; are you real; are you a real*; are you an ai; are you ai; are you a machine; are you a chatbot; is this a bot; is this a robot; is this an ai; is this ai; is this automated; is this a human; is this a real*; am i talking to a*; am i speaking to a*; am i speaking with a*; am i talking with a*; am i chatting with*; talking to a bot; bist du ein bot; bist du ein roboter; bist du ein mensch; bist du echt; bist du eine ki; bist du eine maschine; sind sie ein bot; sind sie ein roboter; sind sie ein mensch; sind sie echt; sind sie eine ki; sind sie eine maschine; ist das ein bot; ist das ein roboter; ist das eine ki; ist das hier ein bot; spreche ich mit ein*; rede ich mit ein*; chatte ich mit ein*; es tu un robot; es tu un bot; es tu humain; es tu une ia; êtes vous un robot; êtes vous un bot; êtes vous humain; êtes vous une ia; êtes vous une machine; êtes vous une vraie personne; c'est un robot; c'est un bot; est ce un robot; est ce un bot; est ce que je parle à un*; vous êtes un robot; tu es un robot; suis je en train de parler à un*; parle t on à un robot; eres un bot; eres un robot; eres humano; eres una persona; eres una ia; eres una máquina; eres real; es usted un bot; es usted un robot; es usted humano; es usted una persona; es un bot; es un robot; es esto un bot; esto es un bot; estoy hablando con un*; hablo con un*; hay alguien ahí"),
];

/// What the rules say of a wish for a person.
pub(crate) struct Ruled {
    /// What is sure whatever stands around it: no model can take it away.
    pub(crate) sure: Finding,
    /// What mostly says it, and how sure that is, in ten thousandths: the trained head must hold much against it.
    pub(crate) likely: Vec<(i32, Stretch)>,
}

/// Words of a salutation at most.
const GREETED: usize = 5;

/// "Dear staff, …", "Geachte medewerkers,": who is greeted is not asked for. A salutation ends with a comma, a colon or a line.
pub(crate) fn forget_who_is_greeted(text: &Text, hits: &mut Vec<Hit>) {
    let Some(first) = text.words.first() else { return };
    let greets = hits.iter().any(|hit| hit.tag == Greeting && hit.stretch.start == first.start);
    let ends = |pair: &[Stretch]| text.folded[pair[0].end..pair[1].start].contains([',', ':', '\n']);
    let last = text.words.windows(2).take(GREETED).find(|pair| ends(pair)).map(|pair| pair[0]);
    let Some(last) = last.filter(|_| greets) else { return };
    hits.retain(|hit| hit.tag != PersonNoun || hit.stretch.end > last.end);
}

/// Whether the customer asks for a person.
pub(crate) fn examine(text: &Text, hits: &[Hit], evidence: &mut Gathered) -> Ruled {
    if let Some(stretch) = sign_alone(text) {
        evidence.add(text, FindingName::WantsPerson, stretch, Why::Floor);
        return Ruled { sure: finding(9_500), likely: Vec::new() };
    }
    let mut p = 100;
    for (found, stretch) in [phrases(text, hits, STRONG), alone(text, hits)].into_iter().flatten() {
        evidence.add(text, FindingName::WantsPerson, stretch, Why::Floor);
        p = p.max(found);
    }
    for hit in hits.iter().filter(|hit| hit.tag == BotQuestion) {
        evidence.add(text, FindingName::WantsPerson, hit.stretch, Why::Floor);
        p = p.max(6_000);
    }
    let refused = pair(text, hits, &[BotNoun], &[Refusal]).map(|(found, stretch)| (found - 1_000, stretch));
    let likely = [phrases(text, hits, WEAK), beside(text, hits), refused];
    Ruled { sure: finding(p), likely: likely.into_iter().flatten().collect() }
}

/// Phrases that say it outright, unless the clause declines.
fn phrases(text: &Text, hits: &[Hit], value: u16) -> Option<(i32, Stretch)> {
    let outright = hits.iter().filter(|hit| hit.tag == PersonPhrase && hit.value == value);
    let stands = |stretch: &Stretch| {
        !declined(text, hits, *stretch) && !procedure(text, hits, *stretch) && !to_own(&text.folded[stretch.end..])
    };
    let asked = outright.map(|hit| hit.stretch).find(stands);
    asked.filter(|stretch| !within_bot_question(hits, *stretch)).map(|stretch| (9_700, stretch))
}

/// "I need to talk to my neighbour": what comes behind the phrase is somebody of the customer's own.
fn to_own(behind: &str) -> bool {
    const OWN: [&str; 22] = [
        "my ", "our ", "his ", "her ", "their ", "mijn ", "m'n ", "onze ", "ons ", "zijn ", "mein ", "meinem ",
        "meiner ", "meinen ", "unserem ", "unserer ", "mon ", "ma ", "mes ", "notre ", "mi ", "mis ",
    ];
    behind.strip_prefix(' ').is_some_and(|behind| OWN.iter().any(|own| behind.starts_with(own)))
}

/// A word for a person beside a word for contact or a wish, in one clause that neither declines nor tells a story.
fn beside(text: &Text, hits: &[Hit]) -> Option<(i32, Stretch)> {
    pair(text, hits, &[PersonNoun], &[ContactVerb, Wish])
        .or_else(|| pair(text, hits, &[Someone], &[ContactVerb]))
        .or_else(|| pair(text, hits, &[CallNoun], &[Arranging]))
}

fn pair(text: &Text, hits: &[Hit], people: &[Tag], acts: &[Tag]) -> Option<(i32, Stretch)> {
    let mut last: [Option<(Stretch, bool)>; 2] = [None, None];
    for hit in hits {
        let kind = match hit.tag {
            tag if people.contains(&tag) && !owned(text, hits, hit.stretch) => 0,
            tag if acts.contains(&tag) => 1,
            _ => continue,
        };
        last[kind] = Some((hit.stretch, hit.value == WEAK));
        if let [Some((a, weak)), Some((b, weakly))] = last
            && !(weak && weakly)
        {
            let both = Stretch { start: a.start.min(b.start), end: a.end.max(b.end) };
            let gap = both.end - both.start;
            let one_clause = !text.folded[both.start..both.end].contains(BREAKS);
            let asked = !declined(text, hits, both) && !procedure(text, hits, both) && !within_bot_question(hits, both);
            if gap <= NEAR && one_clause && asked {
                return Some((9_000, both));
            }
        }
    }
    None
}

/// A word for a person and next to nothing else, or the same word again and again.
fn alone(text: &Text, hits: &[Hit]) -> Option<(i32, Stretch)> {
    let again = hits.iter().filter(|hit| hit.tag == PersonNoun && !owned(text, hits, hit.stretch));
    if text.words.len() <= 20 && again.clone().count() >= 3 {
        return again.map(|hit| (9_000, hit.stretch)).next().filter(|found| !declined(text, hits, found.1));
    }
    if text.words.len() > 6 {
        return None;
    }
    let noun = hits.iter().find(|hit| hit.tag == PersonNoun)?.stretch;
    let known = |word: &Stretch| {
        let covers = |hit: &Hit| hit.stretch.start <= word.start && word.end <= hit.stretch.end;
        hits.iter().any(|hit| {
            matches!(hit.tag, Small | Thanks | Greeting | Acknowledge | PersonNoun | ContactVerb | Wish) && covers(hit)
        })
    };
    let nothing_else = text.words.iter().all(known);
    (nothing_else && !declined(text, hits, noun) && !within_bot_question(hits, noun)).then_some((9_300, noun))
}

/// The whole message is `0`, or a picture of a raised hand or a telephone.
fn sign_alone(text: &Text) -> Option<Stretch> {
    let whole = text.folded.trim_matches(|c: char| c.is_whitespace() || c.is_ascii_punctuation());
    let zero = !whole.is_empty() && whole.len() <= 3 && whole.bytes().all(|byte| byte == b'0');
    let called = text.words.is_empty() && text.shape.chars <= 40 && text.folded.contains(CALLS);
    (zero || called).then_some(Stretch { start: 0, end: text.folded.len() })
}

/// Where a clause ends.
const BREAKS: [char; 7] = ['.', '!', '?', ';', ',', '\n', ':'];

/// Whether a clause says that no person is needed.
pub(crate) fn declined(text: &Text, hits: &[Hit], of: Stretch) -> bool {
    let start = text.folded[..of.start].rfind(BREAKS).map_or(0, |at| at + 1);
    let end = text.folded[of.end..].find(BREAKS).map_or(text.folded.len(), |at| of.end + at);
    let clause = Stretch { start, end };
    let within = |tag: Tag| hits.iter().any(|hit| hit.tag == tag && clause.holds(hit.stretch.start));
    within(Decline) && !within(BotNoun)
}

/// "Do I need to speak to an agent to cancel?": the person is a step towards something else.
fn procedure(text: &Text, hits: &[Hit], both: Stretch) -> bool {
    let clause_end = text.folded[both.end..].find(BREAKS).map_or(text.folded.len(), |at| both.end + at);
    let after = text.words_in(Stretch { start: both.end, end: clause_end }).len();
    after >= 2
        && hits.iter().any(|hit| {
            hit.tag == Procedure && hit.stretch.start <= both.start && both.start - hit.stretch.start <= NEAR
        })
}

/// "Your agent", "my colleague", "six people", "persona de contacto": somebody who is talked about.
fn owned(text: &Text, hits: &[Hit], noun: Stretch) -> bool {
    if text.folded[noun.end..].starts_with(" de contact") {
        return true;
    }
    let before = text.folded[..noun.start].trim_end().len();
    hits.iter().any(|hit| hit.tag == Owner && hit.stretch.end == before)
}

fn within_bot_question(hits: &[Hit], stretch: Stretch) -> bool {
    hits.iter()
        .any(|hit| hit.tag == BotQuestion && hit.stretch.start <= stretch.start && stretch.start <= hit.stretch.end)
}
