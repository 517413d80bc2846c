/** SGAS: the criteria on made-up matrices, the greedy choice, alphas that rest, and a search that decides whole cells. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { dataError, UserError } from "../../src/errors.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings, relax } from "../../src/methods/mod.ts";
import { decideEdge, edgeScores } from "../../src/methods/sgas.ts";
import { alphaLayout } from "../../src/network/alphas.ts";
import { discretize } from "../../src/network/discretize.ts";
import { adam } from "../../src/optim/adam.ts";
import { decidedRows, type Decision, type Decisions, decisionVectors } from "../../src/search/decisions.ts";
import { alphaUpdate } from "../../src/search/step_graphs.ts";
import { supernetFile, supernetVectors } from "../../src/search/supernet_file.ts";
import { softmax } from "../../src/softmax.ts";
import { type DartsSpace, spaceByName } from "../../src/spaces/mod.ts";
import type { SearchEpoch } from "../../pipelines/stages/epoch.ts";
import { searchLoop } from "../../pipelines/algorithm/search.ts";
import { offDevice } from "../../pipelines/strategies/rules.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData } from "../pipelines/noise_data.ts";
import { interpret } from "../reference/interpreter.ts";
import { silent } from "../../pipelines/run/hooks.ts";

const sgas = methodByName("sgas");
const close = (got: readonly number[], want: readonly number[]): void => {
  assertEquals(got.length, want.length);
  want.forEach((x, i) => assertAlmostEquals(got[i]!, x, 1e-12, `at ${i}`));
};

/** Three edges over none, a and b. */
const rows = [[0.6, 0.3, 0.1], [0.2, 0.4, 0.4], [0.4, 0.54, 0.06]];
const none = [0, 0, 0];
/** Entropy of two shares over its largest. */
const spread = (p: number): number => -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);

Deno.test("sgas: criterion 1 is importance times certainty, each from 0 to 1 over the edges", () => {
  // Importance 0.4, 0.8, 0.6; shares (3/4, 1/4), (1/2, 1/2), (9/10, 1/10).
  const certainty = [1 - spread(0.75), 0, 1 - spread(0.9)];
  close(edgeScores([rows], none, 1), [0, 0, 0.5]);
  const others = [[0.5, 0.4, 0.1], [0.2, 0.4, 0.4], [0.4, 0.54, 0.06]];
  const first = (1 - spread(0.8)) / certainty[2]!;
  close(edgeScores([others], none, 1), [0, 0, (0.6 - 0.5) / (0.8 - 0.5)]);
  close(edgeScores([[[0.1, 0.72, 0.18], ...others.slice(1)]], none, 1), [first, 0, 0]);
});

Deno.test("sgas: criterion 2 also asks how the shares overlap with those of the four epochs before", () => {
  const table = [[0.6, 0.3, 0.1], [0.2, 0.4, 0.4], [0.4, 0.45, 0.15], [0.3, 0.69, 0.01]];
  const past = (share: number) => table.map(() => [0.5, 0.5 * share, 0.5 * (1 - share)]);
  // Five earlier epochs, of which the first is forgotten.
  const history = [past(0.9), past(0.5), past(0.5), past(0.5), past(0.1), table];
  const overlap = (p: number): number =>
    [0.5, 0.5, 0.5, 0.1].reduce((total, q) => total + Math.min(p, q) + Math.min(1 - p, 1 - q), 0) / 4;
  const shares = [0.75, 0.5, 0.75, 69 / 70];
  const [least, most] = [overlap(shares[3]!), overlap(shares[1]!)];
  const certainty = (1 - spread(0.75)) / (1 - spread(69 / 70));
  close(edgeScores(history, [0, 0, 0, 0], 2), [
    ...[0, 0],
    0.5 * certainty * (overlap(0.75) - least) / (most - least),
    0,
  ]);
  const steady = [[0.6, 0.3, 0.1], [0.4, 0.54, 0.06], [0.2, 0.4, 0.4]];
  const moved = [[0.6, 0.1, 0.3], [0.4, 0.5, 0.1], [0.2, 0.4, 0.4]];
  const shift = [0.25 + 0.25, 0.5 / 0.6 + 0.1, 1];
  close(edgeScores([moved, steady], none, 2), [0, 0.5 * (shift[1]! - 0.5) / 0.5, 0]);
  assertEquals(edgeScores([rows], none, 2), edgeScores([rows], none, 1));
});

