# Português. Tradução de trabalho, não verificada por uma pessoa.
# Only alerts speak it: no questions, no cards. Not live until somebody checks it (docs/operating/languages.md).

## Kinds
kind-immigration-visit = Visita da imigração
kind-eviction = Despejo
kind-hate-incident = Incidente de ódio
kind-flood = Inundação
kind-something-else = Outra coisa

## What is going on
activity-watching = agentes a observar
activity-at-a-door = funcionários a uma porta
activity-inside = funcionários no interior
activity-questioning = agentes a fazer perguntas
activity-holding-somebody = agentes a reter alguém
activity-leading-somebody-away = agentes a levar alguém
activity-leaving = funcionários a ir embora
activity-changing-locks = fechaduras a ser mudadas
activity-carrying-things-out = pertences a ser levados para fora
activity-shouting = gritos
activity-threatening = ameaças
activity-following = alguém a ser seguido
activity-hitting = alguém a ser agredido
activity-damaging-things = estragos
activity-rising = a água está a subir
activity-on-the-road = água na estrada
activity-in-homes = água nas casas
activity-falling = a água está a descer
activity-going-on = ainda a decorrer
activity-over = terminado

## Whose people
agency-immigration-enforcement = Immigration Enforcement
agency-border-force = Border Force
agency-police = polícia
agency-bailiffs = oficiais de execução
agency-landlord = senhorio
agency-council = câmara municipal
agency-other = outro organismo
agency-not-known = ainda não se sabe

## Alerts
immigration-visit-dispatch-title = Procuram-se observadores: { $spot }
immigration-visit-dispatch-body = Comunicado às { $time }: { $activity }. Organismo: { $agency }. Responda apenas se estiver de serviço e tiver formação. Observe em pares e avise quando chegar.
immigration-visit-dispatch-headline = Procuram-se observadores em { $spot }
immigration-visit-neighbours-title = Confirmado: visita da imigração em { $area }
immigration-visit-neighbours-body = Uma visita da imigração em { $area } foi confirmada às { $time }. Todas as pessoas têm direitos. Abra para saber o que fazer.
immigration-visit-neighbours-headline = Visita da imigração confirmada em { $area }
immigration-visit-public-title = Visita da imigração em { $area }
immigration-visit-public-body = Uma visita da imigração em { $area } foi confirmada às { $time }. O registo diz quem relata o quê.
immigration-visit-public-headline = Visita da imigração em { $area }
eviction-dispatch-title = Procuram-se observadores: { $spot }
eviction-dispatch-body = Comunicado às { $time }: { $activity }. Quem: { $agency }. Responda apenas se estiver de serviço e tiver formação. Observe em pares.
eviction-dispatch-headline = Procuram-se observadores em { $spot }
eviction-public-title = Despejo em { $area }
eviction-public-body = Um despejo em { $area } terminou. A família aceitou este registo, que diz quem relata o quê.
eviction-public-headline = Despejo em { $area }
hate-incident-dispatch-title = Procura-se apoio: { $spot }
hate-incident-dispatch-body = Comunicado às { $time }: { $activity }. Responda apenas se estiver de serviço e tiver formação. Primeiro a pessoa, depois as notas.
hate-incident-dispatch-headline = Procura-se apoio em { $spot }
hate-incident-public-title = Incidente de ódio em { $area }
hate-incident-public-body = Um incidente de ódio em { $area } terminou. A pessoa atingida aceitou este registo.
hate-incident-public-headline = Incidente de ódio em { $area }
flood-dispatch-title = Procuram-se observadores da inundação: { $spot }
flood-dispatch-body = Comunicado às { $time }: { $activity }. Responda apenas se estiver de serviço e puder olhar de terreno seco.
flood-dispatch-headline = Procuram-se observadores da inundação em { $spot }
flood-neighbours-title = Inundação em { $area }
flood-neighbours-body = Confirmado em { $area } às { $time }: { $activity }. O aviso oficial e os seus conselhos estão no interior.
flood-neighbours-headline = Inundação confirmada em { $area }
flood-public-title = Inundação em { $area }
flood-public-body = Confirmado em { $area } às { $time }: { $activity }. O aviso oficial e os seus conselhos estão na página.
flood-public-headline = Inundação em { $area }
something-else-dispatch-title = Procuram-se observadores: { $spot }
something-else-dispatch-body = Algo foi comunicado às { $time }. Responda apenas se estiver de serviço e tiver formação. Observe em pares.
something-else-dispatch-headline = Procuram-se observadores em { $spot }
