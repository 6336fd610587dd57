"""``POST /oauth/token``, and the two documents that tell clients about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from epicrisis.api.problems import BODY_TOO_LARGE, BODY_TOO_SLOW, NOT_FOUND, Refused, problem_of
from epicrisis.api.reference import ALWAYS, refusals
from epicrisis.api.schemas.oauth import OAuthRefusal, ResourceMetadata, ServerMetadata, TokenAnswer, TokenRequest
from epicrisis.api.security.grants import ASSERTION_ALGORITHMS, FORM, Refusal, form_of
from epicrisis.api.security.identity import Identity
from epicrisis.api.security.scopes import OPEN, OPEN_COUNTED, scoped
from epicrisis.errors import RateLimited, StorageError
from epicrisis.services.access import Scope
from epicrisis.telemetry.logs import get_logger

log = get_logger()

NO_TOKENS = replace(NOT_FOUND, detail="This server gives no tokens; EPICRISIS_JWT_SECRET_KEY makes it give some.")
NO_ISSUERS = replace(NOT_FOUND, detail="This server takes no tokens; EPICRISIS_ISSUERS makes it take some.")

_PROBLEMS = refusals(
    *ALWAYS, NO_TOKENS, BODY_TOO_SLOW, BODY_TOO_LARGE, problem_of(RateLimited()), problem_of(StorageError())
)

router = APIRouter(tags=["Tokens"])


async def _identity(request: Request) -> Identity:
    identity: Identity = request.app.state.identity
    return identity


TheIdentity = Annotated[Identity, Depends(_identity)]


@router.post(
    "/oauth/token",
    operation_id="token",
    summary="Ask for a token",
    description="The client-credentials grant of OAuth 2.0: an API key, or an assertion signed with a key of the "
    "client's own, for a token that holds for minutes. Refusals are those of RFC 6749, section 5.2.",
    response_model=TokenAnswer,
    responses={
        **_PROBLEMS,
        400: {**_PROBLEMS[400], "model": OAuthRefusal, "description": "The request cannot be taken as it is"},
        401: {"model": OAuthRefusal, "description": "Nobody we know, or the wrong secret"},
    },
    openapi_extra={"requestBody": {"required": True, "content": {FORM: {"schema": TokenRequest.model_json_schema()}}}},
)
@scoped(OPEN_COUNTED)
async def token(request: Request, identity: TheIdentity) -> Response:
    """Answer with a token, or with the reason why not in the words of OAuth."""
    if identity.authority is None:
        raise Refused(NO_TOKENS)
    try:
        form = form_of(request.headers.get("content-type", ""), await request.body())
        issued = await identity.authority.grant(form, request.headers.get("authorization"))
    except Refusal as refusal:
        return _refused(refusal)
    answer = TokenAnswer(access_token=issued.token, expires_in=issued.seconds, scope=" ".join(sorted(issued.scopes)))
    return JSONResponse(answer.model_dump(), headers=_UNKEPT)


@router.get(
    "/.well-known/oauth-authorization-server",
    operation_id="oauth_authorization_server",
    summary="How tokens are asked for",
    description="The metadata of RFC 8414.",
    responses=refusals(*ALWAYS, NO_TOKENS),
)
@scoped(OPEN)
async def authorization_server(identity: TheIdentity) -> ServerMetadata:
    """Answer with what a client needs to know to ask for a token."""
    if identity.authority is None:
        raise Refused(NO_TOKENS)
    return ServerMetadata(
        issuer=identity.authority.url,
        token_endpoint=identity.authority.token_url,
        grant_types_supported=["client_credentials"],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post", "private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported=list(ASSERTION_ALGORITHMS),
        scopes_supported=sorted(Scope),
        response_types_supported=[],
    )


@router.get(
    "/.well-known/oauth-protected-resource",
    operation_id="oauth_protected_resource",
    summary="Whose tokens are taken",
    description="The metadata of RFC 9728.",
    responses=refusals(*ALWAYS, NO_ISSUERS),
)
@scoped(OPEN)
async def protected_resource(identity: TheIdentity) -> ResourceMetadata:
    """Answer with the issuers whose tokens are taken."""
    if not identity.issuers:
        raise Refused(NO_ISSUERS)
    return ResourceMetadata(
        resource=identity.url,
        authorization_servers=list(identity.issuers),
        scopes_supported=sorted(Scope),
        bearer_methods_supported=["header"],
    )


# RFC 6749, section 5.1, for whoever still goes by the second one.
_UNKEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def _refused(refusal: Refusal) -> Response:
    stranger = refusal.code == "invalid_client"
    log.info("request refused", status=401 if stranger else 400, code=refusal.code)
    body = {"error": refusal.code, "error_description": refusal.description}
    challenge = {"WWW-Authenticate": 'Basic realm="epicrisis"'} if stranger else {}
    return JSONResponse(body, 401 if stranger else 400, headers={**_UNKEPT, **challenge})
