"""How fast this processor multiplies matrices at best, in fp32, bf16 and int8: the limit no software can pass.

`python arithmetic.py` prints one line of JSON: 10^9 operations a second with one thread and with two. It measures the
libraries PyTorch brings, so it runs with the interpreter of the reference; a precision the processor has no unit for is
slower, not absent.
"""

from __future__ import annotations

import json
import time

import torch

SIZE, ROUNDS = 768, 3


def rate(multiply: object, threads: int) -> float:
    """Return the best of a few rounds."""
    torch.set_num_threads(threads)
    multiply()  # type: ignore[operator]
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(4):
            multiply()  # type: ignore[operator]
        best = min(best, (time.perf_counter() - began) / 4)
    return round(2 * SIZE**3 / best / 1e9, 1)


def main() -> None:
    """Measure and print."""
    left, right = torch.randn(SIZE, SIZE), torch.randn(SIZE, SIZE)
    half, other = left.bfloat16(), right.bfloat16()
    linear = torch.ao.nn.quantized.dynamic.Linear(SIZE, SIZE, dtype=torch.qint8)
    with torch.inference_mode():
        kinds = {"fp32": lambda: left @ right, "bf16": lambda: half @ other, "int8": lambda: linear(left)}
        print(json.dumps({kind: [rate(multiply, 1), rate(multiply, 2)] for kind, multiply in kinds.items()}))


if __name__ == "__main__":
    main()
