"""A page of a site, or its copied text, on its way into the base like any other file."""

from datetime import datetime
from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from accounts.models import User
from companies.models import Source
from core.exceptions import RuleViolation
from intake.fetching import fetch_page
from intake.models import ImportBatch
from intake.pages import as_table, read_page
from intake.services.imports import upload_import


def import_page(
    *,
    actor: User,
    url: str = "",
    text: str = "",
    source: Source | None = None,
    source_name: str = "",
    source_kind: str = "",
    now: datetime | None = None,
) -> ImportBatch:
    """Take what a page says about its owner; the address is kept with it. Raises RuleViolation when the page cannot be
    read, or says nothing."""
    url, text = url.strip(), text.strip()
    if url and not text:
        url, text = fetch_page(url if "://" in url else f"https://{url}")
    if not text:
        raise RuleViolation(_("Give the address of a page, or paste its text."))
    facts = read_page(text)
    if not facts:
        raise RuleViolation(_("There is no phone, no e-mail and no INN on the page."))
    host = urlsplit(url).hostname or ""
    facts.name = facts.name or host
    file = ContentFile(as_table(facts, url), name=f"{host or _('Copied text')}.csv")
    return upload_import(
        actor=actor, file=file, source=source, source_name=source_name, source_kind=source_kind, now=now
    )
