# English. Templates say what is known and where to read more; they ask nobody to come, go or do anything
# but witness. Every sentence they can make is looked at by the guard when the playbook is loaded.

## Kinds
kind-immigration-visit = Immigration visit
kind-eviction = Eviction
kind-hate-incident = Hate incident
kind-flood = Flood
kind-something-else = Something else

## What is going on
activity-watching = officers watching
activity-at-a-door = officials at a door
activity-inside = officials inside
activity-questioning = officers asking questions
activity-holding-somebody = officers holding somebody
activity-leading-somebody-away = officers leading somebody away
activity-leaving = officials leaving
activity-changing-locks = locks being changed
activity-carrying-things-out = things being carried out
activity-shouting = shouting
activity-threatening = threats
activity-following = somebody being followed
activity-hitting = somebody being hit
activity-damaging-things = things being damaged
activity-rising = water rising
activity-on-the-road = water on the road
activity-in-homes = water in homes
activity-falling = water going down
activity-going-on = still going on
activity-over = over

## Whose people
agency-immigration-enforcement = Immigration Enforcement
agency-border-force = Border Force
agency-police = police
agency-bailiffs = bailiffs
agency-landlord = landlord
agency-council = council
agency-other = another body
agency-not-known = not known yet

## Facts
predicate-place = Place
predicate-when = When
predicate-when-first-seen = First seen
predicate-when-police-called = Police called
predicate-when-over = Over since
predicate-media-first-seen = Footage first seen
predicate-media-shows-this = Footage shows this
predicate-agency = Whose people
predicate-activity = What is going on
predicate-count-officers = Officers
predicate-count-vehicles = Vehicles
predicate-count-people = People there
predicate-count-arrests = Arrests
predicate-count-injured = Injured
predicate-premises = Premises visited
predicate-duration = How long
predicate-what-happened = What happened
predicate-statement = Statement
predicate-outcome = Outcome
predicate-follow-up = Follow-up
predicate-expectation = What people expect
predicate-pattern = What happens often
media-shows-this-yes = yes
media-shows-this-no = no
media-shows-this-not-known = not known

## Immigration visit
immigration-visit-dispatch-title = Observers wanted: { $spot }
immigration-visit-dispatch-body = Reported at { $time }: { $activity }. Agency: { $agency }. Answer only if you are on duty and trained. Observe in pairs and check in when you arrive.
immigration-visit-dispatch-headline = Observers wanted at { $spot }
immigration-visit-neighbours-title = Confirmed: immigration visit in { $area }
immigration-visit-neighbours-body = An immigration visit in { $area } was confirmed at { $time }. Everybody has rights, whoever they are. Open this for what to do.
immigration-visit-neighbours-headline = Immigration visit confirmed in { $area }
immigration-visit-public-title = Immigration visit in { $area }
immigration-visit-public-body = An immigration visit in { $area } was confirmed at { $time }. The record says who reports what.
immigration-visit-public-headline = Immigration visit in { $area }

## Eviction
eviction-dispatch-title = Observers wanted: { $spot }
eviction-dispatch-body = Reported at { $time }: { $activity }. Who: { $agency }. Answer only if you are on duty and trained. Observe in pairs.
eviction-dispatch-headline = Observers wanted at { $spot }
eviction-public-title = Eviction in { $area }
eviction-public-body = An eviction in { $area } has ended. The household agreed to this record, which says who reports what.
eviction-public-headline = Eviction in { $area }

## Hate incident
hate-incident-dispatch-title = Support wanted: { $spot }
hate-incident-dispatch-body = Reported at { $time }: { $activity }. Answer only if you are on duty and trained. The person comes first, the notes second.
hate-incident-dispatch-headline = Support wanted at { $spot }
hate-incident-public-title = Hate incident in { $area }
hate-incident-public-body = A hate incident in { $area } is over. The person it happened to agreed to this record.
hate-incident-public-headline = Hate incident in { $area }

## Flood
flood-dispatch-title = Flood observers wanted: { $spot }
flood-dispatch-body = Reported at { $time }: { $activity }. Answer only if you are on duty and can look from dry ground.
flood-dispatch-headline = Flood observers wanted at { $spot }
flood-neighbours-title = Flood in { $area }
flood-neighbours-body = Confirmed in { $area } at { $time }: { $activity }. The official warning and what it advises are inside.
flood-neighbours-headline = Flood confirmed in { $area }
flood-public-title = Flood in { $area }
flood-public-body = Confirmed in { $area } at { $time }: { $activity }. The official warning and what it advises are on the page.
flood-public-headline = Flood in { $area }

## Something else
something-else-dispatch-title = Observers wanted: { $spot }
something-else-dispatch-body = Something was reported at { $time }. Answer only if you are on duty and trained. Observe in pairs.
something-else-dispatch-headline = Observers wanted at { $spot }
