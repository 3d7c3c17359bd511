# Română. Traducere de lucru, neverificată de o persoană.
# Only alerts speak it: no questions, no cards. Not live until somebody checks it (docs/operating/languages.md).

## Kinds
kind-immigration-visit = Vizită a autorităților de imigrație
kind-eviction = Evacuare din locuință
kind-hate-incident = Incident motivat de ură
kind-flood = Inundație
kind-something-else = Altceva

## What is going on
activity-watching = agenți care observă
activity-at-a-door = funcționari la o ușă
activity-inside = funcționari înăuntru
activity-questioning = agenți care pun întrebări
activity-holding-somebody = agenți care rețin pe cineva
activity-leading-somebody-away = agenți care duc pe cineva
activity-leaving = funcționari care pleacă
activity-changing-locks = se schimbă încuietorile
activity-carrying-things-out = se scot lucruri afară
activity-shouting = strigăte
activity-threatening = amenințări
activity-following = cineva este urmărit
activity-hitting = cineva este lovit
activity-damaging-things = se strică lucruri
activity-rising = apa crește
activity-on-the-road = apă pe drum
activity-in-homes = apă în locuințe
activity-falling = apa scade
activity-going-on = încă în desfășurare
activity-over = s-a încheiat

## Whose people
agency-immigration-enforcement = Immigration Enforcement
agency-border-force = Border Force
agency-police = poliția
agency-bailiffs = executori
agency-landlord = proprietarul
agency-council = primăria
agency-other = alt organism
agency-not-known = încă necunoscut

## Alerts
immigration-visit-dispatch-title = Se caută observatori: { $spot }
immigration-visit-dispatch-body = Semnalat la ora { $time }: { $activity }. Organism: { $agency }. Răspundeți doar dacă sunteți de serviciu și instruit. Observați în perechi și anunțați când ajungeți.
immigration-visit-dispatch-headline = Se caută observatori la { $spot }
immigration-visit-neighbours-title = Confirmat: vizită a autorităților de imigrație în { $area }
immigration-visit-neighbours-body = O vizită a autorităților de imigrație în { $area } a fost confirmată la ora { $time }. Toată lumea are drepturi. Deschideți ca să aflați ce este de făcut.
immigration-visit-neighbours-headline = Vizită a autorităților de imigrație confirmată în { $area }
immigration-visit-public-title = Vizită a autorităților de imigrație în { $area }
immigration-visit-public-body = O vizită a autorităților de imigrație în { $area } a fost confirmată la ora { $time }. Evidența spune cine ce relatează.
immigration-visit-public-headline = Vizită a autorităților de imigrație în { $area }
eviction-dispatch-title = Se caută observatori: { $spot }
eviction-dispatch-body = Semnalat la ora { $time }: { $activity }. Cine: { $agency }. Răspundeți doar dacă sunteți de serviciu și instruit. Observați în perechi.
eviction-dispatch-headline = Se caută observatori la { $spot }
eviction-public-title = Evacuare în { $area }
eviction-public-body = O evacuare în { $area } s-a încheiat. Familia a acceptat această evidență, care spune cine ce relatează.
eviction-public-headline = Evacuare în { $area }
hate-incident-dispatch-title = Se caută sprijin: { $spot }
hate-incident-dispatch-body = Semnalat la ora { $time }: { $activity }. Răspundeți doar dacă sunteți de serviciu și instruit. Întâi persoana, apoi notițele.
hate-incident-dispatch-headline = Se caută sprijin la { $spot }
hate-incident-public-title = Incident motivat de ură în { $area }
hate-incident-public-body = Un incident motivat de ură în { $area } s-a încheiat. Persoana afectată a acceptat această evidență.
hate-incident-public-headline = Incident motivat de ură în { $area }
flood-dispatch-title = Se caută observatori pentru inundație: { $spot }
flood-dispatch-body = Semnalat la ora { $time }: { $activity }. Răspundeți doar dacă sunteți de serviciu și puteți privi de pe teren uscat.
flood-dispatch-headline = Se caută observatori pentru inundație la { $spot }
flood-neighbours-title = Inundație în { $area }
flood-neighbours-body = Confirmat în { $area } la ora { $time }: { $activity }. Avertizarea oficială și sfaturile ei sunt înăuntru.
flood-neighbours-headline = Inundație confirmată în { $area }
flood-public-title = Inundație în { $area }
flood-public-body = Confirmat în { $area } la ora { $time }: { $activity }. Avertizarea oficială și sfaturile ei sunt pe pagină.
flood-public-headline = Inundație în { $area }
something-else-dispatch-title = Se caută observatori: { $spot }
something-else-dispatch-body = Ceva a fost semnalat la ora { $time }. Răspundeți doar dacă sunteți de serviciu și instruit. Observați în perechi.
something-else-dispatch-headline = Se caută observatori la { $spot }
