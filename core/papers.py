"""Papers: an HTML template becomes a PDF, and nothing from outside can get into it.

WeasyPrint asks the fetcher below for every address in the document. It knows the stylesheet of papers and four font
files by name, and pictures inside the document (`data:`); no network, no files. The full TTF files are used, because
the subsets meant for browsers lose digits in a PDF.
"""

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

KEPT = 15 * 60  # seconds
PREVIEW_SCALE = 1.5  # A4 is 892 pixels wide
_FONTS = settings.NODE_MODULES / "@expo-google-fonts" / "onest"
STYLESHEET = "paper:/documents.css"
ALLOWED: dict[str, tuple[Path, str]] = {
    STYLESHEET: (settings.BASE_DIR / "static" / "css" / "documents.css", "text/css"),
    "paper:/onest-400.ttf": (_FONTS / "400Regular" / "Onest_400Regular.ttf", "font/ttf"),
    "paper:/onest-500.ttf": (_FONTS / "500Medium" / "Onest_500Medium.ttf", "font/ttf"),
    "paper:/onest-600.ttf": (_FONTS / "600SemiBold" / "Onest_600SemiBold.ttf", "font/ttf"),
    "paper:/onest-700.ttf": (_FONTS / "700Bold" / "Onest_700Bold.ttf", "font/ttf"),
}


class ClosedFetcher(URLFetcher):
    """Fetches only what is allowed by name, and `data:` addresses."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Raises ValueError for any other address; WeasyPrint leaves the picture out then."""
        if (known := ALLOWED.get(url)) is None:
            return super().fetch(url, headers)
        path, kind = known
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """The PDF of a template. Papers for clients are in Russian whatever language the screen is in.

    A paper is looked at, opened and sent within minutes: one whose words have not changed is set once.
    """
    with translation.override("ru"):
        html = render_to_string(template, {"stylesheet": STYLESHEET, **context})
    look = sha256(html.encode() + ALLOWED[STYLESHEET][0].read_bytes()).hexdigest()
    return cache.get_or_set(f"paper:{look}", lambda: _set(html), KEPT)


def _set(html: str) -> bytes:
    return HTML(string=html, base_url="paper:/", url_fetcher=ClosedFetcher()).write_pdf(pdf_variant="pdf/ua-1")


def pictures(pdf: bytes) -> list[bytes]:
    """The pages as PNG, for a preview that shows the paper itself."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_png(page) for page in document]
    finally:
        document.close()


def _png(page: pypdfium2.PdfPage) -> bytes:
    stream = BytesIO()
    page.render(scale=PREVIEW_SCALE, grayscale=False).to_pil().save(stream, "PNG")
    return stream.getvalue()
