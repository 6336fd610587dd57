"""What a server is handed; where a service is not given, its twin in memory stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from epicrisis.assembly.hiding import known_policies
from epicrisis.assembly.pipeline import Pipeline
from epicrisis.domain.redactions import Policy
from epicrisis.services.feedback import Compared, Feedback, FeedbackStore, GivenAnswers

if TYPE_CHECKING:
    from epicrisis.services.audit import Audit
    from epicrisis.services.case_store import CaseStore
    from epicrisis.services.deidentify import CountsRedactions, Deidentify
    from epicrisis.services.experiment_table import ExperimentStore
    from epicrisis.services.idempotency import ClaimStore, Idempotency
    from epicrisis.services.interactions import Interactions
    from epicrisis.services.judgements import Judge, JudgementStore
    from epicrisis.services.key_records import Secret
    from epicrisis.services.keys import Keys
    from epicrisis.services.redaction_counts import CountRedactions, RedactionCounts
    from epicrisis.services.redaction_log import RedactionLog
    from epicrisis.services.sealed_identifiers import Reidentify
    from epicrisis.services.seals import Seals
    from epicrisis.services.similar_cases import SimilarCases
    from epicrisis.services.spooling import Drains
    from epicrisis.services.tally import Tally
    from epicrisis.storage.opening import Stores
    from epicrisis.storage.redis_link import RedisLink
    from epicrisis.telemetry.metrics import Metrics
    from epicrisis.telemetry.tracing import Traces


# Each imports what it makes: the library builds no server, and does not wait for what only one needs.


def _metrics() -> Metrics:
    from epicrisis.telemetry.metrics import Metrics

    return Metrics()


def _tally() -> Tally:
    from epicrisis.storage.tally import MemoryTally

    return MemoryTally()


def _keys() -> Keys:
    from epicrisis.services.keys import Keys
    from epicrisis.storage.memory import MemoryKeys, MemorySecret

    return Keys(MemoryKeys(), MemorySecret())


def _audit() -> Audit:
    from epicrisis.services.audit import Audit
    from epicrisis.storage.memory import MemoryAudit, MemorySecret

    return Audit(MemoryAudit(), MemorySecret())


def _memory_secret() -> Secret:
    from epicrisis.storage.memory import MemorySecret

    return MemorySecret()


def _opinions() -> FeedbackStore:
    from epicrisis.storage.memory import MemoryFeedback

    return MemoryFeedback()


def _judgements() -> JudgementStore:
    from epicrisis.storage.memory_differentials import MemoryJudgements

    return MemoryJudgements()


def _given() -> GivenAnswers:
    from epicrisis.storage.given import MemoryGiven

    return MemoryGiven()


def _experiments() -> ExperimentStore:
    from epicrisis.storage.memory import MemoryExperiments

    return MemoryExperiments()


def _redactions() -> RedactionLog:
    from epicrisis.storage.memory import MemoryRedactionLog

    return MemoryRedactionLog()


def _cases() -> CaseStore:
    from epicrisis.storage.cases import MemoryCases

    return MemoryCases()


def _claims() -> ClaimStore:
    from epicrisis.storage.memory import MemoryClaims

    return MemoryClaims()


@dataclass(frozen=True, slots=True)
class Services:
    """What a server is handed: the pipeline, and whatever answers only make sense over a network."""

    pipeline: Pipeline
    metrics: Metrics = field(default_factory=_metrics)
    keys: Keys = field(default_factory=_keys)
    tally: Tally = field(default_factory=_tally)
    opinions: FeedbackStore = field(default_factory=_opinions)
    given: GivenAnswers = field(default_factory=_given)
    audit: Audit = field(default_factory=_audit)
    redactions: RedactionLog = field(default_factory=_redactions)
    claims: ClaimStore = field(default_factory=_claims)
    experiments: ExperimentStore = field(default_factory=_experiments)
    judgements: JudgementStore = field(default_factory=_judgements)
    # None where differentials are answered and not kept.
    interactions: Interactions | None = None
    # None where what is kept could not be sealed.
    cases: CaseStore | None = field(default_factory=_cases)
    sums: RedactionCounts | None = None
    # None where no Redis is shared.
    link: RedisLink | None = None
    # None where nothing is kept: in tests.
    stores: Stores | None = None
    # None where the library that encrypts is not installed.
    seals: Seals | None = None
    # What invented names, moved dates and pseudonyms are made with, and what asks for them.
    secret: Secret = field(default_factory=_memory_secret)
    policies: Mapping[str, Policy] = field(default_factory=known_policies)
    traces: Traces | None = None

    def feedback(self, compared: Compared | None = None) -> Feedback:
        """Return what keeps and counts opinions about the engines that answer here, and those that are ``compared``."""
        pipeline = self.pipeline
        engines = (pipeline.labelling.labellers, pipeline.annotation.readers, pipeline.assessment.judges)
        return Feedback(
            store=self.opinions,
            counts=self.metrics,
            given=self.given,
            engines=[card for each in engines for card in each.cards],
            compared=compared,
        )

    def kept_interactions(self) -> Interactions:
        """Return what keeps differentials as they were asked and answered, or what keeps none."""
        from epicrisis.services.interactions import Interactions
        from epicrisis.storage.memory_differentials import MemoryInteractions

        return self.interactions or Interactions(MemoryInteractions(), audit=self.audit)

    def judge(self, interactions: Interactions) -> Judge:
        """Return what keeps and counts what clinicians say of differentials; ``interactions`` are those kept."""
        from epicrisis.services.judgements import Judge

        return Judge(
            store=self.judgements,
            counts=self.metrics,
            given=self.given,
            interactions=interactions,
            card=lambda: self.pipeline.differentials.card,
        )

    def deidentify(self, counts: CountsRedactions | None = None) -> Deidentify:
        """Return what hides who a note is about, keeps a record of it, and tells ``counts``."""
        from epicrisis.services.deidentify import Deidentify

        return Deidentify(
            identify=self.pipeline.identify,
            cards=self.pipeline.identify.cards,
            policies=self.policies,
            secret=self.secret,
            seals=self.seals,
            audit=self.audit,
            log=self.redactions,
            counts=counts or self.metrics,
        )

    def similar_cases(self, deidentify: Deidentify) -> SimilarCases:
        """Return what keeps cases, redacted by ``deidentify``, and finds similar ones."""
        from epicrisis.assembly.cases import keeping_cases

        return keeping_cases(self.pipeline, store=self.cases, seals=self.seals, deidentify=deidentify, audit=self.audit)

    def counts(self) -> CountRedactions:
        """Return what counts redactions: for whoever watches this server, and in the sums of all."""
        from epicrisis.services.redaction_counts import CountRedactions

        return CountRedactions(self.metrics, self.sums)

    def idempotency(self, *, lasts: float, runs: float) -> Idempotency:
        """Return what does a request with a key once, and tells its answer again for ``lasts`` seconds."""
        from epicrisis.services.idempotency import Idempotency

        return Idempotency(self.claims, self.secret, seals=self.seals, audit=self.audit, lasts=lasts, runs=runs)

    def reidentify(self) -> Reidentify:
        """Return what opens identifiers that were sealed."""
        from epicrisis.services.sealed_identifiers import Reidentify

        return Reidentify(seals=self.seals, audit=self.audit)

    def aside(self) -> list[Drains]:
        """Return whatever keeps records aside while the database is down."""
        from epicrisis.services.spooling import those_aside

        kept = None if self.interactions is None else self.interactions.store
        return those_aside(self.audit, self.redactions, kept)
