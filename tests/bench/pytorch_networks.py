"""Reads cases (a task, weights, images) as JSON, and prints the loss of PyTorch's network for each."""

import json
import sys

sys.path.insert(0, sys.argv[1])
import torch

from pytorch import network, supernet

losses = []
for case in json.load(sys.stdin):
    task = case["task"]
    model, loss = (network if task["kind"] == "evaluation" else supernet)(task)
    given = case["parameters"]
    own = list(model.parameters())
    assert [list(p.shape) for p in own] == [p["shape"] for p in given], task
    with torch.no_grad():
        for parameter, values in zip(own, given):
            parameter.copy_(torch.tensor(values["values"]).reshape(parameter.shape))
    shape = (task["batch"], 3, task["size"], task["size"])
    images = torch.tensor(case["images"]).reshape(shape)
    with torch.no_grad():
        losses.append(loss(images, torch.arange(task["batch"]) % 10).item())
print(json.dumps(losses))
