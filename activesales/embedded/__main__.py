"""`python -m activesales.embedded exec -- COMMAND…` and `python -m activesales.embedded serve [--demo]`."""

import argparse
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

from activesales.embedded.problems import Problem
from activesales.embedded.processes import die_with_parent
from activesales.embedded.servers import shared_servers
from activesales.embedded.supervisor import serve

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    arguments = read_arguments()
    home = arguments.home.resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        os.environ["ACTIVESALES_HOME"] = str(home)
        if arguments.action == "serve":
            return serve(home, demo=arguments.demo)
        return run_with_servers(arguments.command, home)
    except Problem as problem:
        print(problem, file=sys.stderr)
    except OSError as error:
        print(sentence(error, home), file=sys.stderr)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 1


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m activesales.embedded", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("ACTIVESALES_HOME") or ROOT / "var"))
    actions = parser.add_subparsers(dest="action", required=True)
    execute = actions.add_parser("exec", help="start the servers, run a command, stop them")
    execute.add_argument("--home", type=Path, default=argparse.SUPPRESS, help="the data folder")
    execute.add_argument("command", nargs="+", metavar="COMMAND")
    service = actions.add_parser("serve", help="run the product until it is stopped")
    service.add_argument("--home", type=Path, default=argparse.SUPPRESS, help="the data folder")
    service.add_argument("--demo", action="store_true", help="play a department at work into an empty base")
    return parser.parse_args()


def sentence(error: OSError, home: Path) -> str:
    """What to do about the errors of the system that a start runs into."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"No disk space is left for {home}: free some, or set ACTIVESALES_HOME to a folder on another disk."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename or home} may not be written: set ACTIVESALES_HOME to a folder of this account."
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{home} is no folder: set ACTIVESALES_HOME to one."
    raise error


def run_with_servers(command: list[str], home: Path) -> int:
    """Run the command with the addresses of the servers in its environment, and return its exit code."""
    with shared_servers(home) as servers:
        environment = dict(os.environ)
        for server in servers:
            environment |= server.environment()
        process = subprocess.Popen(command, env=environment, preexec_fn=die_with_parent(signal.SIGTERM))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the command as well
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda received, _frame: process.send_signal(received))
        return process.wait()


if __name__ == "__main__":
    sys.exit(main())
