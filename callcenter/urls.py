from django.urls import path

from callcenter import board_views, quality_views, stoplist_views, views

app_name = "callcenter"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("ready/", views.ready, name="ready"),
    path("pause/", views.pause, name="pause"),
    path("leave/", views.leave, name="leave"),
    path("cards/<uuid:token>/finish/", views.finish, name="finish"),
    path("cards/<uuid:token>/beat/", views.beat, name="beat"),
    path("cards/<uuid:token>/dial/", views.dial, name="dial"),
    path("cards/<uuid:token>/hang-up/", views.end_call, name="hang-up"),
    path("cards/<uuid:token>/hours/", views.calling_hours, name="calling-hours"),
    path("cards/<uuid:token>/hours/line/", views.hours_of_card, name="hours-of-card"),
    path("cards/<uuid:token>/slots/", views.slots, name="slots"),
    path("board/", views.board, name="board"),
    path("board/cards/<int:pk>/release/", views.release_card, name="release"),
    path("board/cards/<int:pk>/share/", views.share, name="share"),
    path("board/cards/<int:pk>/take-over/", board_views.take_over, name="take-over"),
    path("board/cards/<int:pk>/assign/", board_views.assign, name="assign"),
    path("board/operators/<int:pk>/day/", board_views.operator_day, name="operator-day"),
    path("board/operators/<int:pk>/queue/", board_views.give_away, name="give-away"),
    path("board/operators/<int:pk>/hint/", board_views.hint, name="hint"),
    path("hints/<int:pk>/heard/", board_views.heard, name="heard"),
    path("quality/", quality_views.ScoreList.as_view(), name="quality"),
    path("quality/calls/<int:pk>/", quality_views.score, name="score"),
    path("quality/criteria/new/", quality_views.criterion_new, name="criterion-new"),
    path("quality/criteria/<int:pk>/", quality_views.criterion_edit, name="criterion"),
    path("lists/", views.CallListView.as_view(), name="lists"),
    path("lists/new/", views.new_list, name="new-list"),
    path("lists/<int:pk>/rules/", views.edit_list, name="edit-list"),
    path("lists/<int:pk>/pause/", views.turn_list, {"verb": "pause"}, name="pause-list"),
    path("lists/<int:pk>/resume/", views.turn_list, {"verb": "resume"}, name="resume-list"),
    path("lists/<int:pk>/close/", views.turn_list, {"verb": "close"}, name="close-list"),
    path("stop-list/", stoplist_views.StopList.as_view(), name="stoplist"),
    path("stop-list/new/", stoplist_views.add_refusal, name="add-refusal"),
    path("stop-list/paste/", stoplist_views.paste_refusals, name="paste-refusals"),
    path("results/", views.ResultList.as_view(), name="results"),
    path("results/<int:pk>/", views.edit_result, name="edit-result"),
    path("company/<int:pk>/calls/", views.company_panel, name="company-panel"),
]
