"""What makes two cases similar: their findings, weighed by what each tells, and the sentences they are told in.

findings ── findings.directions ─┐
text ── clauses ── likeness ─────┴─▶ space.CaseSpace ─▶ one vector of length 1, whose cosines are the similarity
"""
