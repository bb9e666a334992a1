"""The command line: commands, and exceptions turned into exit codes; nothing else."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from qtm_action.errors import InterruptedRunError, QtmActionError, SignalError, TerminatedRunError
from qtm_action.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType

    from qtm_action.arguments import Arguments
    from qtm_action.log import Log
    from qtm_action.session import Session

# What GitLab's and Jenkins' runners start in an image in place of its own command.
_SHELLS = frozenset({"sh", "bash", "dash", "ash", "cat"})
COMMANDS = {
    "import": "import the result files (the default)",
    "validate": "check spec, inputs and result files, without using the network",
    "init": "find result files, write a qtm-import.yml and print the step for your pipeline",
    "doctor": "check whether an import would work, without importing anything",
    "demo": "import the shipped examples into the embedded sandbox",
    "sandbox": "run an embedded QTM4J server in the foreground",
    "schema": "print the JSON Schema of the import spec",
    "completion": "print a script that completes commands and options in your shell",
    "version": "print the version",
    "help": "print this overview, or the options of a command",
}
_ADDRESS = ("jira-url", "region")
_GRACE = 5.0  # seconds after a signal in which the outcome is logged and written; it takes less than a tenth


def run() -> NoReturn:
    """Run the command of this process and leave at once: the interpreter's own end takes a tenth of a run.

    After a signal not even the log is flushed, since its reader may not read.
    """
    code = main()
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. A shell or ``cat`` as first argument is executed instead."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and Path(words[0]).name in _SHELLS:
        return _execute(words)
    _open_closed_streams()
    _listen_for_signals()
    try:
        return int(_dispatch(words))
    except SignalError as stop:
        return int(stop.exit_code)
    except Exception as error:  # noqa: BLE001 - a defect before there is a session, or in its last words
        # Its text could hold a secret, and nothing is masked here.
        sys.stderr.write(f"error: internal error: {type(error).__name__}\n")
        return int(ExitCode.DEFECT)


def overview() -> str:
    """Return what ``--help`` prints."""
    listed = "".join(f"  {name:<10} {meaning}\n" for name, meaning in COMMANDS.items())
    return f"""\
usage: qtm-action [COMMAND] [OPTION ...]

Import automated test results into QMetry Test Management for Jira (QTM4J).

