/**
 * What the publications say of each method's iteration, in plain float64 loops over rows: the order of its steps, the
 * numbers of an epoch, what raw alphas stand for, what is added to their loss, and where the weights are trained.
 */
import type { AlphaLayout } from "../../src/network/alphas.ts";
import { type Key, uniformStream } from "../../src/random.ts";
import { alignmentOf } from "./alignment.ts";
import { dirichletGradient, dirichletStream } from "./dirichlet.ts";

export type Row = readonly number[];
export type Numbers = Readonly<Record<string, number>>;

export interface Rules {
  readonly order: "alphas first" | "weights first" | "joint" | "weights only";
  /** Decay rates of the alphas' Adam. */
  readonly betas: readonly [number, number];
  /** Whether the mixing weights move instead, by exponentiated gradient; the decay rates are 0 then. */
  readonly exponentiated?: boolean;
  /** Largest norm of the alphas' gradient; 0 clips nothing. */
  readonly alphaClip: number;
  /** Of epoch `e` of `E`, both from 0. */
  numbers(e: number, E: number): Numbers;
  /** A row of the alphas as mixing weights; `draw` gives the Gumbel noise of its entries. */
  relaxed(row: Row, numbers: Numbers, draw: (column: number) => number): Row;
  /** How a row of the alphas is drawn, where that is more than noise for `relaxed`. */
  readonly drawn?: Drawn;
  /** Whether a row goes to its largest entry alone, with the gradient of `relaxed`. */
  readonly oneHot?: boolean;
  /** The way uphill of the alphas, where it is not their loss's gradient. */
  sloped?(start: Float64Array, given: SlopeGiven): Float64Array;
  /** What is added to the loss of the alphas, from all of their rows. */
  penalty?(rows: readonly Row[], numbers: Numbers): number;
  /** What is added to the loss of the weights, from its gradients by the mixing vectors of the cells, by type. */
  weightPenalty?(gradients: Readonly<Record<string, readonly Row[]>>, numbers: Numbers): number;
  /** Where the weights are trained, from the softmaxed alphas. */
  perturbed?(start: Float64Array, given: PerturbGiven): Float64Array;
}

/** Rows drawn by chance, whose gradient is not that of a function of the alphas and of noise. */
interface Drawn {
  /** From the numbers of a key, in a matrix of the layout, for entries from `start` of it on. */
  sample(row: Row, key: Key, matrix: number, start: number): Row;
  /** The gradient of the alphas, from that of the sample. */
  gradient(row: Row, sample: Row, slope: Row): Row;
}

export interface SlopeGiven {
  readonly layout: AlphaLayout;
  readonly key: Key;
  /** Loss of a mixing vector on the search batch, in training mode. */
  readonly loss: (mixing: Float64Array) => number;
}

export interface PerturbGiven {
  readonly layout: AlphaLayout;
  readonly key: Key;
  readonly numbers: Numbers;
  /** Losses of a mixing vector in evaluation mode. */
  readonly loss: (mixing: Float64Array, batch: "train" | "search") => number;
}

export function softmaxed(row: Row): Row {
  const powers = row.map((x) => Math.exp(x - Math.max(...row)));
  const total = powers.reduce((sum, x) => sum + x, 0);
  return powers.map((x) => x / total);
}

/** A flat vector whose rows are changed one by one; what lies between the matrices is zero. */
export function mapRows(
  flat: ArrayLike<number>,
  { matrices, floats }: AlphaLayout,
  change: (row: Row, matrix: number, r: number) => Row,
): Float64Array {
  const out = new Float64Array(floats);
  matrices.forEach(({ offset, shape: [rows, columns] }, m) => {
    for (let r = 0; r < rows; r++) {
      const start = offset + r * columns;
      out.set(change(Array.from({ length: columns }, (_, k) => flat[start + k]!), m, r), start);
    }
  });
  return out;
}

/** The entries of matrix `m` of a flat vector. */
const matrixOf = (flat: ArrayLike<number>, { matrices }: AlphaLayout, m: number): Row => {
  const { offset, shape: [rows, columns] } = matrices[m]!;
  return Array.from({ length: rows * columns }, (_, i) => flat[offset + i]!);
};

const onSimplex = (row: Row): Row => {
  const clamped = row.map((x) => Math.min(1, Math.max(0, x)));
  const total = clamped.reduce((sum, x) => sum + x, 0);
  if (total > 0) return clamped.map((x) => x / total);
  return row.map((_, k) => Number(k === row.indexOf(Math.max(...row))));
};
const projected = (flat: Float64Array, layout: AlphaLayout): Float64Array => mapRows(flat, layout, onSimplex);

