"""What the networks are made of, as their users write it: NCHW, one module an operation, eager."""

import torch
from torch import nn


class Zero(nn.Module):
    def __init__(self, stride):
        super().__init__()
        self.stride = stride

    def forward(self, x):
        return x[:, :, :: self.stride, :: self.stride].mul(0.0)


class FactorizedReduce(nn.Module):
    """Halves height and width with two strided 1x1 convolutions, at even and at odd pixels."""

    def __init__(self, inputs, outputs, affine):
        super().__init__()
        self.relu = nn.ReLU()
        self.conv_1 = nn.Conv2d(inputs, outputs // 2, 1, stride=2, bias=False)
        self.conv_2 = nn.Conv2d(inputs, outputs // 2, 1, stride=2, bias=False)
        self.bn = nn.BatchNorm2d(outputs, affine=affine)

    def forward(self, x):
        x = self.relu(x)
        return self.bn(torch.cat([self.conv_1(x), self.conv_2(x[:, :, 1:, 1:])], dim=1))


def relu_conv_bn(inputs, outputs, affine):
    convolution = nn.Conv2d(inputs, outputs, 1, bias=False)
    return nn.Sequential(nn.ReLU(), convolution, nn.BatchNorm2d(outputs, affine=affine))


def block(channels, kernel, stride, dilation, affine):
    """ReLU, depthwise, pointwise, BatchNorm."""
    pad = dilation * (kernel - 1) // 2
    return nn.Sequential(
        nn.ReLU(),
        nn.Conv2d(channels, channels, kernel, stride, pad, dilation, groups=channels, bias=False),
        nn.Conv2d(channels, channels, 1, bias=False),
        nn.BatchNorm2d(channels, affine=affine),
    )


def sep_conv(channels, kernel, stride, affine):
    return nn.Sequential(
        block(channels, kernel, stride, 1, affine), block(channels, kernel, 1, 1, affine)
    )


#: The candidate operations of DARTS.
OPERATIONS = {
    "none": lambda channels, stride, affine: Zero(stride),
    "max_pool_3x3": lambda channels, stride, affine: nn.MaxPool2d(3, stride, 1),
    "avg_pool_3x3": lambda channels, stride, affine: nn.AvgPool2d(
        3, stride, 1, count_include_pad=False
    ),
    "skip_connect": lambda channels, stride, affine: nn.Identity()
    if stride == 1
    else FactorizedReduce(channels, channels, affine),
    "sep_conv_3x3": lambda channels, stride, affine: sep_conv(channels, 3, stride, affine),
    "sep_conv_5x5": lambda channels, stride, affine: sep_conv(channels, 5, stride, affine),
    "dil_conv_3x3": lambda channels, stride, affine: block(channels, 3, stride, 2, affine),
    "dil_conv_5x5": lambda channels, stride, affine: block(channels, 5, stride, 2, affine),
}


def stem(channels):
    return nn.Sequential(
        nn.Conv2d(3, 3 * channels, 3, padding=1, bias=False), nn.BatchNorm2d(3 * channels)
    )


def starts_stack(layer, layers):
    """Whether a cell is the first of the second or third stack: they begin at one and two thirds."""
    return layer in (layers // 3, 2 * layers // 3)


def stack(channels, layers):
    """(channels, reduces, follows a reduction) of each cell: reductions begin the stacks."""
    cells, follows = [], False
    for layer in range(layers):
        reduces = starts_stack(layer, layers)
        channels *= 2 if reduces else 1
        cells.append((channels, reduces, follows))
        follows = reduces
    return cells
