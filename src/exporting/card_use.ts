/** How a model card says that the network is used: what its images have to be, and a few lines for each runtime. */
import type { ReadNetwork } from "../training/network_file.ts";
import type { ExportedModel, Normalising } from "./model.ts";

/** A block of code. */
export const fenced = (language: string, lines: readonly string[]): string =>
  ["```" + language, ...lines, "```"].join("\n");

/** A table without a heading of its own. */
export const table = (rows: readonly (readonly [string, string])[]): string =>
  ["| | |", "| - | - |", ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");

/** What the runtimes are given. */
export const imagesTable = ({ images, normalisation: { mean, std } }: ReadNetwork): string =>
  table([
    [
      "size",
      `${images.width}×${images.height} pixels; the whole picture is resized, without regard to its proportions, by ` +
      (images.resizing === "area"
        ? "the mean of the area under each pixel (Pillow's `BOX` where sizes divide evenly, nearly so elsewhere)"
        : "bilinear interpolation that averages where it makes smaller (Pillow's `BILINEAR`)"),
    ],
    [
      "colour",
      images.channels === 1
        ? 'grey, by the luma of ITU-R BT.601 (Pillow\'s `convert("L")`)'
        : "red, green and blue, in this order; transparency is dropped",
    ],
    [
      "scale",
      "bytes are divided by 255: pixels from 0 to 1; of samples with 16 bits the high byte is taken (of grey ones " +
      "Pillow's `convert` takes the low one: use `read_image` of `model.py`)",
    ],
    ["normalisation", `(pixel − mean) / std, with mean [${mean.join(", ")}] and std [${std.join(", ")}]`],
    ["layout", "[images, channels, height, width], 32-bit floats; as many images at a time as you like"],
  ]);

/** Pillow's image as the network's channels and size. */
const opened = ({ images: { channels, height, width, resizing } }: ReadNetwork): string =>
  `image = Image.open("image.png").convert("RGB").resize((${width}, ${height}), ` +
  `Image.${resizing === "area" ? "BOX" : "BILINEAR"})${channels === 1 ? '.convert("L")' : ""}`;

/** What turns `image` into the input of `model.onnx`, and that input's type. */
const inputs: Readonly<Record<Normalising, (network: ReadNetwork) => readonly [string, string]>> = {
  none: (
    { normalisation: { mean, std } },
  ) => [`(PIXELS / 255 - [${mean.join(", ")}]) / [${std.join(", ")}]`, "float32"],
  unit: () => ["PIXELS / 255", "float32"],
  bytes: () => ["PIXELS", "uint8"],
};

/** What `model.onnx` takes, in words. */
export const onnxInput: Readonly<Record<Normalising, string>> = {
  none: "Its input `images` is normalised already.",
  unit: "Its input `images` is pixels from 0 to 1, which it normalises itself.",
  bytes: "Its input `images` is bytes from 0 to 255, which it normalises itself.",
};

/** Python for onnxruntime; the files are in the current folder. */
export function onnxExample({ network, onnx }: ExportedModel): string {
  const { channels, height, width } = network.images;
  const [images, type] = inputs[onnx.normalise](network);
  const pixels = `numpy.asarray(image).reshape(${height}, ${width}, ${channels})`;
  return fenced("python", [
    "import json, numpy, onnxruntime",
    "from PIL import Image",
    "",
    opened(network),
    `images = ${images.replace("PIXELS", pixels)}`,
    'session = onnxruntime.InferenceSession("model.onnx")',
    `[logits] = session.run(None, {"images": images.transpose(2, 0, 1)[None].astype("${type}")})`,
    'print(json.load(open("labels.json"))[logits.argmax()])',
  ]);
}

/** Python for PyTorch; the files are in the current folder. */
export const pytorchExample = fenced("python", [
  "import torch",
  "from model import CLASSES, load, normalise, read_image",
  "",
  "model = load()",
  "with torch.no_grad():",
  '    logits = model(normalise(read_image("image.png"))[None])',
  "print(CLASSES[logits.argmax()])",
]);

/** Commands of this project, in a checkout of it. */
export const ownExample = fenced("sh", [
  "npx -y deno task predict path/to/this/folder image.png",
]);
