"""Personal data by the law: what a person has agreed to, a copy for the person, erasing, and who has looked."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from contacts.forms import ConsentForm, ReasonForm
from contacts.models import Consent, DataAccess, Person
from contacts.services import dossier_of, erase_person, record_consent, withdraw_consent
from core.htmx import done, fragment, go
from core.views import PermittedMixin, acts, get_permitted, shows

CHANGE = "contacts.change_consent"
CHANGED = "company-changed"


def _person(request: HttpRequest, pk: int, action: str) -> Person:
    return get_permitted(Person.objects.select_related("company", "source"), request.user, action, pk=pk)


@shows(CHANGE)
def personal(request: HttpRequest, pk: int) -> HttpResponse:
    """The consents of a person, and what the law lets the person ask for."""
    person = _person(request, pk, CHANGE)
    user = request.user
    context = {
        "person": person,
        "consents": person.consents.select_related("source", "recorded_by"),
        "may_export": user.has_perm("contacts.export_person", person),
        "may_erase": user.has_perm("contacts.erase_person", person),
    }
    return fragment(request, "contacts/personal.html", context)


@acts(CHANGE, methods=("GET", "POST"))
def consent_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a consent down."""
    person = _person(request, pk, CHANGE)
    form = ConsentForm(request.POST or None, request.FILES or None, initial={"given_at": timezone.now()})
    if form.is_valid():
        record_consent(person, actor=request.user, **form.cleaned_data)
        return done(request, "companies:detail", person.company_id, changed=CHANGED)
    context = {"form": form, "person": person}
    return fragment(request, "contacts/consent.html", context, status=422 if form.is_bound else 200)


def _consent(request: HttpRequest, pk: int) -> Consent:
    seen = Person.objects.permitted(request.user, CHANGE)
    mine = Consent.objects.filter(person__in=seen).select_related("person__company")
    return get_permitted(mine, request.user, CHANGE, pk=pk)


@acts(CHANGE, methods=("GET", "POST"))
def consent_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The person takes it back."""
    consent = _consent(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        withdraw_consent(consent, actor=request.user, **form.cleaned_data)
        return done(request, "companies:detail", consent.person.company_id, changed=CHANGED)
    words = _("A withdrawn consent to advertising stops letters and calls at once.")
    return _dialog(request, form, _("Consent withdrawn"), words)


@acts("contacts.export_person")
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything we keep about the person, as a file."""
    person = _person(request, pk, "contacts.export_person")
    answer = JsonResponse(
        dossier_of(person, actor=request.user), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = f'attachment; filename="person-{person.pk}.json"'
    return answer


@acts("contacts.erase_person", methods=("GET", "POST"))
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the person; on what ground is asked first."""
    person = _person(request, pk, "contacts.erase_person")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        erase_person(person, actor=request.user, **form.cleaned_data)
        return go(request, "companies:detail", person.company_id, message=_("The data of the person are erased."))
    words = _(
        "Name, phones, e-mails and what was said are erased for ever; that calls were made and letters sent stays."
    )
    return _dialog(request, form, _("Erase data: %(name)s") % {"name": person.full_name}, words)


def _dialog(request: HttpRequest, form: ReasonForm, title: str, text: str) -> HttpResponse:
    context = {"form": form, "title": title, "text": text}
    return fragment(request, "companies/dialog.html", context, status=422 if form.is_bound else 200)


class AccessJournal(PermittedMixin, ListView):
    """Who looked at data of persons, or took them out: the newest first, of one company if the address names it."""

    action = "contacts.view_access"
    model = DataAccess
    template_name = "contacts/access.html"
    paginate_by = 50
    title = gettext_lazy("Access to data of persons")

    def get_queryset(self):
        rows = super().get_queryset().select_related("user", "company")
        company = self.request.GET.get("company", "")
        return rows.filter(company=int(company)) if company.isdigit() and len(company) < 18 else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "title": self.title,
            "sees_names": self.request.user.may("companies.view_base"),
        }
