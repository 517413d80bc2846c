/**
 * The table of NAS-Bench-201 (Dong and Yang, ICLR 2020, arXiv:2001.00326): the accuracy of every one of its
 * 15,625 cells, each trained by its authors. Comes with the repository, see `data/nasbench201.md`.
 */
import { dataError, UserError } from "../errors.ts";
import { fromFileUrl } from "../io/paths.ts";
import { readError } from "../io/read.ts";
import { genotypeOf } from "../network/nasbench201/genotype.ts";
import { nasbench201Operations, type NasBench201Space } from "../spaces/nasbench201.ts";
import {
  architectureCode,
  architectureCount,
  architectureForm,
  architectureOf,
  architecturesOf,
} from "./nasbench201_architecture.ts";
import { type Baselines, baselinesOf } from "./baselines.ts";
import { trainingOf12Epochs } from "./nasbench201_cost.ts";
import { type Standing, standing } from "./standing.ts";

/** The columns of the table: data set, split, and epochs trained. */
export const nasbench201Columns = [
  "cifar10_test_12",
  "cifar10_valid_12",
  "cifar100_test_12",
  "cifar100_valid_12",
  "imagenet16_120_test_12",
  "imagenet16_120_valid_12",
  "cifar10_test_200",
  "cifar100_test_200",
  "imagenet16_120_test_200",
] as const;

/** A column of the table: `cifar10_test_200` has test accuracies on CIFAR-10 after 200 epochs. */
export type Nasbench201Column = typeof nasbench201Columns[number];

/** The column that ranks cells on each data set: test accuracy after 200 epochs, mean over the table's seeds. */
const rankingColumns = {
  "cifar10": "cifar10_test_200",
  "cifar100": "cifar100_test_200",
  "imagenet16-120": "imagenet16_120_test_200",
} as const satisfies Record<Nasbench201Dataset, Nasbench201Column>;

/** What a random search on each data set chooses by. */
const choosingColumns = {
  "cifar10": "cifar10_valid_12",
  "cifar100": "cifar100_valid_12",
  "imagenet16-120": "imagenet16_120_valid_12",
} as const satisfies Record<Nasbench201Dataset, Nasbench201Column>;

/** A data set that the table has accuracies of. */
export type Nasbench201Dataset = "cifar10" | "cifar100" | "imagenet16-120";

/** The data sets by which {@link Nasbench201.lookup} can rank cells. */
export const nasbench201Datasets: readonly Nasbench201Dataset[] = [
  "cifar10",
  "cifar100",
  "imagenet16-120",
];

/** What the table knows of a cell; `best` and `regret` in percent and percentage points of the ranking column. */
export interface Nasbench201Entry extends Standing {
  /** The cell, as it was looked up. */
  readonly architecture: string;
  /** Percent. */
  readonly accuracies: Readonly<Record<Nasbench201Column, number>>;
  /** The data set of `rank`, `best` and `regret`: its test accuracy after 200 epochs. */
  readonly rankedBy: Nasbench201Dataset;
}

/** The table, read and ready to look cells up. */
export interface Nasbench201 {
  /**
   * What the table holds for `|op~0|+|op~0|op~1|+|op~0|op~1|op~2|`, ranked by the data set `by` (CIFAR-10 unless
   * given). Throws a data error for a string that is no cell of the table.
   */
  readonly lookup: (architecture: string, by?: Nasbench201Dataset) => Nasbench201Entry;
  /**
   * What needs no search, judged by the data set `by`.
   *
   * @param cost of one search, in multiply-adds of passes forward, for a random search; without it there is none
   * @param operations that cells drawn at random are made of; all when left out
   */
  readonly baselines: (
    cost: number | undefined,
    by?: Nasbench201Dataset,
    operations?: NasBench201Space["operations"],
  ) => Baselines;
}

const embedded = fromFileUrl(new URL("../../data/nasbench201.csv.gz", import.meta.url));

/** The table has 2.3 MB of text; more than this is another file. */
const maxCharacters = 8_000_000;

/**
 * Reads the table: the one of the repository, or another gzipped copy. Throws a data error that names file and
 * line where it is missing or damaged in any way.
 */
