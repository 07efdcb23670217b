"""Taking an import back, part by part: what it has added goes, what it has filled becomes empty again, and what somebody
has worked on since stays as it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from companies.models import Address, Company, Phone
from companies.normalise import name_key, site_host
from companies.regions import zone_for
from companies.technical import worded
from contacts.models import Interaction, Person, PersonEmail, PersonPhone
from contacts.services import record
from contacts.summary import refresh_summaries
from intake.differences import RULES
from intake.enums import Outcome, Resolution
from intake.models import DuplicateKey, DuplicatePair, ImportBatch, ImportRow

# What hangs on a company by the import itself, or is found out anew by a machine.
OWN = {Phone, Address, Person, ImportRow, Interaction, DuplicateKey, DuplicatePair}
OWN_OF_PERSON = {PersonPhone, PersonEmail, Interaction}
COLUMNS = {rule.field: rule for rule in RULES}


@dataclass
class Undo:
    """An import on its way back."""

    batch: ImportBatch
    actor: User
    now: datetime
    removed: int = 0
    kept: set[int] = field(default_factory=set)  # companies on which something stays

    def take_back(self, rows: list[ImportRow]) -> None:
        """Undo these rows. Doing it twice does nothing more."""
        created = [row for row in rows if row.is_creation]
        self._remove_companies({row.company_id for row in created if row.company_id})
        for row in rows:
            if row.trace is not None and row.company_id and not row.is_creation:
                self._restore(row)
        ImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(trace=None)

    def _remove_companies(self, companies: set[int]) -> None:
        worked_on = set(touched(Company.objects.filter(pk__in=companies), OWN, self.batch).values_list("pk", flat=True))
        self.kept |= worked_on
        gone = companies - worked_on
        Interaction.objects.filter(company__in=gone).delete()
        Company.objects.filter(pk__in=gone).delete()
        self.removed += len(gone)

    def _restore(self, row: ImportRow) -> None:
        company = Company.objects.select_for_update(of=["self"]).get(pk=row.company_id)
        trace, moment = row.trace or {}, row.applied_at
        changes = self._restore_fields(company, trace.get("changes", {}), trace.get("answers", {}))
        self._restore_addresses(company, trace.get("moved", []))
        for kind, model in (("person_phones", PersonPhone), ("person_emails", PersonEmail)):
            self._remove(company, model.objects.filter(pk__in=trace.get(kind, []), seen_at=moment), trace.get(kind, []))
        persons = Person.objects.filter(pk__in=trace.get("persons", []), seen_at=moment)
        idle = persons.exclude(pk__in=touched(persons, OWN_OF_PERSON, self.batch).values("pk"))
        self._remove(company, idle, trace.get("persons", []))
        for pk, position in trace.get("positions", []):
            Person.objects.filter(pk=pk, position=position).update(position="")
        for kind, model in (("phones", Phone), ("addresses", Address)):
            self._remove(company, model.objects.filter(pk__in=trace.get(kind, []), seen_at=moment), trace.get(kind, []))
        data = {"changes": changes}
        record("intake.undone", actor=self.actor, company=company, source=self.batch, data=data, now=self.now)
        refresh_summaries([company.pk], now=self.now)

    def _remove(self, company: Company, rows: QuerySet[Any], wanted: list[int]) -> None:
        """Delete what is still as the import wrote it."""
        keys = list(rows.values_list("pk", flat=True))
        rows.model._base_manager.filter(pk__in=keys).delete()
        if len(keys) < len(wanted):
            self.kept.add(company.pk)

    def _restore_fields(
        self, company: Company, changes: dict[str, list[str]], answers: dict[str, list[Any]]
    ) -> dict[str, list[str]]:
        """Old values where the card still says what the import wrote; returns {field: [from, to]}."""
        written = self._restore_answers(company, answers)
        for name, (old, new) in changes.items():
            if name == "technical":
                continue  # one by one, above
            column = COLUMNS[name].column if name in COLUMNS else name
            said = getattr(company, column)
            if ("" if said is None else str(said)) != new:
                self.kept.add(company.pk)
                continue
            is_text = name not in COLUMNS or COLUMNS[name].is_text
            setattr(company, column, old if is_text else old or None)
            written[name] = [new, old]
        if written:
            company.name_key, company.site_host = name_key(company.name)[:300], site_host(company.site)[:150]
            company.time_zone = zone_for(company.region_id, company.city or None)
            company.version += 1
            company.save()
        return written

    def _restore_answers(self, company: Company, answers: dict[str, list[Any]]) -> dict[str, list[str]]:
        standing = {key: pair for key, pair in answers.items() if company.technical.get(key) == pair[1]}
        if len(standing) < len(answers):
            self.kept.add(company.pk)
        if not standing:
            return {}
        before = {key: old for key, (old, _new) in standing.items()}
        restored = {**company.technical, **before}
        company.technical = {key: answer for key, answer in restored.items() if answer is not None}
        return {"technical": [worded({key: new for key, (_old, new) in standing.items()}), worded(before)]}

    def _restore_addresses(self, company: Company, moved: Iterable[list[Any]]) -> None:
        for pk, text, street, city, postcode, region, new in moved:
            old = {"text": text, "street": street, "city": city, "postcode": postcode, "region": region}
            if not Address.objects.filter(pk=pk, text=new).update(**old):
                self.kept.add(company.pk)


def touched(rows: QuerySet[Any], own: set[type[models.Model]], batch: ImportBatch) -> QuerySet[Any]:
    """Of these rows those that anything hangs on besides what the import brought: found over every relation there is."""
    batch_type = ContentType.objects.get_for_model(ImportBatch)
    link = "company" if rows.model is Company else "person"
    history = Interaction.objects.filter(**{link: OuterRef("pk")})
    hangs = Q(Exists(history.exclude(source_type=batch_type, source_id=batch.pk)))
    for relation in rows.model._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if model not in own and (relation.one_to_many or relation.one_to_one) and not relation.concrete:
            hangs |= Q(Exists(model._base_manager.filter(**{relation.field.name: OuterRef("pk")})))
    return rows.filter(hangs)


@dataclass
class Plan:
    """What an undo would do."""

    companies: int  # that the import has made
    kept: int  # of them: somebody has worked on them since
    completed: int  # known companies that would get their old values back

    @property
    def removed(self) -> int:
        """What would go."""
        return self.companies - self.kept


def undo_plan(batch: ImportBatch) -> Plan:
    """The numbers for the question before an undo; nothing changes."""
    rows = batch.rows.filter(applied_at__isnull=False, company__isnull=False)
    new = rows.filter(Q(outcome=Outcome.CREATE) | Q(resolution=Resolution.NEW), repeat_of__isnull=True)
    created = Company.objects.filter(pk__in=new.values("company"))
    known = rows.filter(trace__isnull=False).exclude(company__in=new.values("company"))
    return Plan(
        created.count(), touched(created, OWN, batch).count(), known.values("company").distinct().order_by().count()
    )
