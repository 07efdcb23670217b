from django.urls import path

from campaigns import public, views

app_name = "campaigns"

urlpatterns = [
    path("", views.CampaignList.as_view(), name="list"),
    path("new/", views.new, name="new"),
    path("from-selection/", views.from_selection, name="from-selection"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/letter/", views.letter, name="letter"),
    path("<int:pk>/brief/", views.write_brief, name="write-brief"),
    path("<int:pk>/creative/", views.write, name="write"),
    path("<int:pk>/approve/", views.approve, name="approve"),
    path("<int:pk>/take-back/", views.take_back, name="take-back"),
    path("<int:pk>/plan/", views.plan, name="plan"),
    path("<int:pk>/prepare/", views.prepare, name="prepare"),
    path("<int:pk>/start/", views.start, name="start"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/finish/", views.finish, name="finish"),
    path("<int:pk>/test-letter/", views.test_letter, name="test-letter"),
    path("recipients/<int:pk>/exclude/", views.exclude, name="exclude"),
    path("recipients/<int:pk>/put-back/", views.put_back, name="put-back"),
    path("letters/<int:pk>/count-as-sent/", views.settle_sent, name="count-as-sent"),
    path("letters/<int:pk>/send-again/", views.settle_again, name="send-again"),
    path("companies/<int:pk>/panel/", views.company_panel, name="company-panel"),
    path("unsubscribe/<uuid:token>/", public.unsubscribe, name="unsubscribe"),
]
