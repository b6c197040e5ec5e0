"""PSSR's peer in `bench peers`: one evaluation of the FFHQ prior's layout in plain PyTorch, for each line "fp32" that is read.

Started as `guided_unet.py THREADS`. The first line told is {"parameters", "torch", "threads"}, or {"skipped": why} where there is no torch;
after that {"seconds"} for each line. The network itself is bench/python/guided_unet.py's, which the build lays beside this as
python/guided_unet.py: the golden cases show that that one is right, and a second would have to be shown to be so again.
"""

import importlib.util
import json
import sys
import time
from pathlib import Path


def tell(**what):
    print(json.dumps(what), flush=True)


def load_layout():
    # By its path, because it has this file's own name.
    spec = importlib.util.spec_from_file_location("layout", Path(__file__).resolve().parent / "python" / "guided_unet.py")
    layout = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(layout)
    return layout


def main():
    try:
        import torch
    except (ImportError, OSError) as error:
        tell(skipped=f"{sys.executable} has no torch: {error}")
        return
    layout = load_layout()
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    network = layout.GuidedUNet(layout.FFHQ).eval()
    side = layout.FFHQ["image_size"]
    x, t = torch.randn(1, 3, side, side), torch.full((1,), 500.0)
    tell(parameters=sum(p.numel() for p in network.parameters()), torch=torch.__version__, threads=torch.get_num_threads())
    with torch.no_grad():
        for line in sys.stdin:
            if line.strip() != "fp32":
                sys.exit(f"'{line.strip()}' is no precision of this peer")
            start = time.perf_counter()
            network(x, t)
            tell(seconds=time.perf_counter() - start)


if __name__ == "__main__":
    main()
