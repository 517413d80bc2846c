"""Reads the folders of models and pixels for each as JSON, and prints what PyTorch makes of them."""

import importlib.util
import json
import sys
import warnings

import torch

# What a generated file is warned of is a mistake in it.
warnings.simplefilter("error")


def module_in(folder):
    spec = importlib.util.spec_from_file_location("model", folder + "/model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def refusal(module, path):
    try:
        module.load(path)
    except (RuntimeError, ValueError) as error:
        return str(error)
    raise AssertionError("loaded " + path)


def judged(case):
    module = module_in(case["folder"])
    model = module.load()
    pixels = torch.tensor(case["pixels"], dtype=torch.uint8).reshape(-1, *module.IMAGE) / 255
    images = module.normalise(pixels)
    assert not model.training
    with torch.no_grad():
        logits = model(images)
    # It trains on.
    model.train()
    labels = torch.arange(len(images)) % len(module.CLASSES)
    optimiser = torch.optim.SGD(model.parameters(), 0.01)
    losses = []
    for _ in range(8):
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    batches = {name: int(n) for name, n in model.state_dict().items() if name.endswith("batches_tracked")}
    return {
        "classes": module.CLASSES,
        "logits": logits.tolist(),
        "losses": losses,
        "untrained": [name for name, weight in model.named_parameters() if weight.grad is None],
        "batches": sorted(set(batches.values())),
        "refusals": {kind: refusal(module, path) for kind, path in case["unfit"].items()},
    }


print(json.dumps([judged(case) for case in json.load(sys.stdin)]))
