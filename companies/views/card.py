"""The company card: its page, its own fragments and what is changed on it."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from companies import directory
from companies.card import blocks_of, clock_of, neighbours
from companies.duplicates import look_alikes
from companies.forms import AssignForm, BankAccountForm, CompanyForm, EquipmentForm, PhoneForm
from companies.groups import group_of
from companies.models import Address, BankAccount, Company, Phone
from companies.origins import Origins
from companies.origins import lines_of as origin_lines
from companies.services import (
    add_bank_account,
    add_equipment,
    add_phone,
    assign_company,
    change_company,
    put_under,
    register_company,
    remove_bank_account,
    remove_phone,
)
from companies.technical import lines_of
from companies.views.picking import picked, picker
from core.exceptions import RuleViolation
from core.htmx import done, fragment
from core.panels import panels_for
from core.views import PermittedMixin, acts, get_permitted, shows

CARD = "companies.view_company"


def whole_companies() -> QuerySet[Company]:
    """With everything the card's own blocks show."""
    related = Company.objects.select_related("region", "activity", "segment", "source", "owner")
    phones = Prefetch("phones", Phone.objects.select_related("source"))
    addresses = Prefetch("addresses", Address.objects.select_related("source"))
    return related.prefetch_related(phones, addresses, "technical_items", "bank_accounts")


def card_context(company: Company, user: Any) -> dict[str, Any]:
    """What the head and the own blocks need."""
    now = timezone.now()
    sees_phones = Company.objects.permitted(user, "companies.view_phone").filter(pk=company.pk).exists()
    origins = Origins(company)
    origins.mark(company.phones.all(), company.addresses.all())
    return {
        "company": company,
        "clock": clock_of(company, now=now),
        "blocks": blocks_of(company),
        "technical": origins.marked(lines_of(company)),
        "phones": list(company.phones.all()) if sees_phones else [],
        "origins": origins,
        "may_look_up": directory.is_open() and len(company.inn) == 10,
        "may_change": user.has_perm("companies.change_company", company),
        "group": group_of(company, user),
        "now": now,
    }


class CompanyDetail(PermittedMixin, DetailView):
    """The card with its six blocks; what upper apps know comes as panels."""

    action = CARD
    model = Company
    template_name = "companies/detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The old address of a merged card leads to the card it was merged into."""
        self.object = self.get_object()
        if kept := self.object.merged_into_id:
            return redirect("companies:detail", kept)
        return self.render_to_response(self.get_context_data(object=self.object))

    def get_queryset(self):
        return whole_companies().permitted(self.request.user, self.action)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(**kwargs) | card_context(self.object, user) | {
            "panels": {place: panels_for(f"companies.company.{place}", user) for place in ("left", "middle", "right")},
            "place": neighbours(self.object, self.request.GET, user),
            "may_assign": user.has_perm("companies.assign_company", self.object),
        }  # fmt: skip


@shows(CARD)
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of the card again, after something has changed."""
    company = get_permitted(whole_companies(), request.user, CARD, pk=pk)
    return fragment(request, "companies/_head.html", card_context(company, request.user))


@shows(CARD)
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    """Blocks 1 and 3 again, after something has changed."""
    company = get_permitted(whole_companies(), request.user, CARD, pk=pk)
    return fragment(request, "companies/_facts.html", card_context(company, request.user))


@shows(CARD)
def origins(request: HttpRequest, pk: int) -> HttpResponse:
    """Where every value of the card is from."""
    context = card_context(get_permitted(whole_companies(), request.user, CARD, pk=pk), request.user)
    known = {"phones": context["phones"], "technical": context["technical"]}
    lines = origin_lines(context["company"], context["origins"], **known)
    return fragment(request, "companies/origins.html", {"lines": lines})


@acts("companies.add_company", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """A company by hand."""
    form = CompanyForm(request.POST or None)
    if "look-up" in request.POST:
        return _filled(request)
    if form.is_valid():
        company = register_company(actor=request.user, **form.for_registration())
        return redirect(
            "companies:detail" if request.user.has_perm(CARD, company) else "companies:new", *_of(request, company)
        )
    context = {"form": form, "may_look_up": directory.is_open()}
    return render(request, "companies/form.html", context, status=422 if form.is_bound else 200)


def _filled(request: HttpRequest, company: Company | None = None) -> HttpResponse:
    """The form again with its empty fields filled by the INN; nothing is written."""
    opened = request.POST.get("version", "")  # a change of somebody else since then is asked about on saving
    context: dict[str, Any] = {"company": company, "may_look_up": directory.is_open(), "version": opened}
    try:
        firm = directory.find_firm(request.POST.get("inn", ""))
    except RuleViolation as refusal:
        form = CompanyForm(request.POST, company=company)
        form.add_error("inn", refusal.message)
        return render(request, "companies/form.html", context | {"form": form}, status=422)
    form = CompanyForm(directory.fill_form(request.POST, firm), company=company)
    return render(request, "companies/form.html", context | {"form": form, "firm": firm})


def _of(request: HttpRequest, company: Company) -> tuple[int, ...]:
    return (company.pk,) if request.user.has_perm(CARD, company) else ()


@acts("companies.change_company", methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the card; of two who change one field the second chooses."""
    company = get_permitted(whole_companies(), request.user, "companies.change_company", pk=pk)
    form = CompanyForm(request.POST or None, company=company)
    if "look-up" in request.POST:
        return _filled(request, company)
    conflicts = form.conflicts() if form.is_valid() else []
    if form.is_bound and form.is_valid() and not conflicts:
        change_company(company, actor=request.user, version=company.version, **form.changes())
        return redirect("companies:detail", pk)
    context = {"form": form, "company": company, "conflicts": conflicts, "may_look_up": directory.is_open()}
    return render(request, "companies/form.html", context, status=422 if form.is_bound else 200)


