"""Hiring, changing, dismissing."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.services import change_user, dismiss_user
from core.exceptions import RuleViolation

NEWCOMER = {
    "username": "petrov", "last_name": "Петров", "first_name": "Пётр", "email": "petrov@firm.example", "password": "вторник-утром-чай",
    "roles": ["manager"], "time_zone": "Asia/Omsk", "language": "ru", "discount_limit": "5",
}  # fmt: skip


def test_a_hired_person_can_sign_in_with_the_role(cast, client_of, client):
    assert client_of(cast.db_admin).post(reverse("accounts:hire"), NEWCOMER).status_code == 302
    assert User.objects.get(username="petrov").roles == ["manager"]
    assert client.login(username="petrov", password=NEWCOMER["password"])


@pytest.mark.parametrize("wrong", [{"roles": []}, {"time_zone": "Mars/Base"}, {"username": "db_admin"}, {"email": "x"}])
def test_a_bad_form_is_explained_and_hires_nobody(cast, client_of, wrong):
    before = User.objects.count()
    answer = client_of(cast.db_admin).post(reverse("accounts:hire"), NEWCOMER | wrong)
    assert answer.status_code == 422
    assert User.objects.count() == before


def test_only_the_administrator_hires(cast, client_of):
    assert client_of(cast.sales_head).get(reverse("accounts:hire")).status_code == 404


def test_roles_are_changed_with_the_person(cast):
    change_user(cast.manager, actor=cast.db_admin, roles=["manager", "sales_admin"])
    assert User.objects.get(pk=cast.manager.pk).roles == ["manager", "sales_admin"]


def test_the_last_administrator_keeps_the_role(cast):
    with pytest.raises(RuleViolation):
        change_user(cast.db_admin, actor=cast.db_admin, roles=["manager"])
    assert User.objects.get(pk=cast.db_admin.pk).roles == ["db_admin"]


def test_nobody_dismisses_oneself(cast):
    with pytest.raises(RuleViolation):
        dismiss_user(cast.db_admin, actor=cast.db_admin)


def test_a_head_sees_the_people_of_the_own_department(cast, client_of):
    page = client_of(cast.sales_head).get(reverse("accounts:users")).content.decode()
    assert cast.manager.username in page
    assert cast.operator.username not in page
