from django.urls import path

from operations import first_run, views

app_name = "operations"

urlpatterns = [
    path("first-run/", first_run.first_run, name="first-run"),
    path("jobs/", views.JobList.as_view(), name="jobs"),
    path("jobs/<int:pk>/", views.JobDetail.as_view(), name="job"),
    path("jobs/<int:pk>/cancel/", views.cancel, name="cancel-job"),
    path("jobs/<int:pk>/result/", views.result_file, name="job-result"),
    path("outbox/", views.Outbox.as_view(), name="outbox"),
    path("outbox/<int:pk>/", views.Letter.as_view(), name="letter"),
    path("settings/", views.settings_page, name="settings"),
    path("calendar/", views.work_calendar, name="calendar"),
    path("calendar/<int:pk>/restore/", views.restore_day, name="restore-day"),
]
