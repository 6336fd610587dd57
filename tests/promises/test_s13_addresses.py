"""S13: an EHR is named by its alias; whatever a setting, a name server or an answer says, no request goes elsewhere."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from threading import Thread

import pytest

from epicrisis.ehr.addresses import Base, LeadsAway, may_connect
from epicrisis.ehr.connecting import ForbiddenAddress, PinnedBackend
from epicrisis.ehr.sample.weather import Trouble
from epicrisis.errors import EhrUnavailable, InvalidSettings, UnknownEhr
from tests.ehr_server import ANA, LOOPBACK, SampleEhr, a_sample_ehr

pytestmark = pytest.mark.anyio

BASE = Base.of("https://ehr.hospital.example/fhir")

NO_ADDRESS_OF_AN_EHR = [
    "http://2130706433/fhir",
    "http://0x7f000001/fhir",
    "http://0x7f.0.0.1/fhir",
    "http://0177.0.0.1/fhir",
    "http://127.1/fhir",
    "http://0/fhir",
    "http://0x/fhir",
    "http://127.0.0.1./fhir",
    "https://ehr.hospital.example./fhir",
    "https://user@ehr.hospital.example/fhir",
    "https://ehr.hospital.example@169.254.169.254/fhir",
    "https://ehr.hospital.example:443@evil.example/fhir",
    "https://ehr.hospital.example\\@evil.example/fhir",
    "https://ehr.hospital.example/fhir#@evil.example",
    "https://ehr.hospital.example/fhir?next=",
    "https://ehr.hospital.example/../admin",
    "https://ehr.hospital.example/%2e%2e/admin",
    "https://ehr.hospital.example//fhir",
    "https://ehr.hospital.example /fhir",
    "https://ehr.hospital.example\t/fhir",
    "https://ehr.hospital.example/fhir\r\nHost: evil.example",
    "https://еhr.hospital.example/fhir",
    "https://ehr。hospital。example/fhir",
    "https://①②⑦.⓪.⓪.①/fhir",
    "https://[::1%25lo]/fhir",
    "https://[::ffff:127.0.0.1/fhir",
    "https://-ehr.example/fhir",
    "https://ehr..example/fhir",
    "file:///etc/passwd",
    "gopher://ehr.hospital.example/fhir",
    "//ehr.hospital.example/fhir",
    "ehr.hospital.example/fhir",
    "",
]

ELSEWHERE = [
    "https://evil.example/fhir/Patient",
    "http://ehr.hospital.example/fhir/Patient",
    "https://ehr.hospital.example:8443/fhir/Patient",
    "https://ehr.hospital.example.evil.example/fhir/Patient",
    "https://ehr.hospital.example@evil.example/fhir/Patient",
    "https://evil.example#@ehr.hospital.example/fhir/Patient",
    "https://ehr.hospital.example\\@evil.example/fhir/Patient",
    "https://ehr.hospital.example./fhir/Patient",
    "https://ehr.hospital.example/admin",
    "https://ehr.hospital.example/fhirs/Patient",
    "https://ehr.hospital.example/fhir/../admin",
    "https://ehr.hospital.example/fhir/%2e%2e/admin",
    "https://ehr.hospital.example/fhir/..%2fadmin",
    "https://ehr.hospital.example/fhir/%5c..%5cadmin",
    "//evil.example/fhir/Patient",
    "/\\evil.example/fhir/Patient",
    "\\\\evil.example\\fhir",
    "/admin",
    "/fhir/../admin",
    "../admin",
    "Patient/../../admin",
    "Patient/1 HTTP/1.1\r\nHost: evil.example",
    "javascript:alert(1)",
    "data:text/plain,Ana",
    "file:///etc/passwd",
    "/fhir/%00",
    "/fhir/%zz",
    "/fhir/a#b",
    "/fhir/\u2025/admin",
]

NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.0.8",
    "198.18.0.1",
    "203.0.113.7",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "100::1",
    "no address",
]


@pytest.mark.parametrize("url", NO_ADDRESS_OF_AN_EHR)
def test_what_readers_of_addresses_disagree_on_is_no_address_of_an_ehr(url: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        Base.of(url)

    assert url == "" or url not in str(refused.value)


@pytest.mark.parametrize("link", ELSEWHERE)
def test_no_link_of_an_answer_leads_out_of_the_ehr(link: str) -> None:
    with pytest.raises(LeadsAway):
        BASE.target(link)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("https://ehr.hospital.example/fhir/Patient?page=2", "/fhir/Patient?page=2"),
        ("https://EHR.hospital.example:443/fhir?_getpages=a-b&_count=20", "/fhir?_getpages=a-b&_count=20"),
        ("/fhir/Patient?page=2", "/fhir/Patient?page=2"),
        ("Observation?patient=1&_offset=20", "/fhir/Observation?patient=1&_offset=20"),
        ("?page=2", "/fhir?page=2"),
    ],
)
def test_a_page_of_the_ehr_itself_is_asked_there(link: str, target: str) -> None:
    assert BASE.target(link) == target


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public_is_asked_only_where_a_setting_names_its_network(address: str) -> None:
    assert not may_connect(address, (), secure=True)
    assert not may_connect(address, [ip_network("10.20.0.0/16")], secure=True)


def test_a_network_of_the_setting_counts_in_every_way_of_writing_it() -> None:
    networks = [ip_network("10.20.0.0/16"), ip_network("fd00:1::/64")]

    assert may_connect("10.20.3.4", networks, secure=False)
    assert may_connect("::ffff:10.20.3.4", networks, secure=False)
    assert may_connect("fd00:1::5", networks, secure=False)
    assert not may_connect("10.21.0.1", networks, secure=False)


def test_a_public_address_is_asked_over_tls_alone() -> None:
    assert may_connect("8.8.8.8", (), secure=True)
    assert may_connect("2600::1", (), secure=True)
    assert not may_connect("8.8.8.8", (), secure=False)


def test_link_local_addresses_are_never_asked_however_wide_the_network() -> None:
    assert not may_connect("169.254.169.254", [ip_network("0.0.0.0/0")], secure=True)


@pytest.mark.parametrize(
    "alias", ["http://169.254.169.254/", "https://ehr.hospital.example/fhir", "../sample", "other"]
)
async def test_an_address_is_no_alias(alias: str) -> None:
    with a_sample_ehr() as sample:
        patients = sample.patients()
        with pytest.raises(UnknownEhr) as refused:
            await patients.fetch(ANA, ehr=alias, seconds=4)

    assert alias not in str(refused.value)
    assert sample.weather.asked == []


async def test_a_name_that_means_a_private_address_is_not_asked() -> None:
    with a_sample_ehr() as sample:
        patients = sample.patients(networks=())
        with pytest.raises(EhrUnavailable):
            await patients.fetch(ANA, seconds=4)
        await patients.close()

    assert sample.weather.asked == []


@pytest.fixture
def door() -> Iterator[tuple[int, list[str]]]:
    """A listener on every loopback address that notes on which it was reached."""
    reached = list[str]()
    with socket.create_server(("0.0.0.0", 0)) as listener:

        def take() -> None:
            try:
                while True:
                    line, _ = listener.accept()
                    reached.append(line.getsockname()[0])
                    line.close()
            except OSError:
                return

        thread = Thread(target=take, daemon=True)
        thread.start()
        yield listener.getsockname()[1], reached
        listener.shutdown(socket.SHUT_RDWR)


class Fickle:
    """A name server that says something else each time (DNS rebinding)."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers.pop(0)


