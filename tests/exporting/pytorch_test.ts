/** The generated `model.py`, and the model card's lines of Python, judged by PyTorch where it is installed. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "deno-std/assert";
import { encode } from "fast-png";
import { findPytorch } from "../../bench/contest/pytorch.ts";
import { readImages } from "../../src/data/mod.ts";
import { UserError } from "../../src/errors.ts";
import { modelCard } from "../../src/exporting/card.ts";
import { labelsJson } from "../../src/exporting/config_json.ts";
import type { Normalising } from "../../src/exporting/model.ts";
import { modelPy } from "../../src/exporting/pytorch/model_py.ts";
import { writeSafetensors } from "../../src/io/safetensors.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import { keyFromSeed, uniform } from "../../src/random.ts";
import type { ReadNetwork } from "../../src/training/network_file.ts";
import { exported } from "./exported.ts";
import { logitsOf, normalised, pixelsFor, tensorsOf, tinyNetworks } from "./tiny_networks.ts";

/** What PyTorch makes of a model, as `pytorch_judge.py` prints it. */
interface Judgement {
  readonly classes: readonly string[];
  readonly logits: readonly (readonly number[])[];
  readonly losses: readonly number[];
  readonly untrained: readonly string[];
  readonly batches: readonly number[];
  readonly refusals: Readonly<Record<"more" | "less" | "short" | "other", string>>;
  /** Null where none was asked for, or Python has no Pillow. */
  readonly card: {
    /** That the lines for onnxruntime and for PyTorch print. */
    readonly labels: readonly [string, string];
    /** The bytes of the picture as model.py reads it. */
    readonly read: readonly number[];
    /** What the former give `model.onnx`, and its type. */
    readonly images: readonly number[];
    readonly type: string;
    /** By `python3 model.py image.png`. */
    readonly printed: string;
  } | null;
}

/** Images that a network is tried on: odd, and not one. */
const count = 3;

/** Writes a model to a folder, and files that are none of it. */
function prepare(own: string, network: ReadNetwork) {
  Deno.mkdirSync(own);
  const tensors = tensorsOf(network);
  writeSafetensors(`${own}/model.safetensors`, tensors);
  Deno.writeTextFileSync(`${own}/model.py`, modelPy(network));
  Deno.writeTextFileSync(`${own}/labels.json`, labelsJson(network));
  const [first] = tensors.keys();
  const unfit = {
    more: `${own}/more.safetensors`,
    less: `${own}/less.safetensors`,
    short: `${own}/short.safetensors`,
    other: `${own}/other.safetensors`,
  };
  writeSafetensors(unfit.more, new Map([...tensors, ["another.weight", tensors.get(first!)!]]));
  writeSafetensors(unfit.less, new Map([...tensors].filter(([key]) => key !== first)));
  Deno.writeFileSync(unfit.short, Deno.readFileSync(`${own}/model.safetensors`).slice(0, -4));
  Deno.writeTextFileSync(unfit.other, "no tensors");
  const pixels = pixelsFor(network, count);
  return { first, pixels, given: { folder: own, pixels: [...pixels], unfit } };
}

/**
 * A coloured picture of other proportions than the network's images, whose sides a grey one's divide evenly. It is
 * patches by chance; for images that are no squares, which the project resizes in two steps, it changes slowly.
 */
function writePicture(path: string, square: boolean): void {
  const [width, height] = [36, 24];
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return square ? 255 * uniform(keyFromSeed(5), Math.floor(i / 24)) : 20 + 4 * x + y + 10 * (i % 3);
  });
  Deno.writeFileSync(path, encode({ width, height, channels: 3, data }));
}

/** The card's blocks of Python. */
const pythonIn = (card: string): string[] =>
  [...card.matchAll(/^```python\n(.*?)^```$/gms)].map(([, lines]) => lines!);

