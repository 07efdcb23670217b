"""Proposals: the sheet, its recount on the server, versions, discounts, sending."""

from base64 import b64encode
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from contacts.models import Person
from core.htmx import announce, fragment, go, invalid
from core.papers import pictures
from core.views import acts, get_permitted, shows
from deals.documents import proposal_pdf
from deals.forms import ReasonForm, SendForm, TextsForm, posted
from deals.models import Deal, Product, Proposal
from deals.services import (
    accept_proposal,
    approve_discount,
    change_proposal,
    change_proposal_lines,
    create_proposal,
    decline_discount,
    request_discount,
    send_proposal,
)
from deals.services.proposals import address_of
from deals.sheet import read_rows, read_stamp, sheet_of

FOUND_PRODUCTS = 8
TEXTS = ("title", "person", "valid_until", "intro", "payment_terms", "delivery_terms")
STRUCTURAL = {"drop", "add", "add_name", "pasted"}


def _proposal(request: HttpRequest, pk: int, action: str = "deals.view_proposal") -> Proposal:
    related = Proposal.objects.select_related(
        "deal__company", "deal__stage", "deal__person", "entity", "person", "created_by", "changed_by"
    )
    return get_permitted(related, request.user, action, pk=pk)


def _context(request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
    return {"sheet": sheet_of(proposal, request.user), "proposal": proposal, "deal": proposal.deal}


def _texts(request: HttpRequest, proposal: Proposal, data: Any = None) -> TextsForm:
    persons = (
        Person.objects.permitted(request.user, "contacts.view_person").working().filter(company=proposal.deal.company)
    )
    return TextsForm(data, persons=persons, initial={name: getattr(proposal, name) for name in TEXTS})


@shows("deals.view_proposal")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor of a proposal."""
    proposal = _proposal(request, pk)
    context = _context(request, proposal)
    series = Proposal.objects.filter(entity=proposal.entity, year=proposal.year, number=proposal.number).order_by(
        "-version"
    )
    context |= {
        "texts": _texts(request, proposal),
        "versions": list(series),
        "may_approve": request.user.may("deals.approve_discount")
        and request.user.pk not in {proposal.created_by_id, proposal.changed_by_id},
    }
    return render(request, "deals/proposal.html", context)


@shows("deals.view_proposal")
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper itself."""
    proposal = _proposal(request, pk)
    response = HttpResponse(proposal_pdf(proposal), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="KP-{proposal.number}-v{proposal.version}.pdf"'
    return response


@shows("deals.view_proposal")
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheets of the paper as pictures: the preview is the PDF itself, so the two cannot differ."""
    proposal = _proposal(request, pk)
    sheets = ["data:image/png;base64," + b64encode(picture).decode() for picture in pictures(proposal_pdf(proposal))]
    return fragment(request, "deals/_paper.html", {"sheets": sheets, "proposal": proposal})


@acts("deals.change_proposal")
def new(request: HttpRequest, deal_pk: int) -> HttpResponse:
    """A draft for the deal, to be filled in the sheet."""
    deal = get_permitted(Deal.objects.select_related("company"), request.user, "deals.change_deal", pk=deal_pk)
    proposal = create_proposal(deal, actor=request.user, title=deal.title)
    return go(request, "deals:proposal", pk=proposal.pk)


@acts("deals.change_proposal")
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the sheet and count it; the answer brings sums, not fields, so that typing goes on undisturbed."""
    proposal = _proposal(request, pk, "deals.change_proposal")
    changed = change_proposal_lines(
        proposal, actor=request.user, lines=read_rows(request.POST), seen_at=read_stamp(request.POST)
    )
    if changed.pk != pk or not request.htmx:
        return go(request, "deals:proposal", pk=changed.pk)
    template = "deals/_sheet_changed.html" if STRUCTURAL & set(request.POST) else "deals/_recount.html"
    return announce(render(request, template, _context(request, _proposal(request, pk))), "proposal-changed")


@acts("deals.change_proposal")
def texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the words."""
    proposal = _proposal(request, pk, "deals.change_proposal")
    form = _texts(request, proposal, request.POST)
    if not form.is_valid():
        return invalid(
            request,
            "deals/_texts.html",
            {"texts": form, "proposal": proposal, "sheet": sheet_of(proposal, request.user)},
        )
    changed = change_proposal(proposal, actor=request.user, **form.cleaned_data)
    if changed.pk != pk or not request.htmx:
        return go(request, "deals:proposal", pk=changed.pk)
    context = {"texts": form, "proposal": changed, "sheet": sheet_of(changed, request.user), "fresh": True}
    return fragment(request, "deals/_texts.html", context, changed="proposal-changed")


@acts("deals.change_proposal")
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of a sent proposal."""
    fresh = change_proposal(_proposal(request, pk, "deals.change_proposal"), actor=request.user)
    return go(request, "deals:proposal", pk=fresh.pk)


@shows("deals.change_proposal")
def products(request: HttpRequest, pk: int) -> HttpResponse:
    """The price list under the sheet, found by a part of the article or of the name."""
    text = request.GET.get("add_name", "").strip()
    found = (
        Product.objects.on_sale().permitted(request.user, "deals.view_product").like(text)
        if text
        else Product.objects.none()
    )
    proposal = _proposal(request, pk, "deals.change_proposal")
    return fragment(
        request, "deals/_products_found.html", {"products": found[:FOUND_PRODUCTS], "q": text, "proposal": proposal}
    )


@acts("deals.change_proposal")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the discount before the director."""
    proposal = _proposal(request, pk, "deals.change_proposal")
    request_discount(proposal, actor=request.user, reason=request.POST.get("reason", ""))
    return go(request, "deals:proposal", pk=pk, message=_("The director has a task to decide about the discount."))


@acts("deals.approve_discount")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """The director agrees."""
    approve_discount(_proposal(request, pk, "deals.approve_discount"), actor=request.user)
    return go(request, "deals:proposal", pk=pk, message=_("The discount is approved: the proposal can be sent."))


@acts("deals.approve_discount", methods=("GET", "POST"))
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The director does not agree, and says why."""
    proposal = _proposal(request, pk, "deals.approve_discount")
    form = ReasonForm(posted(request))
    if not form.is_valid():
        return fragment(
            request, "deals/decline.html", {"form": form, "proposal": proposal}, status=422 if form.is_bound else 200
        )
    decline_discount(proposal, actor=request.user, **form.cleaned_data)
    return go(request, "deals:proposal", pk=pk, message=_("The proposal is a draft again."))


@acts("deals.change_proposal", methods=("GET", "POST"))
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the paper to the client."""
    proposal = _proposal(request, pk, "deals.change_proposal")
    form = SendForm(posted(request), initial={"email": address_of(proposal)})
    if not form.is_valid():
        return fragment(
            request, "deals/send.html", {"form": form, "proposal": proposal}, status=422 if form.is_bound else 200
        )
    send_proposal(proposal, actor=request.user, **form.cleaned_data)
    return go(request, "deals:proposal", pk=pk, message=_("The proposal is on its way to the client."))


@acts("deals.change_proposal")
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The client has agreed."""
    accept_proposal(_proposal(request, pk, "deals.change_proposal"), actor=request.user)
    return go(request, "deals:proposal", pk=pk, message=_("The proposal is accepted."))
