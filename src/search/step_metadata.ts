/** What the metadata of a step file say: the supernet, and the settings of a whole iteration. */
import { z } from "zod";
import { dataError } from "../errors.ts";
import type { SafetensorsFile } from "../io/safetensors.ts";
import { type Supernet, supernet } from "../network/supernet.ts";
import { spaceByName } from "../spaces/mod.ts";
import { configured, spaceSettings } from "../spaces/settings.ts";

const size = z.coerce.number().int().min(1);
const networkMetadata = z.object({
  space: z.string(),
  channels: size,
  layers: size,
  classes: size,
  // Of PC-DARTS's supernets.
  partial_channels: size.default(1),
  edge_normalisation: z.enum(["true", "false"]).default("false"),
  // Of NAS-Bench-1Shot1's.
  batch_norm_momentum: z.coerce.number().gt(0).max(1).optional(),
  pool_padding: z.coerce.number().int().min(0).max(1).optional(),
});
const stepMetadata = z.object({
  bandwidth: z.coerce.number().positive(),
  samples: size,
  iterations: size,
  lr: z.coerce.number().positive(),
  momentum: z.coerce.number().min(0).max(1),
  weight_decay: z.coerce.number().min(0),
  arch_lr: z.coerce.number().positive(),
  arch_weight_decay: z.coerce.number().min(0),
  grad_clip: z.coerce.number().positive(),
});

/** The supernet that the metadata of a step file describe. */
export function stepNetwork(file: SafetensorsFile): Supernet {
  const found = metadata(file, networkMetadata);
  const { channels, layers, classes, partial_channels, edge_normalisation } = found;
  const settings = { batchNormMomentum: found.batch_norm_momentum, poolPadding: found.pool_padding };
  const space = configured(spaceByName(found.space), spaceSettings(settings));
  const shape = file.tensors.get("input")?.shape;
  return supernet(space, { channels, layers, classes, imageChannels: shape?.[1] ?? 3 }, {
    partialChannels: partial_channels,
    edgeNormalisation: edge_normalisation === "true",
  });
}

/** The settings of a whole iteration. */
export const stepSettings = (file: SafetensorsFile): z.infer<typeof stepMetadata> =>
  metadata(file, stepMetadata);

function metadata<T extends z.ZodObject>(file: SafetensorsFile, schema: T): z.infer<T> {
  const parsed = schema.safeParse(file.metadata);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const key = String(path[0]);
  const given = file.metadata[key];
  throw dataError(
    `${file.file}: metadata ${key} ${given === undefined ? "is missing" : `"${given}": ${message}`}`,
  );
}