async function judge(given: unknown): Promise<Judgement[]> {
  const child = new Deno.Command(python!, {
    args: ["-B", new URL("pytorch_judge.py", import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = new Blob([JSON.stringify(given)]);
  const [{ success, stdout }] = await Promise.all([child.output(), input.stream().pipeTo(child.stdin)]);
  assert(success);
  return JSON.parse(new TextDecoder().decode(stdout));
}

const python = await findPytorch();
if (python === undefined) {
  console.warn("No Python here imports torch, so model.py is not run (apt: python3-torch).");
}

/** Cases whose cards are tried, by what they say `model.onnx` takes. */
const normalisings: Readonly<Record<string, Normalising>> = {
  "every operation": "none",
  "every operation, grey": "none",
  "NAS-Bench-1Shot1": "none",
  "NAS-Bench-201": "unit",
  "a single cell": "bytes",
};

const isSquare = ({ images: { height, width } }: ReadNetwork): boolean => height === width;

/** A case as the judge reads it, and what is to come of it. */
function caseOf(own: string, name: string, network: ReadNetwork) {
  const { given, ...rest } = prepare(own, network);
  const normalise = normalisings[name];
  const onnx = normalise && { normalise, folded: false, difference: 0 };
  if (onnx) writePicture(`${own}/image.png`, isSquare(network));
  const card = onnx && pythonIn(modelCard(exported(network, { onnx })));
  return { name, network, ...rest, given: { ...given, card, normalise } };
}

/** That the card's lines give the network what this project would, and print the same label. */
async function checkCard(
  card: NonNullable<Judgement["card"]>,
  { name, network, given }: ReturnType<typeof caseOf>,
): Promise<void> {
  const { pixels } = await readImages([`${given.folder}/image.png`], network.images);
  const { std } = network.normalisation;
  const scales = {
    bytes: (byte: number) => [byte, 1],
    unit: (byte: number) => [byte / 255, 1 / 255],
    none: (byte: number, c: number) => [normalised(network, byte, c), 1 / 255 / std[c]!],
  };
  assertEquals(card.type, given.normalise === "bytes" ? "uint8" : "float32", name);
  assertEquals(card.images.length, pixels.length, name);
  // Pillow rounds once more, between rows and columns.
  const steps = isSquare(network) ? 1 : 3;
  assertEquals(card.read.length, pixels.length, name);
  card.read.forEach((byte, i) => assertAlmostEquals(byte, pixels[i]!, 1.01 * steps, name));
  card.images.forEach((value, i) => {
    const [wanted, step] = scales[given.normalise!](pixels[i]!, Math.floor(i * std.length / pixels.length));
    assertAlmostEquals(value, wanted!, 1.01 * step! * steps, name);
  });
  const [scores] = logitsOf(network, pixels) as [number[]];
  const label = network.classes[scores.indexOf(Math.max(...scores))]!;
  assertEquals(card.labels, [label, label], name);
  assertMatch(card.printed, /^image\.png: .*, \d+\.\d %$/);
  assertStringIncludes(card.printed, `: ${label}, `);
}

Deno.test({
  name:
    "model.py loads the weights strictly, has the project's logits, and trains on; the card's lines use it",
  ignore: python === undefined,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const cases = Object.entries(tinyNetworks).map(([name, network], i) =>
        caseOf(`${folder}/${i}`, name, network)
      );
      const judgements = await judge(cases.map(({ given }) => given));
      for (const [i, each] of cases.entries()) {
        const { name, network, first, pixels } = each;
        const { classes, logits, losses, untrained, batches, refusals, card } = judgements[i]!;
        assertEquals(classes, network.classes, name);
        const wanted = logitsOf(network, pixels).flat();
        assert(Math.max(...wanted) - Math.min(...wanted) > 0.05, `${name}: logits are all alike`);
        logits.flat().forEach((logit, j) => assertAlmostEquals(logit, wanted[j]!, 1e-5, name));
        assert(losses.at(-1)! < losses[0]!, `${name}: ${losses}`);
        // A network with empty nodes has weights that nothing depends on.
        if (name.startsWith("every")) assertEquals(untrained, [], name);
        assertEquals(batches, [3 + losses.length], name);
        const { more, less, short, other } = refusals;
        assertMatch(more, /Unexpected key.*"another\.weight"/);
        assertMatch(less, new RegExp(`Missing key.*"${first}"`));
        assertMatch(short, /damaged: it ends within the tensor/);
        assertMatch(other, /damaged, or no safetensors file/);
        if (card !== null) await checkCard(card, each);
      }
      if (judgements.every(({ card }) => card === null)) {
        console.warn(`${python} has no Pillow, so the card's lines are not run (apt: python3-pil).`);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("model.py has the operations of its genotype, and no others", () => {
  const text = modelPy(tinyNetworks["empty nodes"]!);
  const named = [...text.matchAll(/^ {4}"(\w+)": lambda/gm)].map(([, name]) => name);
  assertEquals(named, ["none", "max_pool_3x3", "skip_connect", "sep_conv_3x3"]);
  const defined = [...text.matchAll(/^(?:class|def) (\w+)/gm)].map(([, name]) => name!);
  assertEquals(defined.filter((name) => text.split(new RegExp(`\\b${name}\\b`)).length < 3), []);
  assert(!defined.includes("cross_conv"));
  assert(defined.includes("depthwise_separable"));
});

Deno.test("no line of model.py is long, however many classes there are", () => {
  for (const [name, network] of Object.entries(tinyNetworks)) {
    const classes = Array.from({ length: 200 }, (_, i) => `class ${i}`);
    for (const line of modelPy({ ...network, classes }).split("\n")) {
      assert(line.length <= 110, `${name}: ${line}`);
    }
  }
});

Deno.test("images are resized by the filter of training", () => {
  assertMatch(modelPy(tinyNetworks["every operation"]!), /Image\.BILINEAR/);
  assertMatch(modelPy(tinyNetworks["every operation, grey"]!), /Image\.BOX/);
});

Deno.test("a network with noise is refused in words", () => {
  const network = tinyNetworks["empty nodes"]!;
  const genotype: Genotype = {
    normal: [["noise", 0], ["skip_connect", 1]],
    ...{ normal_concat: [2], reduce: [["skip_connect", 0], ["skip_connect", 1]], reduce_concat: [2] },
  };
  const net = evaluationNetwork(genotype, network.net.size);
  const error = assertThrows(() => modelPy({ ...network, net }), UserError);
  assertMatch(error.message, /operation noise, which draws random numbers/);
});
