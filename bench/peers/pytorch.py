"""PyTorch as a contestant: prepares the task of the first argument, then a sample a line (see serve.ts)."""

import json
import sys
import time

import torch
from torch import nn

from evaluation import EvaluationNetwork
from operations import block
from supernet import Supernet


def images_and_labels(task):
    shape = (task["batch"], 3, task["size"], task["size"])
    return torch.randn(shape), torch.arange(task["batch"]) % 10


def sgd(model):
    return torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=3e-4)


def descend(model, optimizer, loss):
    """What all training steps end in: backward, clip, update."""
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5)
    optimizer.step()


def supernet_task(task):
    model = Supernet(task["channels"], task["layers"])
    images, labels = images_and_labels(task)
    mixing = torch.full((14, 8), 1 / 8)
    optimizer = sgd(model)

    def loss():
        return nn.functional.cross_entropy(model(images, mixing, mixing), labels)

    def forward():
        with torch.no_grad():
            loss()

    return forward if task["kind"] == "forward" else lambda: descend(model, optimizer, loss())


def evaluation_task(task):
    model = EvaluationNetwork(task["channels"], task["layers"])
    images, labels = images_and_labels(task)
    optimizer = sgd(model)

    def step():
        logits, auxiliary = model(images, 0.2)
        loss = nn.functional.cross_entropy(logits, labels)
        descend(model, optimizer, loss + 0.4 * nn.functional.cross_entropy(auxiliary, labels))

    return step


def block_task(task):
    model = block(task["channels"], 3, 1, 1, False)
    shape = (task["batch"], task["channels"], task["size"], task["size"])
    x, cotangent = torch.randn(shape), torch.randn(shape)

    def forward():
        with torch.no_grad():
            model(x)

    def gradient():
        torch.autograd.grad(model(x), [x, *model.parameters()], cotangent)

    x.requires_grad_(task["kind"] == "block-gradient")
    return gradient if task["kind"] == "block-gradient" else forward


TASKS = {
    "weight": supernet_task,
    "forward": supernet_task,
    "evaluation": evaluation_task,
    "block": block_task,
    "block-gradient": block_task,
}


def milliseconds(run, count):
    """Mean of `count` runs."""
    start = time.perf_counter()
    for _ in range(count):
        run()
    return 1000 * (time.perf_counter() - start) / count


def peak_memory():
    """Most bytes this process has had in RAM, where Linux tells."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except OSError:
        return None


def main():
    task = json.loads(sys.argv[1])
    torch.set_num_threads(task["threads"])
    run = TASKS[task["kind"]](task)
    first = milliseconds(run, 1)
    again = first if first > task["fill"] else milliseconds(run, 1)
    count = max(1, min(task["most"], round(task["fill"] / again)))
    print(json.dumps({"version": torch.__version__}), flush=True)
    for _ in sys.stdin:
        sample = {"milliseconds": milliseconds(run, count)}
        memory = peak_memory()
        print(json.dumps(sample if memory is None else {**sample, "peakMemory": memory}), flush=True)


main()
