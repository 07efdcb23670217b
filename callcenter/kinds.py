"""The kinds of interaction that calls write."""

from django.utils.translation import gettext_lazy as _

from contacts.kinds import register


def register_own() -> None:
    """A talk counts as the company's last contact, a call without an answer does not."""
    register("callcenter.talked", _("Talk by phone"), icon="phone", tone="ok", is_contact=True)
    register("callcenter.called", _("Call without a talk"), icon="phone-x")
    register("callcenter.phoned", _("Talk by phone outside the lists"), icon="phone", tone="ok", is_contact=True)
    register("callcenter.rang", _("Call without a talk outside the lists"), icon="phone-x")