Deno.test("sgas: where no edge has none, certainty alone ranks", () => {
  const two = [[0.5, 0.5], [0.9, 0.1], [0.75, 0.25]];
  const got = edgeScores([two], [-1, -1, -1], 1);
  close(got, [0, 1, (1 - spread(0.75)) / (1 - spread(0.9))]);
});

Deno.test("sgas: the best open edge gets its best operation, and a node with two edges takes no more", () => {
  const edges = [{ from: 0, to: 2 }, { from: 1, to: 2 }, { from: 0, to: 3 }, { from: 1, to: 3 }, {
    from: 2,
    to: 3,
  }];
  const table = [...rows, [0.9, 0.02, 0.08], [0.3, 0.3, 0.4]];
  const given = { rows: table, none: [0, 0, 0, 0, 0], edges };
  let decisions: readonly Decision[] = edges.map(() => "open" as const);
  const choose = (scores: readonly number[]) => (decisions = decideEdge(decisions, { ...given, scores }));
  assertEquals(choose([0.1, 0.2, 0.3, 0.9, 0.3]), ["open", "open", "open", 2, "open"]);
  // The decided edge's score is no candidate; of equals the first. Node 3 is whole then.
  assertEquals(choose([0.1, 0.2, 0.3, 0.9, 0.3]), ["open", "open", 1, 2, 0]);
  assertEquals(choose([0.1, 0.2, 0.3, 0.9, 0.3]), ["open", 1, 1, 2, 0]);
  assertEquals(choose([0.1, 0.2, 0.3, 0.9, 0.3]), [1, 1, 1, 2, 0]);
  const without = { rows: [[0.4, 0.6], [0.5, 0.5], [0.1, 0.9]], none: [-1, -1, -1], edges: edges.slice(2) };
  const last = decideEdge(["open", 0, "open"], { ...without, scores: [1, 1, 0] });
  assertEquals(last, [1, 0, "empty"]);
});

const space = spaceByName("s3") as DartsSpace;
const layout = alphaLayout(space.matrices);
const evenRows = () => Array.from({ length: 14 }, (_, e) => softmax([0, Math.sin(e), Math.cos(3 * e)]));

Deno.test("sgas: a decision every five epochs from epoch 9 of 50, eight for each cell type, then the rest at the end", () => {
  const decided = (epochs: number, until: number, flags = {}): number[] => {
    let decisions: Decisions = {};
    const history = [];
    const counts = [];
    for (let epoch = 0; epoch <= until; epoch++) {
      history.push({ normal: evenRows(), reduce: evenRows() });
      decisions = sgas.decide!(methodSettings(flags), { decisions, history, space, epoch, epochs });
      counts.push(
        decisions["normal"]!.filter((decision) => typeof decision === "number" && decision > 0).length,
      );
    }
    return counts;
  };
  const counts = decided(50, 49);
  counts.forEach((count, epoch) =>
    assertEquals(count, epoch < 9 ? 0 : Math.min(8, 1 + Math.floor((epoch - 9) / 5)))
  );
  assertEquals(decided(4, 3), [0, 1, 2, 8]);
  assertEquals(decided(6, 4, { decideStart: 2, decideEvery: 2 }), [0, 0, 1, 1, 2]);
});

