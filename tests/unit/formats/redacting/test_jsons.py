import json

import pytest

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.asking import Options
from tests.asked import redacted
from tests.office import WHO, renamed


def rewritten(data: str, **rules: str) -> str:
    given = Options(rules={path.replace("__", "."): action for path, action in rules.items()})
    return redacted(data.encode(), name="x.json", redacts=renamed, options=given).decode()


def test_words_are_read_at_any_depth_and_numbers_keep_their_digits() -> None:
    new = rewritten(f'{{"note":["{WHO} coughs",{{"more":"{WHO}"}}],"dose":1.00,"huge":123456789012345678901234567890}}')

    assert new == '{"note":["[NAME] coughs",{"more":"[NAME]"}],"dose":1.00,"huge":123456789012345678901234567890}'


def test_a_field_named_like_an_identifier_is_replaced_whole_though_nothing_is_found_in_it() -> None:
    new = rewritten(
        '{"patientName":"xyz","fecha_nacimiento":"1990-02-28","phone":5550100,"edad":93,"address":{"city":"X"}}'
    )

    assert json.loads(new) == {
        "patientName": "[NAME]",
        "fecha_nacimiento": "1990",
        "phone": "[PHONE]",
        "edad": "90+",
        "address": {"city": "[LOCATION]"},
    }


def test_rules_come_before_names() -> None:
    new = rewritten(
        '{"name":"aspirin","ward":{"bed":"7B","head":"xyz"},"x":1}', name="keep", ward__head="NAME", x="remove"
    )

    assert json.loads(new) == {"name": "aspirin", "ward": {"bed": "7B", "head": "[NAME]"}}


def test_what_is_kept_is_kept_with_all_it_holds() -> None:
    assert rewritten('{"address":{"city":"X"}}', address="keep") == '{"address":{"city":"X"}}'


def test_a_value_used_as_a_name_is_read_too() -> None:
    assert rewritten(f'{{"{WHO}":{{"bp":"120/80"}}}}') == '{"[NAME]":{"bp":"120/80"}}'


def test_the_layout_stays() -> None:
    given = '{\n    "note": "' + WHO + '",\n    "n": [\n        1\n    ]\n}\n'

    assert rewritten(given) == given.replace(WHO, "[NAME]")


def test_json_lines_stay_one_value_a_line() -> None:
    new = redacted(f'{{"a":"{WHO}"}}\n\n{{"a":"b"}}\n'.encode(), name="x.jsonl", redacts=renamed)

    assert new == b'{"a":"[NAME]"}\n{"a":"b"}\n'


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"a": "cut', id="truncated"),
        pytest.param(b'{"a":1}\n{"a":\n', id="one bad line"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"a":"\xff"}', id="not UTF-8"),
        pytest.param('{"a":1}'.encode("utf-16"), id="UTF-16"),
    ],
)
def test_what_is_no_json_is_one_clear_error(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="JSON"):
        redacted(data, name="x.json", redacts=renamed)


def test_what_can_be_parsed_and_not_walked_is_one_clear_error_too() -> None:
    depth = next(depth for depth in range(400, 1_100, 50) if not walkable(depth))

    with pytest.raises(UnreadableDocument, match="nested too deeply"):
        redacted(nested(depth), name="x.json", redacts=renamed)


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def walkable(depth: int) -> bool:
    try:
        redacted(nested(depth), name="x.json", redacts=renamed)
    except UnreadableDocument:
        return False
    return True
