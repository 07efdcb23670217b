"""The mail catcher: what it has taken is kept, and what it could not keep is left to the sender to try again."""

import os
import smtplib
import subprocess
import sys
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import Envelope
from django.conf import settings
from django.db import connection

from operations.management.commands.catch_mail import keep
from operations.models import CaughtMail


def letter():
    message = EmailMessage()
    message["Subject"] = "Приглашение на семинар"
    message["From"] = "crm@activesales.example"
    message["To"] = "ivanov@romashka.example"
    message.set_content("Здравствуйте!")
    return message


def envelope(content):
    taken = Envelope()
    taken.mail_from, taken.rcpt_tos, taken.content = "crm@activesales.example", ["ivanov@romashka.example"], content
    return taken


@pytest.fixture
def catcher(transactional_db):
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "catch_mail", "--port", "0"]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True)
    said = process.stdout.readline()
    assert "Letters are caught" in said
    yield int(said.rpartition(":")[2])
    process.terminate()
    assert process.wait() == 0


def test_a_letter_sent_over_smtp_is_kept_with_all_its_recipients(catcher):
    with smtplib.SMTP("127.0.0.1", catcher) as smtp:
        smtp.send_message(letter(), to_addrs=["ivanov@romashka.example", "petrov@romashka.example"])
    kept = CaughtMail.objects.get()
    assert kept.subject == "Приглашение на семинар"
    assert kept.recipients == ["ivanov@romashka.example", "petrov@romashka.example"]
    assert b"Subject:" in bytes(kept.raw)


def test_a_mailbox_that_does_not_exist_is_refused_and_the_others_get_the_letter(catcher):
    with smtplib.SMTP("127.0.0.1", catcher) as smtp:
        refused = smtp.send_message(letter(), to_addrs=["ivanov@romashka.example", "gone@works.invalid"])
    assert refused["gone@works.invalid"][0] == 550
    assert CaughtMail.objects.get().recipients == ["ivanov@romashka.example"]


def rename(table, name):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {name}")


def test_a_letter_that_the_database_does_not_take_is_to_be_sent_again(transactional_db):
    rename("operations_caughtmail", "away")
    try:
        assert keep(envelope(letter().as_bytes())).startswith("451 ")
    finally:
        rename("away", "operations_caughtmail")
    assert keep(envelope(letter().as_bytes())).startswith("250 ")
    assert CaughtMail.objects.count() == 1


def test_a_letter_of_broken_bytes_is_kept_as_it_came(transactional_db):
    content = b"Subject: \xff\xfe=?utf-8?b?broken\r\nTo: <<>>\r\n\r\n\x00\xff"
    assert keep(envelope(content)).startswith("250 ")
    assert bytes(CaughtMail.objects.get().raw) == content
