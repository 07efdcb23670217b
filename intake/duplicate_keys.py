"""Which companies are worth comparing: those with an equal key. All in SQL over a window of companies, so that a million is
walked through in minutes, and only companies with something in common are ever compared.

Keys are hashes of words like «phone:+73515550140». A key that too many companies have (a business centre, a marketplace,
«Вектор») tells nothing and is passed over.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from companies.duplicates import traits_of
from companies.likeness import WORTH_A_LOOK, Verdict, judge
from companies.normalise.online import PUBLIC_HOSTS

CROWD = 12  # companies with one key; more is no key

_WORDS = "SELECT word FROM string_to_table(c.name_key, ' ') AS word"
_PLACE = "coalesce(nullif(replace(lower(c.city), 'ё', 'е'), ''), c.region_id, '')"
_OWN = "{host} <> '' AND {host} <> ALL(%(public)s) AND regexp_replace({host}, '^[^.]+\\.', '') <> ALL(%(public)s)"
_MAILBOX = "split_part(c.email, '@', 2)"

# Sorted words catch «Дом ткани» and «Ткани дом»; consonants «Електрощит Юг» and «Электрощит-Юг»; the longest word
# «Уралпромдеталь завод» and «Уралпромдеталь».
_KEYS = f"""
    SELECT c.id, 'inn:' || c.inn AS key FROM here c WHERE c.inn <> ''
    UNION ALL SELECT c.id, 'ogrn:' || c.ogrn FROM here c WHERE c.ogrn <> ''
    UNION ALL SELECT p.company_id, 'phone:' || p.number FROM companies_phone p JOIN here c ON c.id = p.company_id
    UNION ALL SELECT c.id, 'host:' || c.site_host FROM here c WHERE {_OWN.format(host="c.site_host")}
    UNION ALL SELECT c.id, 'host:' || {_MAILBOX} FROM here c WHERE {_OWN.format(host=_MAILBOX)}
    UNION ALL SELECT c.id, 'mail:' || c.email FROM here c WHERE c.email <> ''
    UNION ALL SELECT c.id, 'name:' || (SELECT string_agg(word, ' ' ORDER BY word) FROM ({_WORDS}) w) FROM firms c
    UNION ALL SELECT c.id, 'name in:' || (SELECT string_agg(word, ' ' ORDER BY word) FROM ({_WORDS}) w) || {_PLACE}
        FROM firms c WHERE {_PLACE} <> ''
    UNION ALL SELECT c.id, 'sound:' || translate(c.name_key, 'аеиоуыэюяйьъ ', '') || '|' || {_PLACE}
        FROM firms c WHERE length(translate(c.name_key, 'аеиоуыэюяйьъ ', '')) > 3
    UNION ALL SELECT c.id, 'word:' || (SELECT word FROM ({_WORDS}) w ORDER BY length(word) DESC, word LIMIT 1) || '|' || {_PLACE}
        FROM firms c WHERE {_PLACE} <> '' AND length(c.name_key) > 5
"""  # noqa: S608 - put together from the pieces above, never from values
WRITE = f"""
    WITH here AS (SELECT * FROM companies_company WHERE id = ANY(%(ids)s) AND state <> 'merged'),
    firms AS (SELECT * FROM here WHERE NOT is_private)
    INSERT INTO intake_duplicatekey (company_id, key)
    SELECT DISTINCT id, hashtextextended(key, 0) FROM ({_KEYS}) keys
"""  # noqa: S608
FORGET = "DELETE FROM intake_duplicatekey WHERE company_id = ANY(%(ids)s)"

# `older`: on a walk over everything each pair is met from its younger company alone.
CANDIDATES = """
    SELECT DISTINCT least(a.company_id, b.company_id), greatest(a.company_id, b.company_id)
    FROM intake_duplicatekey a JOIN intake_duplicatekey b ON b.key = a.key AND b.company_id <> a.company_id
    WHERE a.company_id = ANY(%(ids)s) AND (NOT %(older)s OR b.company_id < a.company_id)
      AND (SELECT count(*) FROM (SELECT FROM intake_duplicatekey k WHERE k.key = a.key LIMIT %(crowd)s + 1) same) <= %(crowd)s
"""
QUEUE = """
    INSERT INTO intake_duplicatepair (first_id, second_id, score, reasons, state, found_at)
    SELECT * FROM unnest(%(first)s::bigint[], %(second)s::bigint[], %(score)s::int[], %(reasons)s::jsonb[],
                         %(state)s::text[], %(at)s::timestamptz[])
    ON CONFLICT (first_id, second_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
    WHERE intake_duplicatepair.state = 'new'
"""


def write_keys(ids: Sequence[int]) -> None:
    """Write the keys of these companies anew."""
    values = {"ids": list(ids), "public": sorted(PUBLIC_HOSTS)}
    with connection.cursor() as cursor:
        cursor.execute(FORGET, values)
        cursor.execute(WRITE, values)


def candidates(ids: Sequence[int], *, older: bool = False) -> list[tuple[int, int]]:
    """Pairs of these companies with any others that have a key in common, the smaller number first."""
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, {"ids": list(ids), "older": older, "crowd": CROWD})
        return cursor.fetchall()


def judged(pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Verdict]:
    """The pairs that are worth a look, with their verdicts."""
    traits = traits_of({key for pair in pairs for key in pair})
    verdicts: dict[tuple[int, int], Verdict] = {}
    for first, second in pairs:
        if first in traits and second in traits:
            verdict = judge(traits[first], traits[second])
            if verdict.score >= WORTH_A_LOOK:
                verdicts[first, second] = verdict
    return verdicts


def run(statement: str, values: dict[str, Any]) -> int:
    """How many rows a statement has touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount
