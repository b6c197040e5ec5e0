"""The guided-diffusion U-Net in plain PyTorch, as the yardstick of PSSR's speed and memory.

Written from the format's description (docs of the golden cases); weight names are guided-diffusion's. `python3 guided_unet.py DIR` runs the
golden cases of kind `unet` in DIR, so that what is timed is known to be the right network.
"""

import json
import math
import struct
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

FFHQ = dict(image_size=256, num_channels=128, num_res_blocks=1, channel_mult="1,1,2,2,4,4", learn_sigma=True, attention_resolutions="16",
            num_heads=4, num_head_channels=64, num_heads_upsample=-1, use_scale_shift_norm=True, resblock_updown=True,
            use_new_attention_order=False)


class Norm(nn.GroupNorm):
    """32 groups, computed in float32 whatever the weights of the torso are."""

    def __init__(self, channels):
        super().__init__(32, channels)

    def forward(self, x):
        return super().forward(x.float()).type(x.dtype)


class Up(nn.Module):
    def __init__(self, channels, conv):
        super().__init__()
        if conv:
            self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        return self.conv(x) if hasattr(self, "conv") else x


class Down(nn.Module):
    def __init__(self, channels, conv):
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1) if conv else nn.AvgPool2d(2)

    def forward(self, x):
        return self.op(x)


class Residual(nn.Module):
    def __init__(self, inputs, outputs, embedding, scale_shift, resize=None):
        super().__init__()
        self.scale_shift, self.resize = scale_shift, resize
        self.in_layers = nn.Sequential(Norm(inputs), nn.SiLU(), nn.Conv2d(inputs, outputs, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(embedding, outputs * (2 if scale_shift else 1)))
        self.out_layers = nn.Sequential(Norm(outputs), nn.SiLU(), nn.Identity(), nn.Conv2d(outputs, outputs, 3, padding=1))
        self.skip_connection = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x, emb):
        norm, act, conv = self.in_layers
        h = act(norm(x))
        if self.resize is not None:
            h, x = self.resize(h), self.resize(x)
        h = conv(h)
        e = self.emb_layers(emb)[:, :, None, None].type(h.dtype)
        norm, act, _, conv = self.out_layers
        if self.scale_shift:
            scale, shift = e.chunk(2, 1)
            h = norm(h) * (1 + scale) + shift
        else:
            h = norm(h + e)
        return self.skip_connection(x) + conv(act(h))


class Attention(nn.Module):
    def __init__(self, channels, heads, new_order):
        super().__init__()
        self.heads, self.new_order = heads, new_order
        self.norm = Norm(channels)
        self.qkv = nn.Conv1d(channels, 3 * channels, 1)
        self.proj_out = nn.Conv1d(channels, channels, 1)

    def forward(self, x):
        n, c, *size = x.shape
        flat = x.reshape(n, c, -1)
        qkv = self.qkv(self.norm(flat))
        width = c // self.heads
        if self.new_order:
            q, k, v = (p.reshape(n * self.heads, width, -1) for p in qkv.chunk(3, 1))
        else:
            q, k, v = qkv.reshape(n * self.heads, 3 * width, -1).split(width, 1)
        scale = width ** -0.25
        weights = torch.softmax(torch.bmm((q * scale).transpose(1, 2), k * scale).float(), -1).type(v.dtype)
        h = torch.bmm(v, weights.transpose(1, 2)).reshape(n, c, -1)
        return (flat + self.proj_out(h)).reshape(n, c, *size)


class Block(nn.Sequential):
    def forward(self, x, emb):
        for layer in self:
            x = layer(x, emb) if isinstance(layer, Residual) else layer(x)
        return x


