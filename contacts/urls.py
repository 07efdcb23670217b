from django.urls import path

from contacts import views

app_name = "contacts"

urlpatterns = [
    path("of/<int:pk>/people/", views.people, name="people"),
    path("of/<int:pk>/people/new/", views.person_new, name="person-new"),
    path("of/<int:pk>/needs/", views.needs, name="needs"),
    path("of/<int:pk>/needs/new/", views.need_new, name="need-new"),
    path("of/<int:pk>/next/", views.next_contacts, name="next"),
    path("of/<int:pk>/next/new/", views.plan, name="plan"),
    path("of/<int:pk>/history/", views.history, name="history"),
    path("of/<int:pk>/notes/new/", views.note, name="note"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/dismiss/", views.dismiss, name="dismiss"),
    path("cycles/new/", views.cycle_new, name="cycle-new"),
    path("hand-over/", views.handing_over, name="hand-over"),
    path("hand-over/preview/", views.hand_over_preview, name="hand-over-preview"),
    path("next/<int:pk>/close/", views.close, name="close"),
    path("next/<int:pk>/postpone/", views.postpone, name="postpone"),
]
