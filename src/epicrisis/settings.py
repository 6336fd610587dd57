"""What an installation can choose: environment variables that begin with ``EPICRISIS_``, read once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from epicrisis.errors import InvalidSettings
from epicrisis.services.access import TENANT, Scope
from epicrisis.services.conflicts import SURE_FROM, UNSURE_BELOW
from epicrisis.services.experiments import NAME, Capability, Mode


class LogLevel(StrEnum):
    """How much is logged; never patient words, at any level."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Profile(StrEnum):
    """Which edition of the assertion API is spoken where the two cannot both be: see docs/reference/contracts.md."""

    BOTH = ""
    A = "a"
    B = "b"


class Issuer(BaseModel):
    """An identity provider whose tokens are taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Annotated[str, Field(description="The `iss` its tokens must carry.")]
    audience: Annotated[str, Field(description="The `aud` its tokens must carry: this server's name there.")]
    algorithms: Annotated[tuple[str, ...], Field(min_length=1, description="The signatures taken, such as `RS256`.")]
    jwks_file: Annotated[Path, Field(description="Its public keys (RFC 7517); read again when the file changes.")]
    tenant: Annotated[
        str,
        Field(
            pattern=f"^{TENANT}$",
            description="The tenant its users belong to; by default they belong to the installation itself.",
        ),
    ] = ""


class CdsClient(BaseModel):
    """An EHR that calls CDS Hooks, and the keys it signs its requests with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Annotated[str, Field(min_length=1, description="The `iss` of its tokens.")]
    jwks_file: Annotated[Path, Field(description="Its public keys (RFC 7517); read again when the file changes.")]
    algorithms: Annotated[
        tuple[str, ...], Field(min_length=1, description="The signatures taken, of those CDS Hooks asks for.")
    ] = ("ES384", "RS384")
    tenant: Annotated[
        str, Field(pattern=f"^{TENANT}$", description="The tenant it asks for; by default the installation itself.")
    ] = ""


class EhrServer(BaseModel):
    """An EHR that patients are fetched from over FHIR, and what is said there of who asks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alias: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$", description="What requests call it.")]
    url: Annotated[str, Field(description="Its address, below which FHIR is: `https://ehr.example/fhir`.")]
    networks: Annotated[
        tuple[str, ...],
        Field(description="Networks it may be in that are not public, such as `10.20.0.0/16`; else public ones alone."),
    ] = ()
    bearer: Annotated[SecretStr, Field(description="A token that is sent as it is.")] = SecretStr("")
    client_id: Annotated[str, Field(description="Who we are there, by SMART Backend Services.")] = ""
    key_file: Annotated[Path | None, Field(description="The private key that goes with it, as PEM or one JWK.")] = None
    key_id: Annotated[str, Field(description="The `kid` of its public half; by default that of the JWK.")] = ""
    algorithm: Annotated[str, Field(pattern="^(RS384|ES384)$", description="What it signs with.")] = "RS384"
    scopes: Annotated[tuple[str, ...], Field(min_length=1, description="What is asked for.")] = ("system/*.rs",)
    token_url: Annotated[
        str, Field(description="Where tokens are given; by default where the EHR says, on its own host.")
    ] = ""
    key_header: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9-]{1,60}$", description="The header that takes the `key` of a request.")
    ] = "X-API-Key"
    ca_file: Annotated[Path | None, Field(description="Who signs its certificate, where that is no public CA.")] = None
    page_size: Annotated[int, Field(ge=1, le=1_000, description="Resources asked for in one answer.")] = 200
    max_answer_bytes: Annotated[int, Field(ge=1, description="The longest answer taken, unpacked.")] = 20_000_000
    max_resources: Annotated[int, Field(ge=1, description="The most resources taken of one patient.")] = 50_000


class ModelEndpoint(BaseModel):
    """A server of the hospital's own that answers as OpenAI's chat completions do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alias: Annotated[str, Field(pattern=r"^[\w.-]{1,60}$", description="What requests call it.")]
    url: Annotated[str, Field(description="Its address without `/chat/completions`: `https://models.example/v1`.")]
    model: Annotated[str, Field(description="What the model is called there.")]
    key: Annotated[SecretStr, Field(description="The key it asks for, if any.")] = SecretStr("")
    context_tokens: Annotated[int, Field(ge=512, description="How much a prompt and its answer may have.")] = 4_096
    networks: Annotated[
        tuple[str, ...],
        Field(description="The networks its host may lie in; by default private ones and this machine itself."),
    ] = ()


