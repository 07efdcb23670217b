"""Verbs about people and rights."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken

from accounts import policy
from accounts.enums import Scope, Sharing
from accounts.models import AuditEntry, Grant, RoleAssignment, SavedView, Team, User
from core.exceptions import RuleViolation


def audit(event: str, *, actor: User | None, subject: str = "", now: datetime | None = None, **data: Any) -> AuditEntry:
    """Write one line of the journal in the caller's transaction."""
    return AuditEntry.objects.create(
        at=now or timezone.now(), actor=actor, event=event, subject=subject[:200], data=data
    )


def load_grants() -> int:
    """Add the preset grants that are not there yet; edited ones stay as they are. Returns how many were added."""
    known = set(Grant.objects.values_list("role", "action"))
    fresh = [
        Grant(role=role, action=action.name, scope=scope)
        for action in policy.ACTIONS.values()
        for role, scope in action.presets.items()
        if (role, action.name) not in known
    ]
    return len(Grant.objects.bulk_create(fresh))


@transaction.atomic
def hire_user(
    *,
    actor: User | None,
    username: str,
    password: str,
    roles: list[str],
    team: Team | None = None,
    check_password: bool = True,
    **fields: Any,
) -> User:
    """Make an account with its roles. Raises RuleViolation without a role, ValidationError for a weak password."""
    if not roles or not set(roles) <= set(policy.ROLES):
        raise RuleViolation(_("Choose at least one role."))
    user = User(username=username, team=team, **fields)
    if check_password:
        validate_password(password, user)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    RoleAssignment.objects.bulk_create(RoleAssignment(user=user, role=role) for role in roles)
    audit("accounts.hired", actor=actor, subject=username, roles=roles)
    return user


@transaction.atomic
def set_grant(*, actor: User, role: str, action: str, scope: Scope) -> Grant:
    """Change one cell of the matrix; journaled with the old value. The last right to change the matrix cannot go."""
    if role not in policy.ROLES or action not in policy.ACTIONS:
        raise RuleViolation(_("There is no such right."))
    grant = Grant.objects.select_for_update().filter(role=role, action=action).first() or Grant(
        role=role, action=action, scope=Scope.NONE
    )
    old, grant.scope = Scope(grant.scope), scope
    grant.save()
    _keep_somebody_with_the_matrix()
    audit("accounts.grant_changed", actor=actor, subject=f"{role} {action}", old=int(old), new=int(scope))
    return grant


@transaction.atomic
def change_user(user: User, *, actor: User, roles: list[str], **fields: Any) -> User:
    """Change a colleague's data and roles. Raises RuleViolation when nobody would keep the right to the matrix."""
    if not roles or not set(roles) <= set(policy.ROLES):
        raise RuleViolation(_("Choose at least one role."))
    old = sorted(user.assignments.values_list("role", flat=True))
    for name, value in fields.items():
        setattr(user, name, value)
    user.full_clean(exclude=["password"])
    if fields:
        user.save(update_fields=list(fields))
    user.assignments.exclude(role__in=roles).delete()
    RoleAssignment.objects.bulk_create([RoleAssignment(user=user, role=role) for role in roles], ignore_conflicts=True)
    _keep_somebody_with_the_matrix()
    audit("accounts.changed", actor=actor, subject=user.username, old=old, new=sorted(roles))
    return user


def _keep_somebody_with_the_matrix() -> None:
    if not User.objects.holding("accounts.change_matrix").exists():
        raise RuleViolation(_("Somebody must keep the right to change roles and rights."))


@transaction.atomic
def issue_token(*, actor: User, days: int = 90) -> str:
    """A personal API token with the person's own rights. It is stored hashed: the returned text is shown once."""
    _instance, token = AuthToken.objects.create(user=actor, expiry=timedelta(days=days))
    audit("accounts.token_issued", actor=actor, subject=_instance.token_key)
    return token


@transaction.atomic
def revoke_token(token: AuthToken, *, actor: User) -> None:
    """End a token at once."""
    audit("accounts.token_revoked", actor=actor, subject=token.token_key)
    token.delete()


@transaction.atomic
def dismiss_user(user: User, *, actor: User) -> None:
    """Close an account at once: sessions stop working with `is_active`, tokens are deleted."""
    if user == actor:
        raise RuleViolation(_("You cannot dismiss yourself."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    AuthToken.objects.filter(user=user).delete()
    _keep_somebody_with_the_matrix()
    audit("accounts.dismissed", actor=actor, subject=user.username)


@transaction.atomic
def save_view(
    *,
    actor: User,
    page: str,
    name: str,
    filters: dict[str, Any],
    order: str = "",
    columns: Sequence[str] = (),
    sharing: Sharing,
) -> SavedView:
    """Keep a selection under a name; the same name again replaces one's own. Raises RuleViolation without a name, and for
    whoever may not share with everybody."""
    name = " ".join(name.split())[:60]
    if not name:
        raise RuleViolation(_("Give the selection a name."))
    if sharing == Sharing.ALL and not actor.may("accounts.share_view"):
        raise RuleViolation(_("You may share selections with your department only."))
    if sharing == Sharing.TEAM and not actor.team_id:
        raise RuleViolation(_("You belong to no department to share with."))
    fields = {"filters": filters, "order": order, "columns": list(columns), "sharing": sharing}
    view, _is_new = SavedView.objects.update_or_create(owner=actor, page=page, name=name, defaults=fields)
    return view


@transaction.atomic
def drop_view(view: SavedView, *, actor: User) -> None:
    """Delete one's own selection. Raises RuleViolation for somebody else's."""
    if view.owner_id != actor.pk:
        raise RuleViolation(_("Only its owner deletes a selection."))
    view.delete()
