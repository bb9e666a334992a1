"""QTM4J Cloud: the paths of its three steps and of the history, its key, and its responses.

Sources: the vendor's page for Cloud and the vendor's MCP server for steps 1 and 3, Amazon S3 for step 2.
Cloud has hosts of its own, so no Jira looks at the requests. The bodies of its errors are not known; they
are taken to be Server's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.routing import Rule
from werkzeug.sansio.utils import get_host
from werkzeug.wrappers import Request, Response

from qtm_action.sandbox import responses
from qtm_action.sandbox.app import WRONG_KEY, SandboxApp
from qtm_action.sandbox.faults import Step
from qtm_action.sandbox.import_ledger import UploadExpiredError, UploadRefusedError
from qtm_action.sandbox.object_store import EXPIRES, TOKEN, presigned_query, refusal, store_error
from qtm_action.sandbox.received import ReceivedImport
from qtm_action.sandbox.uploads import DiskFullError

_UPLOADS = "automationuploads"
_DEFAULT_RESULTS, _MOST_RESULTS = 20, 100
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


class CloudApp(SandboxApp):
    """Cloud's three steps and its history."""

    def _rules(self) -> Iterator[Rule]:
        path = "/rest/api/automation/importresult"
        yield Rule(path, endpoint=(Step.START, self._start), methods=["POST"])
        # Every method: the signature is for PUT, so that any other has a wrong one.
        yield Rule(f"/{_UPLOADS}/<name>", endpoint=(Step.UPLOAD, self._upload))
        yield Rule(f"{path}/track", endpoint=(Step.TRACK, self._track), methods=["GET"])
        yield Rule(f"{path}/history", endpoint=(Step.HISTORY, self._history), methods=["GET"])

    def _missing_route(self) -> Response:
        return self._app_error(404, "The requested resource was not found")

    def _error(self, step: Step, status: int) -> Response:
        """Answer with a status that the sandbox was asked for, as the store, the gateway or the app does."""
        if step is Step.UPLOAD:
            code = _STORE_CODES.get(status, "Error")
            return store_error(status, code, f"The sandbox was asked to answer {status}")
        if status in _GATEWAY_ERRORS:
            return responses.html_page(status)
        return self._app_error(status, f"The sandbox was asked to answer {status}")

    def _refusal(self, step: Step, request: Request) -> Response | None:
        """Refuse a wrong key; an upload needs none, as its URL is signed."""
        if step is Step.UPLOAD or request.headers.get("apiKey", "") == self._options.api_key:
            return None
        return self._app_error(403 if self._options.refusal == "403" else 401, WRONG_KEY)

    def _started(self, request: Request, one: ReceivedImport) -> dict[str, str]:
        life = self._options.upload_url_life
        extension = ".zip" if one.parameters.is_zip else one.parameters.format.extension
        path = f"{self._options.context_path}/{_UPLOADS}/{int(one.at * 1000)}_{one.tracking_id}{extension}"
        origin = urlsplit(self._origin(request))
        query = presigned_query(
            get_host(origin.scheme, origin.netloc),  # as the upload's Host header has it: no default port
            path,
            secret=self._options.api_key,
            token=one.upload_id,
            now=self._clock(),
            expires=math.ceil(life),
        )
        whole_minutes = life >= _MINUTE and life % _MINUTE == 0
        shown = f"{life / _MINUTE:g} minutes" if whole_minutes else f"{life:g} seconds"
        return {
            "url": f"{origin.scheme}://{origin.netloc}{path}?{query}",
            "message": f"Generated Upload URL is valid for one time use and will expire in {shown}.",
            "trackingId": one.tracking_id,
        }

    def _upload(self, request: Request) -> Response:
        """Step 2: a PUT of the bare bytes, as S3 takes it."""
        if (refused := refusal(request, self._options.api_key)) is not None:
            return refused
        try:
            with self._ledger.claimed(request.args.get(TOKEN, "")) as one:
                request.max_content_length = self._options.max_upload_size
                name = request.path.rpartition("/")[2]
                upload = self._accept(one, request, request.stream, name, request.mimetype)
        except UploadExpiredError:
            expires = request.args.get(EXPIRES, "")
            return store_error(403, "AccessDenied", "Request has expired", **{EXPIRES: expires})
        except UploadRefusedError as error:
            return store_error(403, "AccessDenied", str(error))
        except RequestEntityTooLarge:
            return store_error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        except DiskFullError as error:
            return store_error(error.code, "InternalError", error.description or "")
        except (ClientDisconnected, OSError) as error:
            raise ConnectionError(str(error)) from None  # fewer bytes than announced make no object
        answer = Response(status=HTTPStatus.OK, headers={"ETag": f'"{upload.sha256[:32]}"'})
        del answer.headers["Content-Type"]  # there is no content
        return answer

    def _history(self, request: Request) -> Response:
        """Answer with a page of the records of earlier imports, newest first (the order is a guess)."""
        try:
            start_at = int(request.args.get("startAt", 0))
            max_results = int(request.args.get("maxResults", _DEFAULT_RESULTS))
        except ValueError:
            start_at = max_results = -1
        if start_at < 0 or not 1 <= max_results <= _MOST_RESULTS:
            message = f"startAt must be a number, maxResults one from 1 to {_MOST_RESULTS}"
            return self._app_error(400, message)
        records = self._ledger.history()
        page = {"startAt": start_at, "maxResults": max_results, "total": len(records)}
        return responses.as_json(page | {"data": records[start_at : start_at + max_results]})
