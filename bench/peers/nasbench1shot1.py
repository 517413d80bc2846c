"""The supernet of search space 3 of NAS-Bench-1Shot1 in plain PyTorch."""

import torch
from torch import nn

from operations import relu_conv_bn, starts_stack

#: Choice blocks of a cell. From the second on they weigh their inputs, and the output weighs its own.
BLOCKS = 5


def conv_bn_relu(inputs, outputs, kernel):
    """BatchNorm with the momentum of TensorFlow's, as the public code has it."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, 1, (kernel - 1) // 2, bias=False),
        nn.BatchNorm2d(outputs, momentum=0.997),
        nn.ReLU(),
    )


class ChoiceBlock(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.projection = conv_bn_relu(inputs, channels, 1)
        self.ops = nn.ModuleList(
            [
                nn.MaxPool2d(3, 1, 1),
                conv_bn_relu(channels, channels, 3),
                conv_bn_relu(channels, channels, 1),
            ]
        )

    def forward(self, x, blocks, inputs, operations):
        states = [self.projection(x), *blocks]
        total = states[0] if inputs is None else sum(w * s for w, s in zip(inputs, states))
        return sum(w * operation(total) for w, operation in zip(operations, self.ops))


class Cell(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.blocks = nn.ModuleList(ChoiceBlock(inputs, channels) for _ in range(BLOCKS))
        self.projection = conv_bn_relu(inputs, BLOCKS * channels, 1)

    def forward(self, x, operations, output, *inputs):
        blocks = []
        for block, row, own in zip(self.blocks, operations, [None, *inputs]):
            blocks.append(block(x, blocks, None if own is None else own[0], row))
        first, *shares = output[0]
        return first * self.projection(x) + torch.cat(
            [w * block for w, block in zip(shares, blocks)], dim=1
        )


class Supernet(nn.Module):
    #: Rows and columns of the mixing weights: operations, inputs of the output, inputs of the blocks.
    mixing = [(BLOCKS, 3), (1, 1 + BLOCKS), *((1, block) for block in range(2, BLOCKS + 1))]

    def __init__(self, channels, layers, classes=10):
        super().__init__()
        self.stem = conv_bn_relu(3, channels, 3)
        self.pool = nn.MaxPool2d(2, 2, padding=1)
        self.cells = nn.ModuleList()
        before = channels
        for layer in range(layers):
            pools = starts_stack(layer, layers)
            channels *= 2 if pools else 1
            cell = Cell(before, channels)
            cell.pools = pools
            self.cells.append(cell)
            before = BLOCKS * channels
        self.postprocess = relu_conv_bn(before, channels, False)
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x, *mixing):
        """Logits of images [N, 3, H, W]."""
        x = self.stem(x)
        for cell in self.cells:
            x = cell(self.pool(x) if cell.pools else x, *mixing)
        return self.classifier(self.postprocess(x).mean(dim=(2, 3)))
