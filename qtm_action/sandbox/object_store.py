"""QTM4J Cloud's object store as a pre-signed upload shows it: Amazon S3's signatures and errors.

Source: Amazon's pages "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" and
"Error responses". That QTM4J Cloud uploads to S3 is seen in the parameters of its upload URLs.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

#: Parameters of a pre-signed URL that are read back.
SIGNATURE = "X-Amz-Signature"
TOKEN = "X-Amz-Security-Token"  # noqa: S105 - the parameter's name
EXPIRES = "X-Amz-Expires"

_TWO_MECHANISMS = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
    "parameter or the Authorization header should be specified"
)
_CHUNKED = "A header you provided implies functionality that is not implemented"
_WRONG_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your key and signing method."
)
_NO_LENGTH = "You must provide the Content-Length HTTP header."


def presigned_query(host: str, path: str, *, secret: str, token: str, now: float, expires: int) -> str:
    """Return the query of a URL that lets its holder PUT one object; ``expires`` is in seconds.

    ``host`` is the value of the ``Host`` header that the request will have; ``token`` is found again in
    the parameter :data:`TOKEN`.
    """
    moment = datetime.fromtimestamp(now, UTC)
    arguments = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"SANDBOX/{moment:%Y%m%d}/us-east-1/s3/aws4_request",
        "X-Amz-Date": f"{moment:%Y%m%dT%H%M%SZ}",
        EXPIRES: str(expires),
        TOKEN: token,
        "X-Amz-SignedHeaders": "host",
    }
    signed = signature("PUT", host, path, arguments.items(), secret)
    return urlencode({**arguments, SIGNATURE: signed}, quote_via=quote)


def signature(method: str, host: str, path: str, arguments: Iterable[tuple[str, str]], secret: str) -> str:
    """Return the signature, in hexadecimal, of a request with these arguments in its query.

    The sandbox checks it itself, so it is over the same as Amazon's and made in a simpler way.
    """
    query = urlencode(sorted((name, value) for name, value in arguments if name != SIGNATURE))
    return hmac.digest(secret.encode(), f"{method}\n{host}\n{path}\n{query}".encode(), "sha256").hex()


def refusal(request: Request, secret: str) -> Response | None:
    """Return the answer to an upload that the store does not take; None for one that it does."""
    if "Authorization" in request.headers:
        return store_error(400, "InvalidArgument", _TWO_MECHANISMS, ArgumentName="Authorization")
    if "Transfer-Encoding" in request.headers:
        return store_error(501, "NotImplemented", _CHUNKED, Header="Transfer-Encoding")
    arguments = request.args.items(multi=True)
    right = signature(request.method, request.host, request.path, arguments, secret)
    if not hmac.compare_digest(right.encode(), request.args.get(SIGNATURE, "").encode()):
        return store_error(403, "SignatureDoesNotMatch", _WRONG_SIGNATURE)
    if "Content-Length" not in request.headers:
        return store_error(411, "MissingContentLength", _NO_LENGTH)
    return None


def store_error(status: int, code: str, message: str, **details: str) -> Response:
    """Answer with the store's error body, which is XML."""
    elements = {"Code": code, "Message": message, **details, "RequestId": "SANDBOX"}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in elements.items())
    return Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>',
        status,
        content_type="application/xml",
    )
