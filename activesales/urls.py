"""One include per app; the API router is in api.py."""

from django.urls import include, path

from activesales import views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("allauth.account.urls")),
    path("api/v1/", include("activesales.api")),
    path("people/", include("accounts.urls")),
    path("system/", include("operations.urls")),
    path("companies/", include("companies.urls")),
    path("contacts/", include("contacts.urls")),
    path("intake/", include("intake.urls")),
    path("agenda/", include("agenda.urls")),
    path("campaigns/", include("campaigns.urls")),
    path("calls/", include("callcenter.urls")),
    path("deals/", include("deals.urls")),
    path("reports/", include("reports.urls")),
]
