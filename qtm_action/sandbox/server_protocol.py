"""QTM4J Server's protocol: the paths of its three steps, its credentials, and its responses.

Source: the vendor's page on importing results by REST, steps 2.1 to 2.3. It is served by Jira, which
looks at ``Authorization`` before the app looks at ``apiKey``.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from qtm_action.sandbox import responses
from qtm_action.sandbox.body_rules import SERVER_RULES
from qtm_action.sandbox.credentials import is_api_key, is_login
from qtm_action.sandbox.faults import Step
from qtm_action.sandbox.intake import RefusedUploadError, store_upload
from qtm_action.sandbox.ledger import UploadRefusedError
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN
from qtm_action.sandbox.progress_record import server_record
from qtm_action.sandbox.protocol import ImportProtocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from qtm_action.sandbox.import_progress import ImportProgress
    from qtm_action.sandbox.ledger import StartedImport
    from qtm_action.sandbox.options import SandboxOptions

_XSRF_PASSES = frozenset({"no-check", "nocheck"})
_PATH = "rest/<any(qtm4j, qmetry):prefix>/automation/latest/importresult"


class ServerProtocol(ImportProtocol):
    """Server's and Data Center's three steps, under two prefixes."""

    deployment = "Server"
    address_input = "jira-url"
    rules = SERVER_RULES

    @staticmethod
    def record(progress: ImportProgress) -> dict[str, Any]:
        """Return the progress record that step 3 answers."""
        return server_record(progress)

    @staticmethod
    def environment(options: SandboxOptions, url: str) -> dict[str, str | None]:
        """Return the environment variables of a pipeline; None for a value that was chosen by the user."""
        return {
            "QTM_JIRA_URL": url,
            "QTM_API_KEY": SANDBOX_API_KEY if options.api_key == SANDBOX_API_KEY else None,
            "QTM_TOKEN": SANDBOX_TOKEN if options.token == SANDBOX_TOKEN else None,
        }

    def routes(self) -> list[Rule]:
        """Return the rules of the steps; the endpoint of each is the step's value."""
        path = f"{self._options.context_path}/{_PATH}"
        return [
            Rule(path, endpoint=Step.START.value, methods=["POST"]),
            Rule(f"{path}/submitFile", endpoint=Step.UPLOAD.value, methods=["POST"]),
            Rule(f"{path}/track", endpoint=Step.TRACK.value, methods=["GET"]),
        ]

    def serves(self, step: Step, arguments: Mapping[str, str]) -> bool:
        """Whether this version of the app has the step under the route's prefix."""
        served = self._options.track_prefix if step is Step.TRACK else self._options.start_prefix
        return served.serves(arguments["prefix"])

    def missing_route(self) -> Response:
        """Answer for a REST path that this version of the app does not have, in the form chosen."""
        return responses.missing_route(self._options)

    def error(self, step: Step, status: int) -> Response:
        """Answer with a status that the sandbox was asked for: 400 is the app's, others are pages."""
        del step
        if status == HTTPStatus.BAD_REQUEST:
            return responses.app_error(400, "The sandbox was asked to answer 400", self._clock())
        return responses.html_page(status)

    def refusal(self, step: Step, request: Request) -> Response | None:
        """Refuse a wrong login as Jira does, then a wrong key as the app does.

        An upload URL of another origin needs neither, as it is signed.
        """
        if step is Step.UPLOAD and self._options.upload_origin:
            return None
        if not is_login(request.headers.get("Authorization"), self._options):
            return responses.refused_login(self._options)
        if not is_api_key(request.headers.get("apiKey"), self._options):
            answer = responses.refused_api_key(self._clock())
            answer.headers["X-Seraph-LoginReason"] = "OK"  # Jira's, as the login was right
            answer.headers["X-AUSERNAME"] = self._options.username
            return answer
        return None

    def _started(
        self, request: Request, arguments: Mapping[str, str], entry: StartedImport
    ) -> dict[str, str]:
        prefix = f"{self._options.context_path}/rest/{arguments['prefix']}"
        path = f"{prefix}/automation/latest/importresult/submitFile"
        return {
            "url": f"{self._origin(request)}{path}?uploadId={entry.upload_id}",
            "trackingId": entry.tracking_id,
        }

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
            self._accept(entry, request, stored)
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

    def _history(self, request: Request) -> Response:
        """Server has no history."""
        del request
        return self.missing_route()
