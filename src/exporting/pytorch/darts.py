# Channels of the first cell's nodes, and the number of cells.
CHANNELS = 0
LAYERS = 0
# The two cells: for each of their edges an operation and the state that it reads. States 0 and 1 are
# the inputs of a cell, and every two edges add up to the next one. A cell's output is the states that
# its `concat` has, one after the other.
GENOTYPE = {}


class Cell(nn.Module):
    """A cell of the kind `normal` or `reduce`, which halves height and width; its states have `channels`
    channels. It reads the outputs of the two cells before it, of `before` and of `last` channels.
    """

    def __init__(self, kind, before, last, channels, after_reduction):
        super().__init__()
        # After a reduction, what comes from before it is twice as large.
        fit = FactorizedReduce if after_reduction else relu_conv_bn
        self.preprocess0 = fit(before, channels)
        self.preprocess1 = relu_conv_bn(last, channels)
        self._ops = nn.ModuleList()
        self.read = []
        for name, state in GENOTYPE[kind]:
            stride = 2 if kind == "reduce" and state < 2 else 1
            self._ops.append(OPERATIONS[name](channels, stride))
            self.read.append(state)
        self.concat = GENOTYPE[kind + "_concat"]

    def forward(self, before, last):
        states = [self.preprocess0(before), self.preprocess1(last)]
        for edge in range(0, len(self.read), 2):
            first, second = (self._ops[e](states[self.read[e]]) for e in (edge, edge + 1))
            states.append(first + second)
        return torch.cat([states[state] for state in self.concat], 1)


class Network(nn.Module):
    """Logits [images, classes] of normalised images [images, *IMAGE]."""

    def __init__(self, classes=len(CLASSES)):
        super().__init__()
        self.stem = nn.Sequential(conv(IMAGE[0], 3 * CHANNELS, 3), nn.BatchNorm2d(3 * CHANNELS))
        self.cells = nn.ModuleList()
        before = last = 3 * CHANNELS
        channels, kind = CHANNELS, "normal"
        for layer in range(LAYERS):
            after_reduction = kind == "reduce"
            kind = "reduce" if layer in (LAYERS // 3, 2 * LAYERS // 3) else "normal"
            channels *= 2 if kind == "reduce" else 1
            self.cells.append(Cell(kind, before, last, channels, after_reduction))
            before, last = last, channels * len(GENOTYPE[kind + "_concat"])
        self.classifier = nn.Linear(last, classes)

    def forward(self, images):
        before = last = self.stem(images)
        for cell in self.cells:
            before, last = last, cell(before, last)
        return self.classifier(last.mean((2, 3)))