/** The start moved by up to ±ε in every entry. */
const displaced = (start: Float64Array, epsilon: number, key: Key, stream: number): Float64Array =>
  start.map((x, i) => x + Math.fround(epsilon) * (2 * uniformStream(key, stream, i) - 1));

/** Algorithm 1 with the choices of a variant, over `N` points, `T` times, with bandwidth `h`. */
export function meanShift(
  start: Float64Array,
  { layout, key, numbers, loss }: PerturbGiven,
  { N, T, h }: { readonly N: number; readonly T: number; readonly h: number },
  variant: "default" | "reference" | "paper",
): Float64Array {
  let centre = start;
  for (let t = 0; t < T; t++) {
    const raw = Array.from({ length: N }, (_, n) => displaced(centre, numbers["epsilon"]!, key, t * N + n));
    const points = raw.map((point) => projected(point, layout));
    const losses = points.map((point) => loss(point, variant === "paper" ? "search" : "train"));
    const total = losses.reduce((sum, x) => sum + x, 0);
    const omega = variant === "paper" ? losses.map((x) => x / total) : softmaxed(losses);
    const averaged = variant === "reference" ? raw : points;
    const next = new Float64Array(layout.floats);
    const distance = (m: number, n: number): number => {
      const [a, b] = [matrixOf(centre, layout, m), matrixOf(points[n]!, layout, m)];
      return a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0);
    };
    layout.matrices.forEach(({ offset }, m) => {
      const kernels = points.map((_, n) => {
        const all = layout.matrices.reduce((sum, _, other) => sum + distance(other, n), 0);
        return Math.exp(-(variant === "paper" ? all : distance(m, n)) / (2 * h * h));
      });
      const weights = omega.map((share, n) => share * kernels[n]!);
      const sum = weights.reduce((total, x) => total + x, 0);
      matrixOf(centre, layout, m).forEach((_, i) => {
        next[offset + i] = averaged.reduce(
          (moved, point, n) => moved + (weights[n]! / sum) * point[offset + i]!,
          0,
        );
      });
    });
    centre = next;
  }
  return centre;
}

/** Projected gradient ascent by the gradient's sign; the gradient is taken by central differences. */
function ascended(start: Float64Array, given: PerturbGiven, steps: number): Float64Array {
  const { layout, key, numbers, loss } = given;
  const epsilon = Math.fround(numbers["epsilon"]!);
  const at = (point: Float64Array) => loss(point, "train");
  let point = projected(displaced(start, epsilon, key, 0), layout);
  for (let step = 0; step < steps; step++) {
    const moved = point.map((x, i) => {
      const [up, down] = [1e-6, -1e-6].map((h) => at(point.with(i, x + h)));
      // What does not change the loss at all, such as `none`, has no slope.
      const slope = Math.abs(up! - down!) < 1e-13 ? 0 : Math.sign(up! - down!);
      const ahead = x + (slope * 2 * epsilon) / steps;
      return Math.min(start[i]! + epsilon, Math.max(start[i]! - epsilon, ahead));
    });
    point = projected(moved, layout);
  }
  return at(point) > at(start) ? point : start;
}

export const darts: Rules = {
  order: "alphas first",
  betas: [0.5, 0.999],
  alphaClip: 0,
  numbers: () => ({}),
  relaxed: softmaxed,
};

const sdarts = (perturbed: NonNullable<Rules["perturbed"]>): Rules => ({
  ...darts,
  numbers: (e, E) => ({ epsilon: 0.03 + (0.3 - 0.03) * (e / E) }),
  perturbed,
});

const gumbel = (numbers: Rules["numbers"]): Rules => ({
  ...darts,
  numbers,
  relaxed: (row, { temperature }, draw) => softmaxed(row.map((x, k) => (x + draw(k)) / temperature!)),
});

const concentrations = (row: Row): Row => row.map((x) => x > 0 ? 1 + x : Math.exp(x));

const drnas: Rules = {
  ...darts,
  drawn: {
    sample: (row, key, matrix, start) => dirichletStream(concentrations(row), key, 17 * matrix, start),
    gradient: (row, sample, slope) =>
      dirichletGradient(sample, concentrations(row), slope)
        .map((x, k) => x * (row[k]! > 0 ? 1 : Math.exp(row[k]!))),
  },
};

