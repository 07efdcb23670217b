from django.urls import path

from campaigns import public

app_name = "campaigns"

urlpatterns = [
    path("unsubscribe/<uuid:token>/", public.unsubscribe, name="unsubscribe"),
]
