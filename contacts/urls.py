from django.urls import path

from contacts.views import card, personal, posts, reach

app_name = "contacts"

urlpatterns = [
    path("of/<int:pk>/people/", card.people, name="people"),
    path("of/<int:pk>/people/new/", card.person_new, name="person-new"),
    path("of/<int:pk>/needs/", card.needs, name="needs"),
    path("of/<int:pk>/needs/new/", card.need_new, name="need-new"),
    path("of/<int:pk>/next/", card.next_contacts, name="next"),
    path("of/<int:pk>/next/new/", card.plan, name="plan"),
    path("of/<int:pk>/history/", card.history, name="history"),
    path("of/<int:pk>/notes/new/", card.note, name="note"),
    path("people/<int:pk>/", card.person, name="person"),
    path("people/<int:pk>/posts/new/", posts.post_new, name="post-new"),
    path("people/<int:pk>/part/", posts.part, name="part"),
    path("phones/<int:pk>/", reach.phone, name="phone"),
    path("mailboxes/<int:pk>/", reach.mailbox, name="mailbox"),
    path("people/phones/<int:pk>/", reach.person_phone, name="person-phone"),
    path("people/emails/<int:pk>/", reach.person_email, name="person-email"),
    path("refusals/<int:pk>/lift/", reach.lift, name="lift"),
    path("people/<int:pk>/personal/", personal.personal, name="personal"),
    path("people/<int:pk>/consents/new/", personal.consent_new, name="consent-new"),
    path("people/<int:pk>/dossier/", personal.dossier, name="dossier"),
    path("people/<int:pk>/erase/", personal.erase, name="erase"),
    path("consents/<int:pk>/withdraw/", personal.consent_withdraw, name="consent-withdraw"),
    path("access/", personal.AccessJournal.as_view(), name="access"),
    path("people/<int:pk>/dismiss/", card.dismiss, name="dismiss"),
    path("cycles/new/", card.cycle_new, name="cycle-new"),
    path("hand-over/", card.handing_over, name="hand-over"),
    path("hand-over/preview/", card.hand_over_preview, name="hand-over-preview"),
    path("next/<int:pk>/close/", card.close, name="close"),
    path("next/<int:pk>/postpone/", card.postpone, name="postpone"),
]
