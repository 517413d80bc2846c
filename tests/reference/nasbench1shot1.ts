/** The supernet of NAS-Bench-1Shot1 in float64, from its definition alone: loops, BatchNorm over the batch. */

/** A feature map: values[((channel · count + image) · side + row) · side + column]. */
export interface PlainMap {
  readonly channels: number;
  readonly count: number;
  readonly side: number;
  readonly values: Float64Array;
}

export interface PlainSupernet {
  /** Of each block; those that are as many as the states before it are not weighted. */
  readonly parents: readonly number[];
  readonly pad: number;
  readonly channels: number;
  readonly layers: number;
  readonly classes: number;
  readonly images: PlainMap;
  readonly parameter: (name: string) => Float64Array;
  readonly mixing: (matrix: string, row: number) => Float64Array;
}

type At = (channel: number, image: number, row: number, column: number) => number;

const reader = ({ count, side, values }: PlainMap): At => (c, n, y, x) =>
  values[((c * count + n) * side + y) * side + x]!;

function tabulate(channels: number, count: number, side: number, value: At): PlainMap {
  const values = new Float64Array(channels * count * side * side);
  let i = 0;
  for (let c = 0; c < channels; c++) {
    for (let n = 0; n < count; n++) {
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) values[i++] = value(c, n, y, x);
      }
    }
  }
  return { channels, count, side, values };
}

const map = (x: PlainMap, f: (value: number) => number): PlainMap => ({ ...x, values: x.values.map(f) });

function sum(maps: readonly PlainMap[], weights?: ArrayLike<number>): PlainMap {
  const values = maps[0]!.values.map((_, i) =>
    maps.reduce((total, { values }, j) => total + (weights ? weights[j]! : 1) * values[i]!, 0)
  );
  return { ...maps[0]!, values };
}

function conv(x: PlainMap, weights: Float64Array, kernel: number): PlainMap {
  const at = reader(x);
  const pad = (kernel - 1) / 2;
  const channels = weights.length / (x.channels * kernel * kernel);
  return tabulate(channels, x.count, x.side, (c, n, row, column) => {
    let total = 0;
    for (let i = 0; i < x.channels * kernel * kernel; i++) {
      const [from, dy, dx] = [
        Math.floor(i / kernel ** 2),
        Math.floor(i / kernel) % kernel - pad,
        i % kernel - pad,
      ];
      const inside = row + dy >= 0 && row + dy < x.side && column + dx >= 0 && column + dx < x.side;
      if (inside) {
        total += weights[c * x.channels * kernel * kernel + i]! * at(from, n, row + dy, column + dx);
      }
    }
    return total;
  });
}

function maxPool(x: PlainMap, kernel: number, stride: number, pad: number): PlainMap {
  const at = reader(x);
  const side = Math.floor((x.side + 2 * pad - kernel) / stride) + 1;
  return tabulate(x.channels, x.count, side, (c, n, row, column) => {
    let best = -Infinity;
    for (let i = 0; i < kernel * kernel; i++) {
      const [y, z] = [row * stride - pad + Math.floor(i / kernel), column * stride - pad + i % kernel];
      if (y >= 0 && y < x.side && z >= 0 && z < x.side) best = Math.max(best, at(c, n, y, z));
    }
    return best;
  });
}

/** With the batch's statistics. */
function batchNorm(x: PlainMap, weight?: Float64Array, bias?: Float64Array): PlainMap {
  const size = x.count * x.side * x.side;
  const values = x.values.slice();
  for (let c = 0; c < x.channels; c++) {
    const own = values.subarray(c * size, (c + 1) * size);
    const mean = own.reduce((a, b) => a + b, 0) / size;
    const variance = own.reduce((a, b) => a + (b - mean) ** 2, 0) / size;
    own.forEach((value, i) =>
      own[i] = (value - mean) / Math.sqrt(variance + 1e-5) * (weight?.[c] ?? 1) + (bias?.[c] ?? 0)
    );
  }
  return { ...x, values };
}

const concat = (maps: readonly PlainMap[]): PlainMap => ({
  ...maps[0]!,
  channels: maps.reduce((total, { channels }) => total + channels, 0),
  values: Float64Array.from(maps.flatMap(({ values }) => [...values])),
});

/** Logits [classes, images]. */
export function plainSupernet(
  { parents, pad, layers, classes, images, parameter, mixing }: PlainSupernet,
): Float64Array {
  const relu = (x: PlainMap) => map(x, (value) => Math.max(0, value));
  const block = (x: PlainMap, name: string, kernel: number): PlainMap =>
    relu(batchNorm(
      conv(x, parameter(`${name}.0.weight`), kernel),
      parameter(`${name}.1.weight`),
      parameter(`${name}.1.bias`),
    ));
  let x = block(images, "stem.op", 3);
  for (let c = 0; c < layers; c++) {
    if (c === Math.floor(layers / 3) || c === Math.floor((2 * layers) / 3)) x = maxPool(x, 2, 2, pad);
    const project = (i: number) => block(x, `cells.${c}._input_projections.${i}.op`, 1);
    const states: PlainMap[] = [];
    let weighted = 0;
    parents.forEach((count, i) => {
      const inputs = [project(i), ...states];
      const z = sum(inputs, count < inputs.length ? mixing(`inputs_${weighted++}`, 0) : undefined);
      const name = (k: number) => `cells.${c}._choice_blocks.${i}.mixed_op._ops.${k}.op.op`;
      const operations = [maxPool(z, 3, 1, 1), block(z, name(1), 3), block(z, name(2), 1)];
      states.push(sum(operations, mixing("mixed_op", i)));
    });
    const [direct, ...shares] = mixing("output", 0);
    const together = concat(states.map((state, i) => map(state, (value) => shares[i]! * value)));
    x = sum([map(project(parents.length), (value) => direct! * value), together]);
  }
  const tail = batchNorm(conv(relu(x), parameter("postprocess.op.1.weight"), 1));
  const at = reader(tail);
  const logits = new Float64Array(classes * tail.count);
  const area = tail.side ** 2;
  for (let k = 0; k < classes; k++) {
    for (let n = 0; n < tail.count; n++) {
      let total = parameter("classifier.bias")[k]!;
      for (let c = 0; c < tail.channels; c++) {
        let mean = 0;
        for (let i = 0; i < area; i++) mean += at(c, n, Math.floor(i / tail.side), i % tail.side) / area;
        total += parameter("classifier.weight")[k * tail.channels + c]! * mean;
      }
      logits[k * tail.count + n] = total;
    }
  }
  return logits;
}