export async function loadNasbench201(path: string = embedded): Promise<Nasbench201> {
  const columns = parse(await gunzipText(path), path);
  return {
    lookup(architecture, by = "cifar10") {
      const cell = architectureCode(architecture);
      if (cell === undefined) {
        throw dataError(
          `The NAS-Bench-201 table ${path} has no cell "${architecture}"; a cell reads ${architectureForm}.`,
        );
      }
      const ranking = columns[rankingColumns[by]];
      return {
        architecture,
        accuracies: byColumn((name) => columns[name][cell]!),
        rankedBy: by,
        ...standing(ranking, ranking[cell]!, "highest"),
      };
    },
    baselines: (cost, by = "cifar10", operations = nasbench201Operations) =>
      baselinesOf({
        table: "nasbench201",
        dataset: by,
        accuracies: columns[rankingColumns[by]],
        drawn: operations.length < nasbench201Operations.length ? architecturesOf(operations) : undefined,
        cells: designs.map(({ operations, ...rest }) => ({
          ...rest,
          at: architectureCode(genotypeOf(operations).arch)!,
        })),
        search: cost === undefined ? undefined : {
          scores: columns[choosingColumns[by]],
          by: "their accuracy on validation images after 12 epochs",
          cost,
          training: trainingOf12Epochs(by, operations),
          note:
            "A random search trains each cell for 12 epochs, as the table did, with as many multiply-adds as one " +
            "search, of which one pass of the supernet is counted for each image of each step of the weights and of " +
            "the alphas; what time either takes on one machine is not known.",
        },
      }),
  };
}

const c3 = "nor_conv_3x3";

/** Cells that nobody has to search, by their operations in the order of the edges. */
const designs: readonly {
  name: string;
  words: string;
  operations: (typeof nasbench201Operations)[number][];
}[] = [
  { name: "all 3×3", words: "a 3×3 convolution on every edge", operations: [c3, c3, c3, c3, c3, c3] },
  {
    name: "the ResNet cell",
    words: "two 3×3 convolutions beside a skip connection, and one after them",
    operations: [c3, "none", c3, "skip_connect", "none", c3],
  },
  {
    name: "all 3×3 but one skip",
    words:
      "a skip connection from the input to the output, 3×3 convolutions on all other edges: the cell in which " +
      "most published searches of 94.36 % end",
    operations: [c3, c3, c3, "skip_connect", c3, c3],
  },
];

const byColumn = <T>(value: (name: Nasbench201Column) => T): Record<Nasbench201Column, T> =>
  Object.fromEntries(nasbench201Columns.map((name) => [name, value(name)])) as Record<Nasbench201Column, T>;

async function gunzipText(path: string): Promise<string> {
  let text = "";
  try {
    const file = await Deno.open(path);
    const decoder = new TextDecoder("utf-8", { fatal: true });
    for await (const chunk of file.readable.pipeThrough(new DecompressionStream("gzip"))) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > maxCharacters) {
        throw damaged(path, lastLine(text), `it is longer than ${maxCharacters} characters`);
      }
    }
    return text + decoder.decode();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    // The decompressor and the decoder throw TypeErrors, the file system its own.
    if (!(cause instanceof TypeError)) throw readError(path, cause);
    throw damaged(path, lastLine(text), "its gzip data are truncated or damaged", cause);
  }
}

const lastLine = (text: string): number => text.split("\n").length;

/** Each column's values by architecture number. */
function parse(text: string, file: string): Record<Nasbench201Column, Float64Array> {
  const header = ["architecture", ...nasbench201Columns].join(",");
  const [first, ...rows] = text.replace(/\n$/, "").split("\n");
  if (first !== header) throw damaged(file, 1, `the header is not ${header}`);
  const columns = byColumn(() => new Float64Array(architectureCount));
  const lineOf = new Uint32Array(architectureCount);
  rows.forEach((row, index) => {
    const line = index + 2;
    const [architecture, ...values] = row.split(",");
    const code = architectureCode(architecture!);
    if (code === undefined) {
      throw damaged(file, line, `"${architecture!.slice(0, 100)}" is not an architecture`);
    }
    if (lineOf[code] !== 0) throw damaged(file, line, `${architecture} is already on line ${lineOf[code]}`);
    lineOf[code] = line;
    if (values.length !== nasbench201Columns.length) {
      throw damaged(file, line, `it has ${values.length} numbers, not ${nasbench201Columns.length}`);
    }
    nasbench201Columns.forEach((name, i) => {
      const value = /^\d{1,3}(\.\d+)?$/.test(values[i]!) ? Number(values[i]) : NaN;
      if (!(value <= 100)) {
        throw damaged(file, line, `${name} is "${values[i]!.slice(0, 40)}", not a percentage from 0 to 100`);
      }
      columns[name][code] = value;
    });
  });
  const missing = lineOf.indexOf(0);
  if (missing !== -1) {
    throw damaged(
      file,
      rows.length + 1,
      `it ends with ${rows.length} of ${architectureCount} cells, ${architectureOf(missing)} not among them`,
    );
  }
  return columns;
}

const damaged = (file: string, line: number, what: string, cause?: unknown): UserError =>
  dataError(
    `The NAS-Bench-201 table ${file} is damaged at line ${line}: ${what}; put back the original.`,
    { cause },
  );
