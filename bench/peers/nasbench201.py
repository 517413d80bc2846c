"""NAS-Bench-201 in plain PyTorch: its supernet, and the network of one of its cells."""

import torch.nn.functional as F
from torch import nn

from operations import Zero, starts_stack

#: The edges of a cell, (from, to), in the order of the rows of the mixing weights.
EDGES = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]


def relu_conv_bn(inputs, outputs, kernel, stride, affine):
    pad = (kernel - 1) // 2
    return nn.Sequential(
        nn.ReLU(),
        nn.Conv2d(inputs, outputs, kernel, stride, pad, bias=False),
        nn.BatchNorm2d(outputs, affine=affine),
    )


OPERATIONS = {
    "none": lambda channels, affine: Zero(1),
    "skip_connect": lambda channels, affine: nn.Identity(),
    "nor_conv_1x1": lambda channels, affine: relu_conv_bn(channels, channels, 1, 1, affine),
    "nor_conv_3x3": lambda channels, affine: relu_conv_bn(channels, channels, 3, 1, affine),
    "avg_pool_3x3": lambda channels, affine: nn.AvgPool2d(3, 1, 1, count_include_pad=False),
}


class ResidualBlock(nn.Module):
    """Halves height and width and doubles the channels."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv_a = relu_conv_bn(inputs, outputs, 3, 2, True)
        self.conv_b = relu_conv_bn(outputs, outputs, 3, 1, True)
        self.downsample = nn.Sequential(
            nn.AvgPool2d(2, 2), nn.Conv2d(inputs, outputs, 1, bias=False)
        )

    def forward(self, x, *_):
        return self.conv_b(self.conv_a(x)) + self.downsample(x)


class SearchCell(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.edges = nn.ModuleList(
            nn.ModuleList(build(channels, False) for build in OPERATIONS.values()) for _ in EDGES
        )

    def forward(self, x, mixing):
        states = [x]
        for node in (1, 2, 3):
            states.append(
                sum(
                    sum(w * operation(states[source]) for w, operation in zip(weights, edge))
                    for (source, to), edge, weights in zip(EDGES, self.edges, mixing)
                    if to == node
                )
            )
        return states[-1]


class InferCell(nn.Module):
    def __init__(self, channels, operations):
        super().__init__()
        self.layers = nn.ModuleList(OPERATIONS[name](channels, True) for name in operations)

    def forward(self, x):
        states = [x]
        for node in (1, 2, 3):
            states.append(
                sum(
                    layer(states[source])
                    for (source, to), layer in zip(EDGES, self.layers)
                    if to == node
                )
            )
        return states[-1]


class Skeleton(nn.Module):
    """Stem, three stacks of cells with residual blocks between them, head."""

    def __init__(self, channels, layers, cell, classes=10):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)
        )
        self.cells = nn.ModuleList()
        for layer in range(layers):
            if starts_stack(layer, layers):
                self.cells.append(ResidualBlock(channels, 2 * channels))
                channels *= 2
            self.cells.append(cell(channels))
        self.lastact = nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU(inplace=True))
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x, *mixing):
        """Logits of images [N, 3, H, W]."""
        x = self.stem(x)
        for cell in self.cells:
            x = cell(x, *mixing)
        return self.classifier(F.adaptive_avg_pool2d(self.lastact(x), 1).flatten(1))


class Supernet(Skeleton):
    #: Rows and columns of the mixing weights.
    mixing = [(len(EDGES), len(OPERATIONS))]

    def __init__(self, channels, layers):
        super().__init__(channels, layers, SearchCell)


class Network(Skeleton):
    """The network of a cell in the benchmark's notation, `|nor_conv_3x3~0|+|...`."""

    def __init__(self, channels, layers, genotype, auxiliary):
        assert not auxiliary, "the benchmark's networks have no auxiliary head"
        nodes = [node.strip("|").split("|") for node in genotype.split("+")]
        operations = [entry.split("~")[0] for node in nodes for entry in node]
        super().__init__(channels, layers, lambda width: InferCell(width, operations))

    def forward(self, x, probability):
        """As that of the networks of DARTS; no path is dropped here."""
        assert probability == 0
        return (super().forward(x),)
