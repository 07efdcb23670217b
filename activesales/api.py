"""The one router: every app brings its viewsets in its api.py."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import DefaultRouter

from core.views import SIGNED_IN


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, for people who are signed in."""

    policy = SIGNED_IN
    permission_classes = [IsAuthenticated]


class DocsView(SpectacularSwaggerSplitView):
    """The documentation page; its script is a file of its own, because the strict CSP runs no inline ones."""

    policy = SIGNED_IN
    permission_classes = [IsAuthenticated]


router = DefaultRouter(use_regex_path=False)
router.include_root_view = False
for app in settings.INSTALLED_APPS:
    if (
        find_spec(app)
        and find_spec(f"{app}.api")
        and isinstance(getattr(module := import_module(f"{app}.api"), "viewsets", None), list)
    ):
        for prefix, viewset, basename in module.viewsets:
            router.register(prefix, viewset, basename=basename)

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(url_name="api-schema"), name="api-docs"),
    path("", include(router.urls)),
]