async def test_what_was_looked_at_is_what_is_connected_to(door: tuple[int, list[str]]) -> None:
    port, reached = door
    names = Fickle(["127.0.0.2"], ["127.0.0.3"])
    backend = PinnedBackend([ip_network("127.0.0.2/32")], secure=False, resolve=names)

    line = await backend.connect_tcp("ehr.hospital.example", port, timeout=5)
    where = line.get_extra_info("server_addr")
    await line.aclose()

    assert where == ("127.0.0.2", port)
    assert names.asked == 1
    with pytest.raises(ForbiddenAddress):
        await backend.connect_tcp("ehr.hospital.example", port, timeout=5)
    assert "127.0.0.3" not in reached


async def test_of_several_addresses_those_that_are_allowed_are_asked(door: tuple[int, list[str]]) -> None:
    port, reached = door
    names = Fickle(["127.0.0.3", "127.0.0.2"])
    backend = PinnedBackend([ip_network("127.0.0.2/32")], secure=False, resolve=names)

    line = await backend.connect_tcp("ehr.hospital.example", port, timeout=5)
    where = line.get_extra_info("server_addr")
    await line.aclose()

    assert where[0] == "127.0.0.2"
    assert "127.0.0.3" not in reached


@pytest.fixture
def inside() -> Iterator[SampleEhr]:
    """Another server of the network, which nobody named."""
    with a_sample_ehr() as other:
        yield other


@pytest.mark.parametrize("trouble", [Trouble.REDIRECT, Trouble.FOREIGN_NEXT])
async def test_no_answer_sends_us_to_another_server(inside: SampleEhr, trouble: Trouble) -> None:
    with a_sample_ehr(trouble) as sample:
        sample.weather.elsewhere = f"{inside.url}/Patient/{ANA}"
        patients = sample.patients()
        try:
            fetched = await patients.fetch(ANA, seconds=4)
        except EhrUnavailable:
            fetched = None
        await patients.close()

    assert inside.weather.asked == []
    assert fetched is None or fetched.missing


async def test_no_proxy_of_the_environment_hears_of_a_patient(
    inside: SampleEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, inside.url.removesuffix("/fhir"))
    with a_sample_ehr() as sample:
        patients = sample.patients(networks=LOOPBACK)
        fetched = await patients.fetch(ANA, seconds=8)
        await patients.close()

    assert fetched.missing == ()
    assert inside.weather.asked == []
