# Channels of the first cell, and the number of cells.
CHANNELS = 0
LAYERS = 0
# A cell in the notation of NAS-Bench-201: for each edge an operation and the node that it reads.
GENOTYPE = {}


class Cell(nn.Module):
    """Four nodes: the input, and three that each add up what operations make of all nodes before."""

    def __init__(self, channels):
        super().__init__()
        edges = [edge for node in GENOTYPE["arch"].split("+") for edge in node.strip("|").split("|")]
        self.layers = nn.ModuleList(OPERATIONS[edge.split("~")[0]](channels, 1) for edge in edges)

    def forward(self, x):
        nodes = [x]
        for to in (1, 2, 3):
            first = to * (to - 1) // 2
            nodes.append(sum(self.layers[first + node](nodes[node]) for node in range(to)))
        return nodes[-1]


class ResidualBlock(nn.Module):
    """Halves height and width."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv_a = relu_conv_bn(inputs, outputs, 3, stride=2)
        self.conv_b = relu_conv_bn(outputs, outputs, 3)
        self.downsample = nn.Sequential(nn.AvgPool2d(2), conv(inputs, outputs, 1))

    def forward(self, x):
        return self.conv_b(self.conv_a(x)) + self.downsample(x)


class Network(nn.Module):
    """Logits [images, classes] of normalised images [images, *IMAGE]."""

    def __init__(self, classes=len(CLASSES)):
        super().__init__()
        self.stem = nn.Sequential(conv(IMAGE[0], CHANNELS, 3), nn.BatchNorm2d(CHANNELS))
        self.cells = nn.ModuleList()
        channels = CHANNELS
        for layer in range(LAYERS):
            # Of very few cells, one may come after two blocks.
            for _ in range((LAYERS // 3, 2 * LAYERS // 3).count(layer)):
                self.cells.append(ResidualBlock(channels, 2 * channels))
                channels *= 2
            self.cells.append(Cell(channels))
        self.lastact = nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU())
        self.classifier = nn.Linear(channels, classes)

    def forward(self, images):
        x = self.stem(images)
        for cell in self.cells:
            x = cell(x)
        return self.classifier(self.lastact(x).mean((2, 3)))
