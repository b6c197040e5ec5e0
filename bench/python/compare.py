"""One evaluation of the FFHQ prior's layout: PSSR against PyTorch over the same libtorch, in one run, taking turns.

    apt-get install python3-torch          (on the machine that measures, nowhere else)
    ./build.sh build && /usr/bin/python3 bench/python/compare.py [--rounds 5] [--threads 2]

Each turn is a process of its own, so that its peak memory (VmHWM) is its own. The figure of a side is the median over rounds of the fastest
evaluation of its process. `--precision` names PSSR's precisions to measure; Python always runs float32, the yardstick of both.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def peak_bytes():
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text()).group(1)) * 1024


def evaluate(repeats, threads):
    import torch
    from guided_unet import FFHQ, GuidedUNet

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    network = GuidedUNet(FFHQ).eval()
    x, t = torch.randn(1, 3, 256, 256), torch.tensor([500.0])
    seconds = []
    with torch.no_grad():
        for _ in range(repeats + 1):
            start = time.perf_counter()
            network(x, t)
            seconds.append(time.perf_counter() - start)
    return {"seconds": seconds[1:], "peakMemoryBytes": peak_bytes(), "torch": torch.__version__}


def turn(command):
    lines = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return json.loads(lines)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--precision", default="fp32,bf16")
    arguments.add_argument("--evaluate", action="store_true", help="one turn of Python's side")
    a = arguments.parse_args()
    if a.evaluate:
        print(json.dumps(evaluate(a.repeats, a.threads)))
        return

    bench = next((ROOT / "bench/PSSR.Bench/bin").glob("*/Release/net10.0/PSSR.Bench"))
    common = ["--repeats", str(a.repeats), "--threads", str(a.threads)]
    sides = {"python fp32": [sys.executable, __file__, "--evaluate", *common]}
    sides |= {f"pssr {p}": [str(bench), "evaluation", "--precision", p, *common] for p in a.precision.split(",")}
    results = {side: [] for side in sides}
    for _ in range(a.rounds):
        for side, command in sides.items():
            results[side].append(turn(command))

    def figures(side):
        turns = results[side]
        return {"seconds": statistics.median(min(t["seconds"]) for t in turns), "peakMemoryBytes": max(t["peakMemoryBytes"] for t in turns)}

    report = {side: figures(side) for side in sides}
    for side in report:
        report[side]["timeOverPython"] = round(report[side]["seconds"] / report["python fp32"]["seconds"], 3)
        report[side]["memoryOverPython"] = round(report[side]["peakMemoryBytes"] / report["python fp32"]["peakMemoryBytes"], 3)
    print(json.dumps({"rounds": a.rounds, "threads": a.threads, "torch": results["python fp32"][0]["torch"], "sides": report}, indent=2))


if __name__ == "__main__":
    main()
