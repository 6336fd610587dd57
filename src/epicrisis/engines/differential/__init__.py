"""What may explain a case: a knowledge base of conditions and findings, a ranker over it, and why it says so.

    words, results ── matching · measuring ──▶ Case ── ranking ──▶ scores ── weighing · asking ──▶ Differential

Every number comes from the tables in ``knowledge``, which people can read, correct and argue about.
"""