class ComparedArm(BaseModel):
    """One version of an experiment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=f"^{NAME}$", description="What it is called; `control` is what is set here.")]
    engine: Annotated[str, Field(description="An engine by name, or a folder of EPICRISIS_MODELS.")] = ""
    weight: Annotated[float, Field(ge=0, description="Its share of patients, beside those of the other arms.")] = 1.0
    mode: Annotated[Mode, Field(description="`live` answers; `shadow` is asked beside and compared.")] = Mode.LIVE


class ComparedVersions(BaseModel):
    """One experiment: in what the engines are compared, and which."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    capability: Annotated[Capability, Field(description="In what they are compared.")]
    arms: Annotated[tuple[ComparedArm, ...], Field(description="The versions that are compared.")]
    salt: Annotated[str, Field(description="Another one deals the patients out anew.")] = ""


def _also(name: str, *others: str) -> AliasChoices:
    """Return the names of a variable that other programs, or the systems we replace, know by another name too."""
    return AliasChoices(name, *others)


class Settings(BaseSettings):
    """The settings of one installation; the description of each is its documentation."""

    model_config = SettingsConfigDict(env_prefix="EPICRISIS_", extra="forbid", frozen=True, validate_by_name=True)

    # What reads.
    reader: Annotated[str, Field(description="The engine that reads whole notes; `epicrisis engines` lists them.")] = (
        "model"
    )
    reader_es: Annotated[str, Field(description="The engine that reads Spanish notes; empty for none.")] = "spanish"
    preload: Annotated[
        str,
        Field(
            pattern=r"^([a-z]{2}(,[a-z]{2})*)?$",
            description="The languages whose engines are loaded at the start, such as `en,es`; those of the others are "
            "loaded when the first text in theirs comes.",
        ),
    ] = "en"
    assertion: Annotated[str, Field(description="The engine that judges findings somebody else has marked.")] = "model"
    assertion_es: Annotated[
        str,
        Field(description="The engine that judges such findings in Spanish texts; by default the one that reads them."),
    ] = ""
    assertion_model: Annotated[
        str,
        Field(
            validation_alias=_also("EPICRISIS_ASSERTION__MODEL"),
            description="A Hugging Face assertion model to judge with instead: a hub name, a folder or an ONNX file "
            "(extra `hf`).",
        ),
    ] = ""
    differential: Annotated[str, Field(description="The engine that ranks what may explain a case.")] = "knowledge"
    clauses: Annotated[
        bool,
        Field(
            description="Understand clauses of notes that tell a finding in words of their own, by an encoder "
            "of sentences that is loaded for it; without, findings are understood by what they are called alone."
        ),
    ] = True
    confidence_threshold: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            validation_alias=_also("EPICRISIS_CONFIDENCE_THRESHOLD", "CONFIDENCE_THRESHOLD"),
            description="How sure a diagnosis has to be for `/api/v1/diagnose` to tell it; `/v1/differentials` tells "
            "all.",
        ),
    ] = 0.65
    encoder_name: Annotated[
        str,
        Field(
            validation_alias=_also("MODEL_NAME"),
            description="What contract D was set by, and nothing here reads: no encoder of Hugging Face ranks. The "
            "server says so where it is set.",
        ),
    ] = ""
    encoder_length: Annotated[
        str,
        Field(
            validation_alias=_also("MAX_SEQUENCE_LENGTH"),
            description="Nothing reads it either: notes are read in windows of the length their engines were made for.",
        ),
    ] = ""
    quick_labels: Annotated[
        bool,
        Field(
            description="Let the small labeller answer `/predict` where it is sure, several times as fast; without it "
            "the encoder reads every sentence, a little more accurately."
        ),
    ] = True
    second_opinion: Annotated[
        str,
        Field(description="A second assertion engine whose strong disagreement is shown; empty for none."),
    ] = "rules"
    conflict_unsure_below: Annotated[
        float,
        Field(ge=0, le=1, description="A reader less sure than this is contradicted by any cue of the second engine."),
    ] = UNSURE_BELOW
    conflict_sure_from: Annotated[
        float,
        Field(ge=0, le=1, description="A second engine at least this sure contradicts however sure the reader is."),
    ] = SURE_FROM
    experiments: Annotated[
        tuple[ComparedVersions, ...],
        Field(
            description="Versions of engines that are compared, as JSON; what is set by `/v1/engines/experiments` goes "
            "first. See docs/how-to/compare-engines.md."
        ),
    ] = ()
    models: Annotated[
        Path | None,
        Field(description="A folder with a folder for each model of yours, weights and card: arms may name them."),
    ] = None
    max_chars: Annotated[int, Field(ge=1, description="The longest text read, in characters.")] = 1_000_000

    # How much is read at a time.
    workers: Annotated[int, Field(ge=1, description="Batches read at the same time by the server, a thread each.")] = 2
    queue: Annotated[int, Field(ge=0, description="Texts that may wait for a worker before the next is refused.")] = 512
    queue_chars: Annotated[
        int, Field(ge=1, description="Characters that may wait for a worker before the next text is refused.")
    ] = 4_000_000
    batch_tokens: Annotated[
        int, Field(ge=1, description="Tokens of different requests read in one batch, about; a longer text goes alone.")
    ] = 2_000
    batch_wait_ms: Annotated[
        float, Field(ge=0, le=50, description="How long an idle worker waits for a second text to fill its batch.")
    ] = 0.0
    deadline_seconds: Annotated[
        float, Field(gt=0, description="How long a request may take before it is given up.")
    ] = 30.0
    drain_seconds: Annotated[
        float, Field(ge=0, description="How long accepted requests may go on once the server was told to stop.")
    ] = 30.0
    cache_entries: Annotated[
        int,
        Field(ge=0, description="Answers kept for equal questions, without words, by HMACs of the text; 0 for none."),
    ] = 10_000
    cache_bytes: Annotated[
        int, Field(ge=0, description="The memory they may take in a server; those asked for longest ago go first.")
    ] = 32_000_000
    cache_seconds: Annotated[int, Field(ge=1, description="How long an answer is kept.")] = 600
    redis_url: Annotated[
        SecretStr,
        Field(
            validation_alias=_also("EPICRISIS_REDIS_URL", "REDIS_URL"),
            description="Where answers and counters are shared by several servers; empty keeps them in the process.",
        ),
    ] = SecretStr("")

    # Where it listens, and to whom.
    host: Annotated[str, Field(description="The address the server listens on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="The port the server listens on; 0 for a free one.")] = 8080
    public_url: Annotated[
        str,
        Field(
            pattern=r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?$",
            description="What clients call this server, such as `https://epicrisis.example.org`: the issuer and the "
            "audience of its own tokens. By default what it listens on.",
        ),
    ] = ""
    max_body_bytes: Annotated[
        int, Field(ge=1, description="The longest request body the server takes, in bytes; longer ones are cut off.")
    ] = 2_000_000
    max_upload_bytes: Annotated[
        int, Field(ge=1, description="The largest file that is redacted, in bytes; a longer upload is cut off.")
    ] = 50_000_000
    file_seconds: Annotated[
        int, Field(ge=1, description="How long a file may take to be redacted before it is given up.")
    ] = 120
    contract: Annotated[
        Profile,
        Field(description="The edition of the assertion API spoken by default: `a`, `b`, or empty for their union."),
    ] = Profile.BOTH
    extraction: Annotated[str, Field(description="The engine that makes one record of what was found in a note.")] = (
        "rules"
    )
    summaries: Annotated[str, Field(description="The engine that tells a note in short.")] = "salience"
    codes: Annotated[
        tuple[str, ...],
        Field(description="The linkers that find codes for the items of a record, as JSON; none where it is empty."),
    ] = ("icd10cm", "loinc", "ingredients")
    ocr: Annotated[
        str,
        Field(
            description="The engine that reads scanned pages, `rapid` or `tesseract`; by default the better of those "
            "installed here for a language (extra `ocr`)."
        ),
    ] = ""
    speech_model: Annotated[
        Path | None,
        Field(
            description="A folder with a Whisper model of your own, for CTranslate2, which writes recordings down in "
            "place of the one that comes with the extra `speech`."
        ),
    ] = None
    max_audio_seconds: Annotated[
        float, Field(gt=0, description="The longest recording that is written down, in seconds.")
    ] = 14_400.0
    ehrs: Annotated[
        tuple[EhrServer, ...],
        Field(
            description="The EHRs that patients are fetched from over FHIR, as JSON (extra `client`); requests name "
            "one by its alias and never by an address. See docs/how-to/connect-an-ehr.md."
        ),
    ] = ()
    default_ehr: Annotated[
        str,
        Field(
            description="The alias of the one that is meant where a request names none; the only one, if there is one."
        ),
    ] = ""
    ehr_fast_seconds: Annotated[
        float, Field(gt=0, description="How long a patient may take to be fetched with the timeout mode `fast`.")
    ] = 8.0
    ehr_extended_seconds: Annotated[
        float, Field(gt=0, description="How long a patient may take to be fetched with the timeout mode `extended`.")
    ] = 30.0
    summary_model: Annotated[
        str,
        Field(
            description="The language model that rewords summaries where a request names none: a name of the folder, "
            "of an endpoint or `smollm2`, or the path of a GGUF file or of a folder of transformers; see "
            "docs/how-to/use-a-language-model.md."
        ),
    ] = ""
    summary_model_type: Annotated[
        str,
        Field(
            pattern=r"^(gguf|text-generation|summarization|seq2seq|openai)?$",
            description="Its type where its name has several: `gguf`, `text-generation`, `summarization`, `seq2seq` or "
            "`openai`.",
        ),
    ] = ""
    summary_models: Annotated[
        Path | None,
        Field(description="A folder of language models requests may name: `*.gguf`, and folders of transformers."),
    ] = None
    summary_endpoints: Annotated[
        tuple[ModelEndpoint, ...],
        Field(description="Servers on the hospital's own network that requests may name, as JSON."),
    ] = ()
    summary_model_bytes: Annotated[
        int, Field(ge=0, description="The weights kept loaded together; the model asked for longest ago goes first.")
    ] = 4_000_000_000
    summary_model_context: Annotated[
        int, Field(ge=512, description="How many tokens a prompt and its answer may have; more takes more memory.")
    ] = 4_096
    summary_model_threads: Annotated[int, Field(ge=1, description="Threads a language model computes with.")] = 1
    summary_model_seconds: Annotated[
        float, Field(gt=0, description="How long a language model may write before the rules answer alone.")
    ] = 60.0
    summary_policy: Annotated[
        str, Field(min_length=1, description="The redaction policy by which what a language model reads is redacted.")
    ] = "limited-data-set"
    summary_spares_own_model: Annotated[
        bool,
        Field(
            description="Let a language model in this process read it unredacted; what leaves it is redacted always."
        ),
    ] = False
    summary_notes: Annotated[
        int, Field(ge=0, description="Notes inside a record that are read for one summary, the newest first.")
    ] = 20
    summary_note_seconds: Annotated[
        float, Field(gt=0, description="How long reading them may take; those left are named as missing.")
    ] = 10.0
    ner_model: Annotated[
        str,
        Field(
            validation_alias=_also("EPICRISIS_NER_MODEL", "NER_MODEL"),
            description="The Spanish models `/api/submit` answers with where a request names none, such as `species`, "
            "or several with commas; all five where empty.",
        ),
    ] = ""
    environment: Annotated[
        str,
        Field(pattern=r"^[\w.-]{1,40}$", description="What `/health` calls this installation, such as `production`."),
    ] = "production"
    data: Annotated[Path, Field(description="The folder of what the server keeps: API keys and feedback.")] = Path(
        "~/.local/share/epicrisis"
    )
    policies: Annotated[
        Path | None,
        Field(description="A folder of redaction policies of your own, `*.toml`; see docs/how-to/redact-notes.md."),
    ] = None
    database_url: Annotated[
        SecretStr,
        Field(
            validation_alias=_also("EPICRISIS_DATABASE_URL", "DATABASE_URL"),
            description="The PostgreSQL that keeps what the server keeps, such as "
            "`postgresql://user:password@host:5432/epicrisis` (extra `postgres`); by default a file in the data "
            "folder.",
        ),
    ] = SecretStr("")
    embedded_postgres: Annotated[
        bool,
        Field(
            description="Keep it in a PostgreSQL of its own in the data folder, started when first needed, where no "
            "address of another is set (extra `postgres`)."
        ),
    ] = False
    strict_audit: Annotated[
        bool,
        Field(
            description="Refuse with 503 what cannot be recorded because PostgreSQL is down, rather than keep the "
            "record encrypted in the data folder until it is back."
        ),
    ] = False
    idempotency_seconds: Annotated[
        int,
        Field(
            ge=1,
            description="How long the answer to a request with an `Idempotency-Key` is kept, encrypted: until then it "
            "is told again to whoever sends the request again.",
        ),
    ] = 86_400
    key_grace_seconds: Annotated[
        float,
        Field(
            ge=0,
            description="How long an API key that was checked goes on while PostgreSQL cannot be asked; 0 refuses all "
            "of them at once.",
        ),
    ] = 300.0
    secret_key: Annotated[
        SecretStr,
        Field(
            validation_alias=_also("EPICRISIS_SECRET_KEY", "SECRET_KEY"),
            description="What API keys and cache keys are hashed with; by default a file the first start makes in the "
            "data folder.",
        ),
    ] = SecretStr("")
    encryption_keys: Annotated[
        SecretStr,
        Field(
            validation_alias=_also("EPICRISIS_ENCRYPTION_KEYS", "ENCRYPTION_KEY"),
            description="What is kept of people is encrypted with the first, and opened with any: keys of 32 random "
            "bytes in hexadecimal or base64, with commas (extra `server`). Without one, names stay as they are.",
        ),
    ] = SecretStr("")
    interactions: Annotated[
        bool | None,
        Field(
            description="Keep each differential as it was asked and answered, sealed, for `/v1/interactions`: always "
            "or never; where nothing is said, where an encryption key is set, and `EPICRISIS_DATA` or a database."
        ),
    ] = None
    interaction_days: Annotated[
        int, Field(ge=0, description="How many days one is kept before the server forgets it; 0 for ever.")
    ] = 365
    require_key: Annotated[
        bool,
        Field(
            description="Ask for an API key or a token on every route but the health routes; implied by issuers and "
            "CDS clients."
        ),
    ] = False
    allow_anonymous_network: Annotated[
        bool,
        Field(description="Serve on other addresses than loopback although nobody has to say who they are."),
    ] = False
    anonymous_scopes: Annotated[
        tuple[Scope, ...],
        Field(
            description="What whoever says nothing may do beside `read`, `feedback` and `metrics`, where nobody has to "
            "say who they are: `audit`, `reidentify` or `admin`, as JSON; on loopback alone."
        ),
    ] = ()
    issuers: Annotated[
        tuple[Issuer, ...],
        Field(description="Identity providers whose tokens are taken, as JSON (extra `server`)."),
    ] = ()
    cds_clients: Annotated[
        tuple[CdsClient, ...],
        Field(
            description="The EHRs whose signed requests to `/cds-services` are taken, as JSON (extra `server`); see "
            "docs/how-to/cds-hooks.md."
        ),
    ] = ()
    jwt_secret_key: Annotated[
        SecretStr,
        Field(
            validation_alias=_also("EPICRISIS_JWT_SECRET_KEY", "JWT_SECRET_KEY"),
            description="Signs the tokens `/oauth/token` gives to API keys (HS256, at least 32 bytes; extra `server`).",
        ),
    ] = SecretStr("")
    rate_limit_per_minute: Annotated[
        int | None,
        Field(
            ge=0,
            validation_alias=_also("EPICRISIS_RATE_LIMIT_PER_MINUTE", "RATE_LIMIT_PER_MINUTE"),
            description="Requests a client may make in a minute, 0 for any number; 100 where nothing is said, none on "
            "loopback without keys.",
        ),
    ] = None
    cors_origins: Annotated[
        tuple[str, ...],
        Field(description="Origins whose pages may call the server from a browser, as JSON; never `*`."),
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        Field(description="Addresses or networks whose `X-Forwarded-For` is believed, as JSON."),
    ] = ()
    log_level: Annotated[LogLevel, Field(description="How much is logged: debug, info, warning or error.")] = (
        LogLevel.INFO
    )
    tracing: Annotated[
        bool, Field(description="Send traces where the standard `OTEL_` variables say (extra `otel`).")
    ] = False

    @property
    def loaded_at_start(self) -> tuple[str, ...]:
        """Return the languages whose engines are loaded at the start; who sets a Spanish model needs it then."""
        given = [language for language in self.preload.split(",") if language]
        return tuple(dict.fromkeys([*given, "es"] if self.ner_model and self.reader_es else given))

    @property
    def asks_who(self) -> bool:
        """Whether whoever calls has to say who they are."""
        named = self.issuers or self.cds_clients or self.jwt_secret_key.get_secret_value()
        return self.require_key or bool(named)


def load_settings(**overrides: Any) -> Settings:
    """Return the settings of the environment, with ``overrides`` in place of theirs where given and not ``None``.

    Raises:
        InvalidSettings: a value is not of its kind; the message names the variable and never its value.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise InvalidSettings(f"{variable_of(str(first['loc'][0]))}: {first['msg']}.") from None


def variable_of(name: str) -> str:
    """Return the environment variable that holds the setting ``name``, or is called so already."""
    return name if name.isupper() else variables_of(name)[0]


def variables_of(name: str) -> list[str]:
    """Return every environment variable that holds the setting ``name``, ours first."""
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [f"EPICRISIS_{name.upper()}"]
