import pytest

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.errors import InvalidInput
from epicrisis.formats.redacting.actions import KEEP, REDACT, REMOVE, Action, Verb
from epicrisis.formats.redacting.paths import Rules

NAME = Action(Verb.REPLACE, IdentifierKind.NAME)


@pytest.mark.parametrize(
    ("rule", "path", "holds"),
    [
        ("patient.name", ("patient", "name"), True),
        ("patient.name", ("patient", "name", "family"), False),
        ("patient.*", ("patient", "name"), True),
        ("patient.*", ("patient", "name", "family"), False),
        ("patient.**", ("patient", "name", "family"), True),
        ("**.family", ("patient", "name", "family"), True),
        ("**.family", ("family",), True),
        ("**.name.*", ("patient", "name", "family"), True),
        ("patient.**", ("patient",), True),
        ("a.**.b.**.c", ("a", "b", "x", "b", "y", "c"), True),
        ("a.**.b.**.c", ("a", "x", "y", "c"), False),
        (r"a\.b.c", ("a.b", "c"), True),
        (r"\*.c", ("*", "c"), True),
        (r"\*.c", ("a", "c"), False),
        ("a.c", ("abc",), False),
    ],
)
def test_a_path_names_what_its_steps_say(rule: str, path: tuple[str, ...], holds: bool) -> None:
    assert (Rules({rule: "NAME"}).action(path) is not None) is holds


def test_a_rule_of_many_wild_steps_takes_no_longer_over_a_deep_place() -> None:
    rule = ".".join(["**", "a"] * 30 + ["b"])

    # Every way to share the steps out, one by one, would not end today.
    assert Rules({rule: "NAME"}).action(("a",) * 200) is None
    assert Rules({rule: "NAME"}).action((*("a",) * 200, "b")) == NAME


def test_the_last_rule_that_speaks_of_a_place_is_followed() -> None:
    rules = Rules({"**": "redact", "patient.**": "NAME", "patient.use": "keep", "**.photo": "remove"})

    assert rules.action(("patient", "family")) == NAME
    assert rules.action(("patient", "use")) == KEEP
    assert rules.action(("patient", "photo")) == REMOVE
    assert rules.action(("note",)) == REDACT


@pytest.mark.parametrize("path", ["", "a..b", ".a", "a."])
def test_a_path_with_an_empty_step_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput, match="empty step"):
        Rules({path: "keep"})


def test_an_unknown_action_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match="'remove', 'NAME'"):
        Rules({"patient": "hide"})