commands:
{listed}
qtm-action COMMAND --help lists a command's options. Every option of import can also be set as
an environment variable: --jira-url is QTM_JIRA_URL. Secrets can be set only as variables:
QTM_API_KEY, and QTM_TOKEN or QTM_USERNAME and QTM_PASSWORD.
"""


def _execute(words: list[str]) -> int:
    """Become another program; return the code that a shell gives where that is not possible."""
    try:
        os.execvp(words[0], words)  # noqa: S606 - the caller asked for exactly this program
    except OSError as error:
        sys.stderr.write(f"error: {words[0]} cannot be started: {error.strerror}\n")
        return 127 if isinstance(error, FileNotFoundError) else 126


def _dispatch(words: list[str]) -> ExitCode:
    if words[:1] in (["version"], ["--version"]):
        from qtm_action import __version__

        return _print(f"qtm-action {__version__}\n")
    if words in (["help"], ["--help"], ["-h"]):
        return _print(overview())
    if words[:1] == ["help"]:
        words = [words[1], "--help"]
    if not words:  # as every pipeline starts it: nothing to parse
        return _session().import_all()
    from qtm_action.arguments import parse

    try:
        arguments = parse(words, COMMANDS)
    except QtmActionError as error:
        return _session().fail(error)
    except SystemExit:  # --help
        return ExitCode.OK
    return _run(arguments)


def _session(options: Mapping[str, str] | None = None) -> Session:
    gc.disable()  # while modules are imported, which stay: looking through them takes a twentieth of a run
    from qtm_action.session import Session

    gc.freeze()
    gc.enable()

    return Session.open(sys.stdout, os.environ, options or {})


def _run(arguments: Arguments) -> ExitCode:  # noqa: PLR0911 - one for each command
    match arguments.command:
        case "init":
            return _init(arguments)
        case "doctor":
            from qtm_action.doctor import doctor

            return doctor(_session(arguments.options))
        case "demo":
            from qtm_action.demo import demo

            return demo(sys.stdout, os.environ)
        case "sandbox":
            return _sandbox(arguments)
        case "completion":
            from qtm_action.arguments import completion_script

            return _print(completion_script(arguments.namespace.shell, COMMANDS))
        case "schema":
            from qtm_action.spec.json_schema import schema_text

            return _print(schema_text())
        case "validate":
            return _session(arguments.options).validate(show_effective=arguments.namespace.effective)
        case _:
            return _session(arguments.options).import_all()


def _init(arguments: Arguments) -> ExitCode:
    from qtm_action.init.command import InitRequest, spec_text, write_spec
    from qtm_action.init.questions import GivenAddress
    from qtm_action.inputs.reporting import working_directory
    from qtm_action.log import Silence

    session = _session(arguments.options)
    request = InitRequest(
        working_directory(session.inputs, session.started_in),
        session.started_in,
        address=GivenAddress(
            *(session.inputs[name].text if name in session.inputs else "" for name in _ADDRESS)
        ),
        force=arguments.namespace.force,
        ask=_asking(session.platform) if _is_attended() else None,
    )
    try:
        if arguments.namespace.print:
            return _print(session.platform.redacted(spec_text(request, Silence())))
        write_spec(request, session.platform)
    except QtmActionError as error:
        return session.fail(error, publish=False)
    return ExitCode.OK


def _is_attended() -> bool:
    """Whether a person is there to answer questions."""
    return not os.environ.get("CI") and sys.stdin.isatty() and sys.stdout.isatty()


def _asking(log: Log) -> Callable[[str], str]:
    def ask(question: str) -> str:
        log.info(question)
        return sys.stdin.readline().strip()

    return ask


def _sandbox(arguments: Arguments) -> ExitCode:
    from qtm_action.sandbox.embedded_server import Sandbox
    from qtm_action.sandbox.options import from_arguments

    session = _session()
    try:
        Sandbox(from_arguments(arguments.namespace), log=session.platform).serve_forever()
    except QtmActionError as error:
        return session.fail(error)
    return ExitCode.OK


def _print(text: str) -> ExitCode:
    """Print what a command was asked for; what the encoding does not have becomes an escape.

    A reader that has left (``| head -1``) has what it wanted; text that can't be written is reported.
    """
    from qtm_action.line_stream import LineStream

    stream = LineStream(sys.stdout)
    stream.lines(*text.removesuffix("\n").split("\n"))
    if stream.failure is None or isinstance(stream.failure, BrokenPipeError):
        return ExitCode.OK
    sys.stderr.write(f"error: cannot write the output: {stream.failure}\n")
    return ExitCode.NOT_WRITTEN


def _open_closed_streams() -> None:
    """Open what the caller closed (``>&-``) on nothing, so that no file of ours takes its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nothing = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nothing, mode, encoding="utf-8", closefd=False))


def _listen_for_signals() -> None:
    """Turn SIGINT, SIGTERM and SIGHUP into exceptions; as PID 1 of a container nothing else would end us.

    A SIGHUP that the caller has us ignore (``nohup``) stays ignored.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        _begin_to_end(ExitCode.INTERRUPTED)
        raise InterruptedRunError("interrupted (SIGINT)")

    def terminate(number: int, _frame: FrameType | None) -> NoReturn:
        _begin_to_end(ExitCode.TERMINATED)
        raise TerminatedRunError(f"terminated ({signal.Signals(number).name})")

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, terminate)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # not on Windows
        signal.signal(signal.SIGHUP, terminate)


def _begin_to_end(code: ExitCode) -> None:
    """Let the outcome be written: no second signal cuts it off, and no reader that does not read holds it.

    Leaves by ``os._exit``: a thread that is blocked in writing to a full pipe would keep the interpreter.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if hasattr(signal, "setitimer"):  # not on Windows
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, lambda _number, _frame: os._exit(int(code)))
        signal.setitimer(signal.ITIMER_REAL, _GRACE)
