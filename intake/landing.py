"""The statements that write a part of a file (the table `import_part`) into the tables of the base."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, models

from companies.enums import AddressKind, CompanyState, Stage
from companies.models import Address, Company, Phone
from contacts.models import Person, PersonEmail, PersonPhone
from intake.differences import ANSWERS_DIFFER, RULES, Rule, answer_in_words


def insert(model: type[models.Model], given: Mapping[str, str], rows: str, *, conflict: str = "") -> str:
    """INSERT of these expressions; a column that is not given gets the default that the model gives it."""
    columns = dict(given)
    for field in model._meta.local_concrete_fields:
        if not field.primary_key and field.column not in columns:
            columns[field.column] = _default(field)
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(columns.values())} {rows} {conflict}"


def _default(field: "models.Field[Any, Any]") -> str:
    """The default of a field as a literal. Only constants of our own models come here."""
    value = field.get_db_prep_save(field.get_default(), connection)
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(value).upper()
    text = json.dumps(field.get_default()) if isinstance(field, models.JSONField) else str(value)
    return "'" + text.replace("'", "''") + "'"


def traced(statement: str, kind: str) -> str:
    """The same with the keys of what was added kept for the undo."""
    return (
        f"WITH added AS ({statement} RETURNING id, company_id) INSERT INTO import_trace "  # noqa: S608
        f"SELECT company_id, '{kind}', to_jsonb(id) FROM added WHERE company_id IN (SELECT company_id FROM import_known)"
    )


TEXT = "coalesce(part.{0}, '')"
FROM_PART = """
    FROM import_part AS part
    LEFT JOIN import_change AS change ON change.company_id = part.company_id AND change.first = part.number
    ORDER BY part.number
"""

ADD_COMPANIES = insert(
    Company,
    {
        **{name: TEXT.format(name) for name in ("legal_form", "name_key", "inn", "kpp", "ogrn", "city", "site")},
        **{name: TEXT.format(name) for name in ("site_host", "email", "about", "note", "time_zone")},
        "id": "part.company_id", "name": "part.core", "blocks": "part.blocks", "completeness": "part.completeness",
        "technical": "coalesce(part.technical, '{}')",
        "headcount": "part.headcount", "segment_id": "part.segment_id", "activity_id": "part.activity_id",
        "region_id": "(SELECT code FROM companies_region WHERE code = part.guessed_region)",
        "stage": str(Stage.COLLECTION.value), "state": f"'{CompanyState.ACTIVE.value}'", "version": "1",
        "source_id": "%(source)s", "created_by_id": "%(actor)s", "created_at": "%(now)s",
    },
    "FROM import_part AS part WHERE part.is_new ORDER BY part.number",
)  # fmt: skip

# --- fields of known companies, those just added with a second row among them ---------------------------------------

COLLECT_KNOWN = """
    DROP TABLE IF EXISTS import_known;
    CREATE TEMP TABLE import_known ON COMMIT DROP AS
    SELECT company_id FROM import_part WHERE NOT is_new GROUP BY company_id;
    ANALYZE import_known;
    DROP TABLE IF EXISTS import_change;
