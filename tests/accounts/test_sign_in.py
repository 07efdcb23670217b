"""Signing in, and staying out."""

import pytest
from django.urls import reverse

from accounts.services import dismiss_user
from tests.factories.accounts import make_user

LOGIN = "/accounts/login/"


@pytest.fixture
def person(cast):
    cast.manager.set_password("вторник-утром-чай")
    cast.manager.save()
    return cast.manager


@pytest.mark.parametrize("by", ["username", "email"])
def test_one_signs_in_by_login_or_by_email(person, client, by):
    answer = client.post(LOGIN, {"login": getattr(person, by), "password": "вторник-утром-чай"})
    assert answer.status_code == 302
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_a_wrong_password_says_so_and_lets_nobody_in(person, client):
    answer = client.post(LOGIN, {"login": person.username, "password": "нет"})
    assert answer.status_code == 200
    assert "sessionid" not in client.cookies


def test_a_stranger_and_a_wrong_password_get_the_same_answer(person, client):
    known = client.post(LOGIN, {"login": person.username, "password": "x"}).context["form"].errors
    unknown = client.post(LOGIN, {"login": "nobody", "password": "x"}).context["form"].errors
    assert known == unknown


def test_nobody_signs_up_from_outside(cast, client):
    assert b"password1" not in client.get("/accounts/signup/").content


def test_a_dismissed_person_is_out_at_once(person, cast, client_of):
    client = client_of(person)
    dismiss_user(person, actor=cast.db_admin)
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_the_sign_in_page_leads_to_the_first_run_while_nobody_has_an_account(db, client):
    assert client.get(LOGIN).url == reverse("operations:first-run")


def test_every_page_has_a_strict_policy_of_content(cast, client_of):
    header = client_of(make_user("db_admin")).get(reverse("accounts:profile"))["Content-Security-Policy"]
    assert "script-src 'self'" in header
    assert "unsafe" not in header
