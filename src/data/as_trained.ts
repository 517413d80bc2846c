/** A data set as a network that was trained before takes its images: in its size and colours, with its labels. */
import type { Dataset, Images, Normalisation } from "./dataset.ts";
import { fitted, type ImageShape } from "./read_images.ts";

/** What a network was trained on, or is to go on with. */
export interface TrainedOn {
  /** In the order of its logits. */
  readonly classes: readonly string[];
  /** Of its inputs. */
  readonly normalisation: Normalisation;
  /** Of its images. */
  readonly images: ImageShape;
}

/** A data set for a network, and how it had to be changed. */
export interface AsTrained {
  readonly data: Dataset;
  /** Whether its classes are those of the network; its labels are then the network's. */
  readonly sameClasses: boolean;
  /** What was changed, one sentence each. */
  readonly changes: readonly string[];
}

/**
 * The data set in size, colours and scale of a network, and with its labels where the classes are the same. Throws
 * the signal's reason.
 */
export async function asTrained(
  data: Dataset,
  { classes, normalisation, images: shape }: TrainedOn,
  signal?: AbortSignal,
): Promise<AsTrained> {
  const { channels, height, width } = shape;
  const labels = data.classes.map((name) => classes.indexOf(name));
  const sameClasses = classes.length === data.classes.length && !labels.includes(-1);
  const moved = sameClasses && labels.some((label, own) => label !== own);
  const taken = async (split: Images): Promise<Images> => ({
    ...await fitted(split, shape, signal),
    labels: moved ? split.labels.map((own) => labels[own]!) : split.labels,
  });
  return {
    data: {
      ...data,
      ...{
        channels,
        height,
        width,
        normalisation,
        train: await taken(data.train),
        test: await taken(data.test),
      },
      classes: sameClasses ? classes : data.classes,
    },
    sameClasses,
    changes: [
      ...(moved
        ? [`The classes of ${data.name} stand in another order than the network's; they go by their names.`]
        : []),
      ...(data.height === height && data.width === width ? [] : [
        `The images of ${data.name} were resized from ${data.height}×${data.width} to ${height}×${width}.`,
      ]),
      ...(data.channels === channels ? [] : [
        channels === 1
          ? `The colours of ${data.name} became grey by their luma: the network was trained on grey images.`
          : `The images of ${data.name} are grey; the network takes them as three planes alike.`,
      ]),
    ],
  };
}
