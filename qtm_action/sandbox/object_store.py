"""QTM4J Cloud's object store as a pre-signed upload shows it: Amazon S3's signatures and errors.

Source: Amazon's pages "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" and
"Error responses". That QTM4J Cloud uploads to S3 is seen in the parameters of its upload URLs.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Parameters of a pre-signed URL that are read back.
SIGNATURE = "X-Amz-Signature"
TOKEN = "X-Amz-Security-Token"  # noqa: S105 - the parameter's name
EXPIRES = "X-Amz-Expires"
DATE = "X-Amz-Date"

_ALGORITHM = "AWS4-HMAC-SHA256"
_SCOPE = "us-east-1/s3/aws4_request"
_ACCESS_KEY = "SANDBOX"
_UNRESERVED = "-_.~"


def presigned_query(host: str, path: str, *, secret: str, token: str, now: float, expires: int) -> str:
    """Return the query of a URL that lets its holder PUT one object; ``expires`` is in seconds.

    ``host`` is the value of the ``Host`` header that the request will have; ``token`` is found again in
    the parameter :data:`TOKEN`.
    """
    moment = datetime.fromtimestamp(now, UTC)
    arguments = {
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{_ACCESS_KEY}/{moment:%Y%m%d}/{_SCOPE}",
        DATE: f"{moment:%Y%m%dT%H%M%SZ}",
        EXPIRES: str(expires),
        TOKEN: token,
        "X-Amz-SignedHeaders": "host",
    }
    signed = signature("PUT", host, path, arguments.items(), secret)
    return urlencode({**arguments, SIGNATURE: signed}, quote_via=quote)


def signature(method: str, host: str, path: str, arguments: Iterable[tuple[str, str]], secret: str) -> str:
    """Return the signature, in hexadecimal, of a request with these arguments in its query."""
    signed = [(name, value) for name, value in arguments if name != SIGNATURE]
    date, credential = (dict(signed).get(name, "") for name in (DATE, "X-Amz-Credential"))
    scope = credential.partition("/")[2]
    pairs = sorted((quote(name, _UNRESERVED), quote(value, _UNRESERVED)) for name, value in signed)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    request = "\n".join((method, quote(path), query, f"host:{host}", "", "host", "UNSIGNED-PAYLOAD"))
    text = "\n".join((_ALGORITHM, date, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for part in (*scope.split("/"), text):
        key = hmac.digest(key, part.encode(), "sha256")
    return key.hex()


def store_error(status: int, code: str, message: str, **details: str) -> Response:
    """Answer with the store's error body, which is XML."""
    elements = {"Code": code, "Message": message, **details, "RequestId": "SANDBOX"}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in elements.items())
    return Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>',
        status,
        content_type="application/xml",
    )
