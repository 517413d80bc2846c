/** Graph in, plan out: a pure function, the same on a machine without any adapter. */
import { type Node, storedFloats } from "../graph/node.ts";
import { type ConstantAttrs, type InputAttrs, inputOp } from "../graph/ops/leaf.ts";
import { software, type Tuning } from "../graph/tuning.ts";
import { rewrite, share } from "../graph/rewrite.ts";
import { TooLargeError } from "./allocate.ts";
import { emitCalls, emitPrograms } from "./emit.ts";
import { fuse, type PassName } from "./fuse.ts";
import { liveFloats, livesOf } from "./lives.ts";
import { layOut, type Memory } from "./memory.ts";
import type { Place, PlacedTensor, Plan, PlanLimits } from "./plan.ts";
import { recompute } from "./recompute.ts";
import { type Schedule, schedule } from "./schedule.ts";

type Limits = PlanLimits & { readonly tuning: Tuning };

interface Arrangement {
  readonly roots: readonly Node[];
  readonly scheduled: Schedule;
  readonly memory: Memory;
  /** Of the arena. */
  readonly bytes: number;
  /** Floats of the largest dense tensors that lie in chunk 0 by themselves. */
  readonly most: number;
}

/** A schedule laid out with its maps in so many colours. */
function inColours(
  { roots, scheduled, most }: Pick<Arrangement, "roots" | "scheduled" | "most">,
  limits: Limits,
  colours: number,
): Arrangement {
  const memory = layOut(scheduled, roots, limits, colours);
  return { roots, scheduled, memory, bytes: 4 * memory.chunks.reduce((a, b) => a + b, 0), most };
}

/** Leaves the largest dense tensors, half as large from try to try, out of chunk 0 until one binding holds it. */
function arrange(roots: readonly Node[], limits: Limits, colours: number, most = Infinity): Arrangement {
  const scheduled = schedule(roots, limits.tuning, most);
  try {
    return inColours({ roots, scheduled, most }, limits, colours);
  } catch (error) {
    if (!(error instanceof TooLargeError) || error.what === "tensor" || most < 1) throw error;
    const small = [...livesOf(scheduled, roots).keys()].filter(scheduled.small);
    const largest = Math.max(...small.map(({ shape }) => storedFloats(shape)));
    return arrange(roots, limits, colours, Math.min(most, largest) / 2);
  }
}

/** The schedule and memory of a graph; what is cheap is recomputed as far as the limit of memory asks for it. */
function fit(roots: readonly Node[], limits: Limits): Arrangement {
  const { tuning: { recompute: { rounds }, colours }, memory: wanted = Infinity } = limits;
  let best = arrange(roots, limits, colours.least);
  // Where maps need several chunks anyway, colours keep what is read together in one: fewer dispatches.
  const several = Math.min(best.memory.chunks.length - 1, colours.most);
  if (several > colours.least) best = inColours(best, limits, several);
  if (best.bytes <= wanted) return best;
  // Maps of one colour share all holes.
  best = inColours(best, limits, 1);
  for (let round = 0; round < rounds && best.bytes > wanted; round++) {
    const { scheduled } = best;
    const live = liveFloats(scheduled.groups.length, livesOf(scheduled, best.roots));
    // Less than the arena by what its holes take, and a little less again for each round that did not get there.
    const limit = 0.99 ** (round + 1) * wanted * Math.max(...live) / best.bytes;
    const next = arrange(recompute(best.roots, scheduled, limit), limits, 1, best.most);
    // What lies in chunk 0 stays there: a program of light calls may add up in another order than a dispatch.
    if (next.bytes >= best.bytes || next.most < best.most) break;
    best = next;
  }
  return best;
}

/** Rewrites a graph into what kernels compute. */
export const lower = (roots: readonly Node[], tuning: Tuning): Node[] =>
  share(rewrite(roots, (n) => n.op.lower?.(n, tuning) ?? n));

/** Compiles named outputs into a plan, with all fusion passes or only those named. */
export function compile(
  outputs: Readonly<Record<string, Node>>,
  limits: PlanLimits,
  passes?: readonly PassName[],
): Plan {
  const names = Object.keys(outputs);
  const { tuning = software } = limits;
  const lowered = lower(fuse(share(Object.values(outputs)), tuning, passes), tuning);
  const { roots, scheduled, memory: { find, leaves, chunks } } = fit(lowered, { ...limits, tuning });
  const words: number[] = [];
  const dispatches = scheduled.groups.flatMap((group) =>
    group.kind === "programs"
      ? [emitPrograms(group.programs, find, words, tuning)]
      : emitCalls(group.items, find, words)
  );
  const place = (node: Node): Place => {
    const { chunk, offset } = find(node);
    return { chunk, offset: offset * 4, bytes: storedFloats(node.shape) * 4 };
  };
  const placed = (node: Node): PlacedTensor => ({ ...place(node), shape: node.shape, dtype: node.dtype });
  const inputs: Record<string, PlacedTensor> = {};
  const constants: Plan["constants"][number][] = [];
  for (const leaf of leaves) {
    if (leaf.op === (inputOp as Node["op"])) {
      const { name } = leaf.attrs as InputAttrs;
      if (Object.hasOwn(inputs, name)) throw new TypeError(`Two different inputs are named ${name}`);
      inputs[name] = placed(leaf);
    } else {
      const { fill } = leaf.attrs as ConstantAttrs;
      const data = typeof fill === "number" ? new Float32Array(storedFloats(leaf.shape)).fill(fill) : fill;
      constants.push({ place: place(leaf), data });
    }
  }
  return {
    tuning,
    inputs,
    outputs: Object.fromEntries(names.map((name, i) => [name, placed(roots[i]!)])),
    constants,
    dispatches,
    table: Uint32Array.from(words),
    chunks: chunks.map((floats) => Math.max(256, floats * 4)),
  };
}
