"""Mailings: the list, the page of one with its steps, and the verbs on it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import ListView

from campaigns.forms import AddToCampaignForm, BriefForm, CreativeForm, NewCampaignForm, PaceForm
from campaigns.models import Campaign, MailItem, Recipient
from campaigns.page import page_of, panel_of
from campaigns.preview import preview_of, send_test_letter
from campaigns.services import (
    approve_creative,
    cancel_sending,
    count_as_sent,
    create_campaign,
    exclude_recipient,
    finish_brief,
    finish_campaign,
    pause_sending,
    plan_sending,
    prepare_recipients,
    resume_sending,
    return_creative,
    return_recipient,
    send_again,
    set_audience,
    start_sending,
    write_creative,
)
from campaigns.services.recipients import BEFORE_START
from companies.bulk import selected_companies, selection_fields
from companies.filters import read_filters
from companies.models import Company
from core.htmx import fragment, go, invalid
from core.views import PermittedMixin, acts, get_permitted, shows

VIEW, CHANGE, SEND = "campaigns.view_campaign", "campaigns.change_campaign", "campaigns.send_campaign"


class CampaignList(PermittedMixin, ListView):
    """All mailings with their sums, the newest first."""

    action = VIEW
    model = Campaign
    template_name = "campaigns/list.html"
    paginate_by = 50

    def get_queryset(self):
        return super().get_queryset().with_counts().select_related("owner", "cycle").order_by("-pk")


def _campaign(request: HttpRequest, pk: int, action: str) -> Campaign:
    people = Campaign.objects.select_related("owner", "cycle", "creative_by", "approved_by")
    return get_permitted(people, request.user, action, pk=pk)


@acts(CHANGE, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """A name first, the brief on its page."""
    form = NewCampaignForm(request.POST or None)
    if not form.is_valid():
        return render(request, "campaigns/new.html", {"form": form}, status=422 if form.is_bound else 200)
    campaign = create_campaign(actor=request.user, **form.cleaned_data)
    return go(request, "campaigns:detail", pk=campaign.pk)


@shows(VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a mailing in the step it is in."""
    campaign = _campaign(request, pk, VIEW)
    return render(request, "campaigns/detail.html", page_of(campaign, request.user, request.GET, now=timezone.now()))


@shows(VIEW)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The live part, every five seconds while letters leave."""
    campaign = _campaign(request, pk, VIEW)
    return fragment(request, "campaigns/_live.html", panel_of(campaign, request.user, now=timezone.now()))


@shows(VIEW)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter to the recipient at the asked place."""
    campaign = _campaign(request, pk, VIEW)
    place = request.GET.get("place", "")
    preview = preview_of(campaign, request.user, int(place) if place.isdigit() else 1, now=timezone.now())
    return fragment(request, "campaigns/_letter.html", {"campaign": campaign, "preview": preview})


@acts(CHANGE)
def write_brief(request: HttpRequest, pk: int) -> HttpResponse:
    """The brief is written, on to the letter."""
    campaign = _campaign(request, pk, CHANGE)
    form = BriefForm(request.POST, instance=_campaign(request, pk, CHANGE))
    if not form.is_valid():
        return _again(request, campaign, brief_form=form)
    finish_brief(campaign, actor=request.user, **form.cleaned_data)
    return go(request, "campaigns:detail", pk=pk, message=_("The brief is written."))


@acts(CHANGE)
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter is written and waits for approval."""
    campaign = _campaign(request, pk, CHANGE)
    form = CreativeForm(request.POST, instance=_campaign(request, pk, CHANGE))
    if not form.is_valid():
        return _again(request, campaign, creative_form=form)
    write_creative(campaign, actor=request.user, **form.cleaned_data)
    return go(request, "campaigns:detail", pk=pk, message=_("The letter is written and waits for approval."))


def _again(request: HttpRequest, campaign: Campaign, **forms: Any) -> HttpResponse:
    """The page with the errors of a form."""
    context = page_of(campaign, request.user, request.GET, now=timezone.now()) | forms
    return invalid(request, "campaigns/detail.html", context)


@acts("campaigns.approve_campaign")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """The head lets the letter go on."""
    approve_creative(_campaign(request, pk, "campaigns.approve_campaign"), actor=request.user)
    return go(request, "campaigns:detail", pk=pk, message=_("The letter is approved."))


@acts(CHANGE)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter is to be changed once more."""
    return_creative(_campaign(request, pk, CHANGE), actor=request.user)
    return go(request, "campaigns:detail", pk=pk)


