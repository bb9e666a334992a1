"""QTM4J Cloud's protocol: the paths of its three steps and of the history, its key, and its responses.

Sources: the vendor's page for Cloud and the vendor's MCP server for steps 1 and 3, Amazon S3 for step 2.
Cloud has hosts of its own, so no Jira looks at the requests. The bodies of its errors are not known; they
are taken to be Server's.
"""

from __future__ import annotations

import hmac
import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.routing import Rule
from werkzeug.sansio.utils import get_host
from werkzeug.wrappers import Response

from qtm_action.sandbox import responses
from qtm_action.sandbox.body_rules import CLOUD_RULES
from qtm_action.sandbox.credentials import is_api_key
from qtm_action.sandbox.faults import Step
from qtm_action.sandbox.intake import RefusedUploadError, store_body
from qtm_action.sandbox.ledger import UploadRefusedError, UploadUrlState
from qtm_action.sandbox.object_store import (
    EXPIRES,
    SIGNATURE,
    TOKEN,
    presigned_query,
    signature,
    store_error,
)
from qtm_action.sandbox.options import SANDBOX_API_KEY, RefusalForm
from qtm_action.sandbox.progress_record import cloud_record
from qtm_action.sandbox.protocol import ImportProtocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from qtm_action.sandbox.import_progress import ImportProgress
    from qtm_action.sandbox.ledger import StartedImport
    from qtm_action.sandbox.options import SandboxOptions

_UPLOADS = "automationuploads"
_DEFAULT_RESULTS, _MOST_RESULTS = 20, 100
_MOST_DIGITS = 9
_MINUTE = 60
_GATEWAY_ERRORS = frozenset({502, 503, 504})
_STORE_CODES = {
    400: "InvalidRequest",
    403: "AccessDenied",
    404: "NoSuchBucket",
    405: "MethodNotAllowed",
    500: "InternalError",
    503: "SlowDown",
}


