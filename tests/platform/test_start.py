"""What a start says when the machine is not ready, and what it leaves behind when it is stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from activesales.embedded import machine
from activesales.embedded.children import Child, Program
from activesales.embedded.problems import Problem


def serve(home, **environment):
    command = [sys.executable, "-m", "activesales.embedded", "serve", "--home", str(home)]
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "ACTIVESALES_TEST")
    }
    return subprocess.Popen(
        command, env=kept | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_said_in_one_sentence_and_nothing_is_started(tmp_path, taken_port):
    process = serve(tmp_path, PORT=str(taken_port))
    said, _ = process.communicate()
    assert process.returncode == 1
    assert (
        said
        == f"Port {taken_port} is in use: stop what listens there, or choose another, such as PORT={taken_port + 1}.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_no_number_is_said_in_one_sentence(tmp_path):
    said, _ = serve(tmp_path, PORT="http").communicate()
    assert said == "PORT must be a number from 1 to 65535, not 'http': start with PORT=8000, for instance.\n"


def test_a_data_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    said, _ = serve(tmp_path / "file" / "home").communicate()
    assert said == f"{tmp_path / 'file' / 'home'} is no folder: set ACTIVESALES_HOME to one.\n"


def test_missing_pango_is_said_with_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setattr(machine.libraries, "NEEDED", {"libnothing.so.0": "libnothing0"})
    with pytest.raises(Problem, match="apt-get install -y --no-install-recommends libnothing0"):
        machine.check_machine(tmp_path)


def test_a_full_disk_is_said_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "NEEDED_SPACE", 10**18)
    with pytest.raises(Problem, match="free some, or set ACTIVESALES_HOME to another disk"):
        machine.check_machine(tmp_path)


def test_other_machines_are_let_in_only_when_the_names_of_this_one_are_given(monkeypatch):
    monkeypatch.delenv("HOST", raising=False)
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    assert machine.listening_address()[0] == "127.0.0.1"
    monkeypatch.setenv("ALLOWED_HOSTS", "crm.example")
    assert machine.listening_address()[0] == "0.0.0.0"


def test_a_fallen_child_is_announced_and_started_again(tmp_path, capsys):
    program = Program("clerk", [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ), tmp_path)
    program.start()
    first = program.process
    first.kill()
    first.wait()
    program.watch()
    assert "clerk stopped (SIGKILL) and starts again in 1 s" in capsys.readouterr().out
    program.due = 0
    program.watch()
    assert program.process.pid != first.pid
    program.stop()


def test_pauses_grow_while_a_child_keeps_falling(capsys):
    child = Child("clerk", lambda: subprocess.Popen(["false"]), log=None)
    for _fall in range(7):
        child.due = 0
        child.watch()
        child.process.wait()
        child.watch()
    pauses = [line.split(" in ")[1].split(" s;")[0] for line in capsys.readouterr().out.splitlines()]
    assert pauses == ["1", "2", "4", "8", "16", "30", "30"]


def test_lines_of_trouble_reach_the_console_and_all_lines_the_log(tmp_path, capsys):
    code = "print('INFO calm'); print('2026-01-01 ERROR the sky has fallen')"
    program = Program("clerk", [sys.executable, "-c", code], dict(os.environ), tmp_path)
    program.start()
    program.process.wait()
    program.copier.join()
    assert capsys.readouterr().out == "clerk  | 2026-01-01 ERROR the sky has fallen\n"
    assert (tmp_path / "log" / "clerk.log").read_text().splitlines() == [
        "INFO calm",
        "2026-01-01 ERROR the sky has fallen",
    ]


def status(port):
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
    return connection.getresponse().status


def processes_of(home):
    """Whoever has the data folder in the environment, or works in it."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            mine = f"ACTIVESALES_HOME={home}".encode() in Path(f"/proc/{entry}/environ").read_bytes().split(b"\0")
            if entry.isdigit() and (mine or os.readlink(f"/proc/{entry}/cwd").startswith(str(home))):
                found.append(int(entry))
        except OSError:
            continue
    return found


def wait_for(line, process):
    said = []
    for text in process.stdout:
        said.append(text)
        if line in text:
            return said
    raise AssertionError("".join(said))


def served_again(port):
    while True:
        try:
            if status(port) < 500:
                return True
        except OSError:
            time.sleep(0.2)


@pytest.mark.kill
def test_a_start_serves_mends_itself_and_leaves_nothing_running(lasting_home):
    port = machine.any_free_port()
    process = serve(lasting_home, PORT=str(port))
    wait_for(f"Active Sales runs at http://localhost:{port}", process)
    assert status(port) < 500
    for pid in processes_of(lasting_home):
        if "gunicorn" in Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, signal.SIGKILL)
    wait_for("web stopped (SIGKILL) and starts again in 1 s", process)
    assert served_again(port)
    postmaster = (lasting_home / "servers" / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0]
    os.kill(int(postmaster), signal.SIGKILL)
    wait_for("postgres stopped (SIGKILL) and starts again in 1 s", process)
    assert served_again(port)
    process.terminate()
    said, _ = process.communicate()
    assert process.returncode == 0, said
    assert processes_of(lasting_home) == []
