"""One include per app; the API router is in api.py."""

from allauth.account import urls as account_urls
from django.urls import include, path

from activesales import views

# of the sign-in package only what a closed system needs: nobody signs up or manages addresses here
ACCOUNT_PAGES = {
    "account_login",
    "account_logout",
    "account_signup",  # says that it is closed
    "account_inactive",
    "account_change_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include([page for page in account_urls.urlpatterns if page.name in ACCOUNT_PAGES])),
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
