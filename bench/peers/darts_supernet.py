"""The supernet of S5 in plain PyTorch: every edge a weighted sum of all eight operations."""

import torch
from torch import nn

from operations import OPERATIONS, FactorizedReduce, relu_conv_bn, stack, stem


class MixedOp(nn.Module):
    def __init__(self, channels, stride):
        super().__init__()
        self.ops = nn.ModuleList()
        for name, build in OPERATIONS.items():
            operation = build(channels, stride, False)
            if "pool" in name:
                operation = nn.Sequential(operation, nn.BatchNorm2d(channels, affine=False))
            self.ops.append(operation)

    def forward(self, x, weights):
        return sum(w * operation(x) for w, operation in zip(weights, self.ops))


class Cell(nn.Module):
    def __init__(self, before, channels, reduces, follows):
        super().__init__()
        first = FactorizedReduce if follows else relu_conv_bn
        self.preprocess0 = first(before[0], channels, False)
        self.preprocess1 = relu_conv_bn(before[1], channels, False)
        self.edges = nn.ModuleList(
            MixedOp(channels, 2 if reduces and source < 2 else 1)
            for node in range(4)
            for source in range(2 + node)
        )

    def forward(self, s0, s1, weights):
        states = [self.preprocess0(s0), self.preprocess1(s1)]
        edge = 0
        for _ in range(4):
            count = len(states)
            summands = (
                self.edges[edge + j](states[j], weights[edge + j]) for j in range(count)
            )
            states.append(sum(summands))
            edge += count
        return torch.cat(states[2:], dim=1)


class Supernet(nn.Module):
    #: Rows and columns of the mixing weights: normal cells, reduction cells.
    mixing = [(14, len(OPERATIONS))] * 2

    def __init__(self, channels, layers, classes=10):
        super().__init__()
        self.stem = stem(channels)
        self.cells = nn.ModuleList()
        before = (3 * channels, 3 * channels)
        for width, reduces, follows in stack(channels, layers):
            cell = Cell(before, width, reduces, follows)
            cell.reduces = reduces
            self.cells.append(cell)
            before = (before[1], 4 * width)
        self.classifier = nn.Linear(before[1], classes)

    def forward(self, x, normal, reduce):
        """Logits of images [N, 3, H, W]."""
        s0 = s1 = self.stem(x)
        for cell in self.cells:
            s0, s1 = s1, cell(s0, s1, reduce if cell.reduces else normal)
        return self.classifier(s1.mean(dim=(2, 3)))
