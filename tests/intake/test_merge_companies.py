from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from callcenter.models import QueueItem
from campaigns.models import Recipient
from companies.enums import CompanyState
from companies.models import Company, Phone
from companies.services import change_company, register_company
from contacts.models import Interaction, OptOut, Person
from contacts.services import add_person, opt_out, plan_contact, record
from core.exceptions import RuleViolation
from intake.enums import PairState
from intake.models import DuplicatePair, Merge
from intake.relations import LEDGER, Relation, relations_of
from intake.services.duplicates import pair_of, scan_companies
from intake.services.merging import merge_companies, merge_exact, rehearse_merge, start_merging_exact, undo_merge
from tests.architecture.world import World, build_world
from tests.factories.callcenter import make_call_list, make_card, make_held_card
from tests.factories.campaigns import make_campaign
from tests.factories.companies import make_company
from tests.factories.contacts import make_person

pytestmark = pytest.mark.django_db
COMPANY_KEYS, PERSON_KEYS = relations_of(Company), relations_of(Person)


def snapshot() -> dict[str, list]:
    """Every row of every table a merge may touch, without what it writes itself."""
    tables = {relation.model for relation in [*COMPANY_KEYS, *PERSON_KEYS]} | {Company, Person}
    return {
        model._meta.label: sorted(map(str, model._base_manager.exclude(**OWN.get(model, {})).values()))
        for model in tables
    }


OWN = {Interaction: {"kind__startswith": "intake.merge"}}


def world_of(person) -> World:
    """A row of every model of the project that leads to one company."""
    world = build_world(9001, person)
    Person.objects.update(left_at=None)
    return world


def test_every_relation_follows_the_company(cast):
    world, kept = world_of(cast.manager), make_company()
    rows = {relation: _lead_to(world, relation, world.company) for relation in COMPANY_KEYS}
    merge = merge_companies(kept, world.company, actor=cast.marketer)
    assert _strays(rows, kept) == []
    undo_merge(merge, actor=cast.marketer)
    assert _strays(rows, world.company) == []


def test_every_relation_follows_the_person(cast):
    world, kept = world_of(cast.manager), make_company()
    double = world.rows["contacts.Person"]
    person = make_person(kept, last_name="", first_name="", middle_name="", name_key=double.name_key)
    rows = {relation: _lead_to(world, relation, double) for relation in PERSON_KEYS}
    merge = merge_companies(kept, world.company, actor=cast.marketer)
    assert _strays(rows, person) == []
    undo_merge(merge, actor=cast.marketer)
    assert _strays(rows, double) == []


def _strays(rows: dict[Relation, int], owner: models.Model) -> list[str]:
    """The relations by which a row does not lead to the owner."""
    return [relation.label for relation, row in rows.items() if not relation.rows(owner.pk).filter(pk=row).exists()]


def _lead_to(world: World, relation: Relation, target: models.Model) -> int:
    """Make a row of the relation's model lead to the target by its key, and say which."""
    row = world.rows.get(relation.model._meta.label) or _between(world, relation)
    if row.pk == target.pk and type(row) is type(target):
        row = make_company() if isinstance(target, Company) else make_person(target.company)
    values = {relation.field: target.pk}
    if relation.type_field:
        values[relation.type_field] = ContentType.objects.get_for_model(target)
    relation.model._base_manager.filter(pk=row.pk).update(**values)
    return row.pk


def _between(world: World, relation: Relation) -> models.Model:
    """A row of a table between two models."""
    keys = [known for known in relation.model._meta.concrete_fields if known.is_relation]
    return relation.model._base_manager.create(
        **{known.attname: world.rows[known.related_model._meta.label].pk for known in keys}
    )


def test_the_relations_of_all_apps_are_found():
    apps = {relation.model._meta.app_label for relation in COMPANY_KEYS}
    assert apps >= {"companies", "contacts", "intake", "agenda", "campaigns", "callcenter", "deals"}
    assert not {relation.model for relation in COMPANY_KEYS} & set(LEDGER)


def test_an_undone_merge_leaves_everything_as_it_was(cast):
    world, kept = world_of(cast.manager), make_company(owner=cast.manager2)
    make_person(kept, name_key=world.rows["contacts.Person"].name_key)
    Company.objects.filter(pk=kept.pk).update(version=2)
    before = snapshot()
    undo_merge(merge_companies(kept, world.company, actor=cast.marketer), actor=cast.marketer)
    Company.objects.filter(pk=kept.pk).update(version=2)
    after = snapshot()
    summaries = ("blocks", "completeness")
    assert {name: rows for name, rows in after.items() if name != "companies.Company"} == {
        name: rows for name, rows in before.items() if name != "companies.Company"
    }, summaries


