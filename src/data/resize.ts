/** Bringing images to one size. */
import { breathe } from "../breathe.ts";
import { filters, type Resizing } from "./resizings.ts";
import { type Dataset, type Images, type OpenOptions, pixelsOf, type Size } from "./dataset.ts";

/** Weights of one axis, pixel centres at half integers: output i is the weighted mean of inputs from[i], from[i]+1, … */
function axis(source: number, target: number, by: Resizing): { from: Uint32Array; weights: Float64Array[] } {
  const step = source / target;
  // No filter reaches further.
  const radius = Math.max(step, 1);
  const from = new Uint32Array(target);
  const weights = Array.from({ length: target }, (_, i) => {
    const centre = (i + 0.5) * step;
    const first = Math.max(0, Math.floor(centre - radius + 0.5));
    const last = Math.min(source, Math.floor(centre + radius + 0.5));
    from[i] = first;
    const raw = Float64Array.from(
      { length: last - first },
      (_, j) => filters[by](Math.abs(first + j + 0.5 - centre), step),
    );
    const sum = raw.reduce((a, b) => a + b);
    return raw.map((w) => w / sum);
  });
  return { from, weights };
}

/** What turns planes of one size into another, made once for many planes. */
export type Resizer = (source: Uint8Array, target: Uint8Array) => void;

/** A resizer of one plane [height, width] to [toHeight, toWidth]; the aspect ratio is not kept. */
export function makeResizer(
  height: number,
  width: number,
  toHeight: number,
  toWidth: number,
  by: Resizing = "bilinear",
): Resizer {
  if (height === toHeight && width === toWidth) return (source, target) => target.set(source);
  const rows = axis(height, toHeight, by);
  const columns = axis(width, toWidth, by);
  const narrow = new Float64Array(height * toWidth);
  return (source, target) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < toWidth; x++) {
        const start = y * width + columns.from[x]!;
        const taps = columns.weights[x]!;
        let sum = 0;
        for (let k = 0; k < taps.length; k++) sum += taps[k]! * source[start + k]!;
        narrow[y * toWidth + x] = sum;
      }
    }
    for (let y = 0; y < toHeight; y++) {
      const taps = rows.weights[y]!;
      for (let x = 0; x < toWidth; x++) {
        let sum = 0;
        for (let k = 0; k < taps.length; k++) sum += taps[k]! * narrow[(rows.from[y]! + k) * toWidth + x]!;
        target[y * toWidth + x] = Math.round(sum);
      }
    }
  };
}

/** The filter, and what ends the work. */
type ResizeOptions = Pick<OpenOptions, "resizing" | "signal">;

/** Images that are resized in one go. */
const stride = 500;

/**
 * Images of a size; those that have it are returned as they are. Throws a data error where they would take more memory
 * than a split may, and the signal's reason.
 */
export async function resizeImages(
  images: Images,
  { height, width }: Size,
  { resizing, signal }: ResizeOptions,
): Promise<Images> {
  if (images.height === height && images.width === width) return images;
  const { count, channels } = images;
  const [source, plane] = [images.height * images.width, height * width];
  const resize = makeResizer(images.height, images.width, height, width, resizing);
  const pixels = pixelsOf(count, { channels, height, width });
  for (let p = 0; p < count * channels; p++) {
    if (p % (stride * channels) === 0) await breathe(signal);
    resize(images.pixels.subarray(p * source, (p + 1) * source), pixels.subarray(p * plane, (p + 1) * plane));
  }
  return { ...images, pixels, height, width };
}

/**
 * The data set with images of a size. Its crop padding grows or shrinks with them. Throws as {@link resizeImages} does.
 */
export async function resizeDataset(dataset: Dataset, size: Size, options: ResizeOptions): Promise<Dataset> {
  const { height, width, augmentation } = dataset;
  if (height === size.height && width === size.width) return dataset;
  const growth = Math.max(size.height, size.width) / Math.max(height, width);
  return {
    ...dataset,
    train: await resizeImages(dataset.train, size, options),
    test: await resizeImages(dataset.test, size, options),
    height: size.height,
    width: size.width,
    augmentation: { ...augmentation, pad: Math.round(augmentation.pad * growth) },
    notes: [...dataset.notes, `Images were resized from ${height}×${width} to ${size.height}×${size.width}.`],
  };
}
