"""The reference of the API as a page of the product, drawn from the same OpenAPI document.

The usual viewers write inline styles, which the strict CSP does not run.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from core.views import SIGNED_IN, shows

METHODS = ("get", "post", "put", "patch", "delete")


@cache
def _document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def _fields(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a request or an answer, one level deep."""
    schema = next(iter(body.get("content", {}).values()), {}).get("schema", {})
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    known = _document().get("components", {}).get("schemas", {}).get(name, schema)
    needed = known.get("required", [])
    return [
        {
            "name": field,
            "type": about.get("type", "object"),
            "format": about.get("format", ""),
            "required": field in needed,
        }
        for field, about in known.get("properties", {}).items()
    ]


def _operations() -> Iterator[dict[str, Any]]:
    for path, methods in sorted(_document()["paths"].items()):
        for method in METHODS:
            if operation := methods.get(method):
                yield {
                    "method": method.upper(),
                    "path": path,
                    "text": operation.get("description", ""),
                    "group": operation.get("tags", [""])[0],
                    "parameters": operation.get("parameters", []),
                    "body": _fields(operation.get("requestBody", {})),
                    "answers": sorted(operation.get("responses", {})),
                }


@shows(SIGNED_IN)
def api_docs(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters and fields, grouped as in the document."""
    return render(request, "activesales/api_docs.html", {"operations": list(_operations())})
