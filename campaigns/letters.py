"""A letter as bytes: filled, escaped, its styles inlined, with the headers that let one unsubscribe in one click."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.utils import format_datetime
from functools import cache
from typing import Any

import css_inline
import nh3
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import BadHeaderError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from campaigns.merge import CONTROL, Line, Paragraph, as_text, fill_body, fill_line, values_of
from campaigns.models import Campaign, MailItem
from core.exceptions import RuleViolation

SAMPLE_TOKEN = uuid.UUID(int=0)  # of test letters: its page explains itself and unsubscribes nobody
TAGS = {"div", "p", "br", "a"}
SAMPLE_FIELDS = {  # somebody to look at while nobody is chosen
    "last_name": "Рябов",
    "first_name": "Сергей",
    "middle_name": "Жанович",
    "gender": "m",
    "own_salutation": "",
    "position": "главный инженер",
    "company": "Уралпромдеталь",
    "city": "Челябинск",
    "region": "Челябинская область",
    "segment": "Машиностроение",
    "manager": "Игорь Савельев",
    "manager_phone": "+7 (351) 555-01-42",
    "manager_email": "savelev@firm.example",
}


@dataclass(frozen=True)
class Filled:
    """The letter of one recipient as the screen and the mail show it."""

    subject: Line
    paragraphs: list[Paragraph]

    @property
    def pieces(self) -> list[Any]:
        """Every filled field of the letter."""
        lines = [self.subject, *(line for paragraph in self.paragraphs for line in paragraph)]
        return [piece for line in lines for piece in line if piece.field]

    @property
    def fallbacks(self) -> list[Any]:
        """Fields whose value is unknown."""
        return [piece for piece in self.pieces if piece.is_fallback]


@dataclass(frozen=True)
class Envelope:
    """What is handed to the mail server."""

    sender: str
    recipient: str
    message_id: str
    data: bytes


def fill(campaign: Campaign, fields: Mapping[str, Any]) -> Filled:
    """The letter with the values frozen for one recipient."""
    values = values_of(fields)
    return Filled(fill_line(campaign.subject, values), fill_body(campaign.body, values))


def envelope_of(item: MailItem, *, now: datetime) -> Envelope:
    """The letter of the ledger. Raises RuleViolation when a field would break a header or the address is none."""
    return build(
        item.campaign, item.fields, email=item.email, token=item.token, message_id=message_id_of(item), now=now
    )


def message_id_of(item: MailItem) -> str:
    """The same for every attempt, so that a log of the server tells whether this letter has passed."""
    seal = salted_hmac("campaigns.message_id", f"{item.campaign_id}.{item.pk}").hexdigest()[:16]
    return f"<{item.campaign_id}.{item.pk}.{seal}@{_domain(item.campaign)}>"


def sample_envelope(campaign: Campaign, fields: Mapping[str, Any], *, email: str, now: datetime) -> Envelope:
    """A test letter: like the real one, but outside of the ledger."""
    message_id = f"<test.{uuid.uuid4().hex}@{_domain(campaign)}>"
    return build(campaign, fields, email=email, token=SAMPLE_TOKEN, message_id=message_id, now=now)


def build(
    campaign: Campaign, fields: Mapping[str, Any], *, email: str, token: uuid.UUID, message_id: str, now: datetime
) -> Envelope:
    """Raises RuleViolation when a field would break a header or the address is none."""
    with translation.override("ru"):
        filled = fill(campaign, fields)
        link = settings.SITE_URL + reverse("campaigns:unsubscribe", args=[token])
        context = {"filled": filled, "link": link, "our_company": fields["our_company"]}
        message = EmailMultiAlternatives(
            subject=_one_line(as_text(filled.subject)),
            body=_text(filled, link),
            from_email=_mailbox(fields["sender"], campaign.sender_email),
            to=[_mailbox(_addressee(fields), email)],
            headers={
                "Message-ID": message_id,
                "Date": format_datetime(now),
                "List-Unsubscribe": f"<{link}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        message.attach_alternative(safe_html(render_to_string("campaigns/letter.html", context)), "text/html")
    try:
        data = message.message().as_bytes(linesep="\r\n")
    except (BadHeaderError, ValueError) as error:
        raise RuleViolation(_("A field breaks a header of the letter.")) from error
    return Envelope(campaign.sender_email, email, message_id, data)


def safe_html(html: str) -> str:
    """Styles inlined, for mail programs know no classes; then only what a letter needs is let through."""
    inlined = css_inline.inline_fragment(html, _stylesheet())
    return nh3.clean(
        inlined,
        tags=TAGS,
        attributes={tag: {"style"} for tag in TAGS} | {"a": {"href", "style"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )


@cache
def _stylesheet() -> str:
    path = finders.find("css/letter.css")
    with open(path, encoding="utf-8") as file:
        return file.read()


def _text(filled: Filled, link: str) -> str:
    """The part for programs that show no HTML."""
    paragraphs = ["\n".join(as_text(line) for line in paragraph) for paragraph in filled.paragraphs]
    footer = _("To get no more letters: %(link)s") % {"link": link}
    return "\n\n".join([*paragraphs, f"-- \n{footer}"]) + "\n"


def _one_line(text: str) -> str:
    """A value with a line break would begin a header of its own."""
    if "\n" in text or CONTROL.search(text):
        raise RuleViolation(_("A field breaks a header of the letter."))
    return text


def _mailbox(name: str, email: str) -> str:
    """A name and an address as one header value; foreign characters of the name stay inside its quotes."""
    local, _at, domain = _one_line(email).rpartition("@")
    try:
        return str(Address(_one_line(name), local, domain.encode("idna").decode()))
    except (UnicodeError, ValueError, IndexError) as error:
        raise RuleViolation(_("«%(email)s» is not an address.") % {"email": email}) from error


def _addressee(fields: Mapping[str, Any]) -> str:
    return " ".join(filter(None, [fields["first_name"], fields["middle_name"], fields["last_name"]]))


def _domain(campaign: Campaign) -> str:
    return campaign.sender_email.rpartition("@")[2] or "localhost"
