"""Where an EHR may be: the addresses a request may go to, whatever a setting, a name server or an answer says (S13).

A caller names an EHR by its alias. The address of that one is written once, in the settings; what an answer links to is
a path below it or nothing; and what its name resolves to is looked at before anybody connects.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

from epicrisis.errors import InvalidSettings

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

ID = re.compile(r"(?!\.+(?:/|$))[A-Za-z0-9.-]{1,64}")
"""What FHIR R4 (2.24.0.1) calls a resource; one of dots alone would be a step in a path."""

# RFC 3986 without what readers disagree on: no user, fragment, backslash or white space, and nothing beyond ASCII.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[!$-;=@-Z_a-z~]*)?(?:\?(?P<query>[!$-;=?-Z_a-z~|]*))?"
)
_PATH = re.compile(r"(?P<path>/?[!$-;=@-Z_a-z~]*)(?:\?(?P<query>[!$-;=?-Z_a-z~|]*))?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# "." and ".." lead out of a folder; so do they, and slashes, in disguise.
_LEADS_OUT = re.compile(r"(?:^|/)\.{1,2}(?:/|$)|//|%(?:2e|2f|5c|00)|%(?![0-9a-f]{2})", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
# Set aside for protocols and for tunnels (RFC 6890); what of them is global, versions of Python do not agree on.
_SET_ASIDE: tuple[Network, ...] = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
)


class LeadsAway(ValueError):
    """A link that leads out of the EHR it came from."""


@dataclass(frozen=True, slots=True)
class Base:
    """The address of an EHR: everything that is asked of it lies below ``path``."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @classmethod
    def of(cls, url: str) -> Base:
        """Return what ``url`` says.

        Raises:
            InvalidSettings: it is not the address of a server as everybody reads it.
        """
        parts = _URL.fullmatch(url)
        host = None if parts is None else _host(parts["host"])
        if parts is None or host is None or parts["query"] is not None:
            raise InvalidSettings(
                "The address of an EHR is https://HOST/PATH: without a user, a query or a fragment, in ASCII, its host "
                "a name or an IP address in its usual form."
            )
        path = (parts["path"] or "").rstrip("/")
        if _LEADS_OUT.search(path):
            raise InvalidSettings("The path of the address of an EHR has no empty steps and none of dots.")
        return cls(parts["scheme"], host, int(parts["port"] or _PORTS[parts["scheme"]]), path)

    @property
    def origin(self) -> str:
        """Return scheme, host and port."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    @property
    def url(self) -> str:
        """Return it in one way of writing it."""
        return self.origin + self.path

    @property
    def is_secure(self) -> bool:
        """Return whether what goes there is encrypted."""
        return self.scheme == "https"

    def target(self, link: str) -> str:
        """Return the path and query on this server that ``link`` leads to: one of its pages, or a resource.

        A link is an address as a whole, a path of this server, or relative to the address of the EHR (FHIR R4, 2.6.2).

        Raises:
            LeadsAway: it leads to another server or out of ``path``, or cannot be read in one way only.
        """
        whole = _URL.fullmatch(link)
        if whole is not None:
            port = int(whole["port"] or _PORTS[whole["scheme"]])
            if (whole["scheme"], _host(whole["host"]), port) != (self.scheme, self.host, self.port):
                raise LeadsAway
        parts = whole or _PATH.fullmatch(link)
        if parts is None or (whole is None and (link.startswith("//") or ":" in link.partition("?")[0])):
            raise LeadsAway
        path = parts["path"] or ""
        if whole is None and not path.startswith("/"):
            path = f"{self.path}/{path}" if path else self.path
        if _LEADS_OUT.search(path) or not (path == self.path or path.startswith(f"{self.path}/")):
            raise LeadsAway
        return (path or "/") + ("" if parts["query"] is None else f"?{parts['query']}")


def may_connect(told: str, networks: Collection[Network], *, secure: bool) -> bool:
    """Return whether a request may go to the IP address ``told``.

    One of ``networks`` may be asked in the clear; any other has to be public, and asked over TLS.
    """
    try:
        address = _meant(ip_address(told.partition("%")[0]))
    except ValueError:
        return False
    # Nobody has an EHR there; clouds keep the keys of a machine on a link-local address.
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    return any(address in network for network in networks) or (secure and _is_public(address))


def _meant(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for (RFC 4291, 2.5.5.2; RFC 6052), or itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_reserved and not any(address in each for each in _SET_ASIDE)


def _host(told: str) -> str | None:
    """Return ``told`` as everybody reads it, or ``None``: 127.1, 0x7f.1 and 2130706433 are numbers in disguise."""
    try:
        if told.startswith("["):
            return f"[{IPv6Address(told[1:-1]).compressed}]"
        labels = told.lower().split(".")
        if _NUMBER.fullmatch(labels[-1]):
            return str(IPv4Address(told))
    except ValueError:
        return None
    return ".".join(labels) if all(_LABEL.fullmatch(label) for label in labels) else None
