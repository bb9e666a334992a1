"""QTM4J Server: the paths of its three steps, its credentials, and its responses.

Source: the vendor's page on importing results by REST, steps 2.1 to 2.3. It is served by Jira, which
looks at ``Authorization`` before the app looks at ``apiKey``.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from werkzeug.datastructures import Authorization
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from qtm_action.sandbox import responses
from qtm_action.sandbox.app import WRONG_KEY, SandboxApp
from qtm_action.sandbox.faults import Step
from qtm_action.sandbox.import_ledger import UploadRefusedError
from qtm_action.sandbox.options import SandboxOptions
from qtm_action.sandbox.received import ReceivedImport
from qtm_action.sandbox.uploads import multipart_file

_JIRA_VERSION = "9.12.0"
_XSRF_PASSES = frozenset({"no-check", "nocheck"})


class ServerApp(SandboxApp):
    """Server's and Data Center's three steps, under two prefixes."""

    def _rules(self) -> Iterator[Rule]:
        yield Rule("/rest/api/2/serverInfo", endpoint=(None, self._server_info), methods=["GET"])
        for prefix in ("qtm4j", "qmetry"):
            path = f"/rest/{prefix}/automation/latest/importresult"
            if self._options.start_prefix in ("both", prefix):
                yield Rule(path, endpoint=(Step.START, self._start), methods=["POST"])
                yield Rule(f"{path}/submitFile", endpoint=(Step.UPLOAD, self._upload), methods=["POST"])
            if self._options.track_prefix in ("both", prefix):
                yield Rule(f"{path}/track", endpoint=(Step.TRACK, self._track), methods=["GET"])

    def _server_info(self, request: Request) -> Response:
        """Answer with what Jira says of itself, also to a client without credentials."""
        base_url = f"{request.host_url.rstrip('/')}{self._options.context_path}"
        return responses.as_json({"baseUrl": base_url, "version": _JIRA_VERSION, "deploymentType": "Server"})

    def _missing_route(self) -> Response:
        return responses.missing_route(self._options)

    def _error(self, step: Step, status: int) -> Response:
        """Answer with a status that the sandbox was asked for: 400 is the app's, others are pages."""
        del step
        if status == HTTPStatus.BAD_REQUEST:
            return self._app_error(400, "The sandbox was asked to answer 400")
        return responses.html_page(status)

    def _refusal(self, step: Step, request: Request) -> Response | None:
        """Refuse a wrong login as Jira does, then a wrong key as the app does.

        An upload URL of another origin needs neither, as it is signed.
        """
        if step is Step.UPLOAD and self._options.upload_origin:
            return None
        if not is_login(request.authorization, self._options):
            return responses.refused_login(self._options)
        if request.headers.get("apiKey", "") != self._options.api_key:
            answer = self._app_error(401, WRONG_KEY)
            answer.headers["X-Seraph-LoginReason"] = "OK"  # Jira's, as the login was right
            answer.headers["X-AUSERNAME"] = self._options.username
            return answer
        return None

    def _started(self, request: Request, one: ReceivedImport) -> dict[str, str]:
        path = f"{request.path.rstrip('/')}/submitFile"
        return {
            "url": f"{self._origin(request)}{path}?uploadId={one.upload_id}",
            "trackingId": one.tracking_id,
        }

    def _upload(self, request: Request) -> Response:
        """Step 2 (vendor page, 2.2)."""
        if self._options.xsrf_check and request.headers.get("X-Atlassian-Token") not in _XSRF_PASSES:
            return Response("XSRF check failed", HTTPStatus.FORBIDDEN, mimetype="text/plain")
        try:
            with (
                self._ledger.claimed(request.args.get("uploadId", "")) as one,
                multipart_file(request, self._options.max_upload_size) as file,
            ):
                self._accept(one, request, file.stream, file.filename or "", file.content_type or "")
        except UploadRefusedError as error:
            return self._app_error(400, str(error))
        except RequestEntityTooLarge:
            return responses.html_page(413)
        except HTTPException as error:
            return self._app_error(error.code or 400, error.description or "The upload can't be read")
        except OSError as error:
            raise ConnectionError(str(error)) from None
        return Response(status=HTTPStatus.NO_CONTENT)


def is_login(authorization: Authorization | None, options: SandboxOptions) -> bool:
    """Whether ``Authorization`` is of one of Jira's two kinds (vendor page, "Request Header"), and right."""
    basic = Authorization("basic", {"username": options.username, "password": options.password})
    return authorization in (basic, Authorization("bearer", token=options.token))