@acts(CHANGE)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Pace, rule for recipients, days until the call."""
    campaign = _campaign(request, pk, CHANGE)
    form = PaceForm(request.POST, instance=_campaign(request, pk, CHANGE))
    if not form.is_valid():
        return _again(request, campaign, pace_form=form)
    plan_sending(campaign, actor=request.user, **form.cleaned_data)
    return go(request, "campaigns:detail", pk=pk, message=_("Saved."))


@acts(CHANGE)
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the recipients."""
    prepare_recipients(_campaign(request, pk, CHANGE), actor=request.user)
    return go(request, "campaigns:detail", pk=pk, message=_("The recipients are checked."))


@acts(SEND)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the letters go."""
    start_sending(_campaign(request, pk, SEND), actor=request.user)
    return go(request, "campaigns:detail", pk=pk, message=_("The letters are leaving."))


@acts(SEND)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold the rest."""
    pause_sending(_campaign(request, pk, SEND), actor=request.user)
    return go(request, "campaigns:detail", pk=pk, message=_("Paused: no letter leaves."))


@acts(SEND)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the rest."""
    resume_sending(_campaign(request, pk, SEND), actor=request.user)
    return go(request, "campaigns:detail", pk=pk, message=_("The letters are leaving."))


@acts(SEND)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Send nothing more."""
    cancel_sending(_campaign(request, pk, SEND), actor=request.user)
    return go(request, "campaigns:detail", pk=pk, message=_("The mailing is cancelled."))


@acts(SEND)
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Sum up."""
    finish_campaign(_campaign(request, pk, SEND), actor=request.user)
    return go(request, "campaigns:detail", pk=pk, message=_("The mailing is finished."))


@acts(CHANGE)
def test_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter to oneself."""
    send_test_letter(_campaign(request, pk, CHANGE), actor=request.user)
    return go(
        request,
        "campaigns:detail",
        pk=pk,
        message=_("The letter is sent to %(email)s.") % {"email": request.user.email},
    )


def _recipient(request: HttpRequest, pk: int) -> Recipient:
    campaigns = Campaign.objects.permitted(request.user, CHANGE)
    seen = Company.objects.permitted(request.user, "companies.view_company")
    mine = Recipient.objects.filter(campaign__in=campaigns, company__in=seen).select_related("campaign__owner")
    return get_object_or_404(mine, pk=pk)


@acts(CHANGE)
def exclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody off."""
    recipient = exclude_recipient(_recipient(request, pk), actor=request.user)
    return go(request, "campaigns:detail", pk=recipient.campaign_id, message=_("Removed from the mailing."))


@acts(CHANGE)
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody back."""
    recipient = _recipient(request, pk)
    return_recipient(recipient, actor=request.user)
    return go(request, "campaigns:detail", pk=recipient.campaign_id, message=_("Checked again and put back."))


def _letter(request: HttpRequest, pk: int) -> MailItem:
    mine = MailItem.objects.filter(campaign__in=Campaign.objects.permitted(request.user, SEND))
    return get_permitted(mine, request.user, "campaigns.view_letter", pk=pk)


@acts(SEND)
def settle_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter in doubt has left."""
    item = count_as_sent(_letter(request, pk), actor=request.user)
    return go(request, "campaigns:detail", pk=item.campaign_id, message=_("Counted as sent."))


@acts(SEND)
def settle_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the letter in doubt once more."""
    item = send_again(_letter(request, pk), actor=request.user)
    return go(request, "campaigns:detail", pk=item.campaign_id, message=_("The letter will be sent again."))


@acts(CHANGE)
def from_selection(request: HttpRequest) -> HttpResponse:
    """The chosen companies of the base become an audience; the first press asks of which mailing."""
    companies = selected_companies(request, "companies.view_company")
    preparing = Campaign.objects.permitted(request.user, CHANGE).filter(state__in=BEFORE_START)
    form = AddToCampaignForm(request.POST if "choose" in request.POST else None, campaigns=preparing)
    if not form.is_valid():
        context = {"form": form, "number": companies.count(), "selection": selection_fields(request)}
        return fragment(request, "campaigns/choose.html", context, status=422 if form.is_bound else 200)
    campaign = form.cleaned_data["campaign"] or create_campaign(actor=request.user, name=form.cleaned_data["name"])
    set_audience(campaign, actor=request.user, audience=_audience(request, companies))
    return go(request, "campaigns:detail", pk=campaign.pk, message=_("The audience is chosen."))


def _audience(request: HttpRequest, companies: Any) -> dict[str, Any]:
    if request.POST.get("whole"):
        return {"filter": read_filters(QueryDict(request.POST.get("filter", "")))}
    return {"companies": list(companies.order_by().values_list("pk", flat=True))}


@shows("campaigns.view_letter")
def company_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Letters to a company, on its card."""
    company = get_permitted(Company, request.user, "companies.view_company", pk=pk)
    letters = MailItem.objects.permitted(request.user, "campaigns.view_letter").filter(company=company)
    context = {"company": company, "letters": letters.select_related("campaign", "person").order_by("-pk")[:5]}
    return fragment(request, "campaigns/_company_panel.html", context)
