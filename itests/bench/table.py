"""Prints the medians of a comparison, a line for each row, step and measure, with the ratio to the best peer."""

import statistics
import sys
from collections import defaultdict

TOOLS = ["holdfast", "restic", "borg"]
STEPS = ["first", "second", "restore", "prune"]
MEASURES = [("wall", "s", 2), ("CPU", "s", 1), ("memory", "MiB", 0)]

values = defaultdict(list)
for line in open(sys.argv[1], encoding="utf-8"):
    row, step, tool, *measured = line.rstrip("\n").split("\t")
    for measure, value in zip(["stored"] if step.startswith("stored") else [m[0] for m in MEASURES], measured):
        values[row, step, measure, tool].append(float(value))


def show(row, step, measure, unit, digits, scale=1.0):
    medians = {t: statistics.median(values[row, step, measure, t]) / scale
               for t in TOOLS if values.get((row, step, measure, t))}
    if not medians:
        return
    peers = [v for t, v in medians.items() if t != "holdfast"]
    ratio = f"{medians['holdfast'] / min(peers):.2f}" if "holdfast" in medians and peers and min(peers) else "-"
    cells = [f"{medians[t]:,.{digits}f} {unit}" if t in medians else "-" for t in TOOLS]
    name = measure if measure == "stored" else f"{step}, {measure}"
    print(f"| {row} | {step.replace('stored-', 'stored after ') if measure == 'stored' else name} | "
          + " | ".join(cells) + f" | {ratio} |")


print("| data | what | " + " | ".join(TOOLS) + " | Holdfast / best peer |")
print("|---|---|" + "---:|" * (len(TOOLS) + 1))
for row in dict.fromkeys(key[0] for key in values):
    for step in STEPS:
        for measure, unit, digits in MEASURES:
            show(row, step, measure, unit, digits)
        show(row, f"stored-{step}", "stored", "MiB", 1, 2**20)
