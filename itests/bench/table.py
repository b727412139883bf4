"""Prints the medians of a comparison, a line for each row and step, with the ratio to the best peer."""

import statistics
import sys
from collections import defaultdict

values = defaultdict(list)
for line in open(sys.argv[1], encoding="utf-8"):
    row, step, tool, value = line.rstrip("\n").split("\t")
    values[row, step, tool].append(float(value))

TOOLS = ["holdfast", "restic", "borg"]
STEPS = ["first", "second", "restore", "stored"]
print("| data | step | " + " | ".join(TOOLS) + " | Holdfast / best peer |")
print("|---|---|" + "---:|" * (len(TOOLS) + 1))
for row in dict.fromkeys(key[0] for key in values):
    for step in STEPS:
        medians = {t: statistics.median(values[row, step, t]) for t in TOOLS if values.get((row, step, t))}
        show = (lambda v: f"{v / 2**20:.1f} MiB") if step == "stored" else (lambda v: f"{v:.2f} s")
        peers = [v for t, v in medians.items() if t != "holdfast"]
        ratio = f"{medians['holdfast'] / min(peers):.2f}" if "holdfast" in medians and peers else "-"
        cells = [show(medians[t]) if t in medians else "-" for t in TOOLS]
        print(f"| {row} | {step} | " + " | ".join(cells) + f" | {ratio} |")