"""


def _wanted() -> str:
    """Of each field the first value given by the rows about one company, and the last one of rows that replace."""
    parts = []
    for rule in (*RULES,):
        known = f"FILTER (WHERE {rule.given} IS NOT NULL)"
        parts.append(f"(array_agg({rule.given} ORDER BY v.number) {known})[1] AS {rule.column}")
        last = f"FILTER (WHERE {rule.given} IS NOT NULL AND v.replaces)"
        parts.append(f"(array_agg({rule.given} ORDER BY v.number DESC) {last})[1] AS new_{rule.column}")
    for column in ("core", "legal_form", "name_key"):
        parts.append(f"(array_agg(v.{column} ORDER BY v.number DESC) FILTER (WHERE v.replaces))[1] AS {column}")
    return ", ".join(parts)


def _becomes() -> str:
    """What each column of the card will hold."""
    parts = []
    for rule in RULES:
        replaces = f"wanted.new_{rule.column}"
        replaced = (
            f"WHEN {replaces} IS NOT NULL AND {rule.differs(replaces)} THEN {replaces}" if rule.is_replaced else ""
        )
        filled = f"WHEN {rule.is_empty} THEN coalesce({replaces}, wanted.{rule.column}, company.{rule.column})"
        parts.append(f"CASE {filled} {replaced} ELSE company.{rule.column} END AS {rule.column}")
    return ", ".join(parts)


# Of each answer the same: the first one when none is known, the last one when the file wins; with what was known before.
COLLECT_ANSWERS = f"""
    DROP TABLE IF EXISTS import_answer;
    CREATE TEMP TABLE import_answer ON COMMIT DROP AS
    WITH said AS (
        SELECT v.company_id, one.key, (array_agg(one.answer ORDER BY v.number))[1] AS first,
            (array_agg(one.answer ORDER BY v.number DESC) FILTER (WHERE v.replaces))[1] AS last
        FROM import_part AS v, jsonb_each(v.technical) AS one (key, answer) WHERE NOT v.is_new GROUP BY 1, 2
    )
    SELECT said.company_id, said.key, company.technical -> said.key AS old, said.answer AS new
    FROM (SELECT company_id, key, last IS NOT NULL AS replaces, coalesce(last, first) AS answer FROM said) AS said
    JOIN companies_company AS company ON company.id = said.company_id
    WHERE NOT company.technical ? said.key OR (said.replaces AND {ANSWERS_DIFFER})
"""  # noqa: S608
ANSWERED = f"""
    SELECT answer.company_id, jsonb_object_agg(answer.key, answer.new) AS new,
        jsonb_object_agg(answer.key, jsonb_build_array(answer.old, answer.new)) AS kept,
        string_agg(question.label || ': ' || {answer_in_words("answer.old")}, '; ' ORDER BY question.label) AS old_words,
        string_agg(question.label || ': ' || {answer_in_words("answer.new")}, '; ' ORDER BY question.label) AS new_words
    FROM import_answer AS answer JOIN companies_technicalfield AS question ON question.key = answer.key
    GROUP BY answer.company_id
"""  # noqa: S608


def _as_text(row: str, rule: Rule) -> str:
    """A value as an undo compares it."""
    return f"{row}.{rule.column}::text"


def _as_words(row: str, rule: Rule) -> str:
    """A value as the history shows it: names in the place of keys."""
    named = {
        "segment": f"(SELECT name FROM companies_segment WHERE id = {row}.segment_id)",  # noqa: S608
        "region": f"(SELECT short_name FROM companies_region WHERE code = {row}.region_id)",  # noqa: S608
    }
    return named.get(rule.field) or _as_text(row, rule)


def _said(value: Callable[[str, Rule], str]) -> str:
    """{field: [old, new]} of what differs."""
    fields = ", ".join(f"('{rule.field}', {value('company', rule)}, {value('becomes', rule)})" for rule in RULES)
    return f"""
        SELECT jsonb_object_agg(said.field, jsonb_build_array(coalesce(said.old, ''), coalesce(said.new, '')))
        FROM (VALUES ('name', company.name, becomes.name), ('legal_form', company.legal_form, becomes.legal_form),
            ('technical', becomes.old_words, becomes.new_words), {fields}) AS said (field, old, new)
        WHERE said.old IS DISTINCT FROM said.new"""  # noqa: S608


RENAMED = "wanted.core IS NOT NULL AND wanted.name_key <> company.name_key"
COLLECT_CHANGES = f"""
    CREATE TEMP TABLE import_change ON COMMIT DROP AS
    WITH wanted AS (
        SELECT v.company_id, min(v.number) AS first, {_wanted()}
        FROM import_part AS v WHERE NOT v.is_new GROUP BY v.company_id
    ), answered AS ({ANSWERED}), becomes AS (
        SELECT company.id AS company_id, wanted.first, {_becomes()},
            company.technical || coalesce(answered.new, '{{}}') AS technical, answered.kept AS answers,
            answered.old_words, answered.new_words,
            CASE WHEN {RENAMED} THEN wanted.core ELSE company.name END AS name,
            CASE WHEN {RENAMED} THEN wanted.name_key ELSE company.name_key END AS name_key,
            CASE WHEN {RENAMED} AND wanted.legal_form <> '' THEN wanted.legal_form ELSE company.legal_form END
                AS legal_form
        FROM wanted JOIN companies_company AS company ON company.id = wanted.company_id
        LEFT JOIN answered ON answered.company_id = wanted.company_id
    )
    SELECT becomes.*, ({_said(_as_words)}) AS words, ({_said(_as_text)}) AS changes
    FROM becomes JOIN companies_company AS company ON company.id = becomes.company_id;
    DELETE FROM import_change WHERE changes IS NULL
