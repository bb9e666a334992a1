"""What the protocols of both deployments have in common: steps 1 and 3, and keeping what step 2 brings.

What an import becomes is the ledger's business, and what goes wrong on demand the application's.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, final

from werkzeug.exceptions import RequestEntityTooLarge

from qtm_action.sandbox import responses
from qtm_action.sandbox.credentials import without_secrets
from qtm_action.sandbox.faults import Step
from qtm_action.sandbox.parameters import RefusedBodyError, read_parameters
from qtm_action.sandbox.received import ReceivedUpload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from werkzeug.routing import Rule
    from werkzeug.wrappers import Request, Response

    from qtm_action.sandbox.body_rules import BodyRules
    from qtm_action.sandbox.import_progress import ImportProgress
    from qtm_action.sandbox.intake import StoredFile
    from qtm_action.sandbox.ledger import Ledger, StartedImport
    from qtm_action.sandbox.options import SandboxOptions

_LARGEST_BODY = 1 << 20


class ImportProtocol(ABC):
    """One deployment's requests and responses.

    ``folder`` is where uploads are stored, ``clock`` gives seconds since the epoch. ``arguments`` are
    those of the route of a request.
    """

    #: The deployment's name, for people.
    deployment: ClassVar[str]
    #: The input that a pipeline gives the sandbox's address as.
    address_input: ClassVar[str]
    #: What step 1's body may have.
    rules: ClassVar[BodyRules]

    def __init__(
        self, options: SandboxOptions, ledger: Ledger, folder: Path, clock: Callable[[], float]
    ) -> None:
        self._options = options
        self._ledger = ledger
        self._folder = folder
        self._clock = clock

    @staticmethod
    @abstractmethod
    def record(progress: ImportProgress) -> dict[str, Any]:
        """Return the progress record that step 3 answers."""

    @staticmethod
    @abstractmethod
    def environment(options: SandboxOptions, url: str) -> dict[str, str | None]:
        """Return the environment variables of a pipeline; None for a value that was chosen by the user."""

    @abstractmethod
    def routes(self) -> list[Rule]:
        """Return the rules of the steps; the endpoint of each is the step's value."""

    @abstractmethod
    def serves(self, step: Step, arguments: Mapping[str, str]) -> bool:
        """Whether this version of the app has the step at this route."""

    @abstractmethod
    def missing_route(self) -> Response:
        """Answer for a REST path that this version of the app does not have."""

    @abstractmethod
    def error(self, step: Step, status: int) -> Response:
        """Answer with a status that the sandbox was asked for."""

    @abstractmethod
    def refusal(self, step: Step, request: Request) -> Response | None:
        """Return the answer to missing or wrong credentials; None when they are right."""

    @final
    def answer(self, step: Step, request: Request, arguments: Mapping[str, str]) -> Response:
        """Do the work of a step; raises ConnectionError where the client is gone."""
        match step:
            case Step.START:
                return self._start(request, arguments)
            case Step.UPLOAD:
                return self._upload(request)
            case Step.TRACK:
                return self._track(request)
            case Step.HISTORY:
                return self._history(request)

    @abstractmethod
    def _started(
        self, request: Request, arguments: Mapping[str, str], entry: StartedImport
    ) -> dict[str, str]:
        """Return the body of step 1's answer."""

    @abstractmethod
    def _upload(self, request: Request) -> Response:
        """Step 2."""

    @abstractmethod
    def _history(self, request: Request) -> Response:
        """Answer with the records of earlier imports."""

    def _start(self, request: Request, arguments: Mapping[str, str]) -> Response:
        """Step 1 (vendor page, 2.1), which wants JSON and no form-data."""
        now = self._clock()
        if request.mimetype != "application/json":
            kind = request.mimetype or "without a type"
            return responses.app_error(
                415, f"A JSON body is required; form-data is not supported ({kind})", now
            )
        request.max_content_length = _LARGEST_BODY
        try:
            body = json.loads(request.get_data(), parse_constant=_refuse_constant)
            parameters = read_parameters(body, self._options, self.rules)
        except RequestEntityTooLarge:
            return responses.html_page(413)
        except RefusedBodyError as error:
            return responses.app_error(400, error.message, now, error.errors)
        except (ValueError, RecursionError) as error:
            return responses.app_error(400, f"The request body is not valid JSON: {error}", now)
        entry = self._ledger.open(body, without_secrets(dict(request.headers)), parameters)
        return responses.as_json(self._started(request, arguments, entry))

    def _track(self, request: Request) -> Response:
        """Step 3 (vendor page, 2.3): an unknown id is HTTP 400 whose body says 404."""
        tracking_id = request.args.get("trackingId", "")
        record = self._ledger.track(tracking_id)
        if record is None:
            message = f"No import details found for given tracking id '{tracking_id}'"
            return responses.app_error(404, message, self._clock(), http_status=400)
        return responses.as_json(record)

    def _accept(self, entry: StartedImport, request: Request, stored: StoredFile) -> None:
        """Hand a file that came whole to the ledger, under a name that says which import it is of."""
        suffix = PurePosixPath(stored.file_name.lower()).suffix
        path = stored.path.rename(self._folder / f"{entry.tracking_id}{suffix}")
        upload = ReceivedUpload(
            file_name=stored.file_name,
            content_type=stored.content_type,
            size=stored.size,
            sha256=stored.sha256,
            at=self._clock(),
            headers=without_secrets(dict(request.headers)),
            had_credentials="apiKey" in request.headers or "Authorization" in request.headers,
            path=path if self._options.keep_uploads else None,
        )
        self._ledger.accept(entry, upload, path)

    def _origin(self, request: Request) -> str:
        """Return the origin of upload URLs."""
        return self._options.upload_origin or request.host_url.rstrip("/")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
