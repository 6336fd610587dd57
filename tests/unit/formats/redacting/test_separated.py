import pytest

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.asking import Options
from epicrisis.formats.redacting.opening import opened
from epicrisis.formats.redacting.sniffing import FileKind
from tests.asked import redacted
from tests.office import WHO, renamed


def rewritten(data: bytes, *, header: bool = True, **rules: str) -> bytes:
    return redacted(data, name="x.csv", redacts=renamed, options=Options(rules=rules, header=header))


def test_columns_named_like_identifiers_go_whole_and_the_others_are_read() -> None:
    new = rewritten(f"Nombre,Nota,Edad\nxyz,{WHO} tose,93\n,bien,41\n".encode())

    assert new == b"Nombre,Nota,Edad\n[NAME],[NAME] tose,90+\n,bien,41\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separator_line_ends_quotes_and_encoding_stay(separator: str, end: str, encoding: str) -> None:
    rows = [["año", '"nota; larga, y | más"'], ['"7"', f'"dice ""{WHO}"", y vuelve"'], ["", '"tos\t y más"']]
    text = end.join(separator.join(row) for row in rows) + end

    new = rewritten(text.encode(encoding))

    assert new == text.replace(WHO, "[NAME]").encode(encoding)


def test_rules_name_columns_by_name_or_number() -> None:
    new = rewritten(b"a,name,c\n1,aspirin,3\n", name="keep", **{"1": "ID", "C": "remove"})

    assert new == b"a,name,c\n[ID],aspirin,\n"


def test_a_first_row_that_is_no_header_is_read_like_the_others() -> None:
    given = f"{WHO},cough\n{WHO},fever\n".encode()

    assert rewritten(given) == rewritten(given, header=False) == b"[NAME],cough\n[NAME],fever\n"


def test_what_is_put_in_is_quoted_where_it_must_be() -> None:
    new = redacted(b"a,b\nx,y\n", name="x.csv", redacts=lambda texts: [text.replace("x", 'p,"q"') for text in texts])

    assert new == b'a,b\n"p,""q""",y\n'


def test_a_quote_that_is_never_closed_names_its_row() -> None:
    with pytest.raises(UnreadableDocument, match="Row 2, cell 2"):
        rewritten(b'a,b\n1,"open\n')


def test_a_replacement_the_encoding_cannot_write_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="save the file as UTF-8"):
        redacted("año,b\nx,y\n".encode("cp1252"), name="x.csv", redacts=lambda texts: ["Ω" for _ in texts])


def test_a_column_asks_each_of_its_values_once_and_says_how_often_it_stands_there() -> None:
    asked = opened(FileKind.CSV, b"zip,ward\n02139,7B\n02139,8C\n02139,7B\n", Options()).questions

    assert [(each.text, each.kind, each.sub, each.times) for each in asked] == [
        ("zip", None, None, 1), ("ward", None, None, 1), ("02139", IdentifierKind.LOCATION, "ZIP", 3),
        ("7B", None, None, 2), ("8C", None, None, 1),
    ]  # fmt: skip


def test_columns_that_a_rule_keeps_are_not_asked_about() -> None:
    asked = opened(FileKind.CSV, b"ward,name\n7B,xyz\n", Options(rules={"ward": "keep", "name": "remove"})).questions

    assert [each.text for each in asked] == ["ward", "name"]


def test_measured_values_stay_and_what_may_be_more_is_asked() -> None:
    asked = opened(FileKind.CSV, b"hb,x\n10.4,3/4\n-0.25,7.4.\n 98.6 ,10.4.2031\n", Options()).questions

    assert [each.text for each in asked] == ["hb", "x", "3/4", "7.4.", "10.4.2031"]


def test_a_rule_says_that_a_measured_value_is_an_identifier() -> None:
    assert rewritten(b"a,b\n10.4,x\n", a="DATE") == b"a,b\n[DATE],x\n"
