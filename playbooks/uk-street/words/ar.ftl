# العربية. ترجمة عمل لم يراجعها إنسان.
# Only alerts speak it: no questions, no cards. Not live until somebody checks it (docs/operating/languages.md).

## Kinds
kind-immigration-visit = زيارة من سلطات الهجرة
kind-eviction = إخلاء من المسكن
kind-hate-incident = حادث كراهية
kind-flood = فيضان
kind-something-else = شيء آخر

## What is going on
activity-watching = ضباط يراقبون
activity-at-a-door = موظفون عند باب
activity-inside = موظفون في الداخل
activity-questioning = ضباط يطرحون أسئلة
activity-holding-somebody = ضباط يوقفون شخصًا
activity-leading-somebody-away = ضباط يأخذون شخصًا
activity-leaving = موظفون يغادرون
activity-changing-locks = تغيير أقفال
activity-carrying-things-out = إخراج أغراض
activity-shouting = صراخ
activity-threatening = تهديدات
activity-following = شخص يلاحقه أحد
activity-hitting = شخص يتعرض للضرب
activity-damaging-things = إتلاف أشياء
activity-rising = الماء يرتفع
activity-on-the-road = ماء على الطريق
activity-in-homes = ماء في المنازل
activity-falling = الماء ينخفض
activity-going-on = ما زال مستمرًا
activity-over = انتهى

## Whose people
agency-immigration-enforcement = Immigration Enforcement
agency-border-force = Border Force
agency-police = الشرطة
agency-bailiffs = مأمورو التنفيذ
agency-landlord = مالك المسكن
agency-council = البلدية
agency-other = جهة أخرى
agency-not-known = غير معروف بعد

## Alerts
immigration-visit-dispatch-title = مطلوب مراقبون: { $spot }
immigration-visit-dispatch-body = أُبلغ عند { $time }: { $activity }. الجهة: { $agency }. أجب فقط إذا كنت في نوبتك ومدرّبًا. راقب ضمن اثنين وأبلغ عند وصولك.
immigration-visit-dispatch-headline = مطلوب مراقبون عند { $spot }
immigration-visit-neighbours-title = مؤكد: زيارة من سلطات الهجرة في { $area }
immigration-visit-neighbours-body = تأكدت عند { $time } زيارة من سلطات الهجرة في { $area }. لكل شخص حقوق أيًا كان. افتح هذا لتعرف ما يمكن فعله.
immigration-visit-neighbours-headline = زيارة مؤكدة من سلطات الهجرة في { $area }
immigration-visit-public-title = زيارة من سلطات الهجرة في { $area }
immigration-visit-public-body = تأكدت عند { $time } زيارة من سلطات الهجرة في { $area }. السجل يذكر من قال ماذا.
immigration-visit-public-headline = زيارة من سلطات الهجرة في { $area }
eviction-dispatch-title = مطلوب مراقبون: { $spot }
eviction-dispatch-body = أُبلغ عند { $time }: { $activity }. من: { $agency }. أجب فقط إذا كنت في نوبتك ومدرّبًا. راقب ضمن اثنين.
eviction-dispatch-headline = مطلوب مراقبون عند { $spot }
eviction-public-title = إخلاء في { $area }
eviction-public-body = انتهى إخلاء في { $area }. وافق أهل المسكن على هذا السجل الذي يذكر من قال ماذا.
eviction-public-headline = إخلاء في { $area }
hate-incident-dispatch-title = مطلوب دعم: { $spot }
hate-incident-dispatch-body = أُبلغ عند { $time }: { $activity }. أجب فقط إذا كنت في نوبتك ومدرّبًا. الشخص أولًا ثم الملاحظات.
hate-incident-dispatch-headline = مطلوب دعم عند { $spot }
hate-incident-public-title = حادث كراهية في { $area }
hate-incident-public-body = انتهى حادث كراهية في { $area }. وافق الشخص المتضرر على هذا السجل.
hate-incident-public-headline = حادث كراهية في { $area }
flood-dispatch-title = مطلوب مراقبون للفيضان: { $spot }
flood-dispatch-body = أُبلغ عند { $time }: { $activity }. أجب فقط إذا كنت في نوبتك وتستطيع النظر من أرض جافة.
flood-dispatch-headline = مطلوب مراقبون للفيضان عند { $spot }
flood-neighbours-title = فيضان في { $area }
flood-neighbours-body = تأكد في { $area } عند { $time }: { $activity }. التحذير الرسمي ونصائحه في الداخل.
flood-neighbours-headline = فيضان مؤكد في { $area }
flood-public-title = فيضان في { $area }
flood-public-body = تأكد في { $area } عند { $time }: { $activity }. التحذير الرسمي ونصائحه على الصفحة.
flood-public-headline = فيضان في { $area }
something-else-dispatch-title = مطلوب مراقبون: { $spot }
something-else-dispatch-body = أُبلغ عن شيء عند { $time }. أجب فقط إذا كنت في نوبتك ومدرّبًا. راقب ضمن اثنين.
something-else-dispatch-headline = مطلوب مراقبون عند { $spot }
