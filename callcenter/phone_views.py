"""The telephone system: its settings, what it reports, unknown and incoming calls, recordings."""

import ipaddress
import re
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django.views.generic import ListView

from accounts.models import User
from callcenter.enums import Direction, ProviderKind
from callcenter.models import Extension, PhoneAccount, PhoneCall, QueueItem, ResultCode
from callcenter.providers import provider_of
from callcenter.providers.base import CAUSE_TECHNICAL, Report, TelephonyError
from callcenter.services import telephony
from companies.models import Company
from core.exceptions import RuleViolation
from core.htmx import fragment, go
from core.views import PermittedMixin, acts, get_permitted, shows

LARGEST_REPORT = 65536  # bytes
REPORTS_A_MINUTE = 1200
HOSTS = {True: r"^[A-Za-z0-9._:-]+$", False: r"^https://[^\s?#]+$"}  # of Asterisk; of a cloud system
STALE = timedelta(days=1)  # an older report is a replay: the systems repeat for minutes
RINGS_FOR = timedelta(minutes=2)  # an incoming call that nobody answered is not shown longer


class AccountForm(forms.Form):
    """The keys are written and never shown."""

    provider = forms.ChoiceField(label=gettext_lazy("Telephone system"), choices=ProviderKind.choices)
    key = forms.CharField(
        label=gettext_lazy("API key, or the user of Asterisk"), max_length=200, required=False,
        help_text=gettext_lazy("Empty: the known one stays."), widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    secret = forms.CharField(
        label=gettext_lazy("Secret, salt"), max_length=200, required=False,
        help_text=gettext_lazy("Empty: the known one stays."), widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    host = forms.CharField(
        label=gettext_lazy("Address of the system"), max_length=200, required=False,
        help_text=gettext_lazy("Of Asterisk; empty for a cloud system."),
    )  # fmt: skip
    port = forms.IntegerField(
        label=gettext_lazy("Port of Asterisk"), min_value=1, max_value=65535, initial=5038, required=False
    )
    context = forms.RegexField(
        r"^[\w-]+$", label=gettext_lazy("Context of Asterisk for outgoing calls"), max_length=80, initial="from-internal",
        required=False,
    )  # fmt: skip
    technology = forms.ChoiceField(
        label=gettext_lazy("Telephones of Asterisk"), choices=[(name, name) for name in ("PJSIP", "SIP", "IAX2")],
        required=False,
    )  # fmt: skip
    senders = forms.CharField(
        label=gettext_lazy("Addresses that may report"), max_length=300, required=False,
        help_text=gettext_lazy("IP addresses or networks with spaces between them; empty: those that the system publishes, or any."),
    )  # fmt: skip
    keep_days = forms.IntegerField(
        label=gettext_lazy("Recordings are kept, days"), min_value=1, max_value=1095, initial=180
    )
    says_recorded = forms.BooleanField(label=gettext_lazy("Clients hear that the talk is recorded"), required=False)
    is_active = forms.BooleanField(label=gettext_lazy("Is used"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("host") and not re.match(HOSTS[said.get("provider") == ProviderKind.ASTERISK], said["host"]):
            self.add_error("host", _("«%(word)s» is no address.") % {"word": said["host"]})
        return said

    def clean_senders(self) -> str:
        words = self.cleaned_data["senders"].split()
        for word in words:
            try:
                ipaddress.ip_network(word, strict=False)
            except ValueError as error:
                raise forms.ValidationError(_("«%(word)s» is no address.") % {"word": word}) from error
        return " ".join(words)


class AttachForm(forms.Form):
    """Whose the call is."""

    inn = forms.CharField(label=gettext_lazy("INN of the company"), max_length=12)


@acts("callcenter.change_telephony", methods=("GET", "POST"))
def settings_page(request: HttpRequest) -> HttpResponse:
    """Which telephone system rings, by which keys, and whose inner number is whose."""
    known = telephony.active_account() or PhoneAccount.objects.first()
    names = ("provider", "host", "port", "context", "technology", "senders", "keep_days", "says_recorded", "is_active")
    form = AccountForm(request.POST or None, initial={name: getattr(known, name) for name in names} if known else None)
    if form.is_valid():
        try:
            telephony.change_account(request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error("key", str(refusal))
        else:
            return go(request, "callcenter:telephony", message=_("Saved."))
    people = User.objects.holding("callcenter.take_card") | User.objects.holding("callcenter.view_phonecall")
    context = {
        "form": form,
        "known": known,
        "address": request.build_absolute_uri(f"/calls/phone/{known.token}/")
        if known and known.provider != ProviderKind.ASTERISK
        else "",
        "people": people.distinct().select_related("extension").order_by("last_name", "pk"),
    }
    return render(request, "callcenter/telephony.html", context, status=422 if form.is_bound else 200)


@acts("callcenter.change_telephony")
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """The inner number of one employee."""
    user = get_object_or_404(User.objects.active(), pk=pk)
    telephony.set_extension(user, actor=request.user, number=request.POST.get("number", ""))
    return go(request, "callcenter:telephony", message=_("Saved."))


# --- what the system reports -------------------------------------------------------------------------------------


@transaction.non_atomic_requests
@csrf_exempt  # a machine without a session; what it says is signed
@login_not_required
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest, token: str, event: str = "") -> HttpResponse:
    """A report of the telephone system: signed, from its own addresses, limited; whatever is wrong gets an empty answer."""
    account = PhoneAccount.objects.filter(token=token, is_active=True).first()
    if account is None:
        raise Http404
    if request.method == "GET":
        return _echo(request)
    if not _may_report(account, request.META["REMOTE_ADDR"]):
        return HttpResponse(status=403)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REPORT:
        return HttpResponse(status=413)
    if _is_too_often(account):
        return HttpResponse(status=429)
    report = Report(event.strip("/"), request.POST.dict(), {"Signature": request.headers.get("Signature", "")})
    return HttpResponse(status=_heard(account, report))


def _heard(account: PhoneAccount, report: Report) -> int:
    provider = provider_of(account)
    if not provider.verify(report):
        return 403
    try:
        said = provider.parse_event(report)
    except (ValueError, KeyError, TypeError, OverflowError):
        return 400
    now = timezone.now()
    for one in said:
        if abs(now - one.at) < STALE:
            telephony.hear(account, one, now=now)
    return 200


def _echo(request: HttpRequest) -> HttpResponse:
    """Zadarma proves an address by a word that is to be repeated; only plain ones are."""
    word = request.GET.get("zd_echo", "")
    if not (word.isascii() and word.isalnum() and len(word) <= 64):
        raise Http404
    return HttpResponse(word, content_type="text/plain")


def _may_report(account: PhoneAccount, address: str) -> bool:
    allowed = account.senders.split() or provider_of(account).senders
    sender = ipaddress.ip_address(address)
    return not allowed or any(sender in ipaddress.ip_network(network, strict=False) for network in allowed)


def _is_too_often(account: PhoneAccount) -> bool:
    key = f"phone:{account.pk}:{timezone.now():%H%M}"
    cache.add(key, 0, 120)
    return cache.incr(key) > REPORTS_A_MINUTE


# --- calls -------------------------------------------------------------------------------------------------------


class UnknownCalls(PermittedMixin, ListView):
    """Calls of numbers that no company of the base has."""

    action = "callcenter.attach_call"
    queryset = PhoneCall.objects.filter(company__isnull=True).exclude(number="").select_related("user")
    template_name = "callcenter/unknown_calls.html"
    context_object_name = "calls"
    paginate_by = 50


@acts("callcenter.attach_call", methods=("GET", "POST"))
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """This call, and all of its number, belong to a company."""
    call = get_permitted(PhoneCall, request.user, "callcenter.attach_call", pk=pk)
    form = AttachForm(request.POST or None)
    if form.is_valid():
        seen = Company.objects.permitted(request.user, "companies.view_company")
        company = seen.filter(inn=form.cleaned_data["inn"].strip()).exclude(inn="").first()
        if company:
            telephony.attach_call(call, actor=request.user, company=company)
            return go(
                request,
                "callcenter:unknown-calls",
                message=_("The call stands on the card «%(name)s».") % {"name": company.name},
            )
        form.add_error("inn", _("There is no company with this INN in the base."))
    context: dict[str, Any] = {"form": form, "title": _("Whose call is it?"), "submit": _("Attach")}
    return fragment(request, "callcenter/_dialog.html", context, status=422 if form.is_bound else 200)


@shows("callcenter.view_phonecall")
def recording(request: HttpRequest, pk: int) -> HttpResponse:
    """To the recording, by a link that the telephone system makes for a while."""
    call = get_permitted(PhoneCall.objects.select_related("account"), request.user, "callcenter.view_phonecall", pk=pk)
    if not call.recording:
        raise Http404
    try:
        return redirect(provider_of(call.account).recording_url(call.recording))
    except TelephonyError as error:
        raise RuleViolation(_("The telephone system gives no recording now.")) from error


@shows("callcenter.view_phonecall")
def incoming(request: HttpRequest) -> HttpResponse:
    """Who rings the reader now, and what the telephone system says of the call that was just made."""
    now = timezone.now()
    mine = PhoneCall.objects.filter(user=request.user, at__gte=now - RINGS_FOR).select_related("company", "person")
    rings = mine.filter(direction=Direction.IN, ended_at__isnull=True).order_by("-at").first()
    return fragment(request, "callcenter/_incoming.html", _said(request.user, mine) | {"call": rings})


def _said(user: Any, calls: Any) -> dict[str, Any]:
    card = QueueItem.objects.held_by(user).select_related("call_list").first()
    if card is None or card.dialed_at is None:
        return {}
    call = calls.filter(number=card.dialed_number, ended_at__gte=card.dialed_at).order_by("-ended_at").first()
    code = telephony.suggested_result(call.cause) if call else ""
    suggested = ResultCode.objects.filter(kind=card.call_list.kind, code=code).first() if code else None
    return {"suggested": suggested, "is_lost": call is not None and call.cause == CAUSE_TECHNICAL}


def has_extension(user: Any) -> bool:
    """Whether the telephone system knows the person: only then a page asks who rings."""
    return Extension.objects.filter(user=user).exists()
