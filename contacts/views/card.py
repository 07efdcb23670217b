"""Fragments of the company card: decisions, needs, what comes next, the history; and the dialogs that change them."""

from collections import defaultdict
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import Company
from contacts.consents import has_agreed
from contacts.enums import Channel, ContactState
from contacts.forms import CycleForm, HandOverForm, NeedForm, NoteForm, PersonForm, PlanForm, PostponeForm
from contacts.models import Cycle, Interaction, Need, NextContact, OptOut, Person
from contacts.reach import mark_refusals
from contacts.scheme import scheme_of
from contacts.services import (
    add_note,
    add_person,
    add_person_email,
    add_person_phone,
    change_person,
    close_contact,
    dismiss_person,
    find_need,
    hand_over,
    note_access,
    open_cycle,
    plan_contact,
    postpone_contact,
    preview_hand_over,
)
from core.exceptions import RuleViolation
from core.htmx import done, fragment, go
from core.views import acts, get_permitted, shows

CARD = "companies.view_company"
CHANGED = "company-changed"
STORY_PAGE = 8


def _company(request: HttpRequest, pk: int, action: str = CARD) -> Company:
    return get_permitted(Company, request.user, action, pk=pk)


def _dialog(
    request: HttpRequest, form: Any, title: str, template: str = "companies/dialog.html", **more: Any
) -> HttpResponse:
    return fragment(request, template, {"form": form, "title": title, **more}, status=422 if form.is_bound else 200)


def _done(request: HttpRequest, company_id: int) -> HttpResponse:
    return done(request, "companies:detail", company_id, changed=CHANGED)


# --- fragments of the card --------------------------------------------------------------------------------------


@shows("contacts.view_person")
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Block 2: the map of decisions, and on a phone the list of people with a button to call."""
    company = _company(request, pk)
    note_access(company, actor=request.user)
    persons = Person.objects.permitted(request.user, "contacts.view_person").working().filter(company=company)
    persons = list(persons.select_related("reports_to").prefetch_related("phones", "emails"))
    other_posts = _other_posts(persons, request.user)
    mark_refusals(persons)
    for each in persons:
        each.other_posts = other_posts.get(each.identity, [])
    context = {
        "company": company,
        "persons": persons,
        "scheme": scheme_of(persons),
        "sees_phones": request.user.has_perm("companies.view_phone", company),
        "may_change": request.user.may("contacts.change_person"),
        "silences": OptOut.objects.filter(company=company, value="").select_related("actor"),
        "unasked": [channel.label for channel in (Channel.PHONE, Channel.EMAIL) if not has_agreed(company, channel)],
    }
    return fragment(request, "contacts/_people.html", context)


def _other_posts(persons: list[Person], user: Any) -> dict[Any, list[Person]]:
    """Where else these people work or have worked, as far as one may see it; by identity."""
    posts: dict[Any, list[Person]] = defaultdict(list)
    if any(each.identity for each in persons):
        for post in Person.objects.permitted(user, "contacts.view_person").posts_of(persons):
            posts[post.identity].append(post)
    return posts


@shows("contacts.view_need")
def needs(request: HttpRequest, pk: int) -> HttpResponse:
    """Block 4: what the company needs."""
    company = _company(request, pk)
    found = Need.objects.permitted(request.user, "contacts.view_need").filter(company=company).select_related("person")
    return fragment(request, "contacts/_needs.html", {"company": company, "needs": found[:20]})


@shows("contacts.view_nextcontact")
def next_contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """Block 5: what comes next."""
    company = _company(request, pk)
    planned = NextContact.objects.open().permitted(request.user, "contacts.view_nextcontact").filter(company=company)
    planned = planned.select_related("person", "owner").order_by("at", "pk")[:5]
    return fragment(request, "contacts/_next.html", {"company": company, "planned": planned, "now": timezone.now()})


@shows("contacts.view_interaction")
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Block 6: the history of contacts, a page at a time, from the newest back."""
    company = _company(request, pk)
    lines = Interaction.objects.permitted(request.user, "contacts.view_interaction").filter(company=company).for_story()
    before = _moment(request.GET.get("before", ""))
    last = request.GET.get("pk", "")
    if before and last.isdigit():
        lines = lines.filter(Q(at__lt=before) | Q(at=before, pk__lt=int(last[:18])))
    page = list(lines[: STORY_PAGE + 1])
    context = {
        "company": company,
        "lines": page[:STORY_PAGE],
        "has_more": len(page) > STORY_PAGE,
        "is_first": before is None,
    }
    return fragment(request, "contacts/_history.html", context)


