from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.UserList.as_view(), name="users"),
    path("new/", views.hire, name="hire"),
    path("<int:pk>/", views.edit, name="edit"),
    path("<int:pk>/dismiss/", views.dismiss, name="dismiss"),
    path("rights/", views.matrix, name="matrix"),
    path("rights/change/", views.change_grant, name="change-grant"),
    path("journal/", views.Journal.as_view(), name="journal"),
    path("me/", views.profile, name="profile"),
    path("me/tokens/", views.tokens, name="tokens"),
    path("me/tokens/new/", views.new_token, name="new-token"),
    path("me/tokens/<str:digest>/revoke/", views.drop_token, name="revoke-token"),
]
