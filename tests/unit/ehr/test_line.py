"""TLS towards an EHR: the certificate is that of its name, signed by whom we trust, wherever we connected to."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from epicrisis.ehr.addresses import Base
from epicrisis.ehr.line import Line
from epicrisis.ehr.sample.app import sample_app
from epicrisis.ehr.sample.shelf import Shelf
from epicrisis.ehr.sample.weather import Weather
from epicrisis.ehr.troubles import Trouble, Why
from epicrisis.errors import InvalidSettings
from tests.ehr_server import LOOPBACK, in_a_thread

pytestmark = pytest.mark.anyio


def certificate(folder: Path, *names: x509.GeneralName) -> tuple[Path, Path]:
    """Write a certificate for ``names`` that signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sample")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@pytest.fixture
def secured(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[int, Path]]:
    """The sample server over TLS, with a certificate for the names of the test."""
    cert, key = certificate(tmp_path, *request.param)
    config = uvicorn.Config(
        sample_app(Shelf(), Weather()), lifespan="off", log_config=None, ssl_certfile=str(cert), ssl_keyfile=str(key)
    )
    with in_a_thread(uvicorn.Server(config)) as port:
        yield port, cert


async def status_at(url: str, ca_file: Path | None) -> int:
    line = Line(Base.of(url), LOOPBACK, ca_file=ca_file)
    try:
        with anyio.fail_after(10):
            return (await line.ask(line.base.target("metadata"), {}, most=100_000, silence=5)).status
    finally:
        await line.close()


LOCALHOST = (x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1")))


@pytest.mark.parametrize("secured", [LOCALHOST], indirect=True)
async def test_the_certificate_of_the_name_is_taken_from_whom_the_setting_trusts(secured: tuple[int, Path]) -> None:
    port, cert = secured

    assert await status_at(f"https://localhost:{port}/fhir", cert) == 200
    assert await status_at(f"https://127.0.0.1:{port}/fhir", cert) == 200


@pytest.mark.parametrize("secured", [(x509.DNSName("ehr.hospital.example"),)], indirect=True)
async def test_the_certificate_of_another_name_is_not_taken(secured: tuple[int, Path]) -> None:
    port, cert = secured

    with pytest.raises(Trouble) as refused:
        await status_at(f"https://localhost:{port}/fhir", cert)

    assert refused.value.why is Why.DOWN


@pytest.mark.parametrize("secured", [LOCALHOST], indirect=True)
async def test_a_certificate_nobody_signed_whom_we_know_is_not_taken(secured: tuple[int, Path]) -> None:
    port, _ = secured

    with pytest.raises(Trouble):
        await status_at(f"https://localhost:{port}/fhir", None)


def test_a_file_without_certificates_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("none", encoding="utf-8")
    for name in ("ca.pem", "gone.pem"):
        with pytest.raises(InvalidSettings, match="ca_file"):
            Line(Base.of("https://ehr.example/fhir"), ca_file=tmp_path / name)


def test_what_is_asked_over_tls_is_asked_over_no_less_than_1_2() -> None:
    import httpcore2

    assert httpcore2.default_ssl_context().minimum_version >= ssl.TLSVersion.TLSv1_2
