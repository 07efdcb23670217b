"""The servers of a data folder: they keep what they were given, keep out who has no business there, and touch nothing else."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis

from activesales.embedded.postgres import Postgres
from activesales.embedded.problems import Problem
from activesales.embedded.processes import processes_in
from activesales.embedded.quarters import LONGEST_SOCKET_PATH, take_quarters, within_reach
from activesales.embedded.servers import lock, owned_servers, shared_servers


@pytest.fixture(autouse=True)
def no_outside_servers(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def servers(lasting_home):
    with owned_servers(lasting_home) as (postgres, broker):
        yield postgres, broker


def execute(postgres: Postgres, statement: str) -> list[tuple]:
    connection = postgres.connect()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def modes(folder: Path) -> dict[Path, tuple[int, int]]:
    return {place: (place.stat().st_mode, place.stat().st_uid) for place in (folder, *folder.parents)}


def test_a_cluster_is_utf8_with_code_point_order_and_syncs_to_disk(servers):
    row = execute(servers[0], "SELECT current_setting('server_encoding'), datlocale, datctype FROM pg_database LIMIT 1")
    assert row == [("UTF8", "C.UTF-8", "C.UTF-8")]
    assert execute(servers[0], "SELECT current_setting('fsync')") == [("on",)]


def test_trigrams_and_unaccent_are_there_for_every_new_database(servers):
    execute(servers[0], "CREATE DATABASE another")
    with servers[0].connect("another") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT similarity('ромашка', 'РОМАШКИ') > 0.5, unaccent('ё')")
        assert cursor.fetchone() == (True, "е")
    connection.close()


def test_nothing_listens_on_the_network(servers):
    assert execute(servers[0], "SELECT current_setting('listen_addresses')") == [("",)]
    with redis.Redis(unix_socket_path=str(servers[1].socket)) as client:
        assert client.config_get("port") == {"port": "0"}


def test_only_the_folder_of_the_servers_gets_another_owner_or_mode(home):
    before = modes(home)
    with owned_servers(home):
        assert modes(home) == before
        folder = (home / "servers").resolve()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_was_committed_survives_the_kill_of_both_servers(lasting_home):
    with owned_servers(lasting_home) as (postgres, broker):
        execute(postgres, "CREATE TABLE kept AS SELECT 1 AS id")
        for server in (postgres, broker):
            server.process.kill()
            server.process.wait()
    with owned_servers(lasting_home) as (postgres, _broker):
        assert execute(postgres, "SELECT id FROM kept") == [(1,)]


def test_a_database_made_anew_is_empty_and_has_its_extensions(servers):
    execute(servers[0], "CREATE TABLE interrupted AS SELECT 1 AS id")
    servers[0].recreate_database()
    assert execute(servers[0], "SELECT to_regclass('interrupted'), unaccent('ё')") == [(None, "е")]


def test_servers_die_with_a_killed_owner_and_start_again(lasting_home):
    command = [sys.executable, "-m", "activesales.embedded", "exec", "--home", str(lasting_home), "--"]
    owner = subprocess.run([*command, "sh", "-c", "kill -9 $PPID"], capture_output=True, text=True)
    assert owner.returncode == -signal.SIGKILL
    with owned_servers(lasting_home) as (postgres, broker):
        assert postgres.answers()
        assert broker.answers()
        assert list(processes_in(postgres.data, "postgres")) != []
    assert list(processes_in(postgres.data, "postgres")) == []


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(lasting_home):
    with owned_servers(lasting_home) as (postgres, _broker):
        pid_file = postgres.data / "postmaster.pid"
        text = pid_file.read_text()
    pid_file.write_text("\n".join([str(os.getpid()), *text.splitlines()[1:]]))
    with owned_servers(lasting_home) as (postgres, _broker):
        assert execute(postgres, "SELECT 1") == [(1,)]


def test_a_cluster_cut_short_while_it_was_made_is_made_anew(home):
    quarters = take_quarters(home)
    (quarters.room("postgres") / "data.unfinished").mkdir()
    with owned_servers(home) as (postgres, _broker):
        assert execute(postgres, "SELECT 1") == [(1,)]


def test_a_second_owner_is_turned_away_with_a_sentence(lasting_home):
    with (
        lock(lasting_home / "owner.lock"),
        pytest.raises(Problem, match="is in use: stop the other start first"),
        owned_servers(lasting_home),
    ):
        pass


def test_a_second_command_joins_the_servers_of_the_first(lasting_home, servers):
    with shared_servers(lasting_home) as (postgres, broker):
        assert postgres.process is None
        assert execute(postgres, "SELECT 1") == [(1,)]
        assert broker.answers()
    assert servers[0].answers()


def test_outside_servers_leave_nothing_to_start(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://outside/base")
    monkeypatch.setenv("REDIS_URL", "redis://outside/0")
    with owned_servers(home) as servers:
        assert servers == []
    assert not (home / "servers").exists()


def test_a_long_path_gets_a_short_socket(home):
    home = home / ("long" * 30)
    home.mkdir()
    with owned_servers(home) as (postgres, broker):
        assert len(os.fsencode(postgres.sockets / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
        assert len(os.fsencode(broker.socket)) <= LONGEST_SOCKET_PATH
        assert stat.S_IMODE(postgres.sockets.stat().st_mode) == 0o700
        assert execute(postgres, "SELECT 1") == [(1,)]
    for folder in {postgres.sockets, broker.socket.parent}:
        shutil.rmtree(folder)


def test_the_command_gets_the_addresses_and_its_exit_code_is_ours(lasting_home):
    command = "import os, sys; sys.exit(len([n for n in ('DATABASE_URL', 'REDIS_URL') if os.environ.get(n)]) + 40)"
    run = [
        sys.executable,
        "-m",
        "activesales.embedded",
        "exec",
        "--home",
        str(lasting_home),
        "--",
        sys.executable,
        "-c",
        command,
    ]
    assert subprocess.run(run).returncode == 42


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand its servers to another account")
class TestAsRoot:
    def test_servers_run_as_an_account_without_rights(self, servers):
        for server in servers:
            assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0

    def test_data_behind_a_closed_door_are_kept_elsewhere(self, tmp_path):
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        lasting_home = closed / "lasting_home"
        lasting_home.mkdir()
        assert not within_reach(lasting_home)
        with owned_servers(lasting_home) as (postgres, _broker):
            assert execute(postgres, "SELECT 1") == [(1,)]
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert (lasting_home / "servers").is_symlink()
        elsewhere = (lasting_home / "servers").resolve()
        shutil.rmtree(elsewhere)
        with pytest.raises(Problem, match="is gone: put it back"):
            take_quarters(lasting_home)

    def test_another_account_is_not_let_in(self, servers):
        psql = [str(servers[0].programs / "psql"), "-h", str(servers[0].sockets), "-U", "activesales", "-c", "SELECT 1"]
        refused = subprocess.run(psql, user="daemon", capture_output=True, text=True)
        assert "Permission denied" in refused.stderr


def test_a_refused_login_is_no_endless_wait(servers):
    servers[0].stop()
    (servers[0].data / "pg_ident.conf").write_text("")
    servers[0].launch()
    with pytest.raises(Problem, match="does not let this account in"):
        servers[0]._wait()


def test_the_last_words_of_a_server_are_part_of_the_sentence(home):
    with owned_servers(home) as (postgres, _broker):
        pass
    (postgres.data / "postgresql.conf").write_text("max_connections = none\n")
    with pytest.raises(Problem, match="The database did not start"), owned_servers(home):
        pass


def test_psycopg_and_redis_take_the_addresses_as_they_are_exported(servers):
    import environ

    config = environ.Env.db_url_config(servers[0].environment()["DATABASE_URL"])
    psycopg2.connect(host=config["HOST"], user=config["USER"], dbname=config["NAME"]).close()
    assert redis.Redis.from_url(servers[1].environment()["REDIS_URL"]).ping()
