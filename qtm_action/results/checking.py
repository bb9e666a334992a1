"""Checking: what the result files contain together, and whether they can be one import."""

from __future__ import annotations

from qtm_action.errors import Problem, Severity
from qtm_action.formats import Format
from qtm_action.results.readers.tally import MAX_FAILURES, MAX_KEYS
from qtm_action.results.result_files import Failure, FileReading, TestCounts

_MOST_ERRORS = 50
_MOST_WARNINGS = 20
_SHOWN = 2


class Total:
    """The sum of the readings of the files of one import, in bounded memory.

    ``expected`` is the format that the import sets; None: it is recognised from the files.
    """

    def __init__(self, expected: Format | None = None) -> None:
        self.expected = expected
        self.files = 0
        self.counts = TestCounts()
        self.failures: list[Failure] = []
        self.keys: dict[str, None] = {}
        self.keyed = 0
        self.empty: list[str] = []
        """The files that are valid and contain no tests."""
        self.repaired: dict[str, int] = {}
        """The files that are to be repaired, with how many characters are replaced."""
        self._problems: dict[Severity, list[Problem]] = {severity: [] for severity in Severity}
        self._left_out: dict[Severity, int] = dict.fromkeys(Severity, 0)
        self._formats: dict[Format, list[str]] = {}
        self._of_format: dict[Format, int] = {}

    def add(self, name: str, reading: FileReading) -> None:
        """Add the content of the file ``name``."""
        self.files += 1
        self.counts += reading.counts
        self.failures += reading.failures[: MAX_FAILURES - len(self.failures)]
        self.keyed += reading.keyed
        for key in reading.keys:
            if len(self.keys) < MAX_KEYS:
                self.keys[key] = None
        if reading.is_empty:
            self.empty.append(name)
        if reading.repaired:
            self.repaired[name] = reading.repaired
        for problem in reading.problems:
            self.add_problem(problem)
        if reading.format is not None:
            self._of_format[reading.format] = self._of_format.get(reading.format, 0) + 1
            examples = self._formats.setdefault(reading.format, [])
            if len(examples) < _SHOWN:
                examples.append(name)

    def add_problem(self, problem: Problem) -> None:
        """Add a problem; of very many only the first are kept, and the rest are counted."""
        known = self._problems[problem.severity]
        if len(known) < (_MOST_ERRORS if problem.severity is Severity.ERROR else _MOST_WARNINGS):
            known.append(problem)
        else:
            self._left_out[problem.severity] += 1

    @property
    def has_errors(self) -> bool:
        """Whether something is wrong with one of the files."""
        return bool(self._problems[Severity.ERROR])

    @property
    def format(self) -> Format | None:
        """The format that the import sets, else that of the files, if they all have the same."""
        if self.expected is not None:
            return self.expected
        return next(iter(self._formats)) if len(self._formats) == 1 else None

    def problems(self) -> tuple[Problem, ...]:
        """Return everything wrong with the files, errors first, and with them as a whole."""
        errors, warnings = self._problems[Severity.ERROR], self._problems[Severity.WARNING]
        whole = []
        if self.expected is None and len(self._formats) > 1:
            whole.append(self._several_formats())
        elif not self.counts.total and not errors:
            files = "the result file" if self.files == 1 else f"the {self.files:,} result files"
            whole.append(Problem(f"no test cases found in {files}", "Did the test run find any tests?"))
        return (*whole, *errors, *self._more(Severity.ERROR), *warnings, *self._more(Severity.WARNING))

    def _more(self, severity: Severity) -> tuple[Problem, ...]:
        number = self._left_out[severity]
        if not number:
            return ()
        return (Problem(f"and {number:,} more {severity.value}s of this kind", "", severity),)

    def _several_formats(self) -> Problem:
        words = "; ".join(
            f"{format_.title}: {self._of_format[format_]:,}, such as {' and '.join(examples)}"
            for format_, examples in self._formats.items()
        )
        return Problem(
            f"the files are of several formats ({words})",
            "Make one import for each format, or set `format` and match only files of that format.",
        )
