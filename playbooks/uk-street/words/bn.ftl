# বাংলা। কাজের অনুবাদ, কোনো মানুষ যাচাই করেননি।
# Only alerts speak it: no questions, no cards. Not live until somebody checks it (docs/operating/languages.md).

## Kinds
kind-immigration-visit = অভিবাসন দপ্তরের পরিদর্শন
kind-eviction = উচ্ছেদ
kind-hate-incident = ঘৃণামূলক ঘটনা
kind-flood = বন্যা
kind-something-else = অন্য কিছু

## What is going on
activity-watching = কর্মকর্তারা দেখছেন
activity-at-a-door = দরজায় কর্মকর্তা
activity-inside = ভেতরে কর্মকর্তা
activity-questioning = কর্মকর্তারা প্রশ্ন করছেন
activity-holding-somebody = কর্মকর্তারা কাউকে ধরে রেখেছেন
activity-leading-somebody-away = কর্মকর্তারা কাউকে নিয়ে যাচ্ছেন
activity-leaving = কর্মকর্তারা চলে যাচ্ছেন
activity-changing-locks = তালা বদলানো হচ্ছে
activity-carrying-things-out = জিনিসপত্র বাইরে নেওয়া হচ্ছে
activity-shouting = চিৎকার
activity-threatening = হুমকি
activity-following = কারও পিছু নেওয়া হচ্ছে
activity-hitting = কাউকে মারা হচ্ছে
activity-damaging-things = জিনিস নষ্ট করা হচ্ছে
activity-rising = পানি বাড়ছে
activity-on-the-road = রাস্তায় পানি
activity-in-homes = বাড়িতে পানি
activity-falling = পানি কমছে
activity-going-on = এখনও চলছে
activity-over = শেষ

## Whose people
agency-immigration-enforcement = Immigration Enforcement
agency-border-force = Border Force
agency-police = পুলিশ
agency-bailiffs = আদালতের বেলিফ
agency-landlord = বাড়িওয়ালা
agency-council = কাউন্সিল
agency-other = অন্য সংস্থা
agency-not-known = এখনও জানা নেই

## Alerts
immigration-visit-dispatch-title = পর্যবেক্ষক প্রয়োজন: { $spot }
immigration-visit-dispatch-body = { $time } সময়ে জানানো হয়েছে: { $activity }। সংস্থা: { $agency }। শুধু দায়িত্বে থাকলে ও প্রশিক্ষিত হলে উত্তর দিন। জোড়ায় দেখুন, পৌঁছে জানান।
immigration-visit-dispatch-headline = পর্যবেক্ষক প্রয়োজন, স্থান: { $spot }
immigration-visit-neighbours-title = নিশ্চিত: { $area } এলাকায় অভিবাসন পরিদর্শন
immigration-visit-neighbours-body = { $area } এলাকায় অভিবাসন পরিদর্শন { $time } সময়ে নিশ্চিত হয়েছে। সবার অধিকার আছে, তিনি যেই হোন। কী করা যায় জানতে খুলুন।
immigration-visit-neighbours-headline = { $area } এলাকায় অভিবাসন পরিদর্শন নিশ্চিত
immigration-visit-public-title = { $area } এলাকায় অভিবাসন পরিদর্শন
immigration-visit-public-body = { $area } এলাকায় অভিবাসন পরিদর্শন { $time } সময়ে নিশ্চিত হয়েছে। নথিতে আছে কে কী বলেছেন।
immigration-visit-public-headline = { $area } এলাকায় অভিবাসন পরিদর্শন
eviction-dispatch-title = পর্যবেক্ষক প্রয়োজন: { $spot }
eviction-dispatch-body = { $time } সময়ে জানানো হয়েছে: { $activity }। কে: { $agency }। শুধু দায়িত্বে থাকলে ও প্রশিক্ষিত হলে উত্তর দিন। জোড়ায় দেখুন।
eviction-dispatch-headline = পর্যবেক্ষক প্রয়োজন, স্থান: { $spot }
eviction-public-title = { $area } এলাকায় উচ্ছেদ
eviction-public-body = { $area } এলাকায় একটি উচ্ছেদ শেষ হয়েছে। পরিবারটি এই নথিতে সম্মত, এতে আছে কে কী বলেছেন।
eviction-public-headline = { $area } এলাকায় উচ্ছেদ
hate-incident-dispatch-title = সহায়তা প্রয়োজন: { $spot }
hate-incident-dispatch-body = { $time } সময়ে জানানো হয়েছে: { $activity }। শুধু দায়িত্বে থাকলে ও প্রশিক্ষিত হলে উত্তর দিন। আগে মানুষটি, তারপর নোট।
hate-incident-dispatch-headline = সহায়তা প্রয়োজন, স্থান: { $spot }
hate-incident-public-title = { $area } এলাকায় ঘৃণামূলক ঘটনা
hate-incident-public-body = { $area } এলাকায় একটি ঘৃণামূলক ঘটনা শেষ হয়েছে। যাঁর সঙ্গে ঘটেছে তিনি এই নথিতে সম্মত।
hate-incident-public-headline = { $area } এলাকায় ঘৃণামূলক ঘটনা
flood-dispatch-title = বন্যার পর্যবেক্ষক প্রয়োজন: { $spot }
flood-dispatch-body = { $time } সময়ে জানানো হয়েছে: { $activity }। শুধু দায়িত্বে থাকলে ও শুকনো জায়গা থেকে দেখতে পারলে উত্তর দিন।
flood-dispatch-headline = বন্যার পর্যবেক্ষক প্রয়োজন, স্থান: { $spot }
flood-neighbours-title = { $area } এলাকায় বন্যা
flood-neighbours-body = { $area } এলাকায় { $time } সময়ে নিশ্চিত: { $activity }। সরকারি সতর্কতা ও পরামর্শ ভেতরে আছে।
flood-neighbours-headline = { $area } এলাকায় বন্যা নিশ্চিত
flood-public-title = { $area } এলাকায় বন্যা
flood-public-body = { $area } এলাকায় { $time } সময়ে নিশ্চিত: { $activity }। সরকারি সতর্কতা ও পরামর্শ পাতায় আছে।
flood-public-headline = { $area } এলাকায় বন্যা
something-else-dispatch-title = পর্যবেক্ষক প্রয়োজন: { $spot }
something-else-dispatch-body = { $time } সময়ে কিছু জানানো হয়েছে। শুধু দায়িত্বে থাকলে ও প্রশিক্ষিত হলে উত্তর দিন। জোড়ায় দেখুন।
something-else-dispatch-headline = পর্যবেক্ষক প্রয়োজন, স্থান: { $spot }
