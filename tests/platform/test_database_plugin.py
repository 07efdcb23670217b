"""The database plugin of the tests itself: what a committing test leaves behind is gone, what was loaded is back."""

import os

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection


def test_a_process_works_on_a_clone_of_its_own(db):
    assert connection.settings_dict["NAME"].endswith(f"_{os.getpid()}")
    assert os.environ["DATABASE_URL"].endswith("/" + connection.settings_dict["NAME"])


@pytest.mark.parametrize("time", ["first", "second"])
def test_rows_that_a_test_has_committed_are_gone_for_the_next(transactional_db, time):
    assert not Group.objects.exists()
    Group.objects.create(name=time)


@pytest.mark.parametrize("time", ["first", "second"])
def test_reference_rows_that_a_test_has_deleted_are_back_with_their_ids(transactional_db, time):
    permission = Permission.objects.order_by("pk").first()
    assert ContentType.objects.filter(pk=permission.content_type_id).exists()
    ContentType.objects.all().delete()


def test_the_server_keeps_syncing_to_disk(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        assert cursor.fetchone() == ("on",)


def test_cyrillic_is_known_to_upper_lower_and_trigrams(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT upper('ёжик'), lower('ЁЖИК'), similarity('ромашка', 'РОМАШКИ') > 0.5, unaccent('ё')")
        assert cursor.fetchone() == ("ЁЖИК", "ёжик", True, "е")
