from django.urls import path

from intake.views import corrections, imports

app_name = "intake"

urlpatterns = [
    path("imports/", imports.ImportList.as_view(), name="imports"),
    path("imports/new/", imports.upload, name="upload"),
    path("imports/sample.xlsx", imports.sample, name="sample"),
    path("imports/<int:pk>/", imports.detail, name="import"),
    path("imports/<int:pk>/progress/", imports.progress, name="progress"),
    path("imports/<int:pk>/mapping/", imports.mapping, name="mapping"),
    path("imports/<int:pk>/preset/", imports.preset, name="preset"),
    path("imports/<int:pk>/resolve/", imports.resolve, name="resolve"),
    path("imports/<int:pk>/run/", imports.run, name="run"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="cancel"),
    path("imports/<int:pk>/errors.xlsx", imports.errors, name="errors"),
    path("corrections/", corrections.CorrectionList.as_view(), name="corrections"),
    path("corrections/accept/", corrections.accept, name="accept"),
    path("corrections/accept-undisputed/", corrections.accept_undisputed, name="accept-undisputed"),
    path("corrections/reject/", corrections.reject, name="reject"),
    path("corrections/<int:pk>/choose/", corrections.choose, name="choose"),
]
