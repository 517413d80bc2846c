/**
 * The table of NAS-Bench-101 (Ying et al., ICML 2019, arXiv:1902.09635) from its public files
 * `nasbench_only108.tfrecord` or `nasbench_full.tfrecord`: 423,624 cells, each trained three times on CIFAR-10 for
 * 108 epochs, in the full file also for 4, 12 and 36.
 */
import { dataError, type UserError } from "../errors.ts";
import { cellKey, maxVertices, type Nasbench101Cell, nasbench101Cells } from "./nasbench101_key.ts";
import { decodeRecord, type Nasbench101Record } from "./nasbench101_record.ts";
import { rounded, type Standing, standing } from "./standing.ts";
import { readTfrecords } from "../io/tfrecord.ts";

/** What the table knows of a cell; means are over the repeats, errors, `best` and `regret` in percent. */
export interface Nasbench101Entry extends Standing {
  /** Percent, after training; `rank` and `regret` go by it, among the cells of the file. */
  readonly testError: number;
  /** Percent, after training. */
  readonly validationError: number;
  readonly trainableParameters: number;
  readonly trainingSeconds: number;
  /** How often the cell was trained. */
  readonly repeats: number;
}

export interface Nasbench101 {
  /**
   * What the table holds for a cell trained for `epochs` (108 unless given), found whatever the order of its vertices
   * and whatever vertices lie on no path from input to output. Throws a data error where the table lacks it.
   */
  readonly lookup: (cell: Nasbench101Cell, epochs?: number) => Nasbench101Entry;
  /** The same table, in which a cell stands among these alone; isomorphic ones are one. What it lacks is left out. */
  readonly among: (cells: Iterable<Nasbench101Cell>) => Nasbench101;
  /** Those of the cells trained for 108 epochs, in percent. Throws a data error where the file has none. */
  readonly testErrors: () => Float64Array;
}

/** The trainings of one length: by cell, their number and the means over them. */
interface Level {
  readonly repeats: Uint32Array;
  /** Percent; NaN where there are none. */
  readonly testErrors: Float64Array;
  readonly validationErrors: Float64Array;
  readonly seconds: Float64Array;
}

const epochLengths = [4, 12, 36, 108];

/**
 * Reads a public file as a stream; the means, not the file, are kept in memory. Throws a data error that names file and
 * record where it is missing, truncated or damaged.
 */
export async function openNasbench101(path: string): Promise<Nasbench101> {
  const cells = new Map<number, number>();
  // A cell's key is worked out once, at its first record, as the benchmark's own reader takes its matrix from there.
  const cellOfHash = new Map<string, number>();
  const parameters = new Uint32Array(nasbench101Cells);
  const levels = new Map<number, Level>();
  let number = 0;
  for await (const bytes of readTfrecords(path)) {
    number++;
    try {
      const record = decodeRecord(bytes);
      const cell = cellOfHash.get(record.hash) ?? numbered(cells, keyOfRecord(record));
      cellOfHash.set(record.hash, cell);
      parameters[cell] ||= record.parameters;
      add(levels, record, cell);
    } catch (cause) {
      const what = (cause as Error).message.replace(/\.$/, "");
      throw dataError(
        `${path} is damaged or not a file of NAS-Bench-101: record ${number}: ${what}; fetch it again.`,
        { cause },
      );
    }
  }
  if (number === 0) throw dataError(`${path} has no records: it is empty; fetch it again.`);
  for (const level of levels.values()) toMeans(level);
  return tableOf({ path, cells, parameters, levels });
}

/** What a file holds. */
interface Contents {
  readonly path: string;
  /** The number of each cell in what follows, by its key. */
  readonly cells: ReadonlyMap<number, number>;
  readonly parameters: Uint32Array;
  readonly levels: ReadonlyMap<number, Level>;
}

