"""Personal API tokens."""

from django.urls import reverse
from knox.models import AuthToken

from accounts.services import dismiss_user, issue_token


def test_a_token_is_shown_once_and_stored_hashed(cast, client_of):
    page = client_of(cast.manager).post(reverse("accounts:new-token")).content.decode()
    stored = AuthToken.objects.get(user=cast.manager)
    assert stored.token_key in page
    assert stored.digest not in page.split("<table")[0]
    again = client_of(cast.manager).get(reverse("accounts:tokens")).content.decode()
    assert "shown again" not in again


def test_a_token_gives_the_rights_of_its_owner(cast, client):
    headers = {"Authorization": f"Token {issue_token(actor=cast.manager)}"}
    assert client.get("/api/v1/companies/", headers=headers).status_code == 200
    assert client.get("/api/v1/companies/").status_code == 401


def test_a_revoked_token_is_dead(cast, client, client_of):
    headers = {"Authorization": f"Token {issue_token(actor=cast.manager)}"}
    digest = AuthToken.objects.get().digest
    client_of(cast.manager).post(reverse("accounts:revoke-token", args=[digest]))
    assert client.get("/api/v1/companies/", headers=headers).status_code == 401


def test_nobody_revokes_a_strangers_token(cast, client_of):
    issue_token(actor=cast.manager)
    answer = client_of(cast.manager2).post(reverse("accounts:revoke-token", args=[AuthToken.objects.get().digest]))
    assert answer.status_code == 404
    assert AuthToken.objects.count() == 1


def test_dismissal_kills_the_tokens(cast, client):
    headers = {"Authorization": f"Token {issue_token(actor=cast.manager)}"}
    dismiss_user(cast.manager, actor=cast.db_admin)
    assert client.get("/api/v1/companies/", headers=headers).status_code == 401
