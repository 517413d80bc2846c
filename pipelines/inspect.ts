/** `inspect`: parameters and multiply-adds of a genotype's network, or parameters and alphas of a supernet. */
import { runCommand } from "../src/cli/main.ts";
import type { InspectConfig } from "../src/config/inspect.ts";
import { inspectCommand } from "../src/config/spec.ts";
import { elements } from "../src/graph/node.ts";
import { methodByName, methodSettings } from "../src/methods/mod.ts";
import { countCells, countNetwork, countSupernet } from "../src/network/count.ts";
import { evaluationNetwork } from "../src/network/evaluation.ts";
import { resolveGenotype } from "../src/network/resolve_genotype.ts";
import { spaceByName } from "../src/spaces/mod.ts";

/** What `--json` prints. */
type Counts = Record<string, number>;

function countSpace(name: string, config: InspectConfig): Counts {
  const space = spaceByName(name);
  const { method, port } = config;
  const variant = method === undefined ? {} : methodByName(method).variant(methodSettings({ port }));
  return { ...countSupernet(space, config, variant), ...countCells(space) };
}

function countGenotype(text: string, config: InspectConfig): Counts {
  const genotype = resolveGenotype(text);
  const { channels, layers, classes, imageChannels, size } = config;
  const networkSize = { channels, layers, classes, imageChannels };
  const counts: Counts = { ...countNetwork(genotype, networkSize, size) };
  if (!config.auxiliary) return counts;
  const { layout } = evaluationNetwork(genotype, { ...networkSize, auxiliary: true });
  const head = layout.parameters.filter(({ name }) => name.startsWith("auxiliary_head."));
  return { ...counts, auxiliary_parameters: head.reduce((sum, { shape }) => sum + elements(shape), 0) };
}

await runCommand(inspectCommand, (config, { print }) => {
  const { genotype, space, channels, layers, classes } = config;
  const counts = space === undefined ? countGenotype(genotype!, config) : countSpace(space, config);
  if (config.json) {
    return print(JSON.stringify({ genotype, space, channels, layers, classes, ...counts }));
  }
  print(`${space ?? genotype}: ${layers} cells, ${channels} channels, ${classes} classes`);
  for (const [name, count] of Object.entries(counts)) {
    print(`${name.replaceAll("_", " ").padEnd(22)}${count.toLocaleString("en").padStart(15)}`);
  }
});
