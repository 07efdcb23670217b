"""The Celery application and the whole timetable: no other module says when something runs."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "activesales.settings")

app = Celery("activesales")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "release expired call cards": {"task": "callcenter.tasks.release_expired_claims", "schedule": 30},
    "forget recordings of calls": {"task": "callcenter.tasks.forget_recordings", "schedule": 24 * 3600},
    "wake mailings": {"task": "campaigns.tasks.wake_mailings", "schedule": 30},
    "resume changes of a dead worker": {"task": "companies.tasks.resume_stale", "schedule": 60},
    "forget files of the base": {"task": "companies.tasks.forget_exports", "schedule": 3600},
    "resume imports of a dead worker": {"task": "intake.tasks.resume_stale", "schedule": 60},
    "resume searches of a dead worker": {"task": "intake.tasks.resume_scans", "schedule": 60},
    "look for duplicates": {"task": "intake.tasks.standing_scan", "schedule": 3600},
    "erase data whose term is over": {"task": "contacts.tasks.erase_expired", "schedule": 6 * 3600},
    "open call-back lists": {"task": "campaigns.tasks.open_due_callbacks", "schedule": 300},
    "mail waiting invitations": {"task": "agenda.tasks.mail_waiting_invitations", "schedule": 60},
    "mail waiting proposals": {"task": "deals.tasks.mail_waiting_proposals", "schedule": 60},
}
