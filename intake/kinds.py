"""The kinds of interaction that collection and correction write."""

from django.utils.translation import gettext_lazy as _

from contacts.kinds import register


def register_own() -> None:
    """None of these is a contact with the client."""
    register("intake.imported", _("Loaded from a file"), icon="file-import")
    register("intake.sized", _("Completed from open data of the tax service"), icon="building-bank")
    register("intake.web_lead", _("A lead from a site"), icon="world", tone="accent", is_contact=True)
    register("intake.undone", _("An import was taken back"), icon="arrow-back-up", tone="warn")
    register("intake.correction_proposed", _("Correction proposed"), icon="pencil-question", tone="warn")
    register("intake.correction_accepted", _("Correction accepted"), icon="check", tone="ok")
    register("intake.correction_rejected", _("Correction rejected"), icon="x", tone="bad")
    register("intake.merged", _("Merged with a duplicate"), icon="git-merge")
    register("intake.merge_undone", _("Merge undone"), icon="arrow-back-up", tone="warn")
    register("intake.sharing_asked", _("A colleague asks to share the client"), icon="user-question")
    register("intake.shared", _("The client is shared with a colleague"), icon="users", tone="ok")
    register("intake.sharing_refused", _("The client is not shared"), icon="user-x")
    register("intake.sharing_ended", _("The client is shared no more"), icon="user-minus")
