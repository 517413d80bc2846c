/** Graph in, plan out: a pure function, the same on a machine without any adapter. */
import { type Node, storedFloats } from "../graph/node.ts";
import { type ConstantAttrs, type InputAttrs, inputOp } from "../graph/ops/leaf.ts";
import { rewrite, share } from "../graph/rewrite.ts";
import { emitCalls, emitPrograms } from "./emit.ts";
import { fuse, type PassName } from "./fuse.ts";
import { layOut } from "./memory.ts";
import type { Place, Plan, PlanLimits, Port } from "./plan.ts";
import { schedule } from "./schedule.ts";

/** Compiles named outputs into a plan, with all fusion passes or only those named. */
export function compile(
  outputs: Readonly<Record<string, Node>>,
  limits: PlanLimits,
  passes?: readonly PassName[],
): Plan {
  const names = Object.keys(outputs);
  const fused = fuse(share(Object.values(outputs)), passes);
  const roots = share(rewrite(fused, (n) => n.op.lower?.(n) ?? n));
  const scheduled = schedule(roots);
  const { find, leaves, chunks } = layOut(scheduled, roots, limits);
  const words: number[] = [];
  const dispatches = scheduled.groups.flatMap((group) =>
    group.kind === "programs"
      ? [emitPrograms(group.programs, find, words)]
      : emitCalls(group.items, find, words)
  );
  const place = (node: Node): Place => {
    const { chunk, offset } = find(node);
    return { chunk, offset: offset * 4, bytes: storedFloats(node.shape) * 4 };
  };
  const port = (node: Node): Port => ({ ...place(node), shape: node.shape, dtype: node.dtype });
  const inputs: Record<string, Port> = {};
  const constants: Plan["constants"][number][] = [];
  for (const leaf of leaves) {
    if (leaf.op === (inputOp as Node["op"])) {
      const { name } = leaf.attrs as InputAttrs;
      if (name in inputs) throw new TypeError(`Two different inputs are named ${name}`);
      inputs[name] = port(leaf);
    } else {
      const { fill } = leaf.attrs as ConstantAttrs;
      const data = typeof fill === "number" ? new Float32Array(storedFloats(leaf.shape)).fill(fill) : fill;
      constants.push({ place: place(leaf), data });
    }
  }
  return {
    inputs,
    outputs: Object.fromEntries(names.map((name, i) => [name, port(roots[i]!)])),
    constants,
    dispatches,
    table: Uint32Array.from(words),
    chunks: chunks.map((floats) => Math.max(256, floats * 4)),
  };
}
