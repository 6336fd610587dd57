"""What the token routes take and say, in the words of their standards."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from epicrisis.api.schemas.base import Answer


class TokenRequest(BaseModel):
    """A client-credentials grant (RFC 6749, section 4.4), sent as a form; other fields are ignored, as it says."""

    grant_type: Annotated[Literal["client_credentials"], Field(description="The one kind of grant there is.")]
    scope: Annotated[
        str, Field(description="The scopes asked for, with spaces between; all that are held if none.")
    ] = ""
    client_id: Annotated[str, Field(description="The id of an API key; or the name of the client, if anything.")] = ""
    client_secret: Annotated[str, Field(description="The API key; or send both as `Authorization: Basic`.")] = ""
    client_assertion_type: Annotated[
        str, Field(description="`urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, beside an assertion.")
    ] = ""
    client_assertion: Annotated[
        str, Field(description="A JWT the client has signed (RFC 7523): RS384 or ES384, for five minutes at most.")
    ] = ""


class TokenAnswer(Answer):
    """A token for this server."""

    access_token: Annotated[str, Field(description="Send it as `Authorization: Bearer`.")]
    token_type: Literal["bearer"] = "bearer"
    expires_in: Annotated[int, Field(description="For how many seconds it holds.")]
    scope: Annotated[str, Field(description="What it allows.")]


class OAuthRefusal(Answer):
    """Why there is no token (RFC 6749, section 5.2)."""

    error: Literal["invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"]
    error_description: Annotated[str, Field(description="What to do about it; nothing of what was sent.")]


class ServerMetadata(Answer):
    """What a client needs to know to ask for a token (RFC 8414)."""

    issuer: str
    token_endpoint: str
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    scopes_supported: list[str]
    response_types_supported: list[str]


class ResourceMetadata(Answer):
    """Whose tokens are taken here (RFC 9728)."""

    resource: str
    authorization_servers: list[str]
    scopes_supported: list[str]
    bearer_methods_supported: list[str]
