"""Kinds of interaction that mailings write."""

from django.utils.translation import gettext_lazy as _

from contacts.kinds import register


def register_own() -> None:
    """A letter that left is a contact; what became of it is not."""
    register("campaigns.sent", _("Letter sent"), icon="mail", tone="accent", is_contact=True)
    register("campaigns.failed", _("Letter refused by the server"), icon="mail-x", tone="bad")
    register("campaigns.in_doubt", _("It is not known whether the letter has left"), icon="mail-question", tone="warn")
    register("campaigns.doubt_settled", _("Doubt about the letter settled"), icon="mail-check")
    register("campaigns.received", _("The letter was received"), icon="mail-opened", tone="ok")
    register("campaigns.not_received", _("The letter was not received"), icon="mail-off", tone="warn")
    register("campaigns.unsubscribed", _("Unsubscribed by the link in the letter"), icon="mail-cancel", tone="bad")
