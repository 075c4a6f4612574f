"""Writes the configs of this folder: what timm's save_for_hf says of each network. timm 1.0.31."""
import json
import pathlib

import timm
from timm.models._hub import save_config_for_hf

DROPS = dict(drop_rate=0.2, drop_path_rate=0.1)
OPTIONS = dict(block_args=dict(attn_layer="eca"), in_chans=1, num_classes=10, output_stride=16, global_pool="avgmax")
CASES = {
    "seresnet50.a1_in1k": ("seresnet50.a1_in1k", {}, {}),
    "resnet18.options": ("resnet18", dict(**OPTIONS, **DROPS, zero_init_last=False), DROPS),
    "mobilenetv3_small_100.lamb_in1k": ("mobilenetv3_small_100.lamb_in1k", {}, {}),
    "legacy_seresnet50.in1k": ("legacy_seresnet50.in1k", {}, {}),
    "tf_efficientnet_b0.ns_jft_in1k": ("tf_efficientnet_b0.ns_jft_in1k", {}, {}),
    "resnet18.silu": ("resnet18", dict(act_layer="silu"), {}),
    "mobilenetv2_050.three": ("mobilenetv2_050.lamb_in1k", dict(num_classes=3), {}),
}

for name, (model, options, model_args) in CASES.items():
    path = pathlib.Path(__file__).with_name(f"{name}.json")
    save_config_for_hf(timm.create_model(model, **options), path, model_args=model_args)
    path.write_text(json.dumps(json.loads(path.read_text()), indent=1) + "\n")
