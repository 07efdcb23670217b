"""The sheet of a proposal: rows with sums and margins, what is above the limit, totals, the way of the version."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from core.exceptions import RuleViolation
from core.formats import short_date
from deals.documents import Totals, totals_of
from deals.enums import DealState, ProposalState
from deals.forms import LineForm
from deals.margin import THRESHOLD, Margin, line_margin, margin_of
from deals.models import Proposal, ProposalLine
from deals.services.lines import line_discount, vat_percents
from deals.services.proposals import IN_WORK

FIELDS = ("product", "section", "name", "details", "unit", "vat_code", "quantity", "price", "discount")
SENT = {ProposalState.SENT, ProposalState.ACCEPTED, ProposalState.DECLINED, ProposalState.REPLACED}


@dataclass
class Row:
    """A line as it stands in the sheet."""

    line: ProposalLine
    vat_code: str
    is_over: bool
    margin: Margin | None


@dataclass
class Sheet:
    """Everything that is counted about a version; margins only for those who may see them."""

    proposal: Proposal
    rows: list[Row]
    totals: Totals
    margin: Margin | None
    limit: Decimal
    is_editable: bool

    threshold = THRESHOLD

    @property
    def over(self) -> list[int]:
        """Numbers of the lines above the limit."""
        return [row.line.order for row in self.rows if row.is_over]

    @property
    def needs_director(self) -> bool:
        """A draft that cannot be sent without the director."""
        return bool(self.over) and self.proposal.state == ProposalState.DRAFT

    @property
    def stamp(self) -> str:
        """As of when this is so: comes back with every change, so that nobody overwrites what was not seen."""
        return self.proposal.changed_at.isoformat()

    @property
    def rates(self) -> str:
        """The VAT rates of the lines: «22 %»."""
        return ", ".join(
            f"{rate.percent.normalize():f}\u00a0%" for rate in self.totals.rates if rate.percent is not None
        )

    def steps(self) -> Iterator[dict[str, Any]]:
        """The way of the version for the path above the sheet."""
        proposal, state = self.proposal, self.proposal.state
        is_out = state in SENT
        saved = _("saved %(time)s") % {"time": f"{timezone.localtime(proposal.changed_at):%H:%M}"}
        yield {"label": _("Draft"), "note": saved, "state": "now" if state == ProposalState.DRAFT else "done"}
        yield self._discount_step(is_out)
        sent = short_date(proposal.sent_at) if proposal.sent_at else _("by e-mail, as PDF")
        yield {
            "label": _("Sent"),
            "note": sent,
            "state": "now" if state == ProposalState.SENT else "done" if is_out else "",
        }
        accepted = state == ProposalState.ACCEPTED
        till = _("until %(date)s") % {"date": short_date(proposal.valid_until)}
        yield {"label": _("Accepted"), "note": till, "state": "now" if accepted else ""}

    def _discount_step(self, is_out: bool) -> dict[str, Any]:
        asked = self.proposal.state == ProposalState.ON_APPROVAL
        approved = self.proposal.approved_by_id is not None
        if approved:
            note = _("approved")
        elif self.over:
            note = _("needed in lines %(lines)s") % {"lines": ", ".join(map(str, self.over))}
        else:
            note = _("within the limit")
        state = "now" if asked else "done" if approved or is_out else ""
        return {
            "label": _("Discount with the director"),
            "note": note,
            "state": state,
            "is_gate": bool(self.over) and not approved and not is_out,
        }


def sheet_of(proposal: Proposal, user: User) -> Sheet:
    """The sheet for this person."""
    lines = list(proposal.lines.select_related("product"))
    limit = proposal.changed_by.discount_limit
    sees_margin = user.has_perm("deals.view_margin", proposal)
    codes = {percent: code for code, percent in reversed(vat_percents(timezone.localdate()).items())}
    rows = [
        Row(line, _vat_code(line, codes), line_discount(line) > limit, line_margin(line) if sees_margin else None)
        for line in lines
    ]
    is_editable = (
        proposal.state in IN_WORK
        and proposal.deal.state == DealState.OPEN
        and user.has_perm("deals.change_proposal", proposal)
    )
    return Sheet(proposal, rows, totals_of(lines), margin_of(lines) if sees_margin else None, limit, is_editable)


def _vat_code(line: ProposalLine, codes: dict[Decimal | None, str]) -> str:
    return line.product.vat_code if line.product else codes.get(line.vat_percent, "general")


def read_rows(posted: QueryDict) -> list[dict[str, Any]]:
    """The rows that the browser sent, without the one to be dropped, with the added ones.

    Raises RuleViolation with the number of a wrong line.
    """
    columns = [posted.getlist(name) for name in FIELDS]
    if len({len(column) for column in columns}) > 1:
        raise RuleViolation(_("The sheet came in parts. Reload the page and try again."))
    rows = [
        _read_row(order, dict(zip(FIELDS, values, strict=True)))
        for order, values in enumerate(zip(*columns, strict=True), start=1)
    ]
    if (dropped := posted.get("drop", "")).isdigit():
        del rows[int(dropped) - 1 : int(dropped)]
    if (added := posted.get("add", "")).isdigit():
        rows.append({"product": int(added)})
    if name := posted.get("add_name", "").strip():
        rows.append({"name": name, "price": 0})
    return rows + list(pasted_rows(posted.get("pasted", "")))


def read_stamp(posted: QueryDict) -> datetime | None:
    """As of when the browser knows the proposal; unknown for a page without scripts that is older than this field."""
    try:
        return parse_datetime(posted.get("stamp", ""))
    except ValueError:
        return None


def _read_row(order: int, values: dict[str, str]) -> dict[str, Any]:
    form = LineForm(values)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        words = {"order": order, "field": form.fields[field].label or field, "error": errors[0]}
        raise RuleViolation(_("Line %(order)s, %(field)s: %(error)s") % words)
    return form.cleaned_data


def pasted_rows(text: str) -> Iterator[dict[str, Any]]:
    """Rows copied from a spreadsheet: name, quantity, unit, price, discount; columns are divided by tabs."""
    field = LineForm.base_fields["price"]
    for line in filter(str.strip, text.splitlines()):
        name, quantity, unit, price, discount, *_rest = [
            *(cell.strip() for cell in line.split("\t")),
            "",
            "",
            "",
            "",
            "",
        ]
        try:
            numbers = [
                field.to_python(cell or default) for cell, default in ((quantity, "1"), (price, "0"), (discount, "0"))
            ]
        except ValidationError as error:
            raise RuleViolation(
                _("Pasted line «%(name)s»: the numbers are not numbers.") % {"name": name[:60]}
            ) from error
        yield {"name": name, "unit": unit, "quantity": numbers[0], "price": numbers[1], "discount": numbers[2]}