"""  # noqa: S608
WRITE_CHANGES = f"""
    UPDATE companies_company AS company SET version = company.version + 1, name = change.name,
        name_key = change.name_key, legal_form = change.legal_form,
        site_host = CASE WHEN change.site <> company.site
            THEN coalesce(substring(change.site from '://(?:www[.])?([^/:?#]+)'), '') ELSE company.site_host END,
        technical = change.technical, {", ".join(f"{rule.column} = change.{rule.column}" for rule in RULES)}
    FROM import_change AS change WHERE change.company_id = company.id
"""  # noqa: S608

# --- phones, addresses, persons -------------------------------------------------------------------------------------

NUMBERS = """
    SELECT DISTINCT ON (part.company_id, given.number, given.extension) part.company_id, part.number AS line, said.place,
        given.number, given.extension
    FROM import_part AS part, jsonb_array_elements_text(part.{0}) WITH ORDINALITY AS said (text, place),
        LATERAL (SELECT split_part(said.text, ' доб. ', 1) AS number,
            left(split_part(said.text, ' доб. ', 2), 8) AS extension) AS given
    ORDER BY part.company_id, given.number, given.extension, part.number, said.place
"""
ADD_PHONES = insert(
    Phone,
    {
        "company_id": "given.company_id", "number": "given.number", "extension": "given.extension",
        "is_main": """row_number() OVER (PARTITION BY given.company_id ORDER BY given.line, given.place) = 1
            AND NOT EXISTS (SELECT FROM companies_phone AS known WHERE known.company_id = given.company_id)""",
        "source_id": "%(source)s", "seen_at": "%(now)s",
    },
    f"FROM ({NUMBERS.format('phones')}) AS given ORDER BY given.line, given.place",
    conflict="ON CONFLICT (company_id, number, extension) DO NOTHING",
)  # fmt: skip
MOVED = """
    FROM (SELECT DISTINCT ON (company_id) * FROM import_part WHERE replaces AND address <> ''
        ORDER BY company_id, number DESC) AS moved
    LEFT JOIN companies_region AS region ON region.code = moved.address_region
"""
TO_MOVE = "known.company_id = moved.company_id AND known.kind = 'actual' AND known.text <> moved.address"
TRACE_MOVED = f"""
    INSERT INTO import_trace SELECT known.company_id, 'moved', jsonb_build_array(known.id, known.text, known.street,
        known.city, known.postcode, known.region_id, moved.address)
    {MOVED} JOIN companies_address AS known ON {TO_MOVE}
"""
MOVE_ADDRESSES = f"""
    UPDATE companies_address AS known SET text = moved.address, street = '', city = '',
        postcode = coalesce(moved.postcode, ''), region_id = coalesce(region.code, known.region_id),
        source_id = %(source)s, seen_at = %(now)s
    {MOVED} WHERE {TO_MOVE}
