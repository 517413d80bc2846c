"""The network of a published genotype of DARTS in plain PyTorch, in its CIFAR form."""

import torch
from torch import nn

from operations import OPERATIONS, FactorizedReduce, relu_conv_bn, stack, stem

#: Normal cell and reduction cell: an operation and the state it reads, two for each node.
GENOTYPES = {
    "DARTS_V2": (
        [
            *[("sep_conv_3x3", 0), ("sep_conv_3x3", 1), ("sep_conv_3x3", 0), ("sep_conv_3x3", 1)],
            *[("sep_conv_3x3", 1), ("skip_connect", 0), ("skip_connect", 0), ("dil_conv_3x3", 2)],
        ],
        [
            *[("max_pool_3x3", 0), ("max_pool_3x3", 1), ("skip_connect", 2), ("max_pool_3x3", 1)],
            *[("max_pool_3x3", 0), ("skip_connect", 2), ("skip_connect", 2), ("max_pool_3x3", 1)],
        ],
    ),
}


def drop_path(x, probability):
    """Drops an operation's output for each sample with that probability, and scales the rest up."""
    keep = 1.0 - probability
    mask = torch.empty(x.size(0), 1, 1, 1).bernoulli_(keep)
    return x.div(keep).mul(mask)


class Cell(nn.Module):
    def __init__(self, before, channels, reduces, follows, operations):
        super().__init__()
        first = FactorizedReduce if follows else relu_conv_bn
        self.preprocess0 = first(before[0], channels, True)
        self.preprocess1 = relu_conv_bn(before[1], channels, True)
        self.sources = [source for _, source in operations]
        self.ops = nn.ModuleList(
            OPERATIONS[name](channels, 2 if reduces and source < 2 else 1, True)
            for name, source in operations
        )

    def forward(self, s0, s1, probability):
        states = [self.preprocess0(s0), self.preprocess1(s1)]
        for node in range(4):
            total = 0
            for i in (2 * node, 2 * node + 1):
                y = self.ops[i](states[self.sources[i]])
                if not isinstance(self.ops[i], nn.Identity):
                    y = drop_path(y, probability)
                total = total + y
            states.append(total)
        return torch.cat(states[2:], dim=1)


class AuxiliaryHead(nn.Module):
    """Reads the 8x8 maps of the second reduction."""

    def __init__(self, channels, classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.ReLU(inplace=True),
            nn.AvgPool2d(5, stride=3, padding=0, count_include_pad=False),
            nn.Conv2d(channels, 128, 1, bias=False),
            nn.BatchNorm2d(128),
            nn.ReLU(inplace=True),
            nn.Conv2d(128, 768, 2, bias=False),
            nn.BatchNorm2d(768),
            nn.ReLU(inplace=True),
        )
        self.classifier = nn.Linear(768, classes)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Network(nn.Module):
    def __init__(self, channels, layers, genotype, auxiliary, classes=10):
        super().__init__()
        normal, reduction = GENOTYPES[genotype]
        self.stem = stem(channels)
        self.cells = nn.ModuleList()
        self.auxiliary_after = 2 * layers // 3 if auxiliary else None
        before = (3 * channels, 3 * channels)
        for layer, (width, reduces, follows) in enumerate(stack(channels, layers)):
            operations = reduction if reduces else normal
            self.cells.append(Cell(before, width, reduces, follows, operations))
            before = (before[1], 4 * width)
            if layer == self.auxiliary_after:
                self.auxiliary_head = AuxiliaryHead(before[1], classes)
        self.classifier = nn.Linear(before[1], classes)

    def forward(self, x, probability):
        """Logits of images [N, 3, 32, 32], and the auxiliary head's where there is one."""
        s0 = s1 = self.stem(x)
        auxiliary = []
        for layer, cell in enumerate(self.cells):
            s0, s1 = s1, cell(s0, s1, probability)
            if layer == self.auxiliary_after:
                auxiliary.append(self.auxiliary_head(s1))
        return self.classifier(s1.mean(dim=(2, 3))), *auxiliary
