"""«Исходящие»."""

from email.message import EmailMessage

from django.urls import reverse

from operations.services import store_caught_mail


def caught(subject="Аудит пневмосети"):
    message = EmailMessage()
    message["Subject"], message["From"], message["To"], message["Message-ID"] = (
        subject,
        "a@firm.example",
        "b@client.example",
        "<1@firm.example>",
    )
    message.set_content("Здравствуйте, Сергей Жанович!")
    message.add_alternative("<p>Здравствуйте!<script>alert(1)</script></p>", subtype="html")
    return store_caught_mail(raw=message.as_bytes(), envelope_from="a@firm.example", envelope_to=["b@client.example"])


def test_a_caught_letter_is_listed_and_read_as_text(cast, client_of):
    letter = caught()
    client = client_of(cast.marketing_head)
    assert "Аудит пневмосети" in client.get(reverse("operations:outbox")).content.decode()
    page = client.get(reverse("operations:letter", args=[letter.pk])).content.decode()
    assert "Сергей Жанович" in page
    assert "alert(1)" not in page


def test_search_by_subject_finds_and_says_when_nothing_is_found(cast, client_of):
    caught("Первое")
    client = client_of(cast.db_admin)
    assert "Первое" in client.get(reverse("operations:outbox"), {"q": "перв"}).content.decode()
    assert "Первое" not in client.get(reverse("operations:outbox"), {"q": "второе"}).content.decode()


def test_a_manager_does_not_read_outgoing_mail(cast, client_of):
    caught()
    assert client_of(cast.manager).get(reverse("operations:outbox")).status_code == 404
