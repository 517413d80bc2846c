/**
 * Whether the sizes in the metadata of a step file are those of its tensors. Asked before anything is built from
 * them: a network of made-up sizes could take more memory than there is.
 */
import { dataError } from "../errors.ts";
import type { SafetensorsFile, Tensor } from "../io/safetensors.ts";
import { type Space, spaces } from "../spaces/mod.ts";
import { familyOf } from "./families.ts";

/**
 * Throws a data error that names the size and the tensor it does not fit, or a tensor with values that are not
 * finite. Missing metadata are no error here.
 */
export function checkStepClaims(file: SafetensorsFile): void {
  const head = tensorOf(file, "classifier.bias");
  checkSize(file, "classes", head, "classifier.bias", head.shape[0]);
  const space = claimedSpace(file);
  if (space) checkSupernet(file, space);
  for (const [name, tensor] of file.tensors) checkFinite(file, name, tensor);
}

function tensorOf({ file, tensors }: SafetensorsFile, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw dataError(`${file} has no tensor ${name}.`);
  return tensor;
}

/** The space that the metadata name; undefined where they name none. */
function claimedSpace({ file, metadata }: SafetensorsFile): Space | undefined {
  const name = metadata["space"]?.toLowerCase();
  if (name === undefined) return undefined;
  const found = spaces.find((space) => space.name === name);
  if (found) return found;
  const known = spaces.map((space) => space.name).join(", ");
  throw dataError(`The metadata of ${file} name the space "${name}"; known are ${known}.`);
}

function checkSupernet(file: SafetensorsFile, space: Space): void {
  const { traces } = familyOf(space);
  const stem = tensorOf(file, traces.stem);
  checkSize(file, "channels", stem, traces.stem, (stem.shape[0] ?? 0) / traces.widening);
  checkLayers(file, traces.others);
  if (!file.tensors.has("input_valid")) return;
  const name = `noise_${space.matrices[0]!.name}`;
  const noise = tensorOf(file, name);
  checkSize(file, "iterations", noise, name, noise.shape[0]);
  checkSize(file, "samples", noise, name, noise.shape[1]);
}

function checkSize(
  { file, metadata }: SafetensorsFile,
  key: string,
  { shape }: Tensor,
  name: string,
  found: number | undefined,
): void {
  const claimed = metadata[key];
  if (claimed === undefined || Number(claimed) === found) return;
  throw dataError(
    `Tensor ${name} in ${file} has the shape [${shape}], which does not fit ${key} "${claimed}" of the metadata.`,
  );
}

/** `others` of the modules `cells.{c}` are no cells. */
function checkLayers({ file, tensors, metadata }: SafetensorsFile, others: number): void {
  const claimed = metadata["layers"];
  const cells = [...tensors.keys()].flatMap((name) => /^cells\.(\d+)\./.exec(name)?.[1] ?? []);
  const layers = cells.reduce((most, cell) => Math.max(most, Number(cell) + 1), others) - others;
  if (claimed === undefined || Number(claimed) === layers) return;
  throw dataError(
    `${file} has the tensors of ${layers} cells, which does not fit layers "${claimed}" of the metadata.`,
  );
}

function checkFinite({ file }: SafetensorsFile, name: string, { data }: Tensor): void {
  if (!(data instanceof Float32Array)) return;
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw dataError(`Tensor ${name} in ${file} holds ${data[at]} at position ${at}.`);
}
