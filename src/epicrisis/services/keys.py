"""API keys: made, listed, rotated, revoked, and known again when one is sent; what they are: ``key_credentials``."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from epicrisis.errors import InvalidInput, StorageError, Unauthenticated, UnknownKey
from epicrisis.services.access import Principal, Scope, is_tenant
from epicrisis.services.audit import Audit, AuditEntry
from epicrisis.services.key_credentials import KEY_ID, PREFIX, digest, hashing, id_in, name_of, new_credential, new_id
from epicrisis.services.key_records import ApiKey, KeyState, KeyStore, Secret, state_of
from epicrisis.services.recent import Recent

MOST_NAME = 80
GRACE = timedelta(hours=24)

# A server does not look a key up again for so long, so one that another process revoked works a little longer; promised
# are five seconds (S4).
REMEMBERED_SECONDS = 2.0
REMEMBERED_KEYS = 4096

# When a key was last used is kept to the minute: a busy key does not write on every request.
USE_KEPT_EVERY = timedelta(minutes=1)

# Who changes keys where nobody says: a program that uses this library.
NOBODY_SAID = "library"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key just made, and the one time its ``credential`` is told."""

    key: ApiKey
    credential: str = field(repr=False)


class Keys:
    """The API keys of an installation."""

    def __init__(
        self,
        store: KeyStore,
        secret: Secret,
        *,
        audit: Audit | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self.secret = secret
        self.audit = audit
        self.now = now
        self._recent: Recent[ApiKey] = Recent(seconds=REMEMBERED_SECONDS, most=REMEMBERED_KEYS, clock=clock)

    async def create(
        self,
        name: str,
        *,
        scopes: Iterable[Scope],
        expires_in: timedelta | None = None,
        tenant: str = "",
        by: str = NOBODY_SAID,
    ) -> IssuedKey:
        """Return a new key called ``name`` that holds ``scopes``, for ever or as long as said.

        It belongs to ``tenant``, or to the installation itself. The log names ``by`` as who made it; a key that cannot
        be recorded is not handed over.

        Raises:
            InvalidInput: the name is blank or long, there is no scope, or the tenant is no short word.
            StorageError: it cannot be kept.
        """
        held = frozenset(scopes)
        if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
            raise InvalidInput(f"Name the key by what uses it, in 1 to {MOST_NAME} characters of one line.")
        if not held:
            raise InvalidInput(f"A key holds one scope at least; choose of {[scope.value for scope in Scope]}.")
        if not is_tenant(tenant):
            raise InvalidInput("Name a tenant in up to 40 small letters, digits, dots and dashes.")
        key_id, hashed_with = new_id(), hashing(self.secret.ensured())
        credential, now = new_credential(key_id), self.now()
        key = ApiKey(
            id=key_id,
            name=name.strip(),
            scopes=held,
            digest=digest(hashed_with, credential),
            made_with=name_of(hashed_with),
            created_at=now,
            expires_at=None if expires_in is None else now + expires_in,
            tenant=tenant,
        )
        async with self._recording("keys.create", key_id, by, scopes=len(held)):
            await self.store.add(key)
        return IssuedKey(key, credential)

    async def all(self) -> list[ApiKey]:
        """Return every key there is or was, the oldest first."""
        return await self.store.all()

    def state(self, key: ApiKey) -> KeyState:
        """Return whether ``key`` works now, and if not, why."""
        known = self.secret.known()
        return state_of(key, now=self.now(), made_with=None if known is None else name_of(hashing(known)))

    async def rotate(
        self, key_id: str, *, grace: timedelta = GRACE, expires_in: timedelta | None = None, by: str = NOBODY_SAID
    ) -> IssuedKey:
        """Return the key with a new secret; the old one goes on for ``grace``, so that clients can change over.

        One old secret goes on and no more: the secret of two rotations ago ends at once.

        Raises:
            UnknownKey: there is no key of that id.
            InvalidInput: it was revoked, or has expired and nobody says until when the new secret shall work.
            StorageError: it cannot be kept.
        """
        async with self._recording("keys.rotate", key_id, by):
            return await self._rotated(key_id, grace, expires_in)

    async def revoke(self, key_id: str, *, by: str = NOBODY_SAID) -> ApiKey:
        """Return the key, which does not work any more: here at once, on other running servers within seconds.

        Raises:
            UnknownKey: there is no key of that id.
            StorageError: it cannot be kept.
        """
        async with self._recording("keys.revoke", key_id, by):
            await self.store.revoke(key_id, self.now())
            self._recent.clear()
            return await self._known(key_id)

    async def __call__(self, credential: str) -> Principal | None:
        """Return who holds the key ``credential``, or ``None`` where it is no API key at all.

        Raises:
            Unauthenticated: it is not known, or does not work any more; the message says which.
            StorageError: the keys cannot be read, so nobody is let in.
        """
        if not credential.startswith(PREFIX):
            return None
        # What was sent is not kept, not even in memory.
        mark = sha256(credential.encode("utf-8", "replace")).digest()
        key = self._recent.get(mark)
        if key is None:
            key = await self._recent.renew(mark, self._verified(credential))
            await self._note_use(key)
        return key.principal

    async def holder(self, key_id: str) -> Principal | None:
        """Return the principal of the key of that id while it works, for tokens that were given to it.

        Raises:
            StorageError: the keys cannot be read.
        """
        key = self._recent.get(key_id)
        if key is None:
            # A token is remembered in its turn, so nobody goes on with what was found here before.
            self._recent.drop(key_id)
            try:
                key = await self._recent.renew(key_id, self._active(key_id))
            except UnknownKey:
                return None
        return key.principal

    def _recording(self, action: str, key_id: str, by: str, **counts: int) -> AbstractAsyncContextManager[None]:
        if self.audit is None:
            return nullcontext()
        # Of an id that cannot be one, only that it was asked for.
        subject = key_id if KEY_ID.fullmatch(key_id) else ""
        return self.audit.recording(AuditEntry(self.now().timestamp(), by, action, subject=subject, counts=counts))

    async def _rotated(self, key_id: str, grace: timedelta, expires_in: timedelta | None) -> IssuedKey:
        key, now = await self._known(key_id), self.now()
        expires_at = key.expires_at if expires_in is None else now + expires_in
        if expires_at is not None and expires_at <= now:
            raise InvalidInput(f"The key {key_id} has expired; say for how long the new secret shall work.")
        hashed_with, credential = hashing(self.secret.ensured()), new_credential(key_id)
        rotated = await self.store.rotate(
            key_id,
            digest=digest(hashed_with, credential),
            made_with=name_of(hashed_with),
            expires_at=expires_at,
            # The old secret gains no time by this.
            previous_until=min(filter(None, (now + grace, key.expires_at, expires_at))),
        )
        self._recent.clear()
        if not rotated:
            raise InvalidInput(f"The key {key_id} was revoked; make another with `epicrisis keys create`.")
        return IssuedKey(await self._known(key_id), credential)

    async def _verified(self, credential: str) -> ApiKey:
        """Return the key whose secret ``credential`` shows, if it still works."""
        key_id, known = id_in(credential), self.secret.known()
        key = None if key_id is None or known is None else await self.store.find(key_id)
        if key is None or known is None:
            raise Unauthenticated(_NOT_KNOWN)
        hashed_with, now = hashing(known), self.now()
        made_with, shown = name_of(hashed_with), digest(hashed_with, credential)
        if key.made_with != made_with:
            raise Unauthenticated(_OTHER_SECRET)
        newest = hmac.compare_digest(key.digest, shown)
        if not newest and not hmac.compare_digest(key.previous_digest or b"", shown):
            raise Unauthenticated(_NOT_KNOWN)
        state = state_of(key, now=now, made_with=made_with)
        if state is KeyState.REVOKED:
            raise Unauthenticated("This API key was revoked; ask whoever runs this server for another.")
        replaced = not newest and (key.previous_until is None or now >= key.previous_until)
        if state is KeyState.EXPIRED or replaced:
            raise Unauthenticated(
                "This API key has expired, or was replaced; ask whoever runs this server for another."
            )
        return key

    async def _active(self, key_id: str) -> ApiKey:
        key = await self._known(key_id)
        if self.state(key) is not KeyState.ACTIVE:
            raise UnknownKey(f"The API key {key_id!r} does not work any more; `epicrisis keys list` says why.")
        return key

    async def _note_use(self, key: ApiKey) -> None:
        now = self.now()
        if key.used_at is None or now - key.used_at >= USE_KEPT_EVERY:
            # Whoever holds a key that works is answered, also where its use cannot be noted.
            with suppress(StorageError):
                await self.store.use(key.id, now)

    async def _known(self, key_id: str) -> ApiKey:
        key = await self.store.find(key_id)
        if key is None:
            raise UnknownKey(f"There is no API key {key_id!r}; `epicrisis keys list` shows the ids there are.")
        return key


_NOT_KNOWN = "This API key is not known here; see that all of it was sent, `epk_` and what follows."
_OTHER_SECRET = (
    "This API key was made with another secret key than the server's (EPICRISIS_SECRET_KEY or the file secret.key); "
    "put that one back, or make new keys with `epicrisis keys create`."
)
