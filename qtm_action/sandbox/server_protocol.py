"""QTM4J Server's protocol: the paths of its three steps, its credentials, and its responses.

Source: the vendor's page on importing results by REST, steps 2.1 to 2.3. What an import becomes is the
ledger's business, and what goes wrong on demand the application's.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NoReturn

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from qtm_action.sandbox import responses
from qtm_action.sandbox.credentials import are_accepted, without_secrets
from qtm_action.sandbox.faults import Step
from qtm_action.sandbox.intake import RefusedUploadError, StoredFile, store_upload
from qtm_action.sandbox.ledger import UploadRefusedError
from qtm_action.sandbox.parameters import RefusedBodyError, read_parameters
from qtm_action.sandbox.received import ReceivedUpload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from werkzeug.wrappers import Request

    from qtm_action.sandbox.ledger import Ledger
    from qtm_action.sandbox.options import SandboxOptions

_LARGEST_BODY = 1 << 20
_XSRF_PASSES = frozenset({"no-check", "nocheck"})
_PATH = "rest/<any(qtm4j, qmetry):prefix>/automation/latest/importresult"


class ServerProtocol:
    """The three steps; ``folder`` is where uploads are stored, ``clock`` gives seconds since the epoch."""

    def __init__(
        self, options: SandboxOptions, ledger: Ledger, folder: Path, clock: Callable[[], float]
    ) -> None:
        self._options = options
        self._ledger = ledger
        self._folder = folder
        self._clock = clock

    def routes(self) -> list[Rule]:
        """Return the rules of the steps; the endpoint of each is the step's value."""
        path = f"{self._options.context_path}/{_PATH}"
        return [
            Rule(path, endpoint=Step.START.value, methods=["POST"]),
            Rule(f"{path}/submitFile", endpoint=Step.UPLOAD.value, methods=["POST"]),
            Rule(f"{path}/track", endpoint=Step.TRACK.value, methods=["GET"]),
        ]

    def serves(self, step: Step, prefix: str) -> bool:
        """Whether this version of the app has the step under ``rest/<prefix>``."""
        served = self._options.track_prefix if step is Step.TRACK else self._options.start_prefix
        return served.serves(prefix)

    def answer(self, step: Step, request: Request, prefix: str) -> Response:
        """Do the work of a step; raises ConnectionError where the client is gone."""
        match step:
            case Step.START:
                return self._start(request, prefix)
            case Step.UPLOAD:
                return self._upload(request)
            case Step.TRACK:
                return self._track(request)

    def may_ask(self, step: Step, request: Request) -> bool:
        """Whether the credentials are right; an upload URL of another origin needs none, as it is signed."""
        if step is Step.UPLOAD and self._options.upload_origin:
            return True
        return are_accepted(
            request.headers.get("apiKey"), request.headers.get("Authorization"), self._options
        )

    def _start(self, request: Request, prefix: str) -> Response:
        """Step 1 (vendor page, 2.1)."""
        now = self._clock()
        if request.mimetype != "application/json":
            kind = request.mimetype or "without a type"
            return responses.app_error(
                415, f"A JSON body is required; form-data is not supported ({kind})", now
            )
        request.max_content_length = _LARGEST_BODY
        try:
            body = json.loads(request.get_data(), parse_constant=_refuse_constant)
            parameters = read_parameters(body, self._options)
        except RequestEntityTooLarge:
            return responses.html_page(413)
        except RefusedBodyError as error:
            return responses.app_error(400, error.message, now, error.errors)
        except (ValueError, RecursionError) as error:
            return responses.app_error(400, f"The request body is not valid JSON: {error}", now)
        entry = self._ledger.open(body, without_secrets(dict(request.headers)), parameters)
        origin = self._options.upload_origin or request.host_url.rstrip("/")
        path = f"{self._options.context_path}/rest/{prefix}/automation/latest/importresult/submitFile"
        url = f"{origin}{path}?uploadId={entry.upload_id}"
        return responses.as_json({"url": url, "trackingId": entry.tracking_id})

    def _upload(self, request: Request) -> Response:
        """Step 2 (vendor page, 2.2)."""
        now = self._clock()
        if self._options.xsrf_check and request.headers.get("X-Atlassian-Token") not in _XSRF_PASSES:
            return Response("XSRF check failed", HTTPStatus.FORBIDDEN, mimetype="text/plain")
        try:
            entry = self._ledger.claim(request.args.get("uploadId", ""))
        except UploadRefusedError as error:
            return responses.app_error(400, str(error), now)
        accepted = False
        try:
            stored = store_upload(request, self._folder, self._options.max_upload_size)
            path = self._kept(stored, entry.tracking_id)
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
            accepted = True
        except RefusedUploadError as error:
            return responses.app_error(error.status, error.message, now)
        except RequestEntityTooLarge:
            return responses.html_page(413)
        except HTTPException as error:
            return responses.app_error(400, error.description or "The upload can't be read", now)
        except OSError as error:
            raise ConnectionError(str(error)) from None
        finally:
            if not accepted:
                self._ledger.release(entry)
        return Response(status=HTTPStatus.NO_CONTENT)

    def _kept(self, stored: StoredFile, tracking_id: str) -> Path:
        """Give the stored file a name that says which import it is of."""
        return stored.path.rename(
            self._folder / f"{tracking_id}{PurePosixPath(stored.file_name.lower()).suffix}"
        )

    def _track(self, request: Request) -> Response:
        """Step 3 (vendor page, 2.3): an unknown id is HTTP 400 whose body says 404."""
        tracking_id = request.args.get("trackingId", "")
        record = self._ledger.track(tracking_id)
        if record is None:
            message = f"No import details found for given tracking id '{tracking_id}'"
            return responses.app_error(404, message, self._clock(), http_status=400)
        return responses.as_json(record)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
