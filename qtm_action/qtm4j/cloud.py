"""QTM4J on Cloud: everything that is different there.

A host of QTM4J's own for each region and one prefix of paths, the automation API key alone, a ``PUT`` of the
file's bare bytes to a pre-signed URL that gets no credential whatever its host and is valid for one use, the
answers of an object store, and a history of imports in addition to the progress record.

The vendor documents step 1 only. The rest is what its own clients do: the Jenkins plugin, the Maven uploader
and the MCP server agree with each other. What is a guess is marked so in ``docs/cloud.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from qtm_action.errors import AuthenticationError, InvalidInputError, RefusedError, UnexpectedAnswerError
from qtm_action.qtm4j.deployment import (
    API_KEY_PAGE,
    CHECK_PERMISSIONS,
    INTERNAL_ID,
    Address,
    Connection,
    Deployment,
)
from qtm_action.qtm4j.transport.answers import Answer, with_message
from qtm_action.qtm4j.transport.request import HttpRequest, UploadBody
from qtm_action.qtm4j.transport.urls import (
    BaseUrl,
    Peer,
    Target,
    UnusableUrlError,
    parse_base_url,
    resolve_upload_url,
)
from qtm_action.qtm4j.values import Credentials, Upload
from qtm_action.words import format_size

CLOUD = Peer("QTM4J Cloud", "region")
_STORE = Peer("the upload URL's server", "the upload URL")
# The two regions that there are (help text of the vendor's Jenkins plugin).
REGIONS = {"us": "https://qtmcloud.qmetry.com", "au": "https://syd-qtmcloud.qmetry.com"}
HOSTED_REGION = "QMetry > About > Hosted Region"
WHERE_REGION_IS = f"Jira shows it under {HOSTED_REGION}"
# What the vendor's clients send, without a boundary: the signature of the URL may cover it.
_CONTENT_TYPE = "multipart/form-data"
_HISTORY_PAGE = 100  # the most that the vendor's MCP server asks for
# Bytes. The vendor's MCP server uploads no more; whether the server itself refuses more is not known.
_LARGEST_UPLOAD = 10 * 1024 * 1024
_SHORTEST_SIGNATURE = 20  # characters; shorter values of a query are dates, names and numbers
_JWT = "eyJ"  # how a key of the Open API begins; automation keys are hexadecimal digits
_PROJECT_ID = re.compile(r"[0-9]{1,18}")
_CYCLE_KEY = re.compile(r"([A-Z][A-Z0-9_]{0,254})-TR-[0-9]{1,18}")
# QTM4J's page in a Jira site; a Connect app's, which the vendor does not document.
_PAGE = "/plugins/servlet/ac/com.infostretch.QmetryTestManager/qtm4j-test-management"


@dataclass(frozen=True, slots=True)
class CloudAddress(Address):
    """A region of QTM4J Cloud: the base URL of its API, and the Jira site, used only for links."""

    site: BaseUrl | None = None
    peer = CLOUD

    @staticmethod
    def missing_credentials(credentials: Credentials) -> str:
        """Name the missing inputs: the API key is the only credential needed; empty when it is set."""
        return "" if credentials.api_key else "api-key (the only credential needed on Cloud)"

    @staticmethod
    def unused_credentials(credentials: Credentials) -> tuple[str, ...]:
        """Return the inputs whose values are not sent."""
        given = {
            "token": credentials.token,
            "username": credentials.username,
            "password": credentials.password,
        }
        return tuple(name for name, value in given.items() if value)

    @staticmethod
    def size_warning(size: int) -> str | None:
        """Return what is worth a warning about an upload of ``size`` bytes."""
        if size <= _LARGEST_UPLOAD:
            return None
        return (
            f"the upload is {format_size(size)}, and the vendor's Cloud client limits uploads to "
            f"{format_size(_LARGEST_UPLOAD)}; if it is refused, zip it, or import fewer files at once"
        )

    def deployment(self, connection: Connection, user_agent: str) -> QtmCloud:
        """Return this region."""
        return QtmCloud(self, connection, user_agent)


class QtmCloud(Deployment):
    """One region of QTM4J Cloud."""

    start_prefixes = track_prefixes = ("rest/api",)
    import_result = "automation/importresult"
    not_found_hint = f"Check region: us, au, or the base URL of another region. {WHERE_REGION_IS}."
    address_hint = "Check region."
    upload_url_is_for_one_use = True  # step 1's answer: "for one time use and will expire in 5 minutes"

    def __init__(self, address: CloudAddress, connection: Connection, user_agent: str) -> None:
        key = connection.credentials.api_key
        super().__init__(address, connection, user_agent, {"apiKey": key})
        self._site = address.site
        self._has_open_api_key = key.startswith(_JWT)

    def upload_body(self, upload: Upload, on_sent: Callable[[int], None]) -> UploadBody:
        """Return step 2's body: the bytes of the file and nothing else."""
        return UploadBody(upload, on_sent, content_type=_CONTENT_TYPE)

    def upload_request(self, url: str, body: UploadBody) -> HttpRequest:
        """Return step 2's request, without a credential: an object store refuses one with a signature.

        Raises :class:`UnexpectedAnswerError` for a URL that nothing may be sent to.
        """
        try:
            origin, path = resolve_upload_url(url, self.address)
        except UnusableUrlError as reason:
            raise UnexpectedAnswerError(
                f"QTM4J Cloud returned an upload URL that cannot be used: it {reason}",
                hint="Nothing was sent there. Check region and the proxy between this runner and QTM4J.",
            ) from None
        target = Target(origin, path, _STORE, with_credentials=False)
        headers = {"User-Agent": self._common["User-Agent"], "Content-Type": body.content_type}
        return HttpRequest("PUT", target, headers, whole=self.timeouts.whole, body=body)

    def upload_secrets(self, url: str, tracking_id: str) -> tuple[str, ...]:
        """Return the URL's query and the longer values in it: its signature, key and token."""
        try:
            query = urlsplit(url).query
        except ValueError:
            return ()
        values = (value for _, value in parse_qsl(query) if len(value) >= _SHORTEST_SIGNATURE)
        return tuple(each for each in (query, *values) if each not in tracking_id)

    def upload_url_refusal(self, answer: Answer, target: Target) -> RefusedError | None:
        """Return the error for a URL that has expired, was used, or whose signature is not accepted."""
        is_refused = answer.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
        is_expired = answer.status == HTTPStatus.BAD_REQUEST and answer.says(b"expired")
        if not is_refused and not is_expired:
            return None
        return RefusedError(
            with_message(
                f"the upload URL that QTM4J Cloud returned, on {target.origin}, was refused", answer
            ),
            hint="Nothing was imported. A proxy between this runner and QTM4J must not change the URL or any "
            "header.",
        )

    def upload_refusal(self, answer: Answer, target: Target) -> RefusedError | None:
        """Return the error where the upload's server refuses: it was sent no key, so the key is not wrong."""
        is_bad = answer.status == HTTPStatus.BAD_REQUEST and answer.app_error() is None
        if not is_bad and answer.status != HTTPStatus.UNAUTHORIZED and not answer.is_redirect:
            return None
        return RefusedError(
            with_message(
                f"the upload URL that QTM4J Cloud returned, on {target.origin}, refused the file", answer
            ),
            hint=f"A proxy between this runner and QTM4J must pass requests to {target.origin} unchanged.",
        )

    def history_request(self, start_at: int, *, whole: float | None = None) -> HttpRequest:
        """Return the request for a page of the project's imports."""
        page = f"startAt={start_at}&maxResults={_HISTORY_PAGE}"
        return self._question(f"{self.track_prefixes[0]}/{self.import_result}/history?{page}", whole)

    def authentication_failure(self, answer: Answer) -> AuthenticationError | None:
        """Return the error for 401 (the key) and 403 (a permission)."""
        if answer.status == HTTPStatus.UNAUTHORIZED:
            return AuthenticationError(
                with_message("QTM4J Cloud did not accept the API key", answer), hint=self._api_key_hint()
            )
        if answer.status == HTTPStatus.FORBIDDEN:
            return AuthenticationError(
                with_message("QTM4J Cloud refused permission", answer),
                hint=CHECK_PERMISSIONS,
            )
        return None

    def _api_key_hint(self) -> str:
        if self._has_open_api_key:
            return (
                "api-key looks like an Open API key, which cannot be used for imports. Set it to the "
                f"automation API key: {API_KEY_PAGE}."
            )
        return (
            f"It may belong to another region than {self.origin} ({WHERE_REGION_IS}), be a key from "
            f"Configuration > Open API, or have been replaced by a newer key. Generate one: {API_KEY_PAGE}."
        )

    def _cycle_url(self, entry: Mapping[str, Any]) -> str | None:
        """Return the page of a test cycle, an entry of the progress record's ``summary``.

        The page's address needs the id of the project, which no answer of the API is known to have; where it
        has none there is no link, since an address without it opens the project that was open last.
        """
        found = _CYCLE_KEY.fullmatch(str(entry.get("testCycleIssueKey")))
        internal_id, project_id = str(entry.get("testCycle", "")), str(entry.get("projectId", ""))
        if self._site is None or found is None:
            return None
        if not INTERNAL_ID.fullmatch(internal_id) or not _PROJECT_ID.fullmatch(project_id):
            return None
        return (
            f"{self._site}{_PAGE}?project.key={found[1]}&project.id={project_id}"
            f"#!/TestCycleDetail/{internal_id}?projectId={project_id}"
        )


def parse_region(text: str, *, site: str | None = None) -> CloudAddress:
    """Read a region, ``us``, ``au`` or a base URL, and the address of the Jira site.

    Raises :class:`InvalidInputError` for an invalid one.
    """
    region = text.strip()
    known = REGIONS.get(region.lower(), region)
    if "://" not in known:
        raise InvalidInputError(
            f"region {region!r} is unknown",
            hint=f"Set region to us or au ({WHERE_REGION_IS}), or to another base URL.",
        )
    example = "Set region to us, au, or a base URL such as https://qtmcloud.qmetry.com."
    api = parse_base_url(known, setting="region", example=example)
    if site is None:
        return CloudAddress(api.origin, api.path)
    example = "With region, jira-url is the Jira site, used only for links: https://acme.atlassian.net."
    origin = parse_base_url(site, setting="jira-url", example=example).origin
    return CloudAddress(api.origin, api.path, BaseUrl(origin))