class GuidedUNet(nn.Module):
    def __init__(self, o):
        super().__init__()
        base = o["num_channels"]
        mult = [int(m) for m in o["channel_mult"].split(",")]
        attention = [o["image_size"] // int(a) for a in o["attention_resolutions"].split(",") if a]
        embedding, self.base, self.dtype = 4 * base, base, torch.float32
        self.time_embed = nn.Sequential(nn.Linear(base, embedding), nn.SiLU(), nn.Linear(embedding, embedding))

        def residual(i, c, resize=None):
            return Residual(i, c, embedding, o["use_scale_shift_norm"], resize)

        def attend(c, decoder=False):
            heads = o["num_heads_upsample"] if decoder and o["num_heads_upsample"] != -1 else o["num_heads"]
            heads = heads if o["num_head_channels"] == -1 else c // o["num_head_channels"]
            return Attention(c, heads, o["use_new_attention_order"])

        channels, factor = base * mult[0], 1
        self.input_blocks = nn.ModuleList([Block(nn.Conv2d(3, channels, 3, padding=1))])
        skips = [channels]
        for level, m in enumerate(mult):
            for _ in range(o["num_res_blocks"]):
                layers = [residual(channels, m * base)]
                channels = m * base
                if factor in attention:
                    layers.append(attend(channels))
                self.input_blocks.append(Block(*layers))
                skips.append(channels)
            if level + 1 < len(mult):
                down = residual(channels, channels, Down(channels, False)) if o["resblock_updown"] else Down(channels, True)
                self.input_blocks.append(Block(down))
                skips.append(channels)
                factor *= 2
        self.middle_block = Block(residual(channels, channels), attend(channels), residual(channels, channels))
        self.output_blocks = nn.ModuleList()
        for level, m in reversed(list(enumerate(mult))):
            for i in range(o["num_res_blocks"] + 1):
                layers = [residual(channels + skips.pop(), m * base)]
                channels = m * base
                if factor in attention:
                    layers.append(attend(channels, True))
                if level and i == o["num_res_blocks"]:
                    layers.append(residual(channels, channels, Up(channels, False)) if o["resblock_updown"] else Up(channels, True))
                    factor //= 2
                self.output_blocks.append(Block(*layers))
        self.out = nn.Sequential(Norm(channels), nn.SiLU(), nn.Conv2d(channels, 6 if o["learn_sigma"] else 3, 3, padding=1))

    def torso_to(self, dtype):
        """As guided-diffusion does for half precision: convolutions of the torso only; norms, embedding and head stay float32."""
        self.dtype = dtype
        for part in (self.input_blocks, self.middle_block, self.output_blocks):
            for layer in part.modules():
                if isinstance(layer, (nn.Conv1d, nn.Conv2d)):
                    layer.to(dtype)
        return self

    def forward(self, x, t):
        half = self.base // 2
        angles = t[:, None].float() * torch.exp(-math.log(10000) / half * torch.arange(half))[None]
        emb = self.time_embed(torch.cat([angles.cos(), angles.sin()], -1))
        h, hs = x.type(self.dtype), []
        for block in self.input_blocks:
            h = block(h, emb)
            hs.append(h)
        h = self.middle_block(h, emb)
        for block in self.output_blocks:
            h = block(torch.cat([h, hs.pop()], 1), emb)
        return self.out(h.type(x.dtype))


def read_safetensors(path):
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    types = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64, "U8": torch.uint8}
    return {name: torch.frombuffer(bytearray(data[8 + length + e["data_offsets"][0]:8 + length + e["data_offsets"][1]]),
                                   dtype=types[e["dtype"]]).reshape(e["shape"])
            for name, e in json.loads(data[8:8 + length]).items() if name != "__metadata__"}


def check(folder):
    for case in sorted(Path(folder).glob("*/case.json")):
        about = json.loads(case.read_text())
        if about["kind"] != "unet":
            continue
        network = GuidedUNet(about["config"]).eval()
        network.load_state_dict(torch.load(case.parent / about["config"]["weights"], map_location="cpu"))
        tensors = read_safetensors(case.parent / "tensors.safetensors")
        with torch.no_grad():
            error = (network(tensors["in.x"], tensors["in.t"]) - tensors["out.y"]).abs().max().item()
        print(f"{case.parent.name}: largest error {error:.2e}, tolerance {about['tolerance']['atol']:.2e}")


if __name__ == "__main__":
    check(sys.argv[1])