"""  # noqa: S608
ADD_ADDRESSES = insert(
    Address,
    {
        "company_id": "given.company_id", "kind": f"'{AddressKind.ACTUAL.value}'",
        "postcode": "coalesce(given.postcode, '')", "text": "coalesce(given.address, '')",
        "region_id": "(SELECT code FROM companies_region WHERE code = given.address_region)",
        "source_id": "%(source)s", "seen_at": "%(now)s",
    },
    """FROM (
        SELECT DISTINCT ON (part.company_id) part.* FROM import_part AS part
        WHERE (part.address <> '' OR (part.is_new AND part.postcode <> ''))
            AND NOT EXISTS (SELECT FROM companies_address AS known WHERE known.company_id = part.company_id)
        ORDER BY part.company_id, part.number
    ) AS given ORDER BY given.number""",
)  # fmt: skip
ADD_PERSONS = insert(
    Person,
    {
        "company_id": "given.company_id", "position": "coalesce(given.position, '')",
        **{name: f"given.who ->> '{name}'" for name in ("last_name", "first_name", "middle_name", "name_key", "gender")},
        "source_id": "%(source)s", "seen_at": "%(now)s",
    },
    """FROM (
        SELECT DISTINCT ON (part.company_id, part.who ->> 'name_key') part.* FROM import_part AS part
        WHERE part.who IS NOT NULL AND NOT EXISTS (
            SELECT FROM contacts_person AS known WHERE known.company_id = part.company_id
            AND known.name_key = part.who ->> 'name_key' AND known.left_at IS NULL)
        ORDER BY part.company_id, part.who ->> 'name_key', part.number
    ) AS given ORDER BY given.number""",
)  # fmt: skip
POSITIONS = """
    (SELECT DISTINCT ON (company_id, who ->> 'name_key') company_id, who ->> 'name_key' AS name_key, position
        FROM import_part WHERE who IS NOT NULL AND position <> '' ORDER BY company_id, who ->> 'name_key', number) AS given
"""
UNPLACED = """
    person.company_id = given.company_id AND person.name_key = given.name_key AND person.left_at IS NULL
        AND person.position = ''
"""
TRACE_POSITIONS = f"""
    INSERT INTO import_trace SELECT person.company_id, 'positions', jsonb_build_array(person.id, given.position)
    FROM {POSITIONS} JOIN contacts_person AS person ON {UNPLACED}
"""  # noqa: S608
COMPLETE_PERSONS = f"""
    UPDATE contacts_person AS person SET position = given.position FROM {POSITIONS} WHERE {UNPLACED}
"""  # noqa: S608
PERSONS = """
    SELECT part.row_id, part.company_id, part.number AS line, part.person_phone, part.person_email, (
        SELECT min(person.id) FROM contacts_person AS person WHERE person.company_id = part.company_id
        AND person.name_key = part.who ->> 'name_key' AND person.left_at IS NULL) AS person_id
    FROM import_part AS part WHERE part.who IS NOT NULL
"""
ADD_PERSON_PHONES = insert(
    PersonPhone,
    {
        "person_id": "given.person_id", "number": "split_part(said.text, ' доб. ', 1)",
        "extension": "left(split_part(said.text, ' доб. ', 2), 8)", "source_id": "%(source)s", "seen_at": "%(now)s",
    },
    f"FROM ({PERSONS}) AS given, jsonb_array_elements_text(given.person_phone) WITH ORDINALITY AS said (text, place)"
    " ORDER BY given.line, said.place",
    conflict="ON CONFLICT (person_id, number, extension) DO NOTHING",
)  # fmt: skip
ADD_PERSON_EMAILS = insert(
    PersonEmail,
    {
        "person_id": "given.person_id", "address": "left(said.text, 254)", "source_id": "%(source)s",
        "seen_at": "%(now)s",
    },
    f"FROM ({PERSONS}) AS given, jsonb_array_elements_text(given.person_email) WITH ORDINALITY AS said (text, place)"
    " ORDER BY given.line, said.place",
    conflict="ON CONFLICT (person_id, address) DO NOTHING",
)  # fmt: skip


def _of_person(statement: str, kind: str) -> str:
    """Phones and e-mails of persons are traced under the company of the person."""
    return (
        f"WITH added AS ({statement} RETURNING id, person_id) INSERT INTO import_trace "  # noqa: S608
        f"SELECT person.company_id, '{kind}', to_jsonb(added.id) FROM added JOIN contacts_person AS person "
        "ON person.id = added.person_id JOIN import_known AS known ON known.company_id = person.company_id"
    )


STATEMENTS = (
    ADD_COMPANIES,
    COLLECT_KNOWN,
    COLLECT_ANSWERS,
    COLLECT_CHANGES,
    WRITE_CHANGES,
    traced(ADD_PHONES, "phones"),
    TRACE_MOVED,
    MOVE_ADDRESSES,
    traced(ADD_ADDRESSES, "addresses"),
    TRACE_POSITIONS,
    COMPLETE_PERSONS,
    traced(ADD_PERSONS, "persons"),
    _of_person(ADD_PERSON_PHONES, "person_phones"),
    _of_person(ADD_PERSON_EMAILS, "person_emails"),
)
