from django.urls import path

from intake.views import corrections, duplicates, imports, sharing

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
    path("imports/<int:pk>/undo/", imports.undo, name="undo"),
    path("imports/<int:pk>/errors.xlsx", imports.errors, name="errors"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/scan/", duplicates.scan, name="scan"),
    path("duplicates/merge-certain/", duplicates.merge_certain, name="merge-certain"),
    path("duplicates/<int:pk>/rehearsal/", duplicates.rehearsal, name="rehearsal"),
    path("duplicates/<int:pk>/merge/", duplicates.merge, name="merge"),
    path("duplicates/<int:pk>/reject/", duplicates.reject, name="reject-pair"),
    path("duplicates/<int:pk>/postpone/", duplicates.postpone, name="postpone-pair"),
    path("duplicates/<int:pk>/reopen/", duplicates.reopen, name="reopen-pair"),
    path("merges/", duplicates.MergeList.as_view(), name="merges"),
    path("merges/<int:pk>/undo/", duplicates.undo, name="undo-merge"),
    path("taken/", sharing.taken, name="taken"),
    path("taken/ask/", sharing.ask, name="ask-sharing"),
    path("sharing/<int:pk>/accept/", sharing.accept, name="accept-sharing"),
    path("sharing/<int:pk>/refuse/", sharing.refuse, name="refuse-sharing"),
    path("sharing/<int:pk>/end/", sharing.end, name="end-sharing"),
    path("corrections/", corrections.CorrectionList.as_view(), name="corrections"),
    path("corrections/accept/", corrections.accept, name="accept"),
    path("corrections/accept-undisputed/", corrections.accept_undisputed, name="accept-undisputed"),
    path("corrections/reject/", corrections.reject, name="reject"),
    path("corrections/<int:pk>/choose/", corrections.choose, name="choose"),
]
