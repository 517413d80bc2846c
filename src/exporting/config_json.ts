/** `config.json` and `labels.json` of an exported network, with the keys that timm and the hub's readers look for. */
import { spaceOf } from "../network/genotype.ts";
import type { ReadNetwork } from "../training/network_file.ts";

const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** What its images have to be, and which network it is. */
export function configJson({ net, classes, normalisation, images }: ReadNetwork): string {
  const { genotype, size, layout: { parameters } } = net;
  const [first] = parameters;
  return text({
    architecture: spaceOf(genotype).kind,
    num_classes: classes.length,
    num_features: parameters.find(({ name }) => name === "classifier.weight")!.shape[1],
    label_names: classes,
    pretrained_cfg: {
      num_classes: classes.length,
      input_size: [images.channels, images.height, images.width],
      // The nearest that Pillow has to a mean over the area under a pixel.
      interpolation: images.resizing === "area" ? "box" : "bilinear",
      crop_pct: 1,
      // The whole image is resized, without regard to its proportions.
      crop_mode: "squash",
      mean: normalisation.mean,
      std: normalisation.std,
      first_conv: first!.name.replace(/\.weight$/, ""),
      classifier: "classifier",
    },
    model_args: { genotype, channels: size.channels, layers: size.layers, in_chans: images.channels },
  });
}

/** The classes in the order of the logits. */
export const labelsJson = ({ classes }: ReadNetwork): string => text(classes);
