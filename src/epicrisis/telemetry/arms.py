"""What is counted of experiments: who answered, how long it took, and how far the versions agree."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from epicrisis.telemetry.bounds import Children, name_of

# Six capabilities of eight arms, in a few versions each and in two outcomes; labels of answers beside that.
MOST_ARMS = 500
MOST_LABELS = 3_000

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_OF_ARMS = ("capability", "arm", "version")


class ArmCounts:
    """The counters of experiments: fits ``services.trials.CountsArms``; its labels are names of arms and of engines."""

    def __init__(self, registry: CollectorRegistry) -> None:
        requests = Counter(
            "epicrisis_experiment_requests_total",
            "Requests answered in an experiment.",
            (*_OF_ARMS, "outcome"),
            registry=registry,
        )
        seconds = Histogram(
            "epicrisis_experiment_seconds",
            "Time an arm took to answer.",
            _OF_ARMS,
            buckets=_SECONDS,
            registry=registry,
        )
        shadows = Counter(
            "epicrisis_shadow_requests_total",
            "Questions to arms that do not answer.",
            (*_OF_ARMS, "outcome"),
            registry=registry,
        )
        verdicts = Counter(
            "epicrisis_shadow_verdicts_total",
            "Things a shadow said, by whether the answer said the same.",
            (*_OF_ARMS, "label", "agreed"),
            registry=registry,
        )
        feedback = Gauge(
            "epicrisis_experiment_feedback",
            "Answers of an arm that users judged, by whether they were right.",
            (*_OF_ARMS, "agreed"),
            registry=registry,
        )
        self._requests = Children(requests.labels, most=MOST_ARMS)
        self._seconds = Children(seconds.labels, most=MOST_ARMS)
        self._shadows = Children(shadows.labels, most=MOST_ARMS)
        self._verdicts = Children(verdicts.labels, most=MOST_LABELS)
        self._feedback = Children(feedback.labels, most=MOST_ARMS)

    def arm_answered(self, capability: str, arm: str, version: str, seconds: float) -> None:
        """Count a request that an arm answered; ``version`` is empty where it failed."""
        of_arm = _of_arm(capability, arm, version)
        self._requests(*of_arm, "answered" if version else "failed").inc()
        self._seconds(*of_arm).observe(seconds)

    def shadow_asked(self, capability: str, arm: str, version: str, outcome: str) -> None:
        """Count what became of a question to a shadow."""
        self._shadows(*_of_arm(capability, arm, version), name_of(outcome)).inc()

    def shadow_agreed(self, capability: str, arm: str, version: str, label: str, agreed: bool) -> None:
        """Count whether a shadow says of one thing what the answer says."""
        self._verdicts(*_of_arm(capability, arm, version), name_of(label), _told(agreed)).inc()

    def arm_agreed(self, capability: str, arm: str, version: str, agreed: bool, times: int) -> None:
        """Say how many answers of an arm users say were right, or wrong."""
        self._feedback(*_of_arm(capability, arm, version), _told(agreed)).set(times)


def _of_arm(capability: str, arm: str, version: str) -> tuple[str, str, str]:
    return name_of(capability), name_of(arm), name_of(version) if version else "none"


def _told(agreed: bool) -> str:
    return "true" if agreed else "false"