def test_a_row_that_would_collide_stays_and_is_kept_in_the_log(cast):
    kept, merged = make_company(), make_company()
    for company in (kept, merged):
        Phone.objects.create(company=company, number="+73515550140", seen_at=timezone.now())
    other = Phone.objects.create(company=merged, number="+73515550177", seen_at=timezone.now())
    merge = merge_companies(kept, merged, actor=cast.marketer)
    assert set(kept.phones.values_list("number", flat=True)) == {"+73515550140", "+73515550177"}
    assert [entry["row"]["number"] for entry in merge.collided] == ["+73515550140"]
    undo_merge(merge, actor=cast.marketer)
    other.refresh_from_db()
    assert other.company == merged
    assert merged.phones.count() == 2


def test_the_merged_card_leads_to_the_kept_one(cast, client_of):
    kept, merged = make_company(), make_company()
    merge_companies(kept, merged, actor=cast.marketer)
    merged.refresh_from_db()
    assert (merged.state, merged.merged_into) == (CompanyState.MERGED, kept)
    assert client_of(cast.marketer).get(f"/companies/{merged.pk}/").url == f"/companies/{kept.pk}/"


def test_a_card_merged_twice_leads_to_the_last_one(cast):
    first, second, third = make_company(), make_company(), make_company()
    merge_companies(second, first, actor=cast.marketer)
    merge_companies(third, second, actor=cast.marketer)
    first.refresh_from_db()
    assert first.merged_into == third


def test_empty_fields_are_filled_and_chosen_ones_are_taken(cast):
    kept = make_company(name="Литмаш", city="Тагил", note="Просит расчёт")
    merged = make_company(name="НТ Литмаш", inn="6600000011", city="Нижний Тагил", note="Из файла")
    merge_companies(kept, merged, actor=cast.marketer, choices={"inn": "merged", "city": "merged", "note": "both"})
    kept.refresh_from_db()
    assert (kept.name, kept.inn, kept.city) == ("Литмаш", "6600000011", "Нижний Тагил")
    assert kept.note == "Просит расчёт\nИз файла"


def test_undo_restores_the_fields_of_both(cast):
    kept, merged = make_company(city="Тагил"), make_company(inn="6600000011", city="Нижний Тагил", stage=5)
    merge = merge_companies(kept, merged, actor=cast.marketer, choices={"inn": "merged", "city": "merged"})
    undo_merge(merge, actor=cast.marketer)
    kept.refresh_from_db()
    merged.refresh_from_db()
    assert (kept.inn, kept.city, kept.stage) == ("", "Тагил", 1)
    assert (merged.inn, merged.city, merged.state, merged.merged_into) == ("6600000011", "Нижний Тагил", "active", None)


def test_what_was_written_after_the_merge_stays_with_the_kept_card(cast):
    kept, merged = make_company(city="Тагил"), make_company(city="Нижний Тагил")
    merge = merge_companies(kept, merged, actor=cast.marketer, choices={"city": "merged"})
    note = record("contacts.noted", actor=cast.manager, company=kept, text="После")
    change_company(kept, actor=cast.manager, city="Екатеринбург")
    undo_merge(merge, actor=cast.marketer)
    kept.refresh_from_db()
    note.refresh_from_db()
    assert (kept.city, note.company) == ("Екатеринбург", kept)


def test_a_merge_cannot_be_undone_twice_or_after_thirty_days(cast):
    merge = merge_companies(make_company(), make_company(), actor=cast.marketer)
    with pytest.raises(RuleViolation):
        undo_merge(merge, actor=cast.marketer, now=timezone.now() + timedelta(days=31))
    undo_merge(merge, actor=cast.marketer)
    with pytest.raises(RuleViolation):
        undo_merge(merge, actor=cast.marketer)


def test_a_merge_is_not_undone_while_the_kept_card_is_merged_away(cast):
    first, second, third = make_company(), make_company(), make_company()
    merge = merge_companies(second, first, actor=cast.marketer)
    later = merge_companies(third, second, actor=cast.marketer)
    with pytest.raises(RuleViolation):
        undo_merge(merge, actor=cast.marketer)
    undo_merge(later, actor=cast.marketer)
    undo_merge(merge, actor=cast.marketer)
    first.refresh_from_db()
    assert first.state == CompanyState.ACTIVE


def test_a_merge_is_not_undone_when_the_inn_is_taken_again(cast):
    kept, merged = make_company(), make_company(inn="7400000018")
    merge = merge_companies(kept, merged, actor=cast.marketer, choices={"name": "kept"})
    make_company(inn="7400000018")
    with pytest.raises(RuleViolation):
        undo_merge(merge, actor=cast.marketer)
    merge.refresh_from_db()
    assert merge.undone_at is None