def _moment(text: str) -> Any:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


# --- dialogs ----------------------------------------------------------------------------------------------------


@acts("contacts.change_person", methods=("GET", "POST"))
def person_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a person to a company that one sees."""
    company = _company(request, pk)
    form = PersonForm(request.POST or None, company=company)
    if form.is_valid():
        add_person(company, actor=request.user, **form.for_verb())
        return _done(request, pk)
    return _dialog(request, form, _("New person"))


@acts("contacts.change_person", methods=("GET", "POST"))
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """A person: phones to call, and everything that may be changed."""
    found = get_permitted(_with_evidence(), request.user, "contacts.change_person", pk=pk)
    initial = {"full_name": found.full_name, **{name: getattr(found, name) for name in PERSON_FIELDS}}
    form = PersonForm(
        request.POST or None, company=found.company, initial=initial | {"reports_to": found.reports_to_id}
    )
    form.fields["reports_to"].queryset = form.fields["reports_to"].queryset.exclude(pk=found.pk)
    if form.is_valid():
        _change(found, form.for_verb(), request.user)
        return _done(request, found.company_id)
    sees_phones = request.user.has_perm("companies.view_phone", found.company)
    mark_refusals([found])
    return _dialog(request, form, found.full_name, "contacts/person.html", person=found, sees_phones=sees_phones,
                   posts=_other_posts([found], request.user).get(found.identity, []))  # fmt: skip


def _with_evidence() -> QuerySet[Person]:
    related = Person.objects.select_related("company", "role_by", "role_heard_in")
    return related.prefetch_related("phones", "emails")


PERSON_FIELDS = ("position", "decision_role", "attitude", "note", "started_at")


def _change(found: Person, fields: dict[str, Any], actor: Any) -> None:
    """The dialog of a person calls three verbs: what is new there is added."""
    for number in fields.pop("phones"):
        add_person_phone(found, actor=actor, number=number)
    for address in fields.pop("emails"):
        add_person_email(found, actor=actor, address=address)
    if fields["full_name"] == found.full_name:
        fields.pop("full_name")
    change_person(found, actor=actor, **fields)


@acts("contacts.change_person")
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """The person does not work there any more."""
    found = get_permitted(Person, request.user, "contacts.change_person", pk=pk)
    dismiss_person(found, actor=request.user)
    return _done(request, found.company_id)


@acts("contacts.add_interaction", methods=("GET", "POST"))
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write into the history what was said."""
    company = _company(request, pk, "contacts.add_interaction")
    form = NoteForm(request.POST or None, company=company)
    if form.is_valid():
        add_note(company, actor=request.user, **form.cleaned_data)
        return _done(request, pk)
    return _dialog(request, form, _("Result of a contact"))


@acts("contacts.add_interaction", methods=("GET", "POST"))
def need_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the company needs."""
    company = _company(request, pk, "contacts.add_interaction")
    form = NeedForm(request.POST or None, company=company)
    if form.is_valid():
        find_need(company, actor=request.user, **form.cleaned_data)
        return _done(request, pk)
    return _dialog(request, form, _("New need"))


@acts("contacts.plan_contact", methods=("GET", "POST"))
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the next contact for oneself."""
    company = _company(request, pk, "contacts.plan_contact")
    form = PlanForm(request.POST or None, company=company)
    if form.is_valid():
        plan_contact(company, actor=request.user, owner=request.user, **form.cleaned_data)
        return _done(request, pk)
    return _dialog(request, form, _("Next contact"))


