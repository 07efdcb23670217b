"""Kinds of interaction that tasks and meetings write."""

from django.utils.translation import gettext_lazy as _

from contacts.kinds import register


def register_own() -> None:
    """Called once from AgendaConfig.ready."""
    register("agenda.task_set", _("Task set"), icon="checkbox")
    register("agenda.task_done", _("Task done"), icon="check", tone="ok")
    register("agenda.meeting_booked", _("Meeting booked"), icon="calendar-plus", tone="accent")
    register("agenda.meeting_held", _("Meeting held"), icon="users", tone="ok", is_contact=True)
    register("agenda.meeting_cancelled", _("Meeting cancelled"), icon="calendar-x", tone="warn")
