# Français. Traduction de travail, non vérifiée par une personne.
# Only alerts speak it: no questions, no cards. Not live until somebody checks it (docs/operating/languages.md).

## Kinds
kind-immigration-visit = Visite de l’immigration
kind-eviction = Expulsion d’un logement
kind-hate-incident = Incident de haine
kind-flood = Inondation
kind-something-else = Autre chose

## What is going on
activity-watching = des agents observent
activity-at-a-door = des agents à une porte
activity-inside = des agents à l’intérieur
activity-questioning = des agents posent des questions
activity-holding-somebody = des agents retiennent quelqu’un
activity-leading-somebody-away = des agents emmènent quelqu’un
activity-leaving = des agents partent
activity-changing-locks = des serrures sont changées
activity-carrying-things-out = des affaires sont sorties
activity-shouting = des cris
activity-threatening = des menaces
activity-following = quelqu’un est suivi
activity-hitting = quelqu’un est frappé
activity-damaging-things = des dégâts
activity-rising = l’eau monte
activity-on-the-road = de l’eau sur la route
activity-in-homes = de l’eau dans des logements
activity-falling = l’eau baisse
activity-going-on = toujours en cours
activity-over = terminé

## Whose people
agency-immigration-enforcement = Immigration Enforcement
agency-border-force = Border Force
agency-police = police
agency-bailiffs = huissiers
agency-landlord = propriétaire
agency-council = municipalité
agency-other = autre organisme
agency-not-known = pas encore connu

## Alerts
immigration-visit-dispatch-title = On cherche des observateurs : { $spot }
immigration-visit-dispatch-body = Signalé à { $time } : { $activity }. Organisme : { $agency }. Répondez seulement si vous êtes de service et formé. Observez par deux et signalez votre arrivée.
immigration-visit-dispatch-headline = On cherche des observateurs à { $spot }
immigration-visit-neighbours-title = Confirmé : visite de l’immigration à { $area }
immigration-visit-neighbours-body = Une visite de l’immigration à { $area } a été confirmée à { $time }. Tout le monde a des droits. Ouvrez ceci pour savoir quoi faire.
immigration-visit-neighbours-headline = Visite de l’immigration confirmée à { $area }
immigration-visit-public-title = Visite de l’immigration à { $area }
immigration-visit-public-body = Une visite de l’immigration à { $area } a été confirmée à { $time }. Le registre dit qui rapporte quoi.
immigration-visit-public-headline = Visite de l’immigration à { $area }
eviction-dispatch-title = On cherche des observateurs : { $spot }
eviction-dispatch-body = Signalé à { $time } : { $activity }. Qui : { $agency }. Répondez seulement si vous êtes de service et formé. Observez par deux.
eviction-dispatch-headline = On cherche des observateurs à { $spot }
eviction-public-title = Expulsion à { $area }
eviction-public-body = Une expulsion à { $area } est terminée. Le foyer a accepté ce registre, qui dit qui rapporte quoi.
eviction-public-headline = Expulsion à { $area }
hate-incident-dispatch-title = On cherche du soutien : { $spot }
hate-incident-dispatch-body = Signalé à { $time } : { $activity }. Répondez seulement si vous êtes de service et formé. La personne d’abord, les notes ensuite.
hate-incident-dispatch-headline = On cherche du soutien à { $spot }
hate-incident-public-title = Incident de haine à { $area }
hate-incident-public-body = Un incident de haine à { $area } est terminé. La personne concernée a accepté ce registre.
hate-incident-public-headline = Incident de haine à { $area }
flood-dispatch-title = On cherche des observateurs d’inondation : { $spot }
flood-dispatch-body = Signalé à { $time } : { $activity }. Répondez seulement si vous êtes de service et pouvez regarder depuis un sol sec.
flood-dispatch-headline = On cherche des observateurs d’inondation à { $spot }
flood-neighbours-title = Inondation à { $area }
flood-neighbours-body = Confirmé à { $area } à { $time } : { $activity }. L’avertissement officiel et ses conseils sont à l’intérieur.
flood-neighbours-headline = Inondation confirmée à { $area }
flood-public-title = Inondation à { $area }
flood-public-body = Confirmé à { $area } à { $time } : { $activity }. L’avertissement officiel et ses conseils sont sur la page.
flood-public-headline = Inondation à { $area }
something-else-dispatch-title = On cherche des observateurs : { $spot }
something-else-dispatch-body = Quelque chose a été signalé à { $time }. Répondez seulement si vous êtes de service et formé. Observez par deux.
something-else-dispatch-headline = On cherche des observateurs à { $spot }
