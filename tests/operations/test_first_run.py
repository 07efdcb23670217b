"""The first page of an empty installation."""

import pytest
from django.urls import reverse

from accounts.models import Team, User
from operations.models import LegalEntity

FORM = {
    "person-department": "Активные продажи", "person-last_name": "Кравцова", "person-first_name": "Марина", "person-username": "kravtsova",
    "person-email": "kravtsova@firm.example", "person-password": "вторник-утром-чай", "person-roles": ["project_lead", "db_admin"],
    "firm-name": "ООО «Пневмоцентр»", "firm-inn": "7707083893",
}  # fmt: skip


def test_the_page_makes_the_department_the_person_and_the_firm_and_signs_in(db, client):
    assert client.post(reverse("operations:first-run"), FORM).status_code == 302
    assert User.objects.get().roles == ["project_lead", "db_admin"]
    assert LegalEntity.objects.get().is_main
    assert Team.objects.count() == 4
    assert client.get(reverse("accounts:profile")).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"person-password": "123"}, {"person-roles": []}, {"firm-inn": "7707083894"}, {"person-email": ""}]
)
def test_a_mistake_is_explained_and_nothing_is_made(db, client, wrong):
    assert client.post(reverse("operations:first-run"), FORM | wrong).status_code == 422
    assert not User.objects.exists()
    assert not LegalEntity.objects.exists()


def test_the_page_is_gone_once_somebody_can_sign_in(cast, client):
    assert client.get(reverse("operations:first-run")).status_code == 404
    assert client.post(reverse("operations:first-run"), FORM).status_code == 404
