"""Numbers of documents, without gaps and doubles."""

from django.db import connection

from deals.models import NumberCounter
from operations.models import LegalEntity

_TAKE = """
    INSERT INTO {table} (entity_id, kind, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (entity_id, kind, year) DO UPDATE SET last = {table}.last + 1
    RETURNING last
"""


def next_number(entity: LegalEntity, *, kind: str, year: int) -> int:
    """The next number of the series, in the transaction of the document that takes it.

    The row of the counter stays locked until that transaction ends: a rollback gives the number back before anybody
    else sees it. The first number of a year is made by the same statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(table=NumberCounter._meta.db_table), [entity.pk, kind, year])
        return cursor.fetchone()[0]
