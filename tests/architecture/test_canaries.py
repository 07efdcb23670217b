"""The canary crawler: every URL as every role; nobody sees a foreign mark, and a refusal changes nothing."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import policy
from accounts.querysets import PermittedQuerySet
from tests.architecture.crawler import all_targets, walk
from tests.architecture.world import build_world, claim


@pytest.fixture
def worlds(cast):
    made = [
        build_world(9001, cast.manager),
        build_world(9002, cast.manager2),
        build_world(9003, cast.operator),
        build_world(9004, cast.marketer),
    ]
    claim(made[2])
    return made


def look(user, worlds, **options):
    """The own world (or that of a manager) and a foreign one: two numbers for each URL."""
    own = [world for world in worlds if world.person == user] or worlds[:1]
    report = walk(user, [*own, worlds[1]], known=worlds, **options)
    assert report.errors == []
    assert report.leaks == []
    assert report.writes == []
    return report


@pytest.mark.parametrize("role", list(policy.ROLES))
def test_no_role_sees_a_foreign_mark_and_no_refusal_changes_a_row(role, cast, worlds, record_property):
    report = look(getattr(cast, role), worlds)
    record_property("requests", report.requests)
    assert report.requests >= 2 * len(all_targets()) - 2


def test_a_stranger_sees_no_mark_at_all(worlds):
    look(AnonymousUser(), worlds)


# rows of these are shown to some role with less than «all»: taking `permitted` away must be noticed
GUARDED = sorted({action.model for action in policy.ACTIONS.values() if policy.ROWS.get(action.model)})


@pytest.mark.parametrize(
    "label", ["companies.Company", "deals.Deal", "agenda.Meeting", "contacts.Person", "deals.Invoice"]
)
def test_the_crawler_notices_when_permitted_is_taken_away(label, cast, worlds, monkeypatch):
    right = PermittedQuerySet._within

    def everything(queryset, user, scope):
        return (
            queryset if queryset.model._meta.label == label and not walking["allowed"] else right(queryset, user, scope)
        )

    walking = {"allowed": True}
    import tests.architecture.crawler as crawler

    known = crawler.allowed_marks

    def allowed_then_open(*args):
        marks = known(*args)
        walking["allowed"] = False
        return marks

    monkeypatch.setattr(PermittedQuerySet, "_within", everything)
    monkeypatch.setattr(crawler, "allowed_marks", allowed_then_open)
    targets = [target for target in all_targets() if target.name.split(":")[0] in {label.split(".")[0], "companies"}]
    assert walk(cast.manager, worlds, targets=targets, posts=False).leaks
