/** The images of a data set as a trained network takes them, with its labels. */
import type { TestOnlyConfig } from "../../src/config/test_only.ts";
import { asTrained } from "../../src/data/as_trained.ts";
import type { Dataset, Images } from "../../src/data/dataset.ts";
import { listedNames } from "../../src/data/left_out.ts";
import { dataError } from "../../src/errors.ts";
import type { ReadNetwork } from "../../src/training/network_file.ts";

/** Images to test a network on. */
export interface TestImages {
  /** One or two splits. */
  readonly splits: readonly Images[];
  /** What was done to them. */
  readonly notes: readonly string[];
}

/**
 * The images of a split, or of both, in the size and the colours of the network, with labels in its order of classes.
 *
 * @throws UserError (exit 4) where the data have other classes than the network
 */
export async function testImages(
  data: Dataset,
  split: TestOnlyConfig["split"],
  network: ReadNetwork,
  signal?: AbortSignal,
): Promise<TestImages> {
  const { data: taken, sameClasses, changes } = await asTrained(data, network, signal);
  if (!sameClasses) throw dataError(otherClasses(data, network.classes));
  const { train, test } = taken;
  const splits = { test: [test], train: [train], all: [train, test] }[split];
  return { splits: splits.filter(({ count }) => count > 0), notes: changes };
}

/** What differs, named on both sides. */
function otherClasses({ name, classes }: Dataset, own: readonly string[]): string {
  const only = (some: readonly string[], others: readonly string[]) =>
    listedNames(some.filter((one) => !others.includes(one)));
  const [network, data] = [only(own, classes), only(classes, own)];
  const differing = [
    ...network === "" ? [] : [`only the network has ${network}`],
    ...data === "" ? [] : [`only the data have ${data}`],
  ].join(", ");
  return `The network has ${own.length} classes and ${name} has ${classes.length}, which have to be the same: ${differing}.`;
}
