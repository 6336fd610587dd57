"""The EHRs that patients are fetched from, as the settings describe them."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from epicrisis.errors import InvalidSettings
from epicrisis.settings import EhrServer, Settings

if TYPE_CHECKING:
    from epicrisis.ehr.addresses import Network
    from epicrisis.ehr.client import FhirPatients
    from epicrisis.ehr.ehrs import Backend, Ehr


def patient_records(settings: Settings) -> FhirPatients:
    """Return what fetches patients; it takes httpx2 and the key files once somebody asks, and not before.

    Raises:
        InvalidSettings: two EHRs have one alias, the default is none of them, or one contradicts itself.
    """
    from epicrisis.ehr.client import FhirPatients

    ehrs = [_ehr(each) for each in settings.ehrs]
    aliases = {each.alias for each in ehrs}
    if len(aliases) < len(ehrs):
        raise InvalidSettings("EPICRISIS_EHRS: each EHR has an alias of its own.")
    if settings.default_ehr and settings.default_ehr not in aliases:
        raise InvalidSettings("EPICRISIS_DEFAULT_EHR: name the alias of one of EPICRISIS_EHRS.")
    return FhirPatients(ehrs, default=settings.default_ehr)


def _ehr(told: EhrServer) -> Ehr:
    from epicrisis.ehr.addresses import Base
    from epicrisis.ehr.ehrs import Ehr, Limits

    try:
        base, networks = Base.of(told.url), tuple(_network(each) for each in told.networks)
    except InvalidSettings as error:
        raise InvalidSettings(f"EPICRISIS_EHRS, {told.alias}: {error}") from None
    if not base.is_secure and not networks:
        raise InvalidSettings(
            f"EPICRISIS_EHRS, {told.alias}: without TLS an EHR is asked inside `networks` alone; name them, or use "
            "https."
        )
    return Ehr(
        alias=told.alias,
        base=base,
        networks=networks,
        bearer=told.bearer.get_secret_value(),
        backend=_backend(told),
        key_header=told.key_header,
        ca_file=told.ca_file,
        limits=Limits(answer_bytes=told.max_answer_bytes, resources=told.max_resources, page_size=told.page_size),
    )


def _network(told: str) -> Network:
    try:
        return ip_network(told)
    except ValueError:
        raise InvalidSettings("`networks` holds networks such as 10.20.0.0/16 or fd00:1::/64.") from None


def _backend(told: EhrServer) -> Backend | None:
    from epicrisis.ehr.addresses import Base
    from epicrisis.ehr.ehrs import Backend

    if bool(told.client_id) != (told.key_file is not None):
        raise InvalidSettings(f"EPICRISIS_EHRS, {told.alias}: `client_id` and `key_file` go together.")
    if told.key_file is None:
        return None
    if told.bearer.get_secret_value():
        raise InvalidSettings(f"EPICRISIS_EHRS, {told.alias}: give a `bearer` or a `client_id`, not both.")
    if told.token_url:
        Base.of(told.token_url)
    return Backend(
        client_id=told.client_id,
        secret=told.key_file.expanduser().read_bytes,
        algorithm=told.algorithm,
        key_id=told.key_id,
        scopes=told.scopes,
        token_url=told.token_url,
    )
