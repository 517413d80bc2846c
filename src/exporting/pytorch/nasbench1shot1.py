# Channels of the first cell, and the number of cells.
CHANNELS = 0
LAYERS = 0
# A cell in the notation of NAS-Bench-101: an operation for each vertex, and in the matrix a 1 for an
# edge from the vertex of the row to that of the column.
GENOTYPE = {}
# The vertices on a path from the input to the output; the others do nothing.
VERTICES = []


def edge(start, end):
    """Whether there is one."""
    return GENOTYPE["matrix"][start][end] == 1


def vertex_channels(channels):
    """The channels of each vertex: those that lead to the output share its channels, the first ones the
    remainder, and the others have as many as the widest that they lead to.
    """
    between, last = VERTICES[1:-1], VERTICES[-1]
    leaving = [vertex for vertex in between if edge(vertex, last)]
    widths = {last: channels}
    for i, vertex in enumerate(leaving):
        widths[vertex] = channels // len(leaving) + (i < channels % len(leaving))
    for vertex in reversed(between):
        if vertex not in widths:
            widths[vertex] = max(widths[to] for to in between if edge(vertex, to))
    return widths


class Vertex(nn.Module):
    """An operation."""

    def __init__(self, vertex, channels):
        super().__init__()
        self.op = OPERATIONS[GENOTYPE["ops"][vertex]](channels, 1)

    def forward(self, x):
        return self.op(x)


class Cell(nn.Module):
    """A vertex adds up the vertices that lead to it, of each the first channels, and a projection of the
    cell's input if that leads to it. The vertices that lead to the output are concatenated.
    """

    def __init__(self, inputs, channels):
        super().__init__()
        self.widths = vertex_channels(channels)
        projected = [vertex for vertex in VERTICES[1:] if edge(0, vertex)]
        self.projections = nn.ModuleDict(
            {str(vertex): conv_bn_relu(inputs, self.widths[vertex], 1) for vertex in projected}
        )
        self.vertices = nn.ModuleDict(
            {str(vertex): Vertex(vertex, self.widths[vertex]) for vertex in VERTICES[1:-1]}
        )

    def forward(self, x):
        last = VERTICES[-1]
        states = {}
        for vertex in VERTICES[1:-1]:
            before = [states[start] for start in states if edge(start, vertex)]
            terms = [state[:, : self.widths[vertex]] for state in before]
            states[vertex] = self.vertices[str(vertex)](sum(terms + self.projected(x, vertex)))
        leaving = [states[start] for start in states if edge(start, last)]
        whole = [torch.cat(leaving, 1)] if leaving else []
        return sum(whole + self.projected(x, last))

    def projected(self, x, vertex):
        """What the cell's input adds to a vertex: one term, or none."""
        return [self.projections[str(vertex)](x)] if edge(0, vertex) else []


class Network(nn.Module):
    """Logits [images, classes] of normalised images [images, *IMAGE]."""

    def __init__(self, classes=len(CLASSES)):
        super().__init__()
        starts = (LAYERS // 3, 2 * LAYERS // 3)
        self.stem = conv_bn_relu(IMAGE[0], CHANNELS, 3)
        self.cells = nn.ModuleList()
        inputs = CHANNELS
        for layer in range(LAYERS):
            channels = CHANNELS * 2 ** sum(layer >= start for start in starts)
            self.cells.append(Cell(inputs, channels))
            inputs = channels
        self.halved = [layer in starts for layer in range(LAYERS)]
        self.halve = nn.MaxPool2d(2)
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, images):
        x = self.stem(images)
        for cell, halved in zip(self.cells, self.halved):
            x = cell(self.halve(x) if halved else x)
        return self.classifier(x.mean((2, 3)))
