/** A data set as a network that was trained before takes its images: in its colours, its scale and its labels. */
import type { Dataset, Images, Normalisation } from "./dataset.ts";
import { type ImageShape, inChannels } from "./read_images.ts";

/** What a network was trained on. */
export interface TrainedOn {
  /** In the order of its logits. */
  readonly classes: readonly string[];
  /** Of its inputs. */
  readonly normalisation: Normalisation;
  /** Of its images, of which the channels count here. */
  readonly images: Pick<ImageShape, "channels">;
}

/** A data set for a network, and how it had to be changed. */
export interface AsTrained {
  readonly data: Dataset;
  /** Whether its classes are those of the network; their labels are then the network's. */
  readonly sameClasses: boolean;
  /** What was changed, one sentence each. */
  readonly changes: readonly string[];
}

/** The data set in the colours, on the scale and, where the classes are the same, with the labels of a network. */
export function asTrained(data: Dataset, { classes, normalisation, images }: TrainedOn): AsTrained {
  const { channels } = images;
  const labels = data.classes.map((name) => classes.indexOf(name));
  const sameClasses = classes.length === data.classes.length && labels.every((label) => label >= 0);
  const moved = sameClasses && labels.some((label, i) => label !== i);
  const fitted = (split: Images): Images => {
    const coloured = inChannels(split, channels);
    return moved ? { ...coloured, labels: coloured.labels.map((label) => labels[label]!) } : coloured;
  };
  const colour = channels === 1 ? "grey by their luma" : "colour images of three equal channels";
  return {
    data: {
      ...data,
      ...{ channels, normalisation, train: fitted(data.train), test: fitted(data.test) },
      classes: sameClasses ? classes : data.classes,
    },
    sameClasses,
    changes: [
      ...(data.channels === channels ? [] : [`The images are made ${colour}, as those of the network.`]),
      ...(moved ? ["The classes are those of the network in another order, and get its labels."] : []),
    ],
  };
}
