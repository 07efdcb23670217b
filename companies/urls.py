from django.urls import path

from companies.views import base, bulk, card, fields, look_up, selections

app_name = "companies"

urlpatterns = [
    path("", base.CompanyList.as_view(), name="list"),
    path("counts/", base.counts, name="counts"),
    path("search/", base.search, name="search"),
    path("selections/build/", selections.build, name="view-build"),
    path("selections/save/", selections.save, name="view-save"),
    path("selections/<int:pk>/delete/", selections.drop, name="view-drop"),
    path("assign/", bulk.assign_selected, name="assign-selected"),
    path("segment/", bulk.segment_selected, name="segment-selected"),
    path("source/", bulk.source_selected, name="source-selected"),
    path("changes/", bulk.ChangeList.as_view(), name="changes"),
    path("changes/<int:pk>/undo/", bulk.undo, name="change-undo"),
    path("export/", base.export_selected, name="export"),
    path("exports/", base.ExportList.as_view(), name="exports"),
    path("exports/<int:pk>/file/", base.export_file, name="export-file"),
    path("exports/<int:pk>/cancel/", base.export_cancel, name="export-cancel"),
    path("fields/", fields.fields, name="fields"),
    path("fields/new/", fields.field_new, name="field-new"),
    path("fields/<int:pk>/", fields.field_edit, name="field-edit"),
    path("fields/<int:pk>/retire/", fields.field_retire, name="field-retire"),
    path("new/", card.new, name="new"),
    path("duplicates/", card.duplicates, name="duplicates"),
    path("<int:pk>/", card.CompanyDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", card.edit, name="edit"),
    path("<int:pk>/head/", card.head, name="head"),
    path("<int:pk>/facts/", card.facts, name="facts"),
    path("<int:pk>/look-up/", look_up.look_up, name="look-up"),
    path("<int:pk>/origins/", card.origins, name="origins"),
    path("<int:pk>/assign/", card.assign, name="assign"),
    path("<int:pk>/phones/new/", card.phone_new, name="phone-new"),
    path("<int:pk>/technical/", fields.technical, name="technical"),
    path("<int:pk>/equipment/new/", card.equipment_new, name="equipment-new"),
    path("<int:pk>/parent/", card.parent, name="parent"),
    path("<int:pk>/accounts/new/", card.account_new, name="account-new"),
    path("accounts/<int:pk>/remove/", card.account_remove, name="account-remove"),
    path("phones/<int:pk>/remove/", card.phone_remove, name="phone-remove"),
]