Deno.test("sgas: decided rows take their weights, and the rule of the space finds them again", () => {
  let decisions: Decisions = {};
  const history = [{ normal: evenRows(), reduce: evenRows() }];
  decisions = sgas.decide!(methodSettings(), { decisions, history, space, epoch: 0, epochs: 1 });
  const weights = decidedRows(history[0]!, decisions);
  const genotype = discretize(weights, space);
  assert("normal" in genotype);
  space.edges.forEach(({ from, to }, e) => {
    const column = decisions["normal"]![e] as number;
    const entry = genotype.normal.slice(2 * (to - 2), 2 * (to - 1)).find(([, other]) => other === from);
    assertEquals(entry?.[0], column === 0 ? undefined : space.candidates.normal[e]![column]);
  });
  // The graph's mixing vector: the softmax in open rows, the decision in others.
  const some: Decisions = { normal: ["open", 2, "empty", ...Array(11).fill("open")] };
  const { free, fixed } = decisionVectors(some, layout);
  const node = (name: string) => input(name, [layout.floats]);
  const mixing = relax(sgas, methodSettings(), {
    ...{ alphas: node("alphas"), layout, cells: 2, key: undefined, numbers: {} },
    decided: { free: node("free"), fixed: node("fixed") },
  });
  const [got] = interpret([mixing], {
    alphas: Float64Array.from({ length: layout.floats }, (_, i) => Math.sin(i)),
    free,
    fixed,
  });
  close([...got!.subarray(0, 3)], softmax([0, 1, 2].map(Math.sin)));
  assertEquals([...got!.subarray(3, 9)], [0, 0, 1, 0, 0, 0]);
});

Deno.test("sgas: decided alphas rest bit for bit, decay and momentum included", () => {
  const node = (name: string) => input(name, [4]);
  const nodes = {
    alphas: node("alphas"),
    alphaMean: node("alphaMean"),
    alphaVariance: node("alphaVariance"),
    schedule: input("schedule", [2]),
  };
  const move = (nodes: Parameters<typeof adam>[0]) =>
    adam(nodes, { beta1: 0.5, beta2: 0.999, weightDecay: 0.1 });
  const feeds = {
    ...{
      alphas: [0.1, 0.2, 0.3, 0.4],
      alphaMean: [1, 1, 1, 1],
      alphaVariance: [1, 1, 1, 1],
      schedule: [0.1, 1],
    },
    ...{ slope: [1, 1, 1, 1], free: [1, 0, 0, 1] },
  };
  const [all, some] = interpret(
    [undefined, node("free")].map((free) => alphaUpdate(node("slope"), nodes, { move, free }).alphas),
    feeds,
  );
  assertEquals([...some!], [all![0]!, 0.2, 0.3, all![3]!]);
  assert(all![1] !== 0.2);
});

const flags = {
  method: "sgas",
  space: "s3",
  batch: "8",
  channels: "2",
  layers: "2",
  epochs: "4",
  archLr: "0.1",
};

Deno.test("sgas: a search decides whole cells, and its decided alphas do not move", async () => {
  const problem = searchProblem(resolve(searchCommand, { flags }), noiseData);
  const epochs: SearchEpoch[] = [];
  const { state } = await searchLoop(sharedRunner(), problem, silent, (epoch) => epochs.push(epoch));
  const supernet = await offDevice(sharedRunner(), state);
  const oneHot = (row: readonly number[]): boolean => row.includes(1);
  const perEpoch = epochs.map(({ weights }) => weights["normal"]!.filter(oneHot).length);
  assertEquals([perEpoch[0], perEpoch[3]], [0, 14]);
  const places = epochs[1]!.weights["normal"]!.flatMap((row, e) => (oneHot(row) ? [e] : []));
  assertEquals(places.length >= 1, true);
  for (const e of places) {
    assertEquals(epochs[3]!.alphas["normal"]![e], epochs[1]!.alphas["normal"]![e]);
    assertEquals(epochs[3]!.weights["normal"]![e], epochs[1]!.weights["normal"]![e]);
  }
  // The file of the supernet knows the decisions.
  assertEquals(supernet.decisions!["normal"]!.includes("open"), false);
  const file = supernetFile(problem.net, supernet);
  const again = supernetVectors(problem.net, { file: "supernet.safetensors", ...file });
  assertEquals(again.decisions, supernet.decisions);
  const metadata = { ...file.metadata, decisions: '{"normal": [7]}' };
  const error = assertThrows(
    () => supernetVectors(problem.net, { file: "supernet.safetensors", ...file, metadata }),
    UserError,
  );
  assertEquals(error.exitCode, dataError("").exitCode);
});

Deno.test("sgas: only for DARTS cells", () => {
  const error = assertThrows(
    () => resolve(searchCommand, { flags: { ...flags, space: "nasbench201" } }),
    UserError,
  );
  assert(error.message.includes("s5"), error.message);
});
