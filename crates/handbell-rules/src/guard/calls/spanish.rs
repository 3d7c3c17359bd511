//! Spanish calls and threats: the words, by what they are for, and the patterns they stand in.
//!
//! Verbs are given once, as infinitives by the kind of deed; `spanish.rs` makes the forms in which they call
//! (`{verb:…}`), are said of oneself (`{yo:…}`) or promised (`{fut:…}`). Accents are gone by the time words
//! are compared, and a pronoun that hangs on a verb is also tried apart from it.

use super::Calls;
use crate::guard::pattern::Frame;

pub(super) const SPANISH: Calls = Calls {
    language: "es",
    short: &[("q", "que"), ("k", "que"), ("pa", "para"), ("furgo", "furgoneta"), ("tos", "todos"), ("pq", "porque"), ("xq", "porque")],
    frame: Frame {
        leads: "favor todos todas vecinos vecinas ya ahora y o urgente rapido alguien que gente companeros companeras amigos amigas \
            entonces venga voy vamos van va podemos debemos deberiamos habria tanto mientras asi pero quiero queremos hay toca a los las \
            les lo le la os te se nos quien chicos chavales hermanos porfa porfavor podeis pueden puede puedes luego tambien mejor",
        subjects: "alguien todos gente ustedes vosotros nosotros",
        modals: "puede pueden podeis deberia deberian tiene que",
        wants: "hay vamos voy va van tenemos tengo habria tienen ir vais hora falta aqui necesitamos hace quien quienes alguien gente coche \
            vecinos todos venga faltan refuerzos ayuda ayudad ayuden idea",
        links: "que a de para",
        reports: "intento intentaron trato trataron quiso quisieron pidio pidieron dijo dijeron querian pidiendo pretendian empezo empezaron",
        denials: "no nunca jamas sin nadie tampoco ni evitar",
        joins: "o ni y",
        cues: "hay que necesitamos vamos alguien quien todos todas porfa favor venga hace falta podemos puede pueden podeis",
        finite: "esta estan estaba estaban fue fueron era eran ha han habia dijo dijeron",
        spares: "sacos inundacion ambulancia taller cita",
        reach: 4,
    },
    sets: &[
        (
            "ruedas",
            "furgoneta furgonetas furgon furgones coche coches autobus autocar autocares camion camiones vehiculo vehiculos convoy microbus \
             patrulla caravana camioneta motor van carro carros",
        ),
        (
            "agentes",
            "agente agentes policia policias oficial oficiales inspector inspectores inspectora sargento madero maderos poli polis alguacil \
             alguaciles funcionario funcionarios guardia guardias comitiva pasma migra",
        ),
        (
            "pasos",
            "puerta puertas verja verjas porton escalera escaleras portal entrada entradas salida salidas calle calles carretera carreteras \
             cruce paso rellano ascensor acceso accesos pasillo garaje rotonda avenida callejon via calzada parking aparcamiento rampa patio \
             portero esquina puente tunel",
        ),
        (
            "partes",
            "rueda ruedas neumatico neumaticos llave llaves freno frenos radio radios retrovisor retrovisores valvulas matricula camaras \
             antena parabrisas bateria deposito gasolina cables cerradura escape contacto",
        ),
        (
            "cacharros",
            "contenedor contenedores cubo cubos basura colchon colchones mueble muebles coche coches bici bicis bicicletas valla vallas \
             piedra piedras palet palets aceite clavos chinchetas cosas algo silla sillas mesa mesas cuerda cuerdas cadena cadenas ladrillos \
             candado candados carritos",
        ),
        (
            "gente",
            "familia hermano hermana hermanos padre madre hijo hija hijos primo prima chico chicos chica chicas hombre mujer ninos vecino \
             vecina vecinos todos todas ellos ellas alguien trabajadores trabajador cocinero camarero inquilino inquilinos ambos pareja \
             senor muchacho muchachos companero companeros tio tia sobrino cocineros camareros familias abuela abuelo senora muchacha senores crio crios chaval \
             chavales bebe",
        ),
        ("muchos", "gente mundo todos todas amigos amigas vecinos vecinas familia primos companeros colegas pena barrio refuerzos cientos"),
        (
            "victima",
            "agente agentes policia policias inspector inspectora sargento casero casera jefe jefa chivato chivata chivatos conductor \
             conductora vecino ellos ella quien quienes ese esa esos cabron cabrones cerdo cerdos barba llamo delato \
             funcionario funcionaria guardia alguacil concejal concejala interprete bastardo poli polis madero maderos soplon soplones \
             ti vosotros ustedes usted hijos familia",
        ),
        (
            "cosas",
            "casa casas coche coches furgoneta furgon piso edificio oficina local tienda ventanas ventana cristales piernas pierna brazos \
             brazo cara cabeza cuello rodillas dientes frenos comisaria deposito nave hotel puerta garganta costillas huesos crisma \
             lunas boca nariz manos dedos ojos cochera cocheras garaje almacen comercio local negocio",
        ),
        ("pro", "+los +las +lo +la +le +les +te +os +nos +se +selo +sela +selos +selas +telo +oslo"),
        ("obj", "+los +las +lo +la +le +les +selo +sela +selos +selas"),
        (
            "cuerpo",
            "piernas pierna brazos brazo cara cabeza cuello rodillas dientes frenos garganta costillas huesos crisma boca nariz dedos lunas",
        ),
        (
            "armas",
            "bate bates palo palos navaja navajas cuchillo cuchillos piedra piedras gasolina martillo martillos machete machetes botella \
             botellas ladrillo ladrillos pistola pistolas molotov cocteles mecheros petardos lejia barra barras",
        ),
    ],
    verbs: &[
        ("volar", "volar hundir incendiar"),
        ("matar", "matar quemar reventar apunalar linchar rajar degollar acuchillar machacar destrozar apalear"),
        ("atrancar", "atrancar encadenar tapiar bloquear soldar"),
        ("cerrar", "cerrar ocupar llenar tapar tomar invadir"),
        (
            "cortar",
            "bloquear rodear cercar obstruir impedir entorpecer acorralar asaltar interceptar sabotear inmovilizar pinchar \
             desinflar taponar obstaculizar emboscar cortar atascar",
        ),
        ("cercar", "bloquear rodear cercar acorralar interceptar emboscar asaltar atrapar encerrar"),
        (
            "parar",
            "parar detener retener retrasar frenar empujar perseguir distraer encerrar atrapar echar expulsar rodear \
             entretener demorar asediar arrinconar despistar enganar acosar cercar acorralar confundir marear",
        ),
        (
            "trancar",
            "atrancar encadenar cerrar bloquear tapiar barricar trabar candar sellar asegurar apuntalar tapar atrincherar echar taponar \
             soldar pegar cortar",
        ),
        (
            "quitar",
            "quitar pinchar rajar robar coger cortar romper arrancar desinflar esconder tirar lanzar vaciar agarrar deshinchar sacar desconectar",
        ),
        (
            "poner",
            "poner cruzar tirar volcar amontonar aparcar apilar echar atravesar arrastrar lanzar colocar meter mover \
             derramar regar esparcir estacionar apoyar",
        ),
        (
            "ponerse",
            "poner tumbar sentar meter acostar colocar plantar subir echar interponer tirar arrodillar encaramar trepar quedar parar cruzar \
             agarrar encadenar",
        ),
        ("esconder", "esconder ocultar sacar llevar meter disfrazar camuflar refugiar escabullir guardar"),
        ("destruir", "destruir borrar quemar romper tirar eliminar ocultar esconder triturar"),
        ("avisar", "avisar decir alertar gritar llamar advertir escribir mandar"),
        ("traer", "traer reunir convocar juntar movilizar congregar arrastrar"),
        (
            "venir",
            "venir bajar acudir salir correr ir reunir concentrar congregar presentar juntar subir llenar ocupar invadir tomar acercar",
        ),
        ("formar", "formar hacer montar levantar construir armar"),
        (
            "danar",
            "matar golpear quemar apunalar estrangular colgar ahorcar linchar disparar atropellar reventar romper destrozar \
             rajar herir lastimar machacar degollar envenenar incendiar patear abofetear aplastar acuchillar agredir ahogar \
             torturar mutilar asfixiar acribillar fusilar rematar apedrear joder destripar zurrar balear",
        ),
        ("partir", "partir cortar pegar romper rajar arrancar pinchar calentar tumbar"),
        ("dar", "dar meter pegar prender echar hacer poner lanzar tirar plantar clavar"),
        ("tirar", "tirar lanzar arrojar echar volcar soltar vaciar"),
        ("averiguar", "averiguar buscar encontrar descubrir decir localizar"),
        ("coger", "coger agarrar pillar cazar atrapar perseguir encontrar"),
    ],
    obstruction: &[
        // What has wheels, a way or an officer is held where it is.
        "!{verb:cortar} ~3 {ruedas}|{agentes}|{pasos}|{partes}",
        "!{verb:cercar} {obj}",
        "!{verb:cerrar} ~2 paso|calle|carretera|calzada|acceso|accesos|avenida|rotonda|salida",
        "!{verb:parar} ~3 {ruedas}|{agentes}",
        "!{verb:parar} {obj}",
        "alguien|quien que ~2 {verb:parar} ~3 {ruedas}|{agentes}|los",
        "!{verb:trancar} ~3 {pasos} ~3 antes|contra|para|hasta|con",
        "!{verb:trancar} ~2 con llave|candado|cadenas|silicona ~3 {pasos}",
        "!{verb:atrancar} ~3 {pasos}",
        "!{verb:quitar} ~3 {partes}",
        "!{verb:quitar} {obj} ~2 de|manos|todo|llaves|radios",
        "!{verb:poner} ~4 delante|detras|contra|bajo|medio|atravesado|atravesados ~3 {pasos}|{ruedas}",
        "!{verb:poner} ~2 {cacharros} ~1 en|contra|sobre|bajo|por|delante|ante ~3 {pasos}|{ruedas}|medio",
        "quien|alguien|necesitamos ~3 coche|coches|camion|furgoneta|furgonetas ~2 para ~3 salida|entrada|calle|{verb:poner}|{verb:cortar}",
        "!{verb:ponerse} ~2 delante|debajo|entre|encima|detras|enfrente|ante|bajo ~5 {ruedas}|{agentes}|{pasos}|medio|ellos|ruedas",
        "!{verb:ponerse} ~2 en|sobre ~3 medio|suelo|calzada|carretera|calle|ruedas|techo|capo",
        "!subid|suban|subios|suban|subamos|trepad|trepen ~2 a|al|encima ~2 furgoneta|furgon|capo|techo|coche|caravana",
        "todos|todas|cuerpos|sentada delante|enfrente|debajo|encima",
        "!{verb:formar} ~2 muro|cadena|cordon|barrera|barricada|cerco|piquete|escudo|circulo|tapon|sentada",
        "cadena|muro|barrera|escudo humana|humano",
        "hombro con hombro",
        "!{verb:poner} ~3 doble fila",
        "!tapad|tapen|tapa|sellad|sellen|soldad|llenad ~2 cerradura|cerraduras",
        "!cogeos|agarraos|enlazad|daos ~3 brazos|mano|manos",
        "no ~1 os|se|nos ~1 movais|muevan|movemos|muevas|movamos|aparteis|aparten ~2 de|hasta|aunque",
        "!sujeta|sujetad|sujeten|sujetemos|manten|mantened|mantengan|mantengamos|aguanta|aguantad|aguanten ~2 {pasos} ~2 cerrada|cerrado|cerradas|cerrados",
        // They are not to leave, to pass or to take anybody.
        "no ~2 dejes|dejeis|dejen|dejemos|permitas|permitais|permitan que ~2 arranque|arranquen|salga|salgan|vaya|vayan|pase|pasen|entre|entren|lleven|lleve|mueva|muevan|suba|suban|escape",
        "no|nadie ~3 dejes|dejeis|dejen|dejemos|deje|permitas|permitais|permitan|permitamos ~3 salir|pasar|ir|entrar|escapar|marchar|llevar|llevarselo|llevarse|mover|moverse|irse|arrancar|marcharse|subir|lleven|pasen|salgan|entren",
        "que|aqui no|nadie ~2 salgan|salga|pasen|pase|entren|entre|lleven|lleve|arranque|arranquen|mueva|muevan|suba|suban",
        "{ruedas}|ellos no ~1 se ~1 mueve|mueven|va|van|marcha ~1 de aqui",
        "furgoneta|furgon|coche no ~1 sale|arranca|pasa ~2 aqui|barrio|calle",
        "de ~1 aqui|barrio ~1 no ~2 sale|salen|llevan|mueve|mueven|pasa|pasan|echan",
        "no pasaran",
        "para|asi|y que|asi no ~3 entren|pasen|salgan|lleven|suban|arranquen|puedan|pueda|pase|entre|salga|arranque|suba|avancen|muevan|mueva",
        "no ~1 lo|la|los|las|le ~1 solteis|suelten|soltemos|sueltes|sueltan",
        "que no ~1 puedan|pueda ~1 pasar|salir|entrar|subir|arrancar|moverse|llevarselo|llevarsela",
        "!impedir|evitar que ~3 lleven|lleve|salgan|salga|entren|pasen|arranque|suban|echen",
        "impidamos|impidan|impedid|evitemos|evitad que ~2 lleven|lleve|salgan|salga|entren|pasen|arranque|suban",
        // Somebody is hidden, led away or freed.
        "!{verb:esconder} ~3 {gente} ~4 en|detras|antes|por|de|bajo|hasta|dentro|del|al",
        "!esconde|esconded|escondan|escondamos|oculta|ocultad|oculten|ocultemos ~3 {gente}",
        "!{verb:esconder} ~1 a escondidas",
        "!esconde|esconded|esconda|escondan|escondamos|esconder|oculta|ocultad|oculte|oculten|ocultemos|ocultar {pro}",
        "!{verb:esconder} {obj} ~2 por|antes|hasta|de|del|en|con",
        "mientras|asi ~2 sale|salen|escapa|escapan|huye|huyen|puede|pueden ~4 atras|detras|tejado|irse|huir|trasera|ventana",
        "!{verb:destruir} ~3 pruebas|papeles|documentos|rastro|huellas|registros|prueba|documentacion",
        "necesita|hace|busca|quien ~3 escondite|esconderlo|esconderla|esconderse|escondernos",
        // They are warned to flee, or led astray.
        "!{verb:avisar} ~7 que|para ~2 vaya|vayan|huya|huyan|escape|escapen|salga|salgan|corra|corran|esconda|escondan|larguen|marchen|desaparezcan",
        "!{verb:dar} ~3 nombre|nombres|direccion|datos ~1 falso|falsa|falsos|falsas",
        "!{verb:dar} ~2 otro|otra|mal|mala ~1 nombre|direccion|indicaciones",
        "!di|diles|decid|decidles|digan|diganles|dile|digale ~2 que ~1 ya|no|nunca ~2 vive|viven|conoce|conoceis|conocen|esta|estan|fue",
        "!di|diles|decid|decidles|digan|diganles|dile|digale que ~4 equivocado|mudado|ido|muerto",
        "!mentid|mentidles|mienteles|mientan|mandadlos|mandenlos ~3",
        // A crowd is called, to be in the way.
        "!{verb:traer} ~4 {muchos}",
        "!llamad|llamen|llama|mandad|manden|manda|enviad|envien|avisad ~3 gente|refuerzos|mundo",
        "!{verb:venir} ~2 todos|todas|ya|aqui|corriendo|rapido|calle|vestibulo|portal|comisaria|hotel|estacion",
        "necesitamos|hace|queremos|faltan|falta ~2 gente|manos ~3 aqui|para|ya|calle|alli|delante|pararlos",
        "todos|todas ~1 al|a portal|calle|puerta|plaza|escalera|entrada|la|garaje",
        "!{verb:traer} ~2 candados|cadenas|colchones|bicis|coches",
    ],
    threats: &[
        // Somebody, or what is theirs, is to be harmed.
        "!{verb:danar} ~3 {victima}|{cosas}",
        "!{verb:danar} {obj}",
        "!{verb:volar} ~2 {cosas}",
        // "pégale" is a blow; "pégalo" may be a notice
        "!pega|pegad|pegue|peguen|peguemos|pegar +le|+les",
        "!{verb:partir} ~2 {cuerpo}|{victima}",
        "te|os|lo|la|los|las|le|les {yo:danar}|{fut:danar}|{yo:partir}|{fut:partir}",
        "te|os|lo|la|los|las|le|les voy|vamos|va|van|vais ~1 a ~2 {verb:danar}|{verb:partir}|pillar|cazar|arrepentir|encontrar",
        "vamos|voy|van|va|vais ~1 a ~1 {verb:dar} ~2 fuego|paliza|tiro|tiros|punetazo|hostia|hostias|navajazo|leccion|susto|dano|palos",
        "vamos|voy|van|vais|vas ~1 a ~1 {verb:matar}",
        "que|hay que ~1 {verb:danar} ~1 {victima}|{cosas}",
        "!{verb:dar} ~2 fuego|paliza|tiro|tiros|bomba|punetazo|patada|hostia|hostias|navajazo|cuchillada|susto|leccion|dano|candela|botellazo|escarmiento|golpes|lena|palos|bala",
        "!{verb:tirar} ~4 {armas} ~3 {victima}|{cosas}|cuando",
        "!{verb:tirar} +le|+les|le|les ~2 {armas}",
        "!{verb:traer} ~2 {armas} ~2",
        "yo ~2 bala|soga|gasolina|cuchillo|cuerda|ayudo|cerilla",
        "hagamosle|hagamosles|haremos|hacerle|hacerles|hagamos ~1 una ~1 visita",
        "que ~1 cuelguen|maten|quemen|ahorquen|fusilen|revienten|linchen|peguen|mueran|pudran|muera|pudra|sangre|sangren|reviente|arda|ardan",
        "y que ~1 pague|paguen ~1",
        "te|os|le|les tiro|lanzo|arrojo|clavo|estampo ~2",
        "salir|acabar|volver ~1 en ambulancia|caja|camilla",
        "sabemos|conocemos ~4 tus|tu|vuestros|vuestra|sus hijos|mujer|madre|ninos|novia|marido|hijas",
        "quien ~4 lo ~1 va|pagara ~1 pagar|caro",
        "ojala ~3 mueras|mueran|muera|muerais|maten|mate|quemen|queme|estrellen|estrelle|revienten|reviente|meta|metan|peguen|pegue|partan|parta|falle|fallen|caiga|pudra|pudran|atropellen|atropelle",
        "habria|hay|toca|deberian|merece|merecen|habra|deberia|alguien|tendria ~1 que|deberia ~2 {verb:danar}|{verb:partir}|pegarles|pegarle|darles|darle|colgarlos",
        "habria|merece|merecen|deberian|tendrian|mereces ~3 tiro|tiros|paliza|muerte|horca|escarmiento|bala",
        "vas|vais ~1 a ~1 llorar|sangrar|sufrir|enterar|enterarte|enteraros|morir|pagar|arrepentir|arrepentirte|caer|cobrar|lamentar|lamentarlo|acabar",
        "alguien ~1 va a pagar|morir|sufrir|sangrar|cobrar",
        "van ~1 a ~1 saber ~3 bueno",
        "vamos|voy|venimos|van|iremos|ire ~1 a por ~1 ti|el|ella|ellos|vosotros|usted|ustedes|tu|tus|todos",
        "!{verb:coger} y ~1 que",
        // They can be found.
        "sabemos|sabeis|conocemos|se|descubierto|averiguado|sabe|diga|digame|digan|averiguad|averigua|averiguen|decidme|dime|encontrad|encuentra|encuentren|buscad ~4 donde ~4 vive|viven|duerme|duermen|aparca|aparcan|lleva|llevan|trabaja|trabajan|bebe|vives|duermes|aparcas|trabajas",
        "sabemos|conocemos|descubierto|averiguado|averiguad|averigua|averiguen ~4 donde|que|cual|cuando|cuales|quien ~4 colegio|casa|sales|cole|entrena|trabaja|desayuna|eres|reza|coche",
        "sabemos|conocemos|tenemos|tengo ~1 tu|su|vuestra|vuestro|tus|sus|la ~1 casa|camino|direccion|familia|cara|calle|ruta|coche|colegio|hijos|matricula|foto",
        "te|os|le|les|lo|los|la ~1 estaremos|estare|arrepentiras|arrepentireis|arrepentira|encontraremos|encontrare|vigilamos|buscaremos|pillaremos|cogeremos|mataremos|matare|acordaras|tenemos ~2 esperando|vigilando|encontrar|caro|pagar|arrepentir|sufrir|fichado",
        "te|os|lo|la|le|les encontraremos|encontrare|pillaremos|mataremos|matare|reventaremos|cogeremos|arrepentiras|arrepentireis|acordaras",
        "te|os espera|esperamos|estamos ~1 esperando|fuera|abajo",
        "nos ~1 vemos|veremos ~2 cuando ~2 turno|acabes|salgas|acabe|salga",
        // They will be sorry, or not get home.
        "mas te|le|os|les vale ~6",
        "no ~1 estaras|estareis|podras|podreis|tendras|llegaras|saldras|volveras|vivir|vives ~3 salvo|seguro|segura|esconderte|esconderos|escapar|dormir|huir|vivo|viva|casa|tranquilo|paz|lado",
        "no ~1 llega|llegas|llegan|dura|duras|sale|salen|sales|pasa ~2 navidad|vivo|viva|vivos|viejo|entero",
        "con los pies ~1 por ~1 delante",
        "sale|salen|sales|saldra|saldras|saldran|acaba|acabas|vuelves|vas ~2 con|en|a|al ~3 caja|ataud|ambulancia|zanja|cuneta|cementerio|tumba",
        "como|si|cuando vuelvas|vuelva|vuelvan|vuelves|vuelve|toques|toque|toca|tocas|subas|suba|sube ~6 {yo:danar}|{fut:danar}|{yo:partir}",
        "ya ~1 vera|veras|vereis|veran ~4 espera|toca|viene",
        "duerme|dormid|duerma|duerman con ~1 ojo",
        "seria|que una|lastima|pena ~2 lastima|pena|que|si ~2 pasara|pase|algo|ocurriera ~2",
        "tienes|teneis|tienen|menuda|bonita|bonito|que ~1 bonita|bonito|guapa ~1 casa|coche|familia|hija|mujer",
        "casa|coche|familia|piso ~1 tan bonita|bonito|linda|maja",
        "que ~1 tenga|tengan|tengas cuidado ~1 al|cuando ~3 casa|noche|sola|solo",
        "que ~1 se ~1 cuide|cuiden ~1 el|la|los|las|ese|esa|todos",
        "cuidate|cuidaos|cuidese|cuidense|vigila|vigilad|guardate ~2 espalda|espaldas",
        "tu|vuestra|vuestro|tus ~1 hora|tiempo|dias|dia|fin|turno ~2 llegara|llega|contados|acerca|acaba|llegado|viene",
        "dias contados",
        "lo ~1 vas|vais|pagaras|pagareis|pagara|pagaran|lamentaras|lamentareis ~1 a|pagar|lamentar|caro|todos|todo",
        "lo va|van a pagar|lamentar ~1 caro",
        "pagaras|pagareis|lamentaras|lamentareis|arrepentiras|arrepentireis|lloraras|llorareis",
        "salir|saldra|costara|costar ~1 muy|caro|cara|caro caro|cara|al|a",
        "va a salir|costar ~1 caro|cara",
        "acabaras|acabareis|terminaras|acabaran|acabara ~2 mal|hospital|muerto|zanja|cuneta|suelo",
        "la proxima vez ~5 no|seras|saldras|hospital|iras",
        "estas|estais|eres|sois|daos|date|dense ~1 por ~1 muerto|muerta|muertos|acabado|marcado|sentenciado",
        "estas|estais|eres|sois muerto|muerta|muertos|acabado|marcado|sentenciado",
        "!{verb:avisar} ~2 al|a ~1 hospital|cementerio|tumba|otro",
        "cuando|como te|os|lo|la|los pille|pillemos|coja|cojamos|encuentre|agarre|agarremos ~1",
        "no ~1 vuelve|llega|sale|vuelves|llegas|sales ~4 dientes|entero|piernas|vivo|viva",
        "quiero|queremos ~1 ver|verlo|verla|verte|verlos ~1 muerto|muerta|muertos|sangrar|sufrir|arder",
        "en nuestra|mi lista",
        "te|os queda|quedan ~1 poco|nada",
        "accidentes ~1 ocurren|pasan|suceden",
        // Money for harm.
        "euros|libras|recompensa|pavos|pasta ~3 para|a|por ~2 quien|que|cabeza|cara|primero ~6",
    ],
};