@acts("contacts.close_contact")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The planned contact is done."""
    contact = get_permitted(NextContact, request.user, "contacts.close_contact", pk=pk)
    state = ContactState.CANCELLED if request.POST.get("state") == "cancelled" else ContactState.DONE
    close_contact(contact, actor=request.user, state=state)
    return _done(request, contact.company_id)


@acts("contacts.close_contact", methods=("GET", "POST"))
def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time for a planned contact."""
    contact = get_permitted(NextContact, request.user, "contacts.close_contact", pk=pk)
    form = PostponeForm(request.POST or None, initial={"at": contact.at, "text": contact.text})
    if form.is_valid():
        postpone_contact(contact, actor=request.user, **form.cleaned_data)
        return _done(request, contact.company_id)
    return _dialog(request, form, _("Another time"))


# --- waves ------------------------------------------------------------------------------------------------------


@acts("contacts.open_cycle", methods=("GET", "POST"))
def cycle_new(request: HttpRequest) -> HttpResponse:
    """Begin a wave; the next number is suggested."""
    suggested = {
        "name": _("Cycle-%(number)02d") % {"number": Cycle.objects.count() + 1},
        "starts_on": timezone.localdate(),
    }
    form = CycleForm(request.POST or None, initial=suggested)
    if not form.is_valid():
        return _dialog(request, form, _("New cycle"))
    cycle = open_cycle(actor=request.user, **form.cleaned_data)
    return go(request, "campaigns:list", message=_("%(name)s has begun.") % {"name": cycle.name})


# --- clients of one employee to another -------------------------------------------------------------------------

ASSIGN = "companies.assign_company"
CLIENTS_SHOWN = 500


@acts(ASSIGN, methods=("GET", "POST"))
def handing_over(request: HttpRequest) -> HttpResponse:
    """Choose whose clients go to whom; hand them over."""
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        actor=request.user,
        initial={"previous": request.GET.get("previous")},
    )
    if form.is_valid():
        people = {name: form.cleaned_data[name] for name in ("previous", "successor", "reason")}
        whole = form.cleaned_data["whole"]
        moved = hand_over(_chosen(request, request.POST), actor=request.user, is_whole=whole, **people)
        said = ngettext("%(number)s client is handed over.", "%(number)s clients are handed over.", moved.companies)
        return go(request, "contacts:hand-over", message=said % {"number": moved.companies})
    context = {"form": form, "companies": _clients(request)}
    return fragment(request, "contacts/hand_over.html", context, status=422 if form.is_bound else 200)


@shows(ASSIGN)
def hand_over_preview(request: HttpRequest) -> HttpResponse:
    """What would go."""
    form = HandOverForm(request.GET, actor=request.user)
    form.is_valid()  # the reason may still be missing
    people = {name: form.cleaned_data.get(name) for name in ("previous", "successor")}
    planned, refusal = None, ""
    if all(people.values()):
        whole = form.cleaned_data["whole"]
        try:
            planned = preview_hand_over(_chosen(request, request.GET), actor=request.user, is_whole=whole, **people)
        except RuleViolation as error:
            refusal = error.message
    return fragment(request, "contacts/_hand_over_preview.html", {"planned": planned, "refusal": refusal, **people})


def _clients(request: HttpRequest) -> list[Company]:
    """Clients of the person whose clients are handed over, by name."""
    asked = request.POST.get("previous") or request.GET.get("previous", "")
    if not asked.isdigit():
        return []
    mine = Company.objects.permitted(request.user, ASSIGN).exclude(state="merged").filter(owner=asked)
    return list(mine.select_related("region").order_by("name_key", "pk")[:CLIENTS_SHOWN])


def _chosen(request: HttpRequest, data: Any) -> QuerySet[Company]:
    """The ticked ones, or all of the person; only those one may give away."""
    companies = Company.objects.permitted(request.user, ASSIGN)
    if data.get("whole"):
        return companies
    return companies.filter(pk__in=[int(key) for key in data.getlist("ids") if key.isdigit() and len(key) < 18])
