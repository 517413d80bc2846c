"""PyTorch as a contestant: prepares the task of the first argument, then a sample a line (see serve.ts).

Besides what tasks.ts says, a task may have a `device`, such as cuda (the processor when left out), and allow `tf32` there.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn.functional import cross_entropy

import darts_network
import darts_supernet
import nasbench1shot1
import nasbench201
from operations import block

SUPERNETS = {
    "s5": darts_supernet.Supernet,
    "nasbench201": nasbench201.Supernet,
    "nasbench1shot1-3": nasbench1shot1.Supernet,
}

NETWORKS = {"s5": darts_network.Network, "nasbench201": nasbench201.Network}


def supernet(task):
    """A supernet, and its loss on images and labels at equal mixing weights."""
    model = SUPERNETS[task["space"]](task["channels"], task["layers"])
    mixing = [torch.full(shape, 1 / shape[1]) for shape in model.mixing]
    return model, lambda images, labels: cross_entropy(model(images, *mixing), labels)


def network(task):
    """The network of a genotype, and its loss on images and labels with the auxiliary head's."""
    auxiliary = task["auxiliary"]
    build = NETWORKS[task["space"]]
    model = build(task["channels"], task["layers"], task["genotype"], auxiliary > 0)

    def loss(images, labels):
        logits = model(images, task["dropPath"])
        return sum(w * cross_entropy(own, labels) for w, own in zip((1, auxiliary), logits))

    return model, loss


def images_and_labels(task):
    shape = (task["batch"], 3, task["size"], task["size"])
    return torch.randn(shape), torch.arange(task["batch"]) % 10


def forward_task(task, build):
    model, loss = build(task)
    batch = images_and_labels(task)

    def forward():
        with torch.no_grad():
            loss(*batch)

    return model, forward


def step_task(task, build):
    """SGD with momentum and decay, the gradient clipped."""
    model, loss = build(task)
    batch = images_and_labels(task)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=3e-4)

    def step():
        optimizer.zero_grad()
        loss(*batch).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5)
        optimizer.step()

    return model, step


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
    return model, gradient if task["kind"] == "block-gradient" else forward


TASKS = {
    "weight": lambda task: step_task(task, supernet),
    "forward": lambda task: forward_task(task, supernet),
    "evaluation": lambda task: step_task(task, network),
    "block": block_task,
    "block-gradient": block_task,
}


def choose(device, tf32):
    """Has everything computed on a device; returns what waits for it."""
    if device == "cpu":
        return lambda: None
    torch.set_default_device(device)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
    return getattr(torch, device).synchronize


def milliseconds(run, count, wait):
    """Mean of `count` runs."""
    start = time.perf_counter()
    for _ in range(count):
        run()
    wait()
    return 1000 * (time.perf_counter() - start) / count


def peak_memory(device):
    """Most bytes this process has had on a GPU of NVIDIA, or in RAM, where Linux tells."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except OSError:
        return None


def main():
    task = json.loads(sys.argv[1])
    torch.set_num_threads(task["threads"])
    device = task.get("device", "cpu")
    wait = choose(device, task.get("tf32", False))
    model, run = TASKS[task["kind"]](task)
    first = milliseconds(run, 1, wait)
    again = first if first > task["fill"] else milliseconds(run, 1, wait)
    count = max(1, min(task["most"], round(task["fill"] / again)))
    parameters = sum(parameter.numel() for parameter in model.parameters())
    print(json.dumps({"version": torch.__version__, "parameters": parameters}), flush=True)
    for _ in sys.stdin:
        sample = {"milliseconds": milliseconds(run, count, wait)}
        memory = peak_memory(device)
        print(json.dumps(sample if memory is None else {**sample, "peakMemory": memory}), flush=True)


if __name__ == "__main__":
    main()
