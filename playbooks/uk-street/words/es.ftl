# Español. Traducción de trabajo, pendiente de lectura por una persona hablante nativa del barrio.

## Tipos
kind-immigration-visit = Visita de inmigración
kind-eviction = Desahucio
kind-hate-incident = Incidente de odio
kind-flood = Inundación
kind-something-else = Otra cosa

## Qué ocurre
activity-watching = agentes observando
activity-at-a-door = funcionarios ante una puerta
activity-inside = funcionarios dentro
activity-questioning = agentes haciendo preguntas
activity-holding-somebody = agentes reteniendo a alguien
activity-leading-somebody-away = agentes llevándose a alguien
activity-leaving = funcionarios marchándose
activity-changing-locks = cambio de cerraduras
activity-carrying-things-out = sacan pertenencias
activity-shouting = gritos
activity-threatening = amenazas
activity-following = alguien es seguido
activity-hitting = golpes a alguien
activity-damaging-things = daños a cosas
activity-rising = el agua sube
activity-on-the-road = agua en la calzada
activity-in-homes = agua en viviendas
activity-falling = el agua baja
activity-going-on = sigue ocurriendo
activity-over = terminado

## De quién son
agency-immigration-enforcement = Immigration Enforcement
agency-border-force = Border Force
agency-police = policía
agency-bailiffs = agentes judiciales
agency-landlord = propietario
agency-council = ayuntamiento
agency-other = otro organismo
agency-not-known = aún no se sabe

## Hechos
predicate-place = Lugar
predicate-when = Cuándo
predicate-when-first-seen = Visto por primera vez
predicate-when-police-called = Llamada a la policía
predicate-when-over = Terminado desde
predicate-media-first-seen = Grabación vista por primera vez
predicate-media-shows-this = La grabación muestra esto
predicate-agency = De quién son
predicate-activity = Qué ocurre
predicate-count-officers = Agentes
predicate-count-vehicles = Vehículos
predicate-count-people = Personas presentes
predicate-count-arrests = Detenciones
predicate-count-injured = Personas heridas
predicate-premises = Locales visitados
predicate-duration = Cuánto duró
predicate-what-happened = Qué pasó
predicate-statement = Declaración
predicate-outcome = Resultado
predicate-follow-up = Seguimiento
predicate-expectation = Qué se espera
predicate-pattern = Qué pasa a menudo
media-shows-this-yes = sí
media-shows-this-no = no
media-shows-this-not-known = no se sabe

## Visita de inmigración
immigration-visit-dispatch-title = Se buscan observadores: { $spot }
immigration-visit-dispatch-body = Aviso de las { $time }: { $activity }. Organismo: { $agency }. Responde solo si estás de turno y tienes formación. Observad en parejas y avisad al llegar.
immigration-visit-dispatch-headline = Se buscan observadores en { $spot }
immigration-visit-neighbours-title = Confirmado: visita de inmigración en { $area }
immigration-visit-neighbours-body = A las { $time } se confirmó una visita de inmigración en { $area }. Todas las personas tienen derechos. Abra este aviso para saber qué hacer.
immigration-visit-neighbours-headline = Visita de inmigración confirmada en { $area }
immigration-visit-public-title = Visita de inmigración en { $area }
immigration-visit-public-body = A las { $time } se confirmó una visita de inmigración en { $area }. El registro dice quién cuenta qué.
immigration-visit-public-headline = Visita de inmigración en { $area }

## Desahucio
eviction-dispatch-title = Se buscan observadores: { $spot }
eviction-dispatch-body = Aviso de las { $time }: { $activity }. Quién: { $agency }. Responde solo si estás de turno y tienes formación. Observad en parejas.
eviction-dispatch-headline = Se buscan observadores en { $spot }
eviction-public-title = Desahucio en { $area }
eviction-public-body = Un desahucio en { $area } ha terminado. La familia aceptó este registro, que dice quién cuenta qué.
eviction-public-headline = Desahucio en { $area }

## Incidente de odio
hate-incident-dispatch-title = Se busca apoyo: { $spot }
hate-incident-dispatch-body = Aviso de las { $time }: { $activity }. Responde solo si estás de turno y tienes formación. Primero la persona, después las notas.
hate-incident-dispatch-headline = Se busca apoyo en { $spot }
hate-incident-public-title = Incidente de odio en { $area }
hate-incident-public-body = Un incidente de odio en { $area } ha terminado. La persona afectada aceptó este registro.
hate-incident-public-headline = Incidente de odio en { $area }

## Inundación
flood-dispatch-title = Se buscan observadores de inundación: { $spot }
flood-dispatch-body = Aviso de las { $time }: { $activity }. Responde solo si estás de turno y puedes mirar desde suelo seco.
flood-dispatch-headline = Se buscan observadores de inundación en { $spot }
flood-neighbours-title = Inundación en { $area }
flood-neighbours-body = Confirmado en { $area } a las { $time }: { $activity }. La advertencia oficial y sus consejos están dentro.
flood-neighbours-headline = Inundación confirmada en { $area }
flood-public-title = Inundación en { $area }
flood-public-body = Confirmado en { $area } a las { $time }: { $activity }. La advertencia oficial y sus consejos están en la página.
flood-public-headline = Inundación en { $area }

## Otra cosa
something-else-dispatch-title = Se buscan observadores: { $spot }
something-else-dispatch-body = Hubo un aviso a las { $time }. Responde solo si estás de turno y tienes formación. Observad en parejas.
something-else-dispatch-headline = Se buscan observadores en { $spot }
