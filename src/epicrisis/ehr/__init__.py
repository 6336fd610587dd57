"""The way to an EHR: one patient at a time over FHIR, by alias, within limits, whatever becomes of the EHR meanwhile.

    client ── fetching ── asking ── line ── connecting ──▶ EHR
                 │           ├── tokens, retrying, breaker
                 │           └── replies, unpacking
                 └── gathering, belonging, following

``addresses`` says where requests may go, ``troubles`` what is said of what went wrong, ``ehrs`` what is known before.
``sample`` is a small EHR of our own, for demonstrations and tests.
"""
