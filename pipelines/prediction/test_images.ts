/** The images of a data set as a trained network takes them, with its labels. */
import type { TestOnlyConfig } from "../../src/config/test_only.ts";
import type { Dataset, Images } from "../../src/data/dataset.ts";
import { listedNames } from "../../src/data/left_out.ts";
import { fitted } from "../../src/data/read_images.ts";
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
export function testImages(
  data: Dataset,
  split: TestOnlyConfig["split"],
  { classes, images: shape }: ReadNetwork,
): TestImages {
  const order = data.classes.map((name) => classes.indexOf(name));
  if (data.classes.length !== classes.length || order.includes(-1)) {
    throw dataError(otherClasses(data, classes));
  }
  const moved = order.some((label, own) => label !== own);
  const chosen = { test: [data.test], train: [data.train], all: [data.train, data.test] }[split];
  return {
    splits: chosen.map((images) => ({
      ...fitted(images, shape),
      labels: moved ? Uint16Array.from(images.labels, (label) => order[label]!) : images.labels,
    })),
    notes: [
      ...(moved
        ? [`The classes of ${data.name} stand in another order than the network's; they go by their names.`]
        : []),
      ...(data.height === shape.height && data.width === shape.width ? [] : [
        `The images of ${data.name} were resized from ${data.height}×${data.width} to ${shape.height}×${shape.width}.`,
      ]),
      ...(data.channels === shape.channels ? [] : [
        shape.channels === 1
          ? `The colours of ${data.name} became grey by their luma: the network was trained on grey images.`
          : `The images of ${data.name} are grey; the network takes them as three planes alike.`,
      ]),
    ],
  };
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