def test_persons_of_one_name_become_one(cast):
    kept, merged = make_company(), make_company()
    add_person(kept, actor=cast.marketer, full_name="Кузнецова Лариса Петровна")
    add_person(
        merged, actor=cast.marketer, full_name="Кузнецова Лариса Петровна", position="Директор", phones=["3515550140"]
    )
    add_person(merged, actor=cast.marketer, full_name="Лунин Дмитрий Олегович")
    merge_companies(kept, merged, actor=cast.marketer)
    people = {person.full_name: person for person in kept.persons.all()}
    assert len(people) == kept.persons.count() == 2
    assert people["Кузнецова Лариса Петровна"].position == "Директор"
    assert people["Кузнецова Лариса Петровна"].phones.count() == 1


def test_an_opt_out_of_either_card_wins(cast):
    kept, merged = make_company(), make_company()
    opt_out(actor=cast.manager, channel="email", company=merged)
    merge_companies(kept, merged, actor=cast.marketer)
    assert OptOut.objects.get().company == kept


def test_the_nearest_next_contact_of_both_is_shown(cast):
    kept, merged = make_company(), make_company()
    at = timezone.now() + timedelta(days=2)
    plan_contact(merged, actor=cast.manager, at=at, text="Позвонить")
    merge_companies(kept, merged, actor=cast.marketer)
    kept.refresh_from_db()
    assert (kept.next_contact_at, kept.next_contact_text) == (at, "Позвонить")


def test_a_rehearsal_counts_and_changes_nothing(cast):
    world, kept = world_of(cast.manager), make_company()
    before = snapshot()
    rehearsal = rehearse_merge(kept, world.company, actor=cast.marketer)
    assert rehearsal.moved["deals.Deal"] == 1
    assert rehearsal.number > 10
    assert not rehearsal.refusal
    assert snapshot() == before
    assert not Merge.objects.filter(kept=kept).exists()


def test_nobody_is_merged_while_an_operator_talks_to_both(cast):
    one, two = make_held_card(cast.operator), make_held_card(cast.operator2)
    refusal = rehearse_merge(one.company, two.company, actor=cast.marketer).refusal
    assert refusal
    with pytest.raises(RuleViolation):
        merge_companies(one.company, two.company, actor=cast.marketer)
    two.company.refresh_from_db()
    assert two.company.state == CompanyState.ACTIVE


def test_the_second_card_in_a_call_list_is_closed_and_opened_again(cast):
    calls = make_call_list()
    one, two = make_card(calls), make_card(calls)
    merge = merge_companies(one.company, two.company, actor=cast.marketer)
    assert list(QueueItem.objects.filter(state="ready")) == [one]
    undo_merge(merge, actor=cast.marketer)
    assert QueueItem.objects.filter(state="ready").count() == 2


def test_the_second_letter_of_a_mailing_is_taken_off(cast):
    kept, merged = make_company(), make_company()
    campaign = make_campaign(cast.marketer, kept, merged)
    for company in (kept, merged):
        Recipient.objects.create(campaign=campaign, company=company, email=f"a{company.pk}@works.example")
    merge_companies(kept, merged, actor=cast.marketer)
    assert Recipient.objects.get(company=merged).exclusion == "duplicate"


def test_both_pairs_of_a_merged_company_leave_the_queue(cast):
    one, two, three = make_company(), make_company(), make_company()
    pair_of(one, two)
    pair_of(two, three)
    merge_companies(one, two, actor=cast.marketer)
    assert not DuplicatePair.objects.waiting().exists()
    assert DuplicatePair.objects.get(first=one, second=two).state == PairState.MERGED


def test_exact_duplicates_are_merged_together(cast):
    same = {"name_key": "литмаш", "city": "Тагил", "site_host": "litmash.example"}
    one, two = make_company(**same, inn="6600000011"), make_company(**same, inn="6600000011", kpp="662301001")
    other = make_company(name_key="литмаш", city="Тагил")
    scan_companies([one.pk, two.pk, other.pk])
    assert merge_exact(start_merging_exact(actor=cast.marketer)) == 1
    other.refresh_from_db()
    assert other.state == CompanyState.ACTIVE
    assert Company.objects.filter(state=CompanyState.MERGED).count() == 1


def test_the_merge_stands_in_the_history_of_the_kept_card(cast):
    kept, merged = make_company(), make_company(name="НТ Литмаш")
    merge_companies(kept, merged, actor=cast.marketer)
    line = Interaction.objects.get(kind="intake.merged")
    assert (line.company, line.text, line.actor) == (kept, "НТ Литмаш", cast.marketer)


def test_a_merged_company_is_not_merged_again_or_with_itself(cast):
    kept, merged = make_company(), make_company()
    merge_companies(kept, merged, actor=cast.marketer)
    for one, two in ((kept, merged), (kept, kept)):
        with pytest.raises(RuleViolation):
            merge_companies(one, two, actor=cast.marketer)


def test_an_inn_of_a_merged_card_may_be_registered_again(cast):
    kept, merged = make_company(), make_company(inn="7707083893")
    merge_companies(kept, merged, actor=cast.marketer, choices={"name": "kept"})
    assert register_company(actor=cast.marketer, name="Новая", inn="7707083893").pk
