import { type Key, uniform } from "../random.ts";

/**
 * Drop-path scales [rows, samples]: 0 with probability `drop`, else 1/(1 − drop), so that an operation's mean
 * stays what it was (Larsson et al. 2017, as DARTS applies it: per sample and operation).
 */
export function dropPathScales(key: Key, rows: number, samples: number, drop: number): Float32Array {
  const keep = 1 - drop;
  return Float32Array.from({ length: rows * samples }, (_, i) => (uniform(key, i) < keep ? 1 / keep : 0));
}
