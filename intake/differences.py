"""What a row would change on the card of a known company, and what it contradicts: one set of rules in SQL. The check asks
them (is there anything?), the load applies them. In every expression `company` is the card and `v` the values of a row."""

from dataclasses import dataclass

from companies.answers import PREFIX


@dataclass(frozen=True)
class Rule:
    """A column of the card: its value in a row, when the card has none, when both say different things."""

    field: str  # of the file
    column: str  # of the card, and of the staged row
    is_text: bool = True  # empty is '', not NULL
    is_replaced: bool = True  # when the file wins; the INN and the note of a card never are

    @property
    def given(self) -> str:
        """The value of the row, NULL for none."""
        return f"nullif(v.{self.column}, '')" if self.is_text else f"v.{self.column}"

    @property
    def is_empty(self) -> str:
        """The card has nothing."""
        return f"company.{self.column} = ''" if self.is_text else f"company.{self.column} IS NULL"

    def differs(self, value: str) -> str:
        """The card says another thing than the value, spelling apart."""
        if self.field == "site":
            return f"company.site_host <> substring({value} from '://(?:www[.])?([^/:?#]+)')"
        if self.field == "city":
            return f"lower(replace(company.city, 'ё', 'е')) <> lower(replace({value}, 'ё', 'е'))"
        if self.is_text:
            return f"lower(company.{self.column}) <> lower({value})"
        return f"company.{self.column} <> {value}"

    @property
    def changes(self) -> str:
        """The row fills the field or, when the file wins, replaces it."""
        replaces = f" OR (v.replaces AND {self.differs(self.given)})" if self.is_replaced else ""
        return f"({self.given} IS NOT NULL AND ({self.is_empty}{replaces}))"


RULES = (
    Rule("inn", "inn", is_replaced=False),
    Rule("kpp", "kpp"),
    Rule("ogrn", "ogrn"),
    Rule("city", "city"),
    Rule("site", "site"),
    Rule("email", "email"),
    Rule("headcount", "headcount", is_text=False),
    Rule("about", "about"),
    Rule("note", "note", is_replaced=False),
    Rule("segment", "segment_id", is_text=False),
    Rule("activity", "activity_id", is_text=False),
    Rule("region", "region_id", is_text=False),
)
BY_FIELD = {rule.field: rule for rule in RULES}
# In this order a contradiction is told; what is not here (segment, region, notes) is only filled when empty.
CONTRADICTABLE = tuple(BY_FIELD[field] for field in ("ogrn", "city", "site", "email", "headcount"))

# The staged values under the names of the columns that they are for.
STAGED_COLUMNS = """
    v.name, v.core, v.legal_form, v.name_key, v.inn, v.kpp, v.ogrn, nullif(v.given_region, '') AS region_id,
    v.guessed_region, v.time_zone, v.city, v.address, v.postcode, v.address_region, v.site, v.site_host, v.email,
    v.segment, v.activity AS activity_id, v.headcount, v.about, v.note, v.url, coalesce(v.phones, '[]') AS phones, v.who,
    v.technical, v."position", coalesce(v.person_phone, '[]') AS person_phone, coalesce(v.person_email, '[]') AS person_email,
    v.blocks, v.completeness, CASE WHEN v.segment IS NOT NULL THEN coalesce(segment.id, 0) END AS segment_id
"""
SEGMENTS = """
    LEFT JOIN (SELECT lower(name) AS key, min(id) AS id FROM companies_segment GROUP BY lower(name)) AS segment
    ON segment.key = lower(v.segment)
"""

RENAMES = "(v.replaces AND v.name_key <> company.name_key)"
HAS_ADDRESS = "EXISTS (SELECT FROM companies_address AS known WHERE known.company_id = company.id)"
MOVES = f"""(v.address <> '' AND (NOT {HAS_ADDRESS} OR (v.replaces AND NOT EXISTS (
    SELECT FROM companies_address AS known
    WHERE known.company_id = company.id AND known.kind = 'actual' AND known.text = v.address))))"""
NEW_PHONE = """EXISTS (
    SELECT FROM jsonb_array_elements_text(v.phones) AS given (text)
    WHERE NOT EXISTS (SELECT FROM companies_phone AS known WHERE known.company_id = company.id
        AND known.number = split_part(given.text, ' доб. ', 1)
        AND known.extension = left(split_part(given.text, ' доб. ', 2), 8)))"""
PERSON = """SELECT person.id FROM contacts_person AS person
    WHERE person.company_id = company.id AND person.name_key = v.who ->> 'name_key' AND person.left_at IS NULL"""
NEW_PERSON = f"""(v.who IS NOT NULL AND (
    NOT EXISTS ({PERSON})
    OR EXISTS ({PERSON} AND person.position = '' AND v.position <> '')
    OR EXISTS (SELECT FROM jsonb_array_elements_text(v.person_phone) AS given (text) WHERE NOT EXISTS (
        SELECT FROM contacts_personphone AS known WHERE known.person_id IN ({PERSON})
        AND known.number = split_part(given.text, ' доб. ', 1)
        AND known.extension = left(split_part(given.text, ' доб. ', 2), 8)))
    OR EXISTS (SELECT FROM jsonb_array_elements_text(v.person_email) AS given (text) WHERE NOT EXISTS (
        SELECT FROM contacts_personemail AS known WHERE known.person_id IN ({PERSON}) AND known.address = given.text))
))"""  # noqa: S608
# Answers of the technical information are compared one by one: texts apart from capitals, numbers as numbers.
ANSWERS_DIFFER = """(company.technical -> said.key <> said.answer
    AND lower(company.technical ->> said.key) <> lower(said.answer #>> '{}'))"""
NEW_ANSWER = f"""EXISTS (SELECT FROM jsonb_each(v.technical) AS said (key, answer)
    WHERE NOT company.technical ? said.key OR (v.replaces AND {ANSWERS_DIFFER}))"""
BRINGS = " OR ".join([*(rule.changes for rule in RULES), RENAMES, MOVES, NEW_PHONE, NEW_PERSON, NEW_ANSWER])

OTHER_ANSWER = f"""coalesce((SELECT '{PREFIX}' || min(said.key) FROM jsonb_each(v.technical) AS said (key, answer)
    WHERE company.technical ? said.key AND {ANSWERS_DIFFER}), '')"""  # noqa: S608 - made of constants
CONTRADICTION = "CASE {} ELSE {} END".format(
    " ".join(
        f"WHEN {rule.given} IS NOT NULL AND NOT ({rule.is_empty}) AND {rule.differs(rule.given)} THEN '{rule.field}'"
        for rule in CONTRADICTABLE
    ),
    OTHER_ANSWER,
)


def answer_in_words(answer: str) -> str:
    """The text of an answer (an expression of JSON) as people read it; for statements with `yes` and `no`."""
    truth = f"CASE {answer} WHEN 'true' THEN %(yes)s ELSE %(no)s END"
    return f"CASE jsonb_typeof({answer}) WHEN 'boolean' THEN {truth} ELSE {answer} #>> '{{}}' END"


def _said_by(row: str) -> str:
    """What a card or a row says about the field of the contradiction."""
    columns = " ".join(f"WHEN '{rule.field}' THEN {row}.{rule.column}::text" for rule in CONTRADICTABLE)
    answer = answer_in_words(f"({row}.technical -> substr(found.field, {len(PREFIX) + 1}))")
    return f"CASE found.field WHEN '' THEN '' {columns} ELSE {answer} END"


BASE_SAYS, FILE_SAYS = _said_by("company"), _said_by("v")
