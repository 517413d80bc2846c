/** How much of a device's memory the steps of a run need, and by how much that is too much. */
import { type PlacedTensor, type Plan, planBytes, sharedChunks } from "./plan.ts";
import { UserError } from "../errors.ts";

/** How much memory a run may need. */
export interface MemoryLimit {
  /** Of device memory. */
  readonly bytes: number;
  /** Whether the user gave it; otherwise it is what the machine has free. */
  readonly given: boolean;
}

/** Bytes that the steps of one run need at a time. */
export interface Need {
  /** All of them: the arena, tables, constants, what is taken and returned. */
  readonly bytes: number;
  /** The part of them that is the same for a batch of any size, more or less. */
  readonly fixed: number;
}

/**
 * What plans need that one runner has loaded: their memory, and the tensors that they take and return, which are outside
 * of it. One name is one tensor, whichever plans name it; what a step returns is there beside what it took.
 */
export function needOf(...plans: readonly Plan[]): Need {
  const taken = largest(plans.map(({ inputs }) => inputs));
  const returned = largest(plans.map(({ outputs }) => outputs));
  const state = sum(taken) + sum(returned);
  // Parameters and their statistics are vectors, images are not. While a step runs the arena has them too, what is
  // returned in the place of what is no longer read.
  const vectors = [taken, returned].map((tensors) => sum(tensors.filter(({ shape }) => shape.length === 1)));
  const tables = plans.reduce((sum, { table }) => sum + table.byteLength, 0);
  const fixed = tables + vectors[0]! + vectors[1]! + Math.max(...vectors);
  return { bytes: planBytes(...plans) + state, fixed };
}

const sum = (tensors: readonly PlacedTensor[]): number => tensors.reduce((sum, { bytes }) => sum + bytes, 0);

/** Of the tensors of each name the largest. */
function largest(records: readonly Readonly<Record<string, PlacedTensor>>[]): PlacedTensor[] {
  const found = new Map<string, PlacedTensor>();
  for (const [name, tensor] of records.flatMap((tensors) => Object.entries(tensors))) {
    if (tensor.bytes > (found.get(name)?.bytes ?? 0)) found.set(name, tensor);
  }
  return [...found.values()];
}

/**
 * What the plans of a run should be made again with, as {@link PlanLimits.memory}, where they need more than the limit:
 * maps are computed again as far as it takes, then wherever it helps. Undefined where they fit, or nothing more helps.
 *
 * @param plans all that are loaded together
 * @param memory what they were made with, in bytes
 */
export function lessMemory(plans: readonly Plan[], memory: number, limit: number): number | undefined {
  const over = needOf(...plans).bytes - limit;
  if (over <= 0 || memory === 0) return undefined;
  const arena = sharedChunks(plans).reduce((a, b) => a + b, 0);
  return memory === Infinity ? Math.max(0, arena - over) : 0;
}

/** Bytes in words, with three digits or so. */
export function sizeInWords(bytes: number): string {
  const megabytes = bytes / 1e6;
  return megabytes >= 1000 ? `${(megabytes / 1000).toFixed(2)} GB` : `${megabytes.toFixed(1)} MB`;
}

/** What is known of a run that is too large although everything cheap is computed again. */
export interface Shortage {
  /** What it needs. */
  readonly need: Need;
  /** What it may need. */
  readonly limit: MemoryLimit;
  /** Images a step, where it has any. */
  readonly batch: number | undefined;
  /** What needs it; "this run" when left out. */
  readonly what?: string | undefined;
}

/** A run needs more memory than its limit: how much of what. Exit 3. */
export class ShortageError extends UserError {
  /** Such a failure; the sentence is made of the shortage. */
  constructor(readonly shortage: Shortage) {
    const { need, limit, what = "This run" } = shortage;
    const size = sizeInWords(limit.bytes);
    super(
      3,
      `${what} needs ${sizeInWords(need.bytes)} of device memory, ${
        sizeInWords(need.bytes - limit.bytes)
      } more than ${limit.given ? `the limit of ${size}` : `the ${size} that this machine has free for it`}`,
    );
  }
}
