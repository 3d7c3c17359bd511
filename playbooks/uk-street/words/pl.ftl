# Polski. Tłumaczenie robocze, niesprawdzone przez człowieka.
# Only alerts speak it: no questions, no cards. Not live until somebody checks it (docs/operating/languages.md).

## Kinds
kind-immigration-visit = Wizyta służb imigracyjnych
kind-eviction = Eksmisja
kind-hate-incident = Incydent na tle nienawiści
kind-flood = Powódź
kind-something-else = Coś innego

## What is going on
activity-watching = funkcjonariusze obserwują
activity-at-a-door = urzędnicy przy drzwiach
activity-inside = urzędnicy w środku
activity-questioning = funkcjonariusze zadają pytania
activity-holding-somebody = funkcjonariusze kogoś trzymają
activity-leading-somebody-away = funkcjonariusze kogoś zabierają
activity-leaving = urzędnicy odchodzą
activity-changing-locks = wymiana zamków
activity-carrying-things-out = wynoszenie rzeczy
activity-shouting = krzyki
activity-threatening = groźby
activity-following = ktoś jest śledzony
activity-hitting = ktoś jest bity
activity-damaging-things = niszczenie rzeczy
activity-rising = woda przybiera
activity-on-the-road = woda na drodze
activity-in-homes = woda w domach
activity-falling = woda opada
activity-going-on = nadal trwa
activity-over = koniec

## Whose people
agency-immigration-enforcement = Immigration Enforcement
agency-border-force = Border Force
agency-police = policja
agency-bailiffs = komornicy
agency-landlord = właściciel mieszkania
agency-council = urząd gminy
agency-other = inny urząd
agency-not-known = jeszcze nie wiadomo

## Alerts
immigration-visit-dispatch-title = Potrzebni obserwatorzy: { $spot }
immigration-visit-dispatch-body = Zgłoszono o { $time }: { $activity }. Służba: { $agency }. Odpowiedz tylko wtedy, gdy masz dyżur i szkolenie. Obserwuj w parze i daj znać po przybyciu.
immigration-visit-dispatch-headline = Potrzebni obserwatorzy, miejsce: { $spot }
immigration-visit-neighbours-title = Potwierdzono: wizyta służb imigracyjnych, { $area }
immigration-visit-neighbours-body = Wizytę służb imigracyjnych ({ $area }) potwierdzono o { $time }. Każdy ma prawa, kimkolwiek jest. Otwórz, aby przeczytać, co robić.
immigration-visit-neighbours-headline = Potwierdzona wizyta służb imigracyjnych: { $area }
immigration-visit-public-title = Wizyta służb imigracyjnych: { $area }
immigration-visit-public-body = Wizytę służb imigracyjnych ({ $area }) potwierdzono o { $time }. Zapis mówi, kto co podaje.
immigration-visit-public-headline = Wizyta służb imigracyjnych: { $area }
eviction-dispatch-title = Potrzebni obserwatorzy: { $spot }
eviction-dispatch-body = Zgłoszono o { $time }: { $activity }. Kto: { $agency }. Odpowiedz tylko wtedy, gdy masz dyżur i szkolenie. Obserwuj w parze.
eviction-dispatch-headline = Potrzebni obserwatorzy, miejsce: { $spot }
eviction-public-title = Eksmisja: { $area }
eviction-public-body = Eksmisja ({ $area }) się skończyła. Domownicy zgodzili się na ten zapis, który mówi, kto co podaje.
eviction-public-headline = Eksmisja: { $area }
hate-incident-dispatch-title = Potrzebne wsparcie: { $spot }
hate-incident-dispatch-body = Zgłoszono o { $time }: { $activity }. Odpowiedz tylko wtedy, gdy masz dyżur i szkolenie. Najpierw osoba, potem notatki.
hate-incident-dispatch-headline = Potrzebne wsparcie, miejsce: { $spot }
hate-incident-public-title = Incydent na tle nienawiści: { $area }
hate-incident-public-body = Incydent na tle nienawiści ({ $area }) się skończył. Osoba, którą to spotkało, zgodziła się na ten zapis.
hate-incident-public-headline = Incydent na tle nienawiści: { $area }
flood-dispatch-title = Potrzebni obserwatorzy powodzi: { $spot }
flood-dispatch-body = Zgłoszono o { $time }: { $activity }. Odpowiedz tylko wtedy, gdy masz dyżur i możesz patrzeć z suchego miejsca.
flood-dispatch-headline = Potrzebni obserwatorzy powodzi, miejsce: { $spot }
flood-neighbours-title = Powódź: { $area }
flood-neighbours-body = Potwierdzono ({ $area }) o { $time }: { $activity }. Oficjalne ostrzeżenie i jego rady są w środku.
flood-neighbours-headline = Potwierdzona powódź: { $area }
flood-public-title = Powódź: { $area }
flood-public-body = Potwierdzono ({ $area }) o { $time }: { $activity }. Oficjalne ostrzeżenie i jego rady są na stronie.
flood-public-headline = Powódź: { $area }
something-else-dispatch-title = Potrzebni obserwatorzy: { $spot }
something-else-dispatch-body = Coś zgłoszono o { $time }. Odpowiedz tylko wtedy, gdy masz dyżur i szkolenie. Obserwuj w parze.
something-else-dispatch-headline = Potrzebni obserwatorzy, miejsce: { $spot }
