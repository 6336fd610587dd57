"""What is measured at the bedside, by its code in LOINC (hl7.org/fhir/R4/observation-vitalsigns.html)."""

from __future__ import annotations

_CODES = """
    2708-6 29463-7 3137-7 3141-9 39156-5 59408-5 59576-9 8280-0 8287-5 8289-1 8302-2 8306-3 8310-5 8328-7 8331-1 8333-7
    8462-4 8478-0 8480-6 85353-1 85354-9 8867-4 8889-8 9279-1 9843-4
"""
VITALS = frozenset(_CODES.split())
