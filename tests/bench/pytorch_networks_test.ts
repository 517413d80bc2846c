/** The networks that PyTorch is timed on are this project's: on the same weights and images they lose the same. */
import { assertAlmostEquals, assertEquals } from "deno-std/assert";
import { findPytorch } from "../../bench/contest/pytorch.ts";
import { rows } from "../../bench/contest/rows.ts";
import type { StackSizes, TrainingTask } from "../../bench/contest/tasks.ts";
import { classes, workOf } from "../../bench/peers/work.ts";
import { elements } from "../../src/graph/node.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { keyFromSeed, normal } from "../../src/random.ts";
import { interpret } from "../reference/interpreter.ts";

type Case = ({ readonly kind: "forward" } & StackSizes) | TrainingTask;

/** Every network that a row trains, in small: the space's three stacks, on a batch that float64 loops manage. */
const cases = Object.values(rows).flatMap(({ task }): Case[] => {
  const small = { channels: 4, layers: 3, batch: 2, size: 8 };
  if (task.kind === "weight") return [{ ...task, kind: "forward", ...small }];
  // The loss is without the auxiliary head's.
  if (task.kind === "evaluation") return [{ ...task, ...small, auxiliary: 0, dropPath: 0 }];
  return [];
});

/** The loss as this project's graph has it, and what PyTorch needs for it. */
function ours(task: Case) {
  const { graphs, layout, numbers } = workOf(task);
  const weights = initialParameters(layout!, keyFromSeed(1));
  const { batch, size } = task;
  const images = Array.from({ length: batch * 3 * size ** 2 }, (_, i) => normal(keyFromSeed(2), i));
  const labels = Array.from({ length: batch }, (_, i) => i % classes);
  const [loss] = interpret([graphs[0]!["loss"]!], { weights, images, labels, ...numbers });
  const parameters = layout!.parameters.map(({ shape, offset }) => ({
    shape,
    values: [...weights.subarray(offset, offset + elements(shape))],
  }));
  return { loss: loss![0]!, given: { task, parameters, images } };
}

const python = await findPytorch();

Deno.test({
  name: "PyTorch's networks have this project's parameters, in its order, and its loss",
  ignore: python === undefined,
  async fn() {
    const computed = [...new Map(cases.map((task) => [JSON.stringify(task), task])).values()].map(ours);
    assertEquals(computed.length, 5);
    const folder = new URL("../../bench/peers/", import.meta.url);
    const child = new Deno.Command(python!, {
      args: ["-B", new URL("pytorch_networks.py", import.meta.url).pathname, folder.pathname],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const input = new Blob([JSON.stringify(computed.map(({ given }) => given))]);
    const [{ stdout }] = await Promise.all([child.output(), input.stream().pipeTo(child.stdin)]);
    const theirs: number[] = JSON.parse(new TextDecoder().decode(stdout));
    computed.forEach(({ loss, given }, i) => assertAlmostEquals(theirs[i]!, loss, 1e-5, given.task.space));
  },
});
