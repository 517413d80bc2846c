class Layers(nn.Module):
    """Layers one after the other."""

    def __init__(self, *layers):
        super().__init__()
        self.op = nn.Sequential(*layers)

    def forward(self, x):
        return self.op(x)


class Zero(nn.Module):
    """Nothing, of the size that another operation would leave."""

    def __init__(self, stride):
        super().__init__()
        self.stride = stride

    def forward(self, x):
        return torch.zeros_like(x[:, :, :: self.stride, :: self.stride])


class FactorizedReduce(nn.Module):
    """Halves height and width by two convolutions, of the pixels at even and at odd places."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv_1 = conv(inputs, outputs // 2, 1, stride=2)
        self.conv_2 = conv(inputs, outputs // 2, 1, stride=2)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = torch.relu(x)
        return self.bn(torch.cat([self.conv_1(x), self.conv_2(x[:, :, 1:, 1:])], 1))


def conv(inputs, outputs, kernel, stride=1, dilation=1, groups=1):
    """A convolution that keeps height and width at stride 1."""
    padding = dilation * (kernel // 2)
    return nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, groups, bias=False)


def depthwise_separable(channels, kernel, stride=1, dilation=1):
    """ReLU, a convolution in each channel, one of all channels, BatchNorm."""
    each = conv(channels, channels, kernel, stride, dilation, groups=channels)
    return [nn.ReLU(), each, conv(channels, channels, 1), nn.BatchNorm2d(channels)]


def separable_conv(channels, kernel, stride):
    first = depthwise_separable(channels, kernel, stride)
    return Layers(*first, *depthwise_separable(channels, kernel))


def dilated_conv(channels, kernel, stride):
    return Layers(*depthwise_separable(channels, kernel, stride, dilation=2))


def cross_conv(channels, stride):
    """A convolution along the rows, and one along the columns."""
    row = nn.Conv2d(channels, channels, (1, 7), (1, stride), (0, 3), bias=False)
    column = nn.Conv2d(channels, channels, (7, 1), (stride, 1), (3, 0), bias=False)
    return nn.Sequential(nn.ReLU(), row, column, nn.BatchNorm2d(channels))


def relu_conv_bn(inputs, outputs, kernel=1, stride=1):
    return Layers(nn.ReLU(), conv(inputs, outputs, kernel, stride), nn.BatchNorm2d(outputs))


def conv_bn_relu(inputs, outputs, kernel):
    return Layers(conv(inputs, outputs, kernel), nn.BatchNorm2d(outputs), nn.ReLU())


def skip(channels, stride):
    return nn.Identity() if stride == 1 else FactorizedReduce(channels, channels)


# By name: each makes an operation that keeps the channels, and at stride 2 halves height and width.
OPERATIONS = {
    "none": lambda channels, stride: Zero(stride),
    "max_pool_3x3": lambda channels, stride: nn.MaxPool2d(3, stride, padding=1),
    "avg_pool_3x3": lambda channels, stride: nn.AvgPool2d(3, stride, 1, count_include_pad=False),
    "skip_connect": lambda channels, stride: skip(channels, stride),
    "sep_conv_3x3": lambda channels, stride: separable_conv(channels, 3, stride),
    "sep_conv_5x5": lambda channels, stride: separable_conv(channels, 5, stride),
    "sep_conv_7x7": lambda channels, stride: separable_conv(channels, 7, stride),
    "dil_conv_3x3": lambda channels, stride: dilated_conv(channels, 3, stride),
    "dil_conv_5x5": lambda channels, stride: dilated_conv(channels, 5, stride),
    "conv_7x1_1x7": lambda channels, stride: cross_conv(channels, stride),
    "nor_conv_1x1": lambda channels, stride: relu_conv_bn(channels, channels, 1),
    "nor_conv_3x3": lambda channels, stride: relu_conv_bn(channels, channels, 3),
    "maxpool3x3": lambda channels, stride: nn.MaxPool2d(3, stride, padding=1),
    "conv3x3-bn-relu": lambda channels, stride: conv_bn_relu(channels, channels, 3),
    "conv1x1-bn-relu": lambda channels, stride: conv_bn_relu(channels, channels, 1),
}
