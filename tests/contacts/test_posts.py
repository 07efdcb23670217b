"""One human in several companies: a role and dates in each, shown on both cards, erased everywhere."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.models import Person
from contacts.services import (
    add_post,
    change_person,
    dismiss_person,
    dossier_of,
    erase_expired,
    erase_person,
    part_person,
)
from core.exceptions import RuleViolation
from intake.services.merging import merge_companies
from tests.factories.companies import make_company
from tests.factories.contacts import make_interaction, make_person

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=5 * 365)


@pytest.fixture
def plant(cast):
    return make_company(name="Завод", owner=cast.manager)


@pytest.fixture
def director(plant):
    return make_person(plant, phone="+73515550142", email="ryabov@plant.example", position="Директор")


@pytest.fixture
def post(cast, director):
    house = make_company(name="Торговый дом", owner=cast.manager)
    return add_post(
        director, actor=cast.marketer, company=house, position="Учредитель", decision_role="approves",
        started_at=date(2024, 3, 1),
    )  # fmt: skip


def test_the_other_post_has_its_role_and_dates_and_the_numbers_of_the_human(director, post):
    director.refresh_from_db()
    assert post.identity == director.identity is not None
    assert (post.full_name, post.position, post.started_at) == (director.full_name, "Учредитель", date(2024, 3, 1))
    assert [phone.number for phone in post.phones.all()] == ["+73515550142"]
    assert (director.position, director.decision_role) == ("Директор", "")


def test_both_cards_show_it(cast, client_of, director, post):
    client = client_of(cast.manager)
    for here, there in ((director, post), (post, director)):
        html = client.get(reverse("contacts:people", args=[here.company_id])).content.decode()
        assert there.company.name in html
        assert there.company.name in client.get(reverse("contacts:person", args=[here.pk])).content.decode()


def test_a_company_one_does_not_see_is_not_named(cast, client_of, director, post):
    type(post.company).objects.filter(pk=post.company_id).update(owner=cast.manager2)
    html = client_of(cast.manager).get(reverse("contacts:people", args=[director.company_id])).content.decode()
    assert "Торговый дом" not in html


def test_a_namesake_who_is_known_there_becomes_the_same_person(cast, director):
    house = make_company()
    known = make_person(house, last_name=director.last_name, position="Председатель")
    post = add_post(director, actor=cast.marketer, company=house, position="Учредитель")
    assert (post.pk, post.position) == (known.pk, "Председатель")
    assert Person.objects.filter(identity=post.identity).count() == 2


def test_what_cannot_be_is_refused_and_changes_nothing(cast, director, post):
    private = make_company(is_private=True)
    for company in (director.company, post.company, private):
        with pytest.raises(RuleViolation):
            add_post(director, actor=cast.marketer, company=company)
    with pytest.raises(RuleViolation):
        change_person(post, actor=cast.marketer, left_at=date(2020, 1, 1))
    assert Person.objects.count() == 2


def test_who_has_left_one_company_stays_in_the_other(cast, director, post):
    dismiss_person(post, actor=cast.marketer)
    director.refresh_from_db()
    assert director.left_at is None
    assert Person.objects.posts_of([director]).get().left_at


def test_it_may_turn_out_to_be_another_human(cast, client_of, director, post):
    client_of(cast.manager).post(reverse("contacts:part", args=[post.pk]))
    assert not Person.objects.filter(identity__isnull=False).exists()
    with pytest.raises(RuleViolation):
        part_person(director, actor=cast.manager)


def test_the_dialog_finds_a_company_and_asks_for_the_post(cast, client_of, director):
    house, client = make_company(name="Холдинг", name_key="холдинг"), client_of(cast.marketer)
    url = reverse("contacts:post-new", args=[director.pk])
    assert client.get(url).status_code == 200
    assert "Холдинг" in client.get(url, {"q": "холд"}).content.decode()
    assert 'name="position"' in client.get(url, {"company": house.pk}).content.decode()
    client.post(url, {"company": house.pk, "position": "Учредитель", "started_at": "2024-03-01"})
    assert Person.objects.get(company=house).position == "Учредитель"


def test_the_api_adds_a_post_only_in_a_company_one_sees(cast, client_of, director):
    foreign, client = make_company(owner=cast.manager2), client_of(cast.manager)
    url = f"/api/v1/persons/{director.pk}/posts/"
    assert client.post(url, {"company": foreign.pk}, content_type="application/json").status_code == 404
    own = make_company(owner=cast.manager)
    answer = client.post(url, {"company": own.pk, "position": "Директор"}, content_type="application/json")
    assert (answer.status_code, answer.json()["company"]) == (201, own.pk)


def test_the_human_is_erased_and_told_of_in_every_company(cast, director, post):
    director.refresh_from_db()
    assert dossier_of(director, actor=cast.marketing_head)["other_posts"][0]["company"] == "Торговый дом"
    erase_person(director, actor=cast.marketing_head, reason="просит сам")
    assert not Person.objects.filter(erased_at__isnull=True).exists()
    assert not Person.objects.filter(last_name__startswith="Рябов").exists()


def test_a_post_in_a_silent_company_does_not_erase_a_human_one_talks_with_elsewhere(director, post):
    Person.objects.update(seen_at=LONG_AGO)
    make_interaction(post.company)
    assert erase_expired() == 0
    post.company.interactions.all().delete()
    director.company.interactions.all().delete()
    assert erase_expired() == 2
    assert not Person.objects.filter(erased_at__isnull=True).exists()


def test_a_merge_keeps_the_other_posts(cast, director, post):
    kept = make_company()
    namesake = make_person(kept, last_name=director.last_name)
    merge_companies(kept, director.company, actor=cast.marketer)
    namesake.refresh_from_db()
    assert namesake.identity == post.identity
    assert Person.objects.posts_of([namesake]).get() == post


def test_a_map_of_any_size_names_everybody(cast, client_of, plant):
    for _number in range(30):
        make_person(plant)
    html = client_of(cast.manager).get(reverse("contacts:people", args=[plant.pk])).content.decode()
    assert all(person.last_name in html for person in plant.persons.all())
    assert html.count("person-node") == 9
