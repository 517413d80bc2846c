/** The generated `model.py`, judged by PyTorch where it is installed. */
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "deno-std/assert";
import { findPytorch } from "../../bench/contest/pytorch.ts";
import { UserError } from "../../src/errors.ts";
import { modelPy } from "../../src/exporting/pytorch/model_py.ts";
import { writeSafetensors } from "../../src/io/safetensors.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import { logitsOf, pixelsFor, tensorsOf, tinyNetworks } from "./tiny_networks.ts";

/** What PyTorch makes of a model, as `pytorch_judge.py` prints it. */
interface Judgement {
  readonly classes: readonly string[];
  readonly logits: readonly (readonly number[])[];
  readonly losses: readonly number[];
  readonly untrained: readonly string[];
  readonly batches: readonly number[];
  readonly refusals: Readonly<Record<"more" | "less" | "short" | "other", string>>;
}

/** Odd, and not one. */
const count = 3;

const python = await findPytorch();
if (python === undefined) {
  console.warn("No Python here imports torch, so model.py is not run (apt: python3-torch).");
}

Deno.test({
  name: "model.py loads the weights strictly, has the project's logits, and trains on",
  ignore: python === undefined,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const cases = Object.entries(tinyNetworks).map(([name, network], i) => {
        const own = `${folder}/${i}`;
        Deno.mkdirSync(own);
        Deno.writeTextFileSync(`${own}/model.py`, modelPy(network));
        const tensors = tensorsOf(network);
        writeSafetensors(`${own}/model.safetensors`, tensors);
        const whole = Deno.readFileSync(`${own}/model.safetensors`);
        const [first] = tensors.keys();
        const unfit = {
          more: `${own}/more.safetensors`,
          less: `${own}/less.safetensors`,
          short: `${own}/short.safetensors`,
          other: `${own}/other.safetensors`,
        };
        writeSafetensors(unfit.more, new Map([...tensors, ["another.weight", tensors.get(first!)!]]));
        writeSafetensors(unfit.less, new Map([...tensors].filter(([key]) => key !== first)));
        Deno.writeFileSync(unfit.short, whole.slice(0, -4));
        Deno.writeTextFileSync(unfit.other, "no tensors");
        const pixels = pixelsFor(network, count);
        return { name, first, network, pixels, given: { folder: own, pixels: [...pixels], unfit } };
      });
      const child = new Deno.Command(python!, {
        args: ["-B", new URL("pytorch_judge.py", import.meta.url).pathname],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const input = new Blob([JSON.stringify(cases.map(({ given }) => given))]);
      const [{ success, stdout }] = await Promise.all([child.output(), input.stream().pipeTo(child.stdin)]);
      assert(success);
      const judgements: Judgement[] = JSON.parse(new TextDecoder().decode(stdout));
      cases.forEach(({ name, first, network, pixels }, i) => {
        const { classes, logits, losses, untrained, batches, refusals } = judgements[i]!;
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
      });
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
  assertMatch(error.message, /operation noise, whose output is drawn anew/);
});