/** @param rivals the numbers of the cells that a cell stands among; all when left out */
function tableOf(contents: Contents, rivals?: readonly number[]): Nasbench101 {
  const { path, cells, parameters, levels } = contents;
  const trainedFor = (epochs: number): Level => {
    const level = levels.get(epochs);
    if (level !== undefined) return level;
    const held = [...levels.keys()].sort((a, b) => a - b).join(", ");
    throw dataError(`${path} has no cells trained for ${epochs} epochs; it has ${held}.`);
  };
  const errorsOf = ({ testErrors }: Level): Float64Array =>
    rivals ? Float64Array.from(rivals, (other) => testErrors[other]!) : testErrors;
  return {
    testErrors: () => errorsOf(trainedFor(108)).filter((error) => !Number.isNaN(error)),
    lookup(query, epochs = 108) {
      const level = trainedFor(epochs);
      const cell = cells.get(keyOfQuery(query, path));
      const repeats = cell === undefined ? 0 : level.repeats[cell]!;
      if (cell === undefined || repeats === 0) {
        throw missing(query, path, `it has no such cell trained for ${epochs} epochs`);
      }
      const testError = level.testErrors[cell]!;
      return {
        testError,
        validationError: level.validationErrors[cell]!,
        trainableParameters: parameters[cell]!,
        trainingSeconds: level.seconds[cell]!,
        repeats,
        ...standing(errorsOf(level), testError, "lowest"),
      };
    },
    among(others) {
      const numbers = Array.from(others, (other) => cells.get(keyOfQuery(other, path)));
      return tableOf(contents, [...new Set(numbers)].filter((number) => number !== undefined));
    },
  };
}

/** The number of a cell by its key, the next one for a new key. */
function numbered(cells: Map<number, number>, key: number): number {
  const number = cells.get(key) ?? cells.size;
  cells.set(key, number);
  return number;
}

/** The key of a record's cell. */
function keyOfRecord({ adjacency, operations }: Nasbench101Record): number {
  const ops = operations.split(",", maxVertices + 1);
  if (ops.length > maxVertices) throw new RangeError(`it has more than ${maxVertices} operations`);
  if (adjacency.length !== ops.length ** 2) {
    throw new RangeError(`its matrix has ${adjacency.length} entries for ${ops.length} operations`);
  }
  const entry = (i: number, j: number) => adjacency.charCodeAt(i * ops.length + j) - "0".charCodeAt(0);
  return cellKey({ matrix: ops.map((_, i) => ops.map((_, j) => entry(i, j))), ops });
}

function keyOfQuery(query: Nasbench101Cell, path: string): number {
  try {
    return cellKey(query);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw missing(query, path, cause.message);
  }
}

const missing = ({ matrix, ops }: Nasbench101Cell, path: string, why: string): UserError =>
  dataError(
    `Cannot look up the cell [${ops.join(", ")}] with the edges ${
      matrix.map((row) => row.join("")).join("/")
    } in ${path}: ${why}.`,
  );

/** Adds a training to the sums of its cell. */
function add(levels: Map<number, Level>, record: Nasbench101Record, cell: number): void {
  if (!epochLengths.includes(record.epochs)) {
    throw new RangeError(`it was trained for ${record.epochs} epochs, not ${epochLengths.join(", ")}`);
  }
  const level = levels.get(record.epochs) ?? emptyLevel();
  levels.set(record.epochs, level);
  level.repeats[cell]!++;
  level.testErrors[cell]! += 100 * (1 - record.testAccuracy);
  level.validationErrors[cell]! += 100 * (1 - record.validationAccuracy);
  level.seconds[cell]! += record.seconds;
}

const emptyLevel = (): Level => ({
  repeats: new Uint32Array(nasbench101Cells),
  testErrors: new Float64Array(nasbench101Cells),
  validationErrors: new Float64Array(nasbench101Cells),
  seconds: new Float64Array(nasbench101Cells),
});

/** Sums become means, in place. */
function toMeans({ repeats, testErrors, validationErrors, seconds }: Level): void {
  for (const values of [testErrors, validationErrors, seconds]) {
    values.forEach((sum, cell) => values[cell] = rounded(sum / repeats[cell]!));
  }
}
