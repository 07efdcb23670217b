"""Walks every URL of the project as a person and looks for marks of rows that this person may not see."""

import io
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial

import openpyxl
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from pypdf import PdfReader

from accounts import policy
from accounts.models import User
from tests.architecture.world import World, all_models, mark_of

MARK = re.compile(r"q[zn]\d\dw\d+")
# who holds the token of a letter is its reader: the page names the address it was sent to, and nothing else
BY_TOKEN = {"campaigns:unsubscribe": "campaigns.MailItem"}
# own requisites stand on every paper that goes out
PRINTED = {"operations.LegalEntity": ("deals.Proposal", "deals.Invoice")}
REFUSALS = {401, 403, 404, 405, 409, 422, 400}
NOT_OURS = ("vendor", "static")
UNCOUNTED = (
    "django_session",
    "contacts_dataaccess",
    "accounts_auditentry",
    "django_migrations",
    "knox_authtoken",
    "accounts_user",
)


@dataclass(frozen=True)
class Target:
    """A URL pattern: its name and its path with holes."""

    name: str
    route: str
    kinds: tuple[str, ...]  # converter of each hole

    def paths(self, worlds: list[World]) -> Iterator[str]:
        """The path for each world; once when there is nothing to fill in."""
        for world in worlds if self.kinds else worlds[:1]:
            yield "/" + re.sub(r"<(?:(\w+):)?(\w+)>", partial(_fill, world), self.route)


def _fill(world: World, hole: re.Match) -> str:
    kind, name = hole.group(1) or "str", hole.group(2)
    if kind == "int" or name.endswith("pk") or name == "id":
        return str(world.number)
    if kind == "uuid":
        return str(world.rows["campaigns.MailItem"].token) if name == "token" else str(uuid.uuid4())
    return {"name": "payments"}.get(name, f"x{world.number}")


def all_targets() -> list[Target]:
    """Every URL pattern of the resolver."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list, prefix: str, space: str) -> Iterator[Target]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).lstrip("^").replace(r"\Z", "").rstrip("$")
        if isinstance(pattern, URLPattern):
            kinds = tuple(match.group(1) or "str" for match in re.finditer(r"<(?:(\w+):)?(\w+)>", route))
            yield Target(f"{space}{pattern.name}", route, kinds)
        else:
            yield from _walk(pattern.url_patterns, route, f"{pattern.namespace}:" if pattern.namespace else space)


def allowed_marks(user: User, worlds: list[World]) -> set[str]:
    """Marks of the rows that the policy shows to the person."""
    allowed: set[str] = set()
    for world in worlds:
        seen = {model for model in all_models() if _may_see(user, model, world)}
        allowed |= {mark_of(model, world.number) for model in seen}
        if any(model._meta.label in policy.ROWS for model in seen) or not user.is_authenticated:
            allowed |= {mark_of(model, world.number, name=True) for model in all_models() if user.is_authenticated}
    return allowed


def _views(model: type) -> list[str]:
    return [name for name, action in policy.ACTIONS.items() if action.model == model._meta.label]


def _may_see(user: User, model: type, world: World) -> bool:
    """By any action on the row itself, or, for a row that only belongs to others, through one of those."""
    if not user.is_authenticated:
        return False
    if any(_may_see(user, apps.get_model(paper), world) for paper in PRINTED.get(model._meta.label, ())):
        return True
    if actions := _views(model):
        return any(
            model._base_manager.filter(pk=world.rows[model._meta.label].pk) & model.objects.permitted(user, name)
            for name in actions
        )
    parents = [
        known.related_model
        for known in model._meta.concrete_fields
        if known.is_relation and _views(known.related_model)
    ]
    parents = [parent for parent in parents if parent is not User]
    return not parents or any(_may_see(user, parent, world) for parent in parents)


@dataclass
class Report:
    """What a walk found."""

    requests: int = 0
    leaks: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def text_of(response) -> str:
    """Everything a response says, out of HTML, JSON, PDF and XLSX alike."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    if "pdf" in kind:
        return words_of_pdf(body)
    if "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(body))
        return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    return body.decode("utf-8", "replace")


@lru_cache
def words_of_pdf(body: bytes) -> str:
    """The same paper comes to many roles."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


def digest() -> str:
    """One number for the content of all tables, in one query."""
    tables = [name for name in connection.introspection.table_names() if name not in UNCOUNTED]
    parts = " || ".join(
        f"""coalesce((SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM "{name}" t), '')""" for name in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5({parts})")
        return cursor.fetchone()[0]


def walk(
    user: User,
    worlds: list[World],
    *,
    known: list[World] | None = None,
    targets: list[Target] | None = None,
    posts: bool = True,
) -> Report:
    """GET and POST every URL of `worlds` as this person; each request is undone afterwards. `known`: all worlds there are."""
    client, report = Client(raise_request_exception=False), Report()
    if user.is_authenticated:
        client.force_login(user, backend="accounts.backends.PolicyBackend")
    allowed, before = allowed_marks(user, known or worlds), digest()
    for target in targets if targets is not None else all_targets():
        for path in target.paths(worlds):
            _try(client, "get", path, target, allowed, before, report)
            if posts:
                _try(client, "post", path, target, allowed, before, report)
    return report


def _try(
    client: Client, method: str, path: str, target: Target, allowed: set[str], before: str, report: Report
) -> None:
    if target.name in {"account_logout"}:
        return
    writes = Writes()
    with transaction.atomic(), connection.execute_wrapper(writes):
        response = _ask(client, method, path, {}, target, allowed, report)
        if method == "get" and response.status_code == 200 and is_whole(response):  # a part is the same part for htmx
            _ask(client, method, path, {"HX-Request": "true"}, target, allowed, report)
        if writes.seen and (method == "get" or response.status_code in REFUSALS) and digest() != before:
            report.writes.append(f"{method.upper()} {path} {response.status_code} ({target.name})")
        transaction.set_rollback(True)


def is_whole(response) -> bool:
    """A page, of which htmx may get a part."""
    return not response.streaming and b"<html" in response.content


def _ask(client: Client, method: str, path: str, headers: dict, target: Target, allowed: set[str], report: Report):
    response = getattr(client, method)(path, headers=headers)
    report.requests += 1
    if model := BY_TOKEN.get(target.name):
        allowed = allowed | {mark_of(apps.get_model(model), number) for number in range(9001, 9005)}
    _judge(response, f"{method.upper()} {path} ({target.name})", allowed, report)
    return response


class Writes:
    """Notices statements that change rows: only after one of those the tables are compared."""

    def __init__(self) -> None:
        self.seen = False

    def __call__(self, execute, sql, params, many, context):
        text = str(sql).lstrip().upper()
        self.seen = self.seen or any(word in text for word in ("INSERT ", "UPDATE ", "DELETE "))
        return execute(sql, params, many, context)


def _judge(response, where: str, allowed: set[str], report: Report) -> None:
    if response.status_code >= 500:
        report.errors.append(where)
        return
    foreign = set(MARK.findall(text_of(response) + response.headers.get("Content-Disposition", ""))) - allowed
    if foreign:
        report.leaks.append(f"{where}: {sorted(foreign)[:5]}")