@shows("companies.add_company")
def duplicates(request: HttpRequest) -> HttpResponse:
    """Whether what is being typed is in the base already."""
    typed = {name: request.GET.get(name, "") for name in ("name", "inn", "phones", "site")}
    besides = request.GET.get("besides", "")
    found = look_alikes(**typed, besides=int(besides) if besides.isdigit() else None)
    seen = set(
        Company.objects.permitted(request.user, CARD).filter(pk__in=[c.pk for c in found]).values_list("pk", flat=True)
    )
    return fragment(request, "companies/_duplicates.html", {"found": found, "seen": seen})


def _dialog(request: HttpRequest, form: Any, title: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, **more}
    return fragment(request, "companies/dialog.html", context, status=422 if form.is_bound else 200)


@acts("companies.assign_company", methods=("GET", "POST"))
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Another responsible manager."""
    company = get_permitted(Company, request.user, "companies.assign_company", pk=pk)
    form = AssignForm(request.POST or None, initial={"owner": company.owner_id})
    if request.method == "POST" and form.is_valid():
        assign_company(company, actor=request.user, owner=form.cleaned_data["owner"])
        return done(request, "companies:detail", pk, changed="company-changed")
    return _dialog(request, form, _("Responsible manager"))


@acts("companies.change_company", methods=("GET", "POST"))
def phone_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more phone of the company."""
    company = get_permitted(Company, request.user, "companies.change_company", pk=pk)
    form = PhoneForm(request.POST or None)
    if form.is_valid():
        add_phone(company, actor=request.user, **form.cleaned_data)
        return done(request, "companies:detail", pk, changed="company-changed")
    return _dialog(request, form, _("Phone of the company"))


@acts("companies.change_company")
def phone_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a phone off the card."""
    phone = get_permitted(Phone.objects.select_related("company"), request.user, "companies.change_company", pk=pk)
    remove_phone(phone, actor=request.user)
    return done(request, "companies:detail", phone.company_id, changed="company-changed")


@acts("companies.change_company", methods=("GET", "POST"))
def parent(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the company that this one is a branch of; an empty choice takes it out of the group."""
    company = get_permitted(Company.objects.select_related("parent"), request.user, "companies.change_company", pk=pk)
    if request.method == "POST":
        put_under(company, actor=request.user, parent=picked(request))
        return done(request, "companies:detail", pk, changed="company-changed")
    question = _("Whose branch is %(name)s?") % {"name": company.title}
    clear = _("It is no branch any more") if company.parent_id else ""
    return picker(request, besides=pk, title=_("Parent company"), question=question, clear=clear)


@acts("companies.change_company", methods=("GET", "POST"))
def account_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more bank account."""
    company = get_permitted(Company, request.user, "companies.change_company", pk=pk)
    form = BankAccountForm(request.POST or None)
    if form.is_valid():
        add_bank_account(company, actor=request.user, **form.cleaned_data)
        return done(request, "companies:detail", pk, changed="company-changed")
    return _dialog(request, form, _("Bank account"))


@acts("companies.change_company")
def account_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a bank account off the card."""
    accounts = BankAccount.objects.select_related("company")
    account = get_permitted(accounts, request.user, "companies.change_company", pk=pk)
    remove_bank_account(account, actor=request.user)
    return done(request, "companies:detail", account.company_id, changed="company-changed")


@acts("companies.change_company", methods=("GET", "POST"))
def equipment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A line of the technical information."""
    company = get_permitted(Company, request.user, "companies.change_company", pk=pk)
    form = EquipmentForm(request.POST or None)
    if form.is_valid():
        add_equipment(company, actor=request.user, **form.cleaned_data)
        return done(request, "companies:detail", pk, changed="company-changed")
    return _dialog(request, form, _("Technical information"))
