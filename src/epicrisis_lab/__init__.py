"""The lab: reads public corpora, trains what epicrisis ships, and measures it.

It imports ``epicrisis`` and is never imported by it; torch is needed only under ``training``
and for one of the ``baselines``.
"""
