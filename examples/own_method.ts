/**
 * A search method of your own, without changing the project: DARTS with one more term in the loss of the alphas, the
 * mean entropy of the mixing weights, which makes them decide early. Searches with it and with DARTS, and prints the
 * entropy in each epoch and the cells.
 */
import {
  genotypeText,
  load,
  log,
  type Method,
  methodByName,
  mul,
  Runner,
  scale,
  search,
  searchSettings,
  softmaxRows,
  sum,
} from "@ms-darts/ms-darts";

const darts = methodByName("darts");

/** A method is a value. This one takes from DARTS what it does not say itself. */
const decided: Method = {
  ...darts,
  name: "decided",
  summary: "DARTS that is told to decide",
  // The weight of the loss grows from epoch to epoch.
  numbers: (_settings, epoch, epochs) => ({ entropy_weight: 4 * epoch / epochs }),
  penalty: (_settings, { alphas, layout, numbers }) => {
    const weights = softmaxRows(alphas, layout);
    return mul(numbers["entropy_weight"]!, scale(sum(mul(weights, log(weights))), -1 / layout.count));
  },
};

const sizes = { channels: 2, layers: 2, batch: 16, searchLimit: 256, validLimit: 64, archLr: 0.05 } as const;
const runner = await Runner.open();
for (const method of [darts, decided]) {
  const settings = searchSettings({ preset: "tiny", space: "s3", epochs: 3, ...sizes }, { method });
  const data = await load(settings);
  const { genotype, epochs } = await search(runner, { settings, data, method });
  const course = epochs.map(({ entropy }) => entropy?.toFixed(3));
  console.log(`${method.name}: entropy ${course.join(", ")}\n${genotypeText(genotype)}`);
}
runner.close();
