"""The one router: every app brings its viewsets in its api.py."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import SimpleRouter

from activesales.api_docs import api_docs
from callcenter.api import viewsets as callcenter
from companies.api import viewsets as companies
from contacts.api import viewsets as contacts
from core.views import SIGNED_IN
from deals.api import viewsets as deals
from intake.api import viewsets as intake


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, for people who are signed in."""

    policy = SIGNED_IN
    permission_classes = [IsAuthenticated]


router = SimpleRouter(use_regex_path=False)  # no second address of each action by a suffix
for prefix, viewset, basename in [*companies, *contacts, *intake, *callcenter, *deals]:
    router.register(prefix, viewset, basename=basename)

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", api_docs, name="api-docs"),
    path("", include(router.urls)),
]
