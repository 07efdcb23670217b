from django.urls import path

from agenda import views

app_name = "agenda"

urlpatterns = [
    path("day/", views.day, name="day"),
    path("meetings/", views.MeetingList.as_view(), name="meetings"),
    path("meetings/<int:pk>/", views.meeting, name="meeting"),
    path("meetings/<int:pk>/hold/", views.hold, name="hold-meeting"),
    path("meetings/<int:pk>/cancel/", views.cancel, name="cancel-meeting"),
    path("companies/<int:company_pk>/book/", views.book, name="book"),
    path("companies/<int:pk>/panel/", views.company_panel, name="company-panel"),
    path("tasks/new/", views.new_task, name="new-task"),
    path("tasks/<int:pk>/done/", views.done, name="done"),
    path("tasks/<int:pk>/postpone/", views.postpone, name="postpone"),
    path("calls/<int:pk>/done/", views.called, name="called"),
]
