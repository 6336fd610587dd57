"""Code systems as documents and messages name them, and the URI that FHIR knows each by (terminology.hl7.org)."""

from __future__ import annotations

from collections.abc import Mapping

SNOMED = "http://snomed.info/sct"
ACT_CODES = "http://terminology.hl7.org/CodeSystem/v3-ActCode"

_CPT = "http://www.ama-assn.org/go/cpt"
_CVX = "http://hl7.org/fhir/sid/cvx"
_ICD_9_CM = "http://hl7.org/fhir/sid/icd-9-cm"
_ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
_LOINC = "http://loinc.org"
_NDC = "http://hl7.org/fhir/sid/ndc"
_RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"

BY_OID: Mapping[str, str] = {
    "2.16.840.1.113883.6.96": SNOMED,
    "2.16.840.1.113883.6.1": _LOINC,
    "2.16.840.1.113883.6.88": _RXNORM,
    "2.16.840.1.113883.6.90": _ICD_10_CM,
    "2.16.840.1.113883.6.103": _ICD_9_CM,
    "2.16.840.1.113883.12.292": _CVX,
    "2.16.840.1.113883.6.59": _CVX,
    "2.16.840.1.113883.6.12": _CPT,
    "2.16.840.1.113883.6.69": _NDC,
    "2.16.840.1.113883.4.9": "http://fdasis.nlm.nih.gov",
    "2.16.840.1.113883.5.4": ACT_CODES,
    "2.16.840.1.113883.5.83": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "2.16.840.1.113883.5.111": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
}
"""As C-CDA names them."""

BY_NAME: Mapping[str, str] = {
    "CPT": _CPT,
    "C4": _CPT,
    "CVX": _CVX,
    "I10": "http://hl7.org/fhir/sid/icd-10",
    "I10C": _ICD_10_CM,
    "ICD10": _ICD_10_CM,
    "I9": _ICD_9_CM,
    "I9C": _ICD_9_CM,
    "LN": _LOINC,
    "NDC": _NDC,
    "RXNORM": _RXNORM,
    "SCT": SNOMED,
}
"""As HL7 v2 does (table 0396)."""
