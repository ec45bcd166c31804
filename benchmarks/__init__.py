"""Timings of the portal against floors; never part of the tests.

    .venv/bin/python -m benchmarks [--only P2,P7] [--quick] [--database postgresql]

A *floor* is the least program that does the same work on the same machine. Each row
is measured beside its floor, in alternation and in the same run; ratios are printed,
seconds only as background. What the rows mean stands in docs/performance.md.
"""
