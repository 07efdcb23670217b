"""Every URL needs a sign-in and a policy action, or stands on the short list of public ones."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, get_resolver, reverse

from accounts import policy
from core.views import SIGNED_IN

PUBLIC = {
    "operations:first-run",  # 404 once somebody can sign in
    "campaigns:unsubscribe",  # by an unguessable token; GET changes nothing
    "intake:fill",  # by an unguessable token; limited by address and form
    "intake:thanks",
    "callcenter:phone-webhook",  # by an unguessable token; each report is signed with the secret of the account, limited
    "callcenter:phone-event",
}
LIBRARIES = (
    "allauth.",
    "drf_spectacular.",
)  # sign-in pages and the API reference: their own rules, tested in tests/accounts


def walk(patterns: list, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", pattern
        else:
            yield from walk(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)


def own_urls() -> list[tuple[str, URLPattern]]:
    found = walk(get_resolver().url_patterns)
    return [(name, pattern) for name, pattern in found if not pattern.callback.__module__.startswith(LIBRARIES)]


def actions_of(pattern: URLPattern) -> list[str]:
    view = pattern.callback
    target = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
    if hasattr(target, "policies"):
        return list(target.policies.values())
    action = getattr(target, "policy", None) or getattr(target, "action", None) or getattr(view, "action", None)
    return [action] if action else []


@pytest.mark.parametrize(("name", "pattern"), own_urls())
def test_every_url_declares_an_action_of_the_policy(name, pattern):
    if name in PUBLIC:
        return
    actions = actions_of(pattern)
    assert actions, f"{name} declares no action"
    assert set(actions) <= {*policy.ACTIONS, SIGNED_IN}


@pytest.mark.parametrize(("name", "pattern"), own_urls())
def test_only_the_listed_urls_work_without_a_sign_in(name, pattern):
    is_api = hasattr(pattern.callback, "cls")  # the API refuses by its own default permission
    is_open = not getattr(pattern.callback, "login_required", True)
    assert is_api or is_open == (name in PUBLIC)


def test_the_public_list_names_urls_that_exist():
    assert {name for name, _pattern in own_urls()} >= PUBLIC


@pytest.mark.parametrize("role", list(policy.ROLES))
def test_the_home_page_of_a_role_exists_and_its_action_is_granted(role):
    name = policy.ROLES[role][2]
    assert reverse(name)
    action = next(actions_of(pattern) for known, pattern in own_urls() if known == name)[0]
    assert action == SIGNED_IN or role in policy.ACTIONS[action].presets
