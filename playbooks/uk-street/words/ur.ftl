# اردو۔ کام کا ترجمہ، کسی انسان نے جانچ نہیں کی۔
# Only alerts speak it: no questions, no cards. Not live until somebody checks it (docs/operating/languages.md).

## Kinds
kind-immigration-visit = امیگریشن کا دورہ
kind-eviction = گھر سے بے دخلی
kind-hate-incident = نفرت کا واقعہ
kind-flood = سیلاب
kind-something-else = کچھ اور

## What is going on
activity-watching = اہلکار دیکھ رہے ہیں
activity-at-a-door = اہلکار دروازے پر
activity-inside = اہلکار اندر
activity-questioning = اہلکار سوال کر رہے ہیں
activity-holding-somebody = اہلکاروں نے کسی کو پکڑا ہوا ہے
activity-leading-somebody-away = اہلکار کسی کو لے جا رہے ہیں
activity-leaving = اہلکار جا رہے ہیں
activity-changing-locks = تالے بدلے جا رہے ہیں
activity-carrying-things-out = سامان باہر نکالا جا رہا ہے
activity-shouting = چیخ و پکار
activity-threatening = دھمکیاں
activity-following = کسی کا تعاقب ہو رہا ہے
activity-hitting = کسی کو پیٹا جا رہا ہے
activity-damaging-things = چیزیں توڑی جا رہی ہیں
activity-rising = پانی بڑھ رہا ہے
activity-on-the-road = سڑک پر پانی
activity-in-homes = گھروں میں پانی
activity-falling = پانی اتر رہا ہے
activity-going-on = ابھی جاری ہے
activity-over = ختم

## Whose people
agency-immigration-enforcement = Immigration Enforcement
agency-border-force = Border Force
agency-police = پولیس
agency-bailiffs = عدالتی اہلکار
agency-landlord = مالک مکان
agency-council = کونسل
agency-other = کوئی اور ادارہ
agency-not-known = ابھی معلوم نہیں

## Alerts
immigration-visit-dispatch-title = مبصرین درکار ہیں: { $spot }
immigration-visit-dispatch-body = { $time } بجے کی اطلاع: { $activity }۔ ادارہ: { $agency }۔ صرف تب جواب دیں جب آپ ڈیوٹی پر اور تربیت یافتہ ہوں۔ جوڑوں میں مشاہدہ کریں اور پہنچ کر بتائیں۔
immigration-visit-dispatch-headline = مبصرین درکار ہیں، جگہ: { $spot }
immigration-visit-neighbours-title = تصدیق شدہ: { $area } میں امیگریشن کا دورہ
immigration-visit-neighbours-body = { $area } میں امیگریشن کے دورے کی تصدیق { $time } بجے ہوئی۔ حقوق سب کے ہیں، کوئی بھی ہو۔ کیا کیا جائے، یہ جاننے کے لیے کھولیں۔
immigration-visit-neighbours-headline = { $area } میں امیگریشن کے دورے کی تصدیق
immigration-visit-public-title = { $area } میں امیگریشن کا دورہ
immigration-visit-public-body = { $area } میں امیگریشن کے دورے کی تصدیق { $time } بجے ہوئی۔ ریکارڈ بتاتا ہے کہ کس نے کیا کہا۔
immigration-visit-public-headline = { $area } میں امیگریشن کا دورہ
eviction-dispatch-title = مبصرین درکار ہیں: { $spot }
eviction-dispatch-body = { $time } بجے کی اطلاع: { $activity }۔ کون: { $agency }۔ صرف تب جواب دیں جب آپ ڈیوٹی پر اور تربیت یافتہ ہوں۔ جوڑوں میں مشاہدہ کریں۔
eviction-dispatch-headline = مبصرین درکار ہیں، جگہ: { $spot }
eviction-public-title = { $area } میں بے دخلی
eviction-public-body = { $area } میں ایک بے دخلی ختم ہو گئی۔ گھر والوں نے اس ریکارڈ کی اجازت دی، جو بتاتا ہے کہ کس نے کیا کہا۔
eviction-public-headline = { $area } میں بے دخلی
hate-incident-dispatch-title = مدد درکار ہے: { $spot }
hate-incident-dispatch-body = { $time } بجے کی اطلاع: { $activity }۔ صرف تب جواب دیں جب آپ ڈیوٹی پر اور تربیت یافتہ ہوں۔ پہلے انسان، پھر نوٹس۔
hate-incident-dispatch-headline = مدد درکار ہے، جگہ: { $spot }
hate-incident-public-title = { $area } میں نفرت کا واقعہ
hate-incident-public-body = { $area } میں نفرت کا ایک واقعہ ختم ہو گیا۔ متاثرہ شخص نے اس ریکارڈ کی اجازت دی۔
hate-incident-public-headline = { $area } میں نفرت کا واقعہ
flood-dispatch-title = سیلاب کے مبصرین درکار ہیں: { $spot }
flood-dispatch-body = { $time } بجے کی اطلاع: { $activity }۔ صرف تب جواب دیں جب آپ ڈیوٹی پر ہوں اور خشک زمین سے دیکھ سکیں۔
flood-dispatch-headline = سیلاب کے مبصرین درکار ہیں، جگہ: { $spot }
flood-neighbours-title = { $area } میں سیلاب
flood-neighbours-body = { $area } میں { $time } بجے تصدیق ہوئی: { $activity }۔ سرکاری انتباہ اور اس کے مشورے اندر ہیں۔
flood-neighbours-headline = { $area } میں سیلاب کی تصدیق
flood-public-title = { $area } میں سیلاب
flood-public-body = { $area } میں { $time } بجے تصدیق ہوئی: { $activity }۔ سرکاری انتباہ اور اس کے مشورے صفحے پر ہیں۔
flood-public-headline = { $area } میں سیلاب
something-else-dispatch-title = مبصرین درکار ہیں: { $spot }
something-else-dispatch-body = { $time } بجے کسی بات کی اطلاع ملی۔ صرف تب جواب دیں جب آپ ڈیوٹی پر اور تربیت یافتہ ہوں۔ جوڑوں میں مشاہدہ کریں۔
something-else-dispatch-headline = مبصرین درکار ہیں، جگہ: { $spot }
