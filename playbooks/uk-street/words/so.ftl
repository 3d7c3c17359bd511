# Soomaali. Turjumaad shaqo, qof ma hubin.
# Only alerts speak it: no questions, no cards. Not live until somebody checks it (docs/operating/languages.md).

## Kinds
kind-immigration-visit = Booqasho socdaalka
kind-eviction = Guri ka saarid
kind-hate-incident = Dhacdo nacayb
kind-flood = Daad
kind-something-else = Wax kale

## What is going on
activity-watching = saraakiil wax fiirinaya
activity-at-a-door = saraakiil albaab taagan
activity-inside = saraakiil gudaha ku jira
activity-questioning = saraakiil su’aalo weydiinaya
activity-holding-somebody = saraakiil qof haysta
activity-leading-somebody-away = saraakiil qof kaxaynaya
activity-leaving = saraakiil baxaya
activity-changing-locks = qufullo la beddelayo
activity-carrying-things-out = alaab dibadda loo saarayo
activity-shouting = qaylo
activity-threatening = hanjabaad
activity-following = qof la daba socdo
activity-hitting = qof la garaacayo
activity-damaging-things = wax la burburinayo
activity-rising = biyuhu way kacayaan
activity-on-the-road = biyo waddada saaran
activity-in-homes = biyo guryaha galay
activity-falling = biyuhu way degayaan
activity-going-on = weli way socotaa
activity-over = way dhammaatay

## Whose people
agency-immigration-enforcement = Immigration Enforcement
agency-border-force = Border Force
agency-police = booliska
agency-bailiffs = fuliyayaasha maxkamadda
agency-landlord = mulkiilaha guriga
agency-council = dowladda hoose
agency-other = hay’ad kale
agency-not-known = weli lama oga

## Alerts
immigration-visit-dispatch-title = Goobjoogayaal ayaa loo baahan yahay: { $spot }
immigration-visit-dispatch-body = La soo sheegay { $time }: { $activity }. Hay’adda: { $agency }. Jawaab keliya haddii aad shaqada ku jirto oo aad tababaran tahay. Laba-laba u fiiri oo sheeg markaad gaarto.
immigration-visit-dispatch-headline = Goobjoogayaal ayaa looga baahan yahay { $spot }
immigration-visit-neighbours-title = La xaqiijiyay: booqasho socdaalka, { $area }
immigration-visit-neighbours-body = Booqasho socdaalka oo ka dhacday { $area } ayaa la xaqiijiyay { $time }. Qof walba xuquuq buu leeyahay. Fur si aad u ogaato waxa la sameeyo.
immigration-visit-neighbours-headline = Booqasho socdaalka oo la xaqiijiyay: { $area }
immigration-visit-public-title = Booqasho socdaalka: { $area }
immigration-visit-public-body = Booqasho socdaalka oo ka dhacday { $area } ayaa la xaqiijiyay { $time }. Diiwaanku wuxuu sheegayaa cidda waxa sheegtay.
immigration-visit-public-headline = Booqasho socdaalka: { $area }
eviction-dispatch-title = Goobjoogayaal ayaa loo baahan yahay: { $spot }
eviction-dispatch-body = La soo sheegay { $time }: { $activity }. Cidda: { $agency }. Jawaab keliya haddii aad shaqada ku jirto oo aad tababaran tahay. Laba-laba u fiiri.
eviction-dispatch-headline = Goobjoogayaal ayaa looga baahan yahay { $spot }
eviction-public-title = Guri ka saarid: { $area }
eviction-public-body = Guri ka saarid ka dhacday { $area } way dhammaatay. Qoysku wuu oggolaaday diiwaankan, kaas oo sheegaya cidda waxa sheegtay.
eviction-public-headline = Guri ka saarid: { $area }
hate-incident-dispatch-title = Taageero ayaa loo baahan yahay: { $spot }
hate-incident-dispatch-body = La soo sheegay { $time }: { $activity }. Jawaab keliya haddii aad shaqada ku jirto oo aad tababaran tahay. Marka hore qofka, kaddib qoraalka.
hate-incident-dispatch-headline = Taageero ayaa looga baahan yahay { $spot }
hate-incident-public-title = Dhacdo nacayb: { $area }
hate-incident-public-body = Dhacdo nacayb oo ka dhacday { $area } way dhammaatay. Qofka ay ku dhacday wuu oggolaaday diiwaankan.
hate-incident-public-headline = Dhacdo nacayb: { $area }
flood-dispatch-title = Goobjoogayaal daad ayaa loo baahan yahay: { $spot }
flood-dispatch-body = La soo sheegay { $time }: { $activity }. Jawaab keliya haddii aad shaqada ku jirto oo aad dhul qallalan ka eegi karto.
flood-dispatch-headline = Goobjoogayaal daad ayaa looga baahan yahay { $spot }
flood-neighbours-title = Daad: { $area }
flood-neighbours-body = La xaqiijiyay { $area }, { $time }: { $activity }. Digniinta rasmiga ah iyo talooyinkeeda gudaha ayay ku jiraan.
flood-neighbours-headline = Daad la xaqiijiyay: { $area }
flood-public-title = Daad: { $area }
flood-public-body = La xaqiijiyay { $area }, { $time }: { $activity }. Digniinta rasmiga ah iyo talooyinkeeda bogga ayay ku yaalliin.
flood-public-headline = Daad: { $area }
something-else-dispatch-title = Goobjoogayaal ayaa loo baahan yahay: { $spot }
something-else-dispatch-body = Wax ayaa la soo sheegay { $time }. Jawaab keliya haddii aad shaqada ku jirto oo aad tababaran tahay. Laba-laba u fiiri.
something-else-dispatch-headline = Goobjoogayaal ayaa looga baahan yahay { $spot }
