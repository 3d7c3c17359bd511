//! English calls and threats: the words, by what they are for, and the patterns they stand in.
//!
//! The sets name kinds of things (what has wheels, what is a way through, who may be hurt) and kinds of deeds,
//! so that a pattern says what is done to what and not one phrase. Each group of patterns is introduced by
//! why it obstructs or threatens. How patterns are written stands in `pattern.rs`.

use super::Calls;
use crate::guard::pattern::Frame;

pub(super) const ENGLISH: Calls = Calls {
    language: "en",
    // Short ways of writing that people use in a hurry.
    short: &[
        ("ppl", "people"),
        ("u", "you"),
        ("ur", "your"),
        ("pls", "please"),
        ("plz", "please"),
        ("shd", "should"),
        ("thru", "through"),
        ("til", "until"),
        ("till", "until"),
        ("'til", "until"),
        ("em", "them"),
        ("'em", "them"),
        ("b4", "before"),
        ("sum1", "someone"),
        ("any1", "anyone"),
        ("every1", "everyone"),
        ("wanna", "want"),
        ("yous", "you"),
        ("y'all", "you"),
        ("yall", "you"),
        ("somebody", "someone"),
        ("anybody", "anyone"),
        ("everybody", "everyone"),
        ("lets", "let's"),
        ("neighbor", "neighbour"),
        ("neighbors", "neighbours"),
    ],
    frame: Frame {
        // After one of these a bare verb is asked for: vocatives, modals, "and".
        leads: "please everyone all neighbours friends folks lads guys comrades girls boys fellas mates people's you must should shall just \
            let's can could we someone anyone who whoever will i'll we'll they'll he'll she'll you'll go come quick quickly now then urgent \
            urgently help let better gonna want gotta and or would i'd we'd might may residents so meanwhile okay ok but nearest to-do \
            immediately us also first next instead maybe try definitely say not-yet lad bruv bro fam",
        // "can people …", "let them …": a subject between the modal and its verb.
        subjects: "people someone anyone everyone you we us them they he she neighbours lads guys those who it one locals residents volunteers",
        modals: "can could will would should let shall must let's have get need make when if",
        // Before "to" (or the like), up to six words away, these ask for what follows.
        wants: "need needs needed want time ready ought how plan hope love like helping willing able chance bodies hands numbers who \
            who's anyone someone everyone let's best better idea job enough more have got going gonna volunteers reinforcements us \
            lend help way ways safer safest wise advised car van you urge",
        links: "to",
        // And these, found first, say that it is told and not asked.
        reports: "tried trying tries attempted wanted asked told ordered refused threatened came went used meant failed offence seen \
            allowed permitted supposed managed helped forced had was were began started continued sought able-to prepared legal illegal \
            unlawful crime wrong",
        denials: "not don't never nor neither nobody cannot can't without shouldn't mustn't wouldn't won't doesn't didn't aren't isn't no \
            refrain rather",
        joins: "or nor and",
        cues: "please need needs want can could shall should who who's whoever anyone someone everyone all let's come go get bring must \
            lend anything more time",
        finite: "is are was were has had been seems looks said says got",
        spares: "sandbag sandbags leaflet leaflets poster posters flood candles flowers ambulance paramedic paramedics fire-engine \
            lights queue kettle bookings booking course courses meeting workshop training",
        reach: 4,
    },
    sets: &[
        (
            "wheels",
            "van vans car cars coach coaches bus buses minibus lorry truck vehicle vehicles convoy motor motors transport engine patrol \
             wagon wagons trailer suv suvs jeep bonnet axle",
        ),
        (
            "officials",
            "officer officers agent agents police cop cops copper coppers bailiff bailiffs enforcement fed feds pig pigs inspector \
             sergeant constable guard guards immigration marshals sheriff them him landlord",
        ),
        (
            "ways",
            "door doors gate gates stairwell stairs staircase stair lift entrance exit exits road street lane alley alleyway drive \
             driveway junction hall lobby landing corridor bridge roundabout pavement shutter shutters fence barrier barriers ramp yard \
             depot doorway doorstep path walkway kerb intercom tunnel forecourt foyer porch threshold way crossing courtyard block gateway",
        ),
        (
            "parts",
            "tyre tyres tire tires wheel wheels brake brakes keys key ignition radio radios windscreen mirrors mirror engine exhaust \
             valves valve aerial camera cameras battery fuel tank petrol diesel charger wipers headlights tracks battering ram locks lock",
        ),
        (
            "stuff",
            "bin bins skip skips mattress mattresses sofa sofas couch furniture bike bikes bicycles pram prams buggy buggies trolley \
             trolleys pallet pallets car cars van vans scooter scooters something anything stuff rubbish planks plank tree trees bricks \
             brick nails glass oil paint barrier barriers fence fences bench benches table tables chairs chair cones wood logs rope \
             ropes chain chains fridge fridges dumpster dumpsters tacks spikes caltrops cement wedge wedges",
        ),
        (
            "people",
            "him her them family families brother brothers sister sisters mother father mum dad son daughter uncle aunt cousin cousins \
             lad lads boy boys girl girls man men woman women kid kids child children people neighbour neighbours worker workers tenant \
             tenants lodger everyone anyone both chef cook cooks cleaner staff couple husband wife friend friends mates workmates guy \
             lady nan grandad bloke baby prisoner prisoners detainees",
        ),
        (
            "crowd",
            "everyone people mates friends neighbours family lads crew kids cousins workmates bodies hundreds dozens whoever crowd folk \
             folks anyone numbers all backup students everyone's locals reinforcements",
        ),
        (
            "person",
            "him her them you his your their officer officers agent agents inspector sergeant constable cop cops copper coppers police \
             bailiff bailiffs landlord landlady landlord's driver drivers grass grasses snitch snitches rat rats informer informers \
             traitor boss manager councillor whoever one ones man men woman women lot bastard bastards scum pig pigs neighbour clerk \
             judge interpreter caseworker guard guards staff who's family wife children feds fed bitch bitches cunt cunts prick thug \
             thugs someone someone's tout touts enforcer squealer",
        ),
        (
            "property",
            "house home houses homes car cars van vans flat office offices depot building shop windows window windscreen place door legs \
             leg arms arm face faces head heads neck knees knee jaw teeth nose fingers hands ribs skull skulls brakes throat coach bus \
             station hotel premises kneecaps bonnet roof balls bones back spine eyes letterbox",
        ),
        ("fast", "now quick quickly fast asap tonight immediately down here there outside round over together straight"),
        (
            "moving",
            "leave move drive go get reverse pull pass enter come take turn start see open budge escape reach exit depart roll set back \
             through past away off out in up fit climb walk load shut close find follow park",
        ),
        (
            "halt",
            "block blockade barricade obstruct impede hinder surround encircle swarm mob ambush intercept besiege sabotage immobilise \
             immobilize disable deflate puncture dearrest overwhelm outnumber kettle plug clog choke bung bar",
        ),
        (
            "harm",
            "hit beat batter bash smash torch burn kill murder stab shoot strangle throttle choke hang lynch hurt harm injure maim cripple \
             punch kick slap knife bomb firebomb drown poison attack crush wreck trash destroy gut flatten execute assault headbutt stamp \
             slash scald whip skin smack thump clobber pummel behead break slit petrol-bomb torture mutilate",
        ),
        ("rough", "bury deck finish silence spark merk shank wet mash fuck mess mow chop bang gut waste level smoke clap destroy ruin"),
        (
            "weapon",
            "bat bats knife knives blade blades brick bricks bottle bottles petrol hammer hammers machete machetes bar crowbar crowbars \
             pipes chains gun guns matches lighter molotov molotovs bullet bullets stone stones rock rocks slab slabs paving acid bleach \
             firework fireworks fist fists pole poles sticks stick poker bomb bombs",
        ),
        (
            "injury",
            "knife bullet beating kicking hiding slap smack punch stabbing bat hammering pasting shoeing battering shanking headbutt smashed stabbed shot battered beaten killed burned burnt lynched hanged torched petrol-bombed firebombed bricked buried slashed jumped leathering seeing-to noose stitches",
        ),
        ("np", "the that this those these every all any both his her their your its it them him some each another more"),
        (
            "held",
            "him her them lad lads brother brothers family cousin son daughter mum dad mother father uncle aunt both kid boy girl prisoner prisoners detainees guy bloke cooks",
        ),
        (
            "victim",
            "him her them you officer officers agent agents inspector sergeant cop cops copper coppers bailiff bailiffs landlord driver grass snitch snitches informer bastard bastards scum pig pigs feds police boss",
        ),
        (
            "body",
            "legs leg arms arm face faces head heads neck knees knee jaw teeth nose fingers hands ribs skull skulls throat kneecaps balls bones back spine eyes",
        ),
        ("arms", "bats knives knife machete machetes bricks molotov molotovs hammers crowbars blades guns acid bat bat"),
    ],
    verbs: &[],
    obstruction: &[
        // What has wheels, a way or an officer is held where it is.
        "!{halt} {wheels}|{officials}|{ways}|{parts}",
        "!{halt} {np}|up|off|in ~3 {wheels}|{officials}|{ways}|{parts}|traffic",
        "?{halt} {np} ~1 {wheels}|{ways}",
        "!stop|halt|delay|stall|slow|hold|trap|box|pen|hem|corner|rush|distract|chase|tail|pin|push|shove|pull|drag|jam|storm|fence|tie|frustrate|jostle|hassle|pester {wheels}|{officials}",
        "!stop|halt|delay|stall|slow|hold|trap|box|pen|hem|corner|rush|crowd|charge|distract|chase|tail|pin|push|shove|pull|drag|jam|storm|fence|tie|frustrate|jostle|hassle|pester {np}|in|up|down ~3 {wheels}|{officials}",
        "!keep|hold|tie|stall ~3 talking|busy|boxed|waiting|occupied|trapped|pinned ~3 until|while|so|in|here",
        "!keep|get|have|leave ~3 {officials}|{wheels} ~1 talking|busy|waiting|boxed|occupied|trapped|stuck|pinned|penned|inside",
        "!keep|stop|prevent|hold ~3 {officials}|{wheels} ~1 from ~2 leaving|moving|driving|getting|taking|going|entering|reaching|passing|coming",
        "!stop|prevent ~3 {officials}|{wheels} ~1 leaving|moving|driving|getting|taking|going|entering|passing",
        "!stop|halt|prevent|block ~1 this|the|that|his|her|their|every|any ~2 deportation|removal|raid|eviction|arrest|flight",
        "we|us stop|block|halt|end this|the|that|every ~2 deportation|removal|raid|eviction|arrest|flight",
        "?park|parked|lined ~3 across|behind|along|over ~3 {ways}|{wheels}|them|out",
        "!waste ~6 their|officers|police ~2 time",
        "!make ~1 it ~2 impossible|hard|difficult|slow ~2 for ~2 {officials}|{wheels}",
        "!do|doing ~3 whatever|anything|everything ~4 stop|keep|block|prevent|slow ~3 {officials}|{wheels}",
        "!get|stay ~2 in ~1 their|his|officers|police ~1 way|faces|face",
        "!ride|drive|walk|crawl|go ~3 slow|slowly ~3 front|before|ahead ~3 {wheels}|{officials}",
        "!rock|shake|tip|overturn|bang|hammer|thump ~2 {wheels}",
        // Ways are shut against somebody, or things put into them.
        "!lock|shut|hold|seal|board|prop|bolt|bar|close ~3 {ways} ~1 against|before|so",
        "!lock|shut|hold|bolt|bar|close ~3 {ways} ~1 on them|him|officers|police",
        "!bolt|chain|padlock|wedge|jam|barricade|superglue|glue|weld|cement|brick|clog|nail|bar ~3 {ways}|lock|locks|keyhole",
        "!hold|keep ~3 {ways} shut|closed|locked",
        "!hold|pack|fill|crowd|man|defend ~1 the ~2 stairwell|stairs|lobby|doorway|gate|gates|doors|entrance|landing",
        "!occupy ~1 the|their|that|its ~2 lobby|office|reception|depot|building|stairs|hall|court|roof|yard|hotel|road",
        "!put|pile|throw|roll|drag|push|park|tip|stack|dump|scatter|lay|swing|pull|wheel|shove|chuck|stick|move|drop|tie|string|stuff ~5 across|under|underneath|beneath|behind|front ~3 {ways}|{wheels}|{officials}|wheel|wheels",
        "!put|pile|throw|roll|drag|push|park|tip|stack|dump|scatter|lay|lean|swing|pull|wheel|shove|chuck|move|get|drop|spread|pour|spill|tie|wedge|stand|build ~2 {stuff} ~4 in|on|into|onto|against|around|round|between|over|outside|down ~3 {ways}|{wheels}|{officials}",
        "!put|shove|stick|stuff|ram|pour|drop ~4 in|down|up|into ~1 the|their|his|its ~1 exhaust|tank|lock|locks|ignition|engine|keyhole|wheels|radiator",
        "!cut|kill|smash|trip|pull ~3 power|electric|fuse|fuses|lift|intercom",
        "!set|pull|trigger|break|hit ~2 fire ~1 alarm|alarms",
        "!set ~1 off ~2 alarm|alarms|sprinklers",
        // A vehicle is made unable to move.
        "!slash|cut|puncture|deflate|spike|snatch|steal|nick|smash|swipe|drain|pinch|pop|stab|unplug|empty|rip|let ~4 {parts}",
        "!take|grab|break|pull|remove|hide|throw|disconnect|paint|cover|jam|pocket|lift|lose ~1 their|his|the|its|her|those|these|that|driver's ~2 tyre|tyres|wheel|wheels|keys|key|radio|radios|windscreen|mirrors|ignition|brakes",
        "!throw|chuck|hurl|lob|drop|pelt|pour|splash|smear|spray|tip ~4 at|on|over|onto|across ~2 {officials}|{wheels}|windscreen|windows",
        "!pelt|spit ~2 {officials}|{wheels}|at",
        "!drown|shout|jam ~1 out|down|over ~1 their|his|the|them ~2",
        // Bodies are put in the way.
        "!stand|sit|lie|lay|get|climb|jump|step|crawl|kneel|park|go|crouch|line|form|be|sat|put|plant ~3 front|under|underneath|beneath|between ~5 {wheels}|{officials}|{ways}|wheels",
        "!stand|sit|lie|lay|kneel|crouch|sat|camp|bunch|crowd|plant|gather|huddle|squat|mass ~1 in|across|down|on|round|around|onto ~2 {officials}|road|street|stairs|doorway|doorstep|entrance|way|gateway|ramp|junction|exit|path|threshold|it",
        "!stand|sit|crowd|gather|bunch|get|mass|go ~3 round|around|across|against ~2 {wheels}|{officials}",
        "!get|jump|put|go ~2 in|into|onto ~1 the|that|their ~1 road|way|doorway|entrance|gateway",
        "!stand|lie|sit|get|put ~3 under|underneath|beneath|between ~3 {wheels}|{officials}|family|kid|wheels",
        "!climb|jump|clamber|sit|stand|lie|get ~1 on|onto|top|up ~1 top|the|their|that|of ~2 van|vans|bonnet|roof|car|coach|minibus|vehicle|convoy|lorry|wagon|second|last",
        "!stand ~1 your|our ground",
        "!hold|stay ~1 firm|your|our|together ~1 ground|line|position",
        "don't|not|nobody|never|noone budge|shift|disperse|budges|shifts",
        "don't|not|nobody|never|noone move|moves|leaves|step ~2 until|unless|even|aside",
        "!link|lock|join ~1 arms|hands|elbows",
        "!form|make|build|be|become ~3 wall|chain|line|circle|ring|barrier|barricade|cordon|blockade|human|shield ~1 of|round|around|across|between|in|outside|at|chain|shield",
        "!form|make|build ~1 human|a ~1 chain|wall|barricade|blockade|cordon",
        "all|everyone|bodies|us in|infront ~1 front ~2 {wheels}|{ways}|{officials}",
        "need|want|more|get|wanted|put ~3 bodies ~6",
        "!storm|rush|swamp|invade|overrun ~2 {ways}|station|hotel|depot|building|office|lobby|reception|phones|switchboard",
        "!flood ~1 the|their|that|his|her ~1 lobby|reception|station|phones|switchboard|office|hotel|depot|street|building",
        "!fill|pack ~2 {ways}|station|hotel|depot|building|office|lobby|reception",
        "shoulder to shoulder",
        "with|our ~1 bodies",
        // They are not to leave, to pass or to take anybody.
        "do|don't not|let|allow ~2 let|them|him|it|anyone|that|those|any ~4 leave|drive|through|in|out|past|take|pass|go|move|enter|up|off|away",
        "not|don't|never let|allow ~3 {wheels}|{officials}|anyone ~2 leave|drive|through|in|out|past|take|pass|go|move|enter|up|off|away",
        "!buzz|let ~1 nobody ~1 in|through|past|up|out",
        "nobody|noone|we lets|let ~2 nobody|them|him|officers ~2 leave|through|out|past|go|in",
        "nobody|noone|none gets|goes|leaves|moves|passes|comes ~2 through|past|out|in|until|off|upstairs",
        "no|not one ~2 gets|goes|leaves|moves|passes ~2 through|past|out|in|until|off|upstairs",
        "make|making sure|certain ~3 they|he|it|van|coach|car|police|officers ~1 can't|cannot|never|goes|won't|don't|isn't|doesn't|stays ~1 leave|move|drive|get|go|turn|pass|nowhere|take|enter|reach|put|follow|going",
        "van|vans|coach|convoy|they|he|they're|he's|that's|it|car ~1 goes|going nowhere",
        "van|vans|coach|convoy|they|he|they're|it|he's|we're|cops|police ~1 not|isn't|aint|ain't|never|aren't|won't|don't|doesn't ~2 going|leaving|leave|moving|take|taking ~2 anywhere|nowhere|until|him|her|them|without",
        "they|he|van ~1 shouldn't|mustn't|can't be able to",
        "they|police|officers|cops|bailiffs cannot|can't|won't|will ~1 pass ~3 if|while|until|as",
        // Whatever is done, it is done so that they cannot, or so that somebody gets away.
        "?so|until ~1 they|he|it|cops|police|officers|bailiffs|van|driver|nobody|coach|agents|feds ~2 can't|cannot|won't|don't|never ~3 {moving}",
        "?so|until ~1 they|he|cops|police|officers|bailiffs|it|coach|van has|have to ~1 walk|stop|wait|give|leave|turn|come|climb|back|reverse",
        "?so|while ~3 he|she|him|her|family|lad|lads|kid|kids|brother|cousin|uncle|mum|dad|son|sister|others|couple|cook|cooks ~1 can|could|get|slips|slip|sneak|gets|sneaks ~3 away|out|off|gone|escape|run|hide|leave",
        // Somebody is hidden, led away or freed.
        "!keep ~2 {people} ~3 inside|in|upstairs|hidden|at|under ~2 until|they|loft|flat|yours|cellar|tonight|gone",
        "!hide|conceal|smuggle|sneak|stash|shelter|spirit|disguise|whisk|slip|bundle|tuck ~2 {people} ~4 out|away|in|under|behind|inside|upstairs|into|before|until|from|through|at|over|off|past",
        "!hide|conceal|smuggle|sneak|stash|disguise|harbour ~2 {people}|both",
        "!get|take|move|bring|walk|lead ~2 {held} ~2 out|away|through|over|up ~2 back|before|roof|window|kitchen|cellar|loft|attic|fire|side|garden|fence|now|quick|until|somewhere",
        "need|needs|want|got|have|anyone|who|someone ~4 to hide|stash|smuggle ~2",
        "somewhere|place|room|loft|cellar|car ~2 to|for ~1 hide|stash",
        "!smuggle|sneak|spirit|whisk|slip|bundle|hide ~1 out|away|off ~3 {people}|both",
        "!free|release|rescue|pull|break|spring|grab|snatch|drag|prise|rip|yank|tear|wrestle|cut ~3 {held} ~2 out|from|away|back|off|free|loose",
        "!grab|take|get|snatch ~1 her|him|them|it ~3 and run|go|leg|leave|scarper",
        "!cut|unlock|open|undo|break|unhook|smash ~3 ties|cuffs|handcuffs|van|doors ~3 and|let|so|to|free ~2 go|out|free|let|get|release|him|her|them",
        "!get|destroy|delete|burn|shred|wipe|bin|dump|hide|flush|lose|bury ~2 rid|evidence|papers|paperwork|records|trace|traces|documents|proof|footage|passport|passports",
        "!go|slip|get|sneak|climb|run|leave ~2 out|over|through|down ~2 back|window|roof|fire|kitchen|cellar|fence|garden ~3 while|before|so|until|now|quick",
        // They are warned to flee, or led astray.
        "!warn|tell|tip|alert|text|message|shout ~6 to|and run|leave|flee|hide|scatter|escape|disappear|vanish|scarper|leg",
        "!warn|tip|alert ~2 {people} ~3 off|away|before|so|now",
        "!tell ~6 to|and get|clear|go|slip|climb|jump ~2 out|away|off|through|over",
        "!give|tell|send|point|feed ~2 them|him|her|officers|police|cops|bailiffs|feds ~3 false|fake|wrong|another|other ~1",
        "!give ~1 a|false|wrong ~1 false|fake|name|wrong ~1 name|address|details|directions",
        "!tell ~1 them|police|officers|cops|bailiffs ~2 moved|gone|died|left|abroad|never",
        "!tell|say ~2 them|police|officers|cops|bailiffs|he|she ~2 doesn't|isn't|don't ~1 live|here|home|know",
        "!lie|mislead|misdirect ~2 {officials}",
        "!pretend ~6 {people}|know|home|english|here|live|lost|ill|nobody|out",
        // A crowd is called, to be in the way.
        "!bring|send|fetch|get|call|round|rally|gather|mobilise|mobilize|summon|invite|drag ~3 {crowd} ~3 {fast}|to|outside|along|out|you",
        "!bring|carry|get|fetch ~3 locks|padlocks|bolt-cutters|cutters|mattresses|barricades|superglue|chains",
        "!come|gather|assemble|rush|run|head|turn|show|pour|pack|fill|get|hurry|pile|march|descend ~2 down|out|here|there|over|up|round|along|into|onto|on|outside ~4 {fast}|{wheels}|{officials}|help|street|now|everyone",
        "we|i|you need|want|needs ~3 bodies|everyone|numbers|hundreds|crowd ~3 {fast}|to|in",
        "crowd|numbers|mob ~2 to stop|block|surround|hold|keep|scare",
        "all hands ~1 to",
        "!crowd|drive|force|push|run|chase|kick|hound|throw ~1 them|him|her ~1 out|off|away|back",
        "!shut|close|lock|shutting ~3 {ways} ~1 down|off",
        "!mob|swarm|kettle|besiege|ambush|chase|hound|jostle|encircle ~1 {officials}",
        "!follow|chase|tail ~2 {wheels} ~3 and|to|until|so",
    ],
    threats: &[
        // Somebody, or what is theirs, is to be harmed.
        "!{harm} {person}|{property}|everyone",
        "!{harm} {np}|a|an|up|on ~3 {person}|{property}",
        "!{rough} ~1 {person} ~2 up|in|over|down|out|off|with|good|proper",
        "!{rough} you|him|her|them",
        "!do him|her|them|you in|over",
        "!jump|deck|merk|shank ~2 {person}",
        "!key|egg|brick ~1 his|her|their|the|that ~1 car|van|motor|windows|house",
        "!cut|snap|break|rip|bust|cave|kick|stove|smash|bite ~2 {body} ~1 in|off|open|out|up",
        "!cut|snap|break|rip|bust|slit|slash|smash|kick ~2 {body}|brakes|windows|windscreen|mirrors",
        "!do|doing ~1 his|her|their|your|landlord's|officer's ~1 windows|windscreen|kneecaps|knees|tyres|brakes",
        "!run|mow|knock ~3 {victim} ~1 over|down",
        "!drag|pull|haul|string ~2 {victim} ~1 out|up|off ~3 and|by|from",
        "!string|rough|beat|smash|blow|burn|mess|fuck|f|fk|bang|mash|tear|carve|finger|stitch ~2 up|down|over ~1 {person}|{property}",
        "!string|rough|beat|smash|blow|burn|mess|fuck|f|fk|bang|mash|tear|carve|kick|light|cut|slice ~2 {victim}|{property} ~1 up|down|in|apart|alight|over",
        "!knock|lay ~1 {victim} out",
        "!set ~1 fire|light|alight ~1 to|{person}|{property}",
        "!set ~4 on fire",
        "!set ~3 alight|ablaze",
        "!put ~1 a|an|some|one ~1 match|bomb|bullet|brick|knife|blade|bottle ~1 to|in|through|into ~2",
        "!throw|chuck|hurl|lob|pour|fling|launch|pelt ~4 at|on|onto|over|through|into ~3 {person}|{property}",
        "!drop|tip|empty|kick|fire|shoot ~3 {weapon}|water|paint ~3 at|on|onto|over|through|into ~3 {person}|{property}",
        "!bring|grab|get|carry|pack|fetch ~3 {arms} ~3",
        "come|coming|turn ~1 tooled|armed",
        "!petrol bomb ~3 {person}|{property}",
        "!put|send|leave ~2 {victim} ~1 in|to|into ~1 the|a ~1 hospital|ground|grave|morgue|wheelchair|box|coffin",
        "!put|send ~2 {victim} ~1 in hospital",
        "we're|i'm|gonna|going|and ~2 doing|battering|killing|jumping|smashing|burning|stabbing|hunting|doin you|him|her|them",
        "!teach|show|give|make|serve ~2 {victim} ~3 lesson|pay|regret|beating|kicking|hiding|hell|suffer|bleed|cry|beg|scar|sorry|pain|slap|squeal|hurt",
        "!give ~3 {victim} ~1 a ~1 beating|kicking|hiding|slap|shoeing|pasting",
        "!pay ~3 visit",
        "!go ~1 round ~1 his|her|their|landlord's ~1 house|home|gaff|flat|place",
        "follow|tail|stalk him|her|them ~1 home|back",
        // They "will get" it, "deserve" it, "want" it.
        "should|must|ought|deserve|deserves|needs|need|want|gonna|to ~2 be|get hanged|hung|shot|killed|beaten|lynched|strung|stabbed|burned|burnt|buried|executed|whipped|flogged|smashed|torched|hurt|drowned|gutted",
        "needs|need|deserves|deserve|wants|want|due|owed|get|getting|gets ~3 shooting|hanging|beating|kicking|hiding|smack|bullet|bullets|stabbing|drowning|killing|battering|pasting|leathering",
        "is|are|gonna|will|to|he'll|they'll|you'll|she'll|it's|he's|next|one|who|up|every|any|street ~5 get|getting|gets|catch|catching|meet|eat|taste ~2 a|an|his|her|their|your|the|petrol ~2 {injury}|bombed|done|kicked|broken|caved|bricked",
        "someone's|someone|you're|they're|he's|she's ~1 gonna|going|getting ~1 get|to|hurt|killed ~2 hurt|killed|stabbed|shot|battered|smashed|done",
        "going ~1 to get ~1 hurt|stabbed|shot|killed|battered|smashed|burned",
        "get|gets|getting|got|has|have|had ~1 what's|what|whats|it ~2 coming|deserve|deserves",
        "snitches|grasses|rats|traitors|touts|informers ~4 get|end|bleed|die|stitches|burn|buried|dead|hang",
        "hope|pray|wish ~1 he|she|they|you|your|his|her|their|it ~3 dies|die|d|burn|burns|crash|crashes|cancer|fail|rot|rots|suffer|suffers|bleed|choke|chokes|drown",
        "has|got|have it coming",
        "asking for it|trouble",
        // They can be found.
        "know|knows|found|worked|learned|learnt|discovered|watched|tell|find|anyone|who|clocked|follow|followed ~4 where ~6 live|lives|sleep|sleeps|drink|drinks",
        "know|knows|found|worked|learned|learnt|discovered|watched|tell|find|anyone|clocked|follow|followed ~4 where|which|what|when ~3 {person}|they|he|she ~5 park|parks|works|walk|walks|shops|prays|goes|drop|drops|picks|takes|trains|school|house|home|gym|run|runs|kids|finishes",
        "we|i|i've|we've ~1 know|have|got|clocked ~1 your|his|her|their|every|officer's|landlord's ~2 address|route|home|house|family|kids|face|school|plate|wife|mother|street|car|movements",
        "will|gonna|i'll|we'll|we'd find|hunt|track|destroy|ruin|finish|bury|kill|haunt|break ~1 you|him|her|them|your",
        "we'll|i'll|gonna get you|him|her|them ~1 for|back|one|all|this|too",
        "we're|i'm|gonna|i'll|we'll|will ~1 come|coming for|after|round you|him|her|them|your",
        "!hunt|track ~1 them|him|her|you down",
        "!post|share|publish|leak|print|spread|find|dig ~3 his|her|their|officer's|landlord's ~2 address|addresses|home|family|kids|wife",
        "!dox|doxx ~2",
        "watch your|his|her|their ~1 back|backs|family|kids|step",
        "better ~1 watch|sleep|pray|hope|run|be|look|start ~3 yourself|himself|herself|themselves|shoulder|careful|eye|running|back",
        "we'll|i'll|gonna|will ~2 see|waiting|meet|catch|visit ~1 you|him|her|them ~2 after|outside|when|alone ~3 shift|home|work|house|dark|alone|finish|car|corner",
        "i'll|we'll ~1 be waiting|watching|outside|round ~2",
        "we|i will be waiting|watching ~1 for you|him|her|them",
        "remember ~1 your|his|her|their|this face|faces|plate",
        "will|we'll|i'll never|not forget|forgive ~1 face|you|faces",
        "see|find|sees how ~2 like|likes|brave|tough",
        // They will be sorry, or not get home.
        "will|you'll|he'll|she'll|they'll|gonna ~1 regret|bleed|suffer|burn|die ~3 this|it|that|for|in|you|like|with|day|dearly|today|ever|coming",
        "you'll|they'll|he'll|she'll regret|pay|bleed|suffer|burn|die",
        "you|he|she|they|someone|someone's|somebody's|all ~1 will|gonna|is|are|going ~2 pay|bleed|suffer|die ~1 for ~1 this|what|it",
        "next|last|one ~1 time|step|more|again ~8 won't|will|not|you'll|he'll|i'll|we'll|gonna ~3 walk|lucky|breathe|hospital|kill|break|smash|bleed",
        "you|he|she|they|you'll|he'll|she'll|they'll|nobody|landlord|cop|officer|one ~1 won't|not|never|walks ~3 walk|walking|make|sleep|live|see|breathe|breathing|smiling|laughing|reach|walks|be ~3 away|home|alive|tomorrow|christmas|morning|weekend|tonight|again",
        "won't|not|never be ~1 safe|walking|breathing ~3",
        "next time ~2 won't walk",
        "you|you'll|they'll|he'll leave|leaving|go|going ~2 in ~1 ambulance|coffin|box|bag|hearse|stretcher|pieces|body",
        "don't|not|expect|count|bank|plan expect|count|bank|plan|to|on|making ~2 get|make|see|walk|getting|seeing|sleep|home ~2 home|tomorrow|out|christmas|night|alive",
        "your|his|her|their ~1 time|days|day|card|number|clock ~2 coming|numbered|up|marked|ticking|come",
        "days are numbered",
        "say|kiss|wave ~1 goodbye|bye ~1 to ~1 your|his|her|their ~1",
        "shame|pity ~2 if ~3 something|anything|someone|happened|broke|burned|caught|fell ~2",
        "wouldn't ~1 want|like ~2 anything|something ~3 happen|happened|happening",
        "nice|lovely|pretty|cute|beautiful ~1 house|car|family|kids|home|place|face|wife|daughter|windows|dog|motor ~2 you|you've|he's|she's|they've|shame ~1",
        "he|she|you|they ~1 should|better|must ~1 be careful ~2 walking|going|driving ~2 home|alone|night|tonight",
        "sleep|sleeping|sleeps with ~1 eye|eyes open",
        "nowhere|won't|can't|cannot ~2 hide ~2 from|forever|ever|us|anywhere|always",
        "nowhere|can't|cannot ~1 run ~1 from|forever|to|ever us|ever|forever|hide",
        "not|won't|isn't|aren't ~3 safe anywhere",
        "dead meat",
        "dead|marked man|woman walking",
        "you|you're|he's|she's|your|youre ~2 dead|marked man|woman",
        "you are ~1 dead|next|finished|history|toast",
        "you're|youre|your dead|next|finished|marked|history|toast",
        "he's|she's|they're|hes|theyre ~1 dead|toast|finished|next if|when|as|mate|soon",
        "swear ~3 dead",
        "buy ~2 black dress",
        "accidents ~1 happen",
        "gloves|knives ~1 are off|out",
        "blood ~1 will|gonna ~2 spilled|spilt|shed|flow|run",
        // Money for harm or for finding somebody.
        "quid|pound|pounds|reward|bounty|money|cash|grand|euros|dollars|pints|drinks ~3 for|to|on|if ~3 whoever|anyone|who|name|address|head|face|first|plate|his|her|their|someone|you ~4 {property}|{harm}|{weapon}|breaks|smashes|knocks|hits|decks|burns|batters|kills|address|plate",
        "bounty|price ~2 on ~2 head|heads|him|her|them",
    ],
};
