"""The group of a company: the head, its branches and their branches, as a tree."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from companies.models import Company

MOST = 60

# Up to the head, and down again in the order of names; a circle, which no verb can make, ends both walks.
TREE = """
    WITH RECURSIVE up AS (
        SELECT id, parent_id, 0 AS steps FROM companies_company WHERE id = %(id)s
        UNION ALL
        SELECT c.id, c.parent_id, up.steps + 1 FROM companies_company c JOIN up ON c.id = up.parent_id WHERE up.steps < 20
    ), head AS (SELECT id FROM up ORDER BY steps DESC LIMIT 1),
    down AS (
        SELECT c.id, 0 AS level, ARRAY[c.name_key::text, c.id::text] AS place
        FROM companies_company c JOIN head ON head.id = c.id
        UNION ALL
        SELECT c.id, down.level + 1, down.place || ARRAY[c.name_key::text, c.id::text]
        FROM companies_company c JOIN down ON c.parent_id = down.id
        WHERE down.level < 20 AND c.state <> 'merged' AND NOT c.id::text = ANY(down.place)
    )
    SELECT id, level FROM down ORDER BY place LIMIT %(most)s
"""


@dataclass(frozen=True)
class Member:
    """A company of the group, so many steps below the head."""

    company: Company
    level: int
    is_here: bool


@dataclass(frozen=True)
class Group:
    """Those of the group whom the person may see, and how many more there are."""

    members: list[Member]
    hidden: int

    @property
    def is_one(self) -> bool:
        """Whether it is no group at all."""
        return len(self.members) + self.hidden < 2


def group_of(company: Company, user: Any) -> Group:
    """The tree from its head. Two queries, however deep."""
    with connection.cursor() as cursor:
        cursor.execute(TREE, {"id": company.pk, "most": MOST})
        places = cursor.fetchall()
    if len(places) < 2:
        return Group([], 0)
    seen = Company.objects.permitted(user, "companies.view_company").in_bulk([key for key, _level in places])
    members = [Member(seen[key], min(level, 5), key == company.pk) for key, level in places if key in seen]
    return Group(members, len(places) - len(members))