class CloudProtocol(ImportProtocol):
    """Cloud's three steps and its history."""

    deployment = "Cloud"
    address_input = "region"
    rules = CLOUD_RULES

    @staticmethod
    def record(progress: ImportProgress) -> dict[str, Any]:
        """Return the progress record that step 3 and the history answer."""
        return cloud_record(progress)

    @staticmethod
    def environment(options: SandboxOptions, url: str) -> dict[str, str | None]:
        """Return the environment variables of a pipeline; None for a value that was chosen by the user."""
        return {
            "QTM_REGION": url,
            "QTM_API_KEY": SANDBOX_API_KEY if options.api_key == SANDBOX_API_KEY else None,
        }

    def routes(self) -> list[Rule]:
        """Return the rules of the steps; the endpoint of each is the step's value."""
        path = f"{self._options.context_path}/rest/api/automation/importresult"
        return [
            Rule(path, endpoint=Step.START.value, methods=["POST"]),
            # Every method: the signature is for PUT, so that any other has a wrong one.
            Rule(f"{self._options.context_path}/{_UPLOADS}/<name>", endpoint=Step.UPLOAD.value),
            Rule(f"{path}/track", endpoint=Step.TRACK.value, methods=["GET"]),
            Rule(f"{path}/history", endpoint=Step.HISTORY.value, methods=["GET"]),
        ]

    def serves(self, step: Step, arguments: Mapping[str, str]) -> bool:
        """Cloud has one version."""
        del step, arguments
        return True

    def missing_route(self) -> Response:
        """Answer for a path that Cloud does not have."""
        return responses.app_error(404, "The requested resource was not found", self._clock())

    def error(self, step: Step, status: int) -> Response:
        """Answer with a status that the sandbox was asked for, as the store, the gateway or the app does."""
        if step is Step.UPLOAD:
            code = _STORE_CODES.get(status, "Error")
            return store_error(status, code, f"The sandbox was asked to answer {status}")
        if status in _GATEWAY_ERRORS:
            return responses.html_page(status)
        return responses.app_error(status, f"The sandbox was asked to answer {status}", self._clock())

    def refusal(self, step: Step, request: Request) -> Response | None:
        """Refuse a wrong key; an upload needs none, as its URL is signed."""
        if step is Step.UPLOAD or is_api_key(request.headers.get("apiKey"), self._options):
            return None
        is_forbidden = self._options.refusal is RefusalForm.FORBIDDEN
        return responses.refused_api_key(self._clock(), 403 if is_forbidden else 401)

    def _started(
        self, request: Request, arguments: Mapping[str, str], entry: StartedImport
    ) -> dict[str, str]:
        del arguments
        life = self._options.upload_url_life
        parameters = entry.parameters
        extension = ".zip" if parameters.is_zip else parameters.format.extension
        name = f"{int(entry.received.at * 1000)}_{entry.tracking_id}{extension}"
        path = f"{self._options.context_path}/{_UPLOADS}/{name}"
        origin = urlsplit(self._origin(request))
        query = presigned_query(
            get_host(origin.scheme, origin.netloc),  # as the upload's Host header has it: no default port
            path,
            secret=self._options.api_key,
            token=entry.upload_id,
            now=self._clock(),
            expires=math.ceil(life),
        )
        whole_minutes = life >= _MINUTE and life % _MINUTE == 0
        shown = f"{life / _MINUTE:g} minutes" if whole_minutes else f"{life:g} seconds"
        return {
            "url": f"{origin.scheme}://{origin.netloc}{path}?{query}",
            "message": f"Generated Upload URL is valid for one time use and will expire in {shown}.",
            "trackingId": entry.tracking_id,
        }

    def _upload(self, request: Request) -> Response:
        """Step 2: a PUT of the bare bytes, as S3 takes it."""
        if (refused := self._refused_upload(request)) is not None:
            return refused
        try:
            entry = self._ledger.claim(request.args.get(TOKEN, ""))
        except UploadRefusedError as error:
            return _refused_url(error, request)
        accepted = False
        try:
            name = request.path.rpartition("/")[2]
            stored = store_body(request, self._folder, name, self._options.max_upload_size)
            self._accept(entry, request, stored)
            accepted = True
        except RequestEntityTooLarge:
            return store_error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        except RefusedUploadError as error:
            return store_error(error.status, "InternalError", error.message)
        except (ClientDisconnected, OSError) as error:
            raise ConnectionError(str(error)) from None  # fewer bytes than announced make no object
        finally:
            if not accepted:
                self._ledger.release(entry)
        answer = Response(status=HTTPStatus.OK, headers={"ETag": f'"{stored.sha256[:32]}"'})
        del answer.headers["Content-Type"]  # there is no content
        return answer

    def _refused_upload(self, request: Request) -> Response | None:
        """Return S3's answer to a request that it does not take; None for one that it does."""
        if "Authorization" in request.headers:
            return store_error(
                400,
                "InvalidArgument",
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query "
                "string parameter or the Authorization header should be specified",
                ArgumentName="Authorization",
            )
        if "Transfer-Encoding" in request.headers:
            return store_error(
                501,
                "NotImplemented",
                "A header you provided implies functionality that is not implemented",
                Header="Transfer-Encoding",
            )
        arguments = list(request.args.items(multi=True))
        right = signature(request.method, request.host, request.path, arguments, self._options.api_key)
        if not hmac.compare_digest(right.encode(), request.args.get(SIGNATURE, "").encode()):
            return store_error(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. "
                "Check your key and signing method.",
            )
        if "Content-Length" not in request.headers:
            return store_error(
                411, "MissingContentLength", "You must provide the Content-Length HTTP header."
            )
        return None

    def _history(self, request: Request) -> Response:
        """Answer with a page of the records of earlier imports, newest first (the order is a guess)."""
        start_at, max_results = (
            _whole_number(request.args.get(name, default))
            for name, default in (("startAt", "0"), ("maxResults", str(_DEFAULT_RESULTS)))
        )
        if start_at is None or max_results is None or not 1 <= max_results <= _MOST_RESULTS:
            message = f"startAt must be a number, maxResults one from 1 to {_MOST_RESULTS}"
            return responses.app_error(400, message, self._clock())
        records = self._ledger.history()
        page = {"startAt": start_at, "maxResults": max_results, "total": len(records)}
        return responses.as_json(page | {"data": records[start_at : start_at + max_results]})


def _refused_url(error: UploadRefusedError, request: Request) -> Response:
    if error.state is UploadUrlState.EXPIRED:
        expires = request.args.get(EXPIRES, "")
        return store_error(403, "AccessDenied", "Request has expired", **{EXPIRES: expires})
    return store_error(403, "AccessDenied", str(error))


def _whole_number(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else None
