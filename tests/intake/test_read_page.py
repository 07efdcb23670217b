"""Facts from a page that was pasted or fetched; the server never reaches into its own network."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exceptions import RuleViolation
from intake.fetching import MOST_BYTES, fetch_page, is_public
from intake.models import ImportBatch
from intake.pages import as_table, read_page
from intake.readers import read_table
from intake.services import check_import, import_page

PAGE = """<html><head><title>Насосы оптом</title><meta property="og:site_name" content="Насос"><script>var a="x@y.ru"</script></head>
<body><h1>ООО «Уральский Насос»</h1><p>ИНН 7707083893, КПП: 770701001, ОГРН 1027700132195</p>
<a href="tel:+73435550142">8 (343) 555-01-42</a> <p>факс 8 (343) 555-01-43</p><a href="mailto:info@nasos.example?subject=a">почта</a>
отдел сбыта: sbyt@nasos.example, номер счёта 40702810400000000225</body></html>"""


def test_a_page_says_who_owns_it_and_how_to_reach_them():
    facts = read_page(PAGE)
    assert facts.name == "ООО «Уральский Насос»"
    assert facts.phones == ["+73435550142", "+73435550143"]
    assert facts.emails == ["info@nasos.example", "sbyt@nasos.example"]
    assert facts.numbers == {"inn": "7707083893", "kpp": "770701001", "ogrn": "1027700132195"}
    header, row = read_table(as_table(facts, "https://nasos.example/contacts")).rows
    assert "https://nasos.example/contacts" in row
    assert len(header) == len(row)


def test_copied_text_is_read_alike():
    facts = read_page("АО «Клапан»\nИНН 7707083890\nтел. 8 351 555 01 42")
    assert (facts.name, facts.phones, facts.numbers) == ("АО «Клапан»", ["+73515550142"], {})


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=500))
def test_no_text_breaks_the_reading(text):
    list(read_table(as_table(read_page(text))).rows)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
     "2002:7f00:1::", "64:ff9b::7f00:1", "ff02::1", "240.0.0.1"],
)  # fmt: skip
def test_an_inner_address_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "77.88.8.8", "2a02:6b8::feed:ff"])
def test_an_open_address_is(address):
    assert is_public(address)


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        kind, size = self.path.strip("/").partition("-")[::2]
        self.send_response({"away": 302, "missing": 404, "loop": 302}.get(kind, 200))
        self.send_header("Content-Type", "application/pdf" if kind == "file" else "text/html; charset=utf-8")
        if kind in ("away", "loop"):
            self.send_header("Location", "http://127.0.0.1/" if kind == "away" else "/loop")
        self.end_headers()
        self.wfile.write(b"a" * int(size) if size else PAGE.encode())

    def log_message(self, *_arguments):
        """Quiet."""


@pytest.fixture
def site(settings):
    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.IMPORT_FETCH_HOSTS = ["localhost"]
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_page_of_an_allowed_host_is_read(site):
    url, text = fetch_page(f"{site}/page")
    assert read_page(text).numbers["inn"] == "7707083893"
    assert url == f"{site}/page"


@pytest.mark.parametrize(
    ("path", "words"),
    [("away", "inner network"), ("loop", "without end"), ("missing", "404"), ("file", "not a page"),
     (f"big-{MOST_BYTES + 1}", "too large")],
)  # fmt: skip
def test_what_may_not_be_read_is_refused_with_a_sentence(site, english, path, words):
    with pytest.raises(RuleViolation, match=words):
        fetch_page(f"{site}/{path}")


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://0x7f000001/", "http://2130706433/", "http://127.1/",
     "http://169.254.169.254/latest/", "ftp://example.org/", "file:///etc/passwd", "http://user@localhost/", "http://",
     "http://localhost:8080/", "gopher://127.0.0.1", "javascript:alert(1)", "http://[::ffff:127.0.0.1]/", "что-то"],
)  # fmt: skip
def test_the_server_does_not_reach_into_its_own_network(url):
    with pytest.raises(RuleViolation):
        fetch_page(url)


@pytest.mark.django_db
def test_pasted_text_goes_the_way_of_every_file(cast, client_of):
    marketer = client_of(cast.marketer)
    page = reverse("intake:read-page")
    assert marketer.get(page).status_code == 200
    answer = marketer.post(page, {"text": PAGE, "source_name": "Сайты"})
    row = ImportBatch.objects.get().rows.get()
    assert answer.url == reverse("intake:import", args=[row.batch_id])
    assert (row.outcome, row.values["inn"], row.values["core"]) == ("create", "7707083893", "Уральский Насос")
    assert marketer.post(page, {"text": "ничего", "source_name": "Сайты"}).status_code == 422
    assert marketer.post(page, {"url": "http://127.0.0.1/", "source_name": "Сайты"}).status_code == 422


@pytest.mark.django_db
def test_the_address_of_a_page_is_kept_with_what_it_said(cast, site):
    batch = import_page(actor=cast.marketer, url=f"{site}/page", source_name="Сайты")
    check_import(batch)
    assert batch.rows.get().values["url"] == f"{site}/page"
