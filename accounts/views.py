"""Pages about people and rights."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView
from knox.models import AuthToken

from accounts import policy
from accounts.enums import Scope
from accounts.forms import ColleagueForm, HireForm, ProfileForm
from accounts.models import AuditEntry, Grant, RoleAssignment, User
from accounts.services import change_user, dismiss_user, hire_user, issue_token, revoke_token, set_grant
from core.views import SIGNED_IN, PermittedMixin, acts, get_permitted, shows

SECTIONS = {
    "companies": gettext_lazy("Companies and persons"),
    "contacts": gettext_lazy("Persons and history"),
    "intake": gettext_lazy("Collection and corrections"),
    "agenda": gettext_lazy("Tasks and meetings"),
    "campaigns": gettext_lazy("Mailings"),
    "callcenter": gettext_lazy("Calls"),
    "deals": gettext_lazy("Deals and money"),
    "reports": gettext_lazy("Control"),
    "accounts": gettext_lazy("People and rights"),
    "operations": gettext_lazy("System"),
}


def _cell(role: str, action: policy.Action, scope: Scope) -> dict[str, Any]:
    return {"role": role, "action": action, "scope": scope, "is_changed": scope != action.presets.get(role, Scope.NONE)}


def _matrix_rows() -> Iterator[tuple[Any, list]]:
    """Sections of the matrix; each row is an action with a cell per role."""
    granted = {(grant.role, grant.action): Scope(grant.scope) for grant in Grant.objects.all()}
    for app, actions in groupby(policy.ACTIONS.values(), key=lambda action: action.name.split(".")[0]):
        rows = [
            (action, [_cell(role, action, granted.get((role, action.name), Scope.NONE)) for role in policy.ROLES])
            for action in actions
        ]
        yield SECTIONS[app], rows


@shows("accounts.view_matrix")
def matrix(request: HttpRequest) -> HttpResponse:
    """Roles × actions → scope, with the people of each role and the journal of changes."""
    people = dict(RoleAssignment.objects.filter(user__is_active=True).values_list("role").annotate(Count("pk")))
    roles = [(row[0], row[4], people.get(role, 0)) for role, row in policy.ROLES.items()]
    journal = AuditEntry.objects.filter(event__startswith="accounts.").select_related("actor")[:20]
    context = {
        "roles": roles,
        "sections": list(_matrix_rows()),
        "scopes": list(Scope),
        "may_change": request.user.may("accounts.change_matrix"),
        "journal": [_journal_line(entry) for entry in journal],
    }
    return render(request, "accounts/matrix.html", context)


def _journal_line(entry: AuditEntry) -> dict[str, Any]:
    """A changed right in words: role, action, was → is."""
    role, _space, action = entry.subject.partition(" ")
    if entry.event != "accounts.grant_changed" or action not in policy.ACTIONS:
        return {"entry": entry, "subject": entry.subject}
    return {
        "entry": entry,
        "subject": f"{policy.ROLES[role][0]}: {policy.ACTIONS[action].label}",
        "old": Scope(entry.data["old"]).label,
        "new": Scope(entry.data["new"]).label,
    }


@acts("accounts.change_matrix")
def change_grant(request: HttpRequest) -> HttpResponse:
    """One cell of the matrix."""
    action = policy.ACTIONS.get(request.POST.get("action", ""))
    role, value = request.POST.get("role", ""), request.POST.get("scope", "")
    if action is None or role not in policy.ROLES or value not in {str(scope.value) for scope in Scope}:
        return HttpResponse(status=422)
    grant = set_grant(actor=request.user, role=role, action=action.name, scope=Scope(int(value)))
    return render(request, "accounts/matrix.html#cell", {"cell": _cell(role, action, Scope(grant.scope))})


class UserList(PermittedMixin, ListView):
    """Colleagues with their roles."""

    action = "accounts.view_user"
    model = User
    template_name = "accounts/users.html"
    paginate_by = 100

    def get_queryset(self):
        people = (
            super()
            .get_queryset()
            .select_related("team")
            .prefetch_related("assignments")
            .order_by("-is_active", "last_name", "first_name")
        )
        text = self.request.GET.get("q", "").strip()
        return people.filter(Q(last_name__icontains=text) | Q(username__icontains=text)) if text else people


@acts("accounts.change_user", methods=("GET", "POST"))
def hire(request: HttpRequest) -> HttpResponse:
    """A new colleague."""
    form = HireForm(request.POST or None)
    if form.is_valid():
        user = hire_user(actor=request.user, **form.cleaned_data)
        messages.success(request, _("%(name)s can sign in now.") % {"name": user.full_name})
        return redirect("accounts:users")
    return render(request, "accounts/user_form.html", {"form": form}, status=422 if form.is_bound else 200)


@acts("accounts.change_user", methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague's data and roles."""
    user = get_permitted(User, request.user, "accounts.change_user", pk=pk)
    form = ColleagueForm(request.POST or None, instance=user, initial={"roles": user.roles})
    if form.is_valid():
        change_user(User.objects.get(pk=pk), actor=request.user, **form.cleaned_data)
        return redirect("accounts:users")
    return render(
        request, "accounts/user_form.html", {"form": form, "person": user}, status=422 if form.is_bound else 200
    )


@acts("accounts.change_user")
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a colleague's account."""
    user = get_permitted(User, request.user, "accounts.change_user", pk=pk)
    dismiss_user(user, actor=request.user)
    messages.success(request, _("%(name)s can no longer sign in.") % {"name": user.full_name})
    return redirect("accounts:users")


@acts(SIGNED_IN, methods=("GET", "POST"))
def profile(request: HttpRequest) -> HttpResponse:
    """One's own zone, language and phone."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.is_bound else 200)


@shows("accounts.own_tokens")
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own API tokens."""
    return render(
        request, "accounts/tokens.html", {"tokens": AuthToken.objects.filter(user=request.user).order_by("-created")}
    )


@acts("accounts.own_tokens")
def new_token(request: HttpRequest) -> HttpResponse:
    """A fresh token, shown this once."""
    token = issue_token(actor=request.user)
    held = AuthToken.objects.filter(user=request.user).order_by("-created")
    return render(request, "accounts/tokens.html", {"tokens": held, "fresh": token})


@acts("accounts.own_tokens")
def drop_token(request: HttpRequest, digest: str) -> HttpResponse:
    """Revoke one's own token."""
    revoke_token(get_object_or_404(AuthToken, user=request.user, digest=digest), actor=request.user)
    return redirect("accounts:tokens")


class Journal(PermittedMixin, ListView):
    """The audit journal."""

    action = "accounts.view_audit"
    model = AuditEntry
    template_name = "accounts/journal.html"
    paginate_by = 100

    def get_queryset(self):
        return super().get_queryset().select_related("actor")