const largest = 0.25;
export const msDarts = (variant: "default" | "reference" | "paper"): Rules => ({
  ...darts,
  numbers: (e, E) => ({
    epsilon: variant === "paper" ? largest : largest / 10 + (largest - largest / 10) * (e / E),
  }),
  perturbed: (start, given) => meanShift(start, given, { N: 3, T: 2, h: 1 }, variant),
});

/** Steps of the ascent that the oracle looks at; the method's own number takes long by differences. */
export const ascentSteps = 2;

export const rulesOf: Readonly<Record<string, Rules>> = {
  darts,
  "darts-es": darts,
  "darts-ada": darts,
  "r-darts-dp": darts,
  "r-darts-l2": darts,
  "pc-darts": darts,
  "p-darts": {
    ...darts,
    alphaClip: 5,
    // A stage starts at a rate of 0.3 here, and rests its alphas in its first epoch.
    numbers: (e, E) => ({ skip_dropout: 0.3 * (e < 1 ? (E - e - 1) / E : Math.exp(-0.2 * (e - 1))) }),
  },
  "sdarts-rs": sdarts((start, { layout, key, numbers }) =>
    projected(displaced(start, numbers["epsilon"]!, key, 0), layout)
  ),
  "sdarts-adv": sdarts((start, given) => ascended(start, given, ascentSteps)),
  "darts-": { ...darts, numbers: (e, E) => ({ auxiliary_skip_weight: 1 - e / E }) },
  gdas: {
    ...gumbel((e, E) => ({ temperature: 10 + (0.1 - 10) * (e / (E - 1)) })),
    order: "weights first",
    oneHot: true,
  },
  snas: { ...gumbel((e, E) => ({ temperature: 1 + (0.03 - 1) * (e / (E - 1)) })), order: "joint" },
  sgas: darts,
  "fair-darts": {
    ...darts,
    betas: [0.9, 0.999],
    relaxed: (row) => row.map((x) => 1 / (1 + Math.exp(-x))),
    penalty: (rows) => {
      const alphas = rows.flat();
      return (-10 / alphas.length) * alphas.reduce((sum, x) => sum + (1 / (1 + Math.exp(-x)) - 0.5) ** 2, 0);
    },
  },
  // Both cells of a DARTS space have as many edges.
  "beta-darts": {
    ...darts,
    numbers: (e, E) => ({ beta_weight: 50 * (e / E) }),
    penalty: (rows, { beta_weight }) => {
      const sums = rows.map((row) => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)));
      return (beta_weight! * sums.reduce((a, b) => a + b, 0)) / (rows.length / 2);
    },
  },
  "em-darts": {
    ...darts,
    numbers: (e, E) => ({ mutation: 0.2 * (e / E) }),
    perturbed: (start, { layout, key, numbers: { mutation } }) =>
      mapRows(start, layout, (row, m, r) => {
        if (uniformStream(key, 2 * m, r) >= mutation!) return row;
        const chance = layout.matrices[m]!.rows[r]!.choices.map((choice, k) =>
          choice.includes("conv") ? uniformStream(key, 2 * m + 1, r * row.length + k) : -1
        );
        return row.map((_, k) => Number(k === chance.indexOf(Math.max(...chance))));
      }),
  },
  "lambda-darts": {
    ...darts,
    order: "weights first",
    numbers: (e, E) => ({ alignment_weight: 0.25 * (e / (E - 1)) }),
    weightPenalty: ({ normal }, { alignment_weight }) => -alignment_weight! * alignmentOf(normal!),
  },
  drnas,
  "drnas-progressive": drnas,
  gaea: { ...darts, betas: [0, 0], exponentiated: true },
  "darts-pt": darts,
  "is-darts": { ...darts, order: "weights only" },
  "ms-removal": {
    ...darts,
    sloped: (start, { layout, key, loss }) => {
      const draws = layout.matrices.flatMap(({ rows }) => rows).map((_, r) => uniformStream(key, 0, r));
      const chosen = draws.indexOf(Math.max(...draws));
      let edge = 0;
      return mapRows(start, layout, (row, m, r) => {
        if (edge++ !== chosen) return row.map(() => 0);
        const { offset } = layout.matrices[m]!;
        const losses = row.map((_, k) =>
          loss(start.map((x, i) => (i === offset + r * row.length + k ? 0 : x)))
        );
        const mean = losses.reduce((sum, x) => sum + x, 0) / losses.length;
        return losses.map((x) => mean - x);
      });
    },
  },
  uniform: {
    ...darts,
    perturbed: (start, { layout }) => mapRows(start, layout, (row) => row.map(() => 1 / row.length)),
  },
  "random-ws": { ...darts, order: "weights only" },
};
