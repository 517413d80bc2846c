/** Images as the input of an exported model. */
import type { DescribedNetwork } from "../../training/network_file.ts";
import type { Normalising } from "../model.ts";

/** Bytes [N, C, H, W] as the input that a graph with that normalisation takes. */
export function asInput(
  bytes: Uint8Array,
  normalise: Normalising,
  { images: { channels, height, width }, normalisation: { mean, std } }: DescribedNetwork,
): Float32Array {
  if (normalise === "bytes") return Float32Array.from(bytes);
  if (normalise === "unit") return Float32Array.from(bytes, (byte) => byte / 255);
  const plane = height * width;
  return Float32Array.from(bytes, (byte, i) => {
    const channel = Math.floor(i / plane) % channels;
    return (byte / 255 - mean[channel]!) / std[channel]!;
  });
}
