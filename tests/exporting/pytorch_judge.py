"""Reads the folders of models and pixels for each as JSON, and prints what PyTorch makes of them."""

import contextlib
import importlib.util
import io
import json
import os
import sys
import types
import warnings

import torch

# What a generated file is warned of is a mistake in it.
warnings.simplefilter("error")
pillow = importlib.util.find_spec("PIL") is not None and importlib.util.find_spec("numpy") is not None


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


def trained(model, images, classes):
    """Losses of some steps: the network trains on."""
    model.train()
    labels = torch.arange(len(images)) % classes
    optimiser = torch.optim.SGD(model.parameters(), 0.01)
    losses = []
    for _ in range(8):
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


def printed(lines, folder):
    """What lines of a model card print in the model's folder."""
    before = os.getcwd()
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.modules.pop("model", None)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()) as out:
            # The card leaves a file open, as short examples do.
            warnings.simplefilter("ignore", ResourceWarning)
            exec(lines, {})
        return out.getvalue().strip()
    finally:
        sys.path.remove(folder)
        os.chdir(before)


def run_by(module, normalise, given):
    """A stand-in for onnxruntime that has PyTorch run the network, and keeps what it was given."""
    model = module.load()
    # As model.onnx begins.
    first = {
        "none": lambda images: images,
        "unit": module.normalise,
        "bytes": lambda images: module.normalise(images / 255),
    }[normalise]

    class InferenceSession:
        def __init__(self, path):
            assert path == "model.onnx"

        def run(self, outputs, feeds):
            assert outputs is None and list(feeds) == ["images"]
            given.append(feeds["images"])
            with torch.no_grad():
                return [model(first(torch.from_numpy(feeds["images"]))).numpy()]

    onnxruntime = types.ModuleType("onnxruntime")
    onnxruntime.InferenceSession = InferenceSession
    return onnxruntime


def shown(module, folder, card, normalise):
    """What the card's lines for onnxruntime and PyTorch print, and model.py of the image file."""
    given = []
    sys.modules["onnxruntime"] = run_by(module, normalise, given)
    onnx, pytorch = (printed(lines, folder) for lines in card)
    del sys.modules["onnxruntime"]
    command = printed("import model\nmodel.main(['image.png'])", folder)
    return {
        "labels": [onnx, pytorch],
        "read": (255 * module.read_image(folder + "/image.png")).flatten().tolist(),
        "images": given[0].flatten().tolist(),
        "type": str(given[0].dtype),
        "printed": command,
    }


def judged(case):
    folder = case["folder"]
    module = module_in(folder)
    model = module.load()
    assert not model.training
    images = module.normalise(torch.tensor(case["pixels"], dtype=torch.uint8).reshape(-1, *module.IMAGE) / 255)
    with torch.no_grad():
        logits = model(images)
    losses = trained(model, images, len(module.CLASSES))
    state = model.state_dict()
    return {
        "classes": module.CLASSES,
        "logits": logits.tolist(),
        "losses": losses,
        "untrained": [name for name, weight in model.named_parameters() if weight.grad is None],
        "batches": sorted({int(state[name]) for name in state if name.endswith("batches_tracked")}),
        "refusals": {kind: refusal(module, path) for kind, path in case["unfit"].items()},
        "card": shown(module, folder, case["card"], case["normalise"]) if pillow and "card" in case else None,
    }


print(json.dumps([judged(case) for case in json.load(sys.stdin)]))
