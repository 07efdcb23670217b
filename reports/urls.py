from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("figures/", views.index, name="figures"),
    path("<str:name>/plan/", views.target, name="target"),
    path("<str:name>/", views.figure, name="kpi"),
]
