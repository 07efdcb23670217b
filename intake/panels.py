"""What collection shows on pages of the base."""

from django.utils.translation import gettext_lazy as _

from companies import bulk


def register_own() -> None:
    """«Compare» over the base list: two cards that a person takes for one company."""
    bulk.register(_("Compare two"), "intake:compare", "intake.merge_companies", "git-merge", "KeyC")
