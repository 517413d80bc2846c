/** Walking and rebuilding graphs. Recursion would overflow on deep networks, so both walk with a stack. */
import { type Node, type Op, sameShape } from "./node.ts";

/** All nodes that `outputs` need, inputs before their users, in a fixed order. */
export function topological(outputs: readonly Node[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { readonly node: Node; next: number }[] = [];
  for (const output of outputs) {
    if (seen.has(output)) continue;
    seen.add(output);
    stack.push({ node: output, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const input = top.node.inputs[top.next++];
      if (input === undefined) {
        order.push(top.node);
        stack.pop();
      } else if (!seen.has(input)) {
        seen.add(input);
        stack.push({ node: input, next: 0 });
      }
    }
  }
  return order;
}

/**
 * Rebuilds a graph bottom-up: `change` gets every node with its inputs already rebuilt and returns the node to
 * use instead (or the same). Nodes whose inputs did not change keep their identity.
 */
export function rewrite(outputs: readonly Node[], change: (node: Node, old: Node) => Node): Node[] {
  const done = new Map<Node, Node>();
  for (const old of topological(outputs)) {
    const inputs = old.inputs.map((x) => done.get(x)!);
    const same = inputs.every((x, i) => x === old.inputs[i]);
    const rebuilt = change(same ? old : { ...old, inputs }, old);
    if (!sameShape(rebuilt.shape, old.shape)) {
      throw new TypeError(`Cannot rewrite ${old.op.name}: shape [${old.shape}] became [${rebuilt.shape}]`);
    }
    done.set(old, rebuilt);
  }
  return outputs.map((x) => done.get(x)!);
}

/**
 * Merges equal computations: nodes of the same operation, attributes and inputs become one. In a supernet this
 * is what computes a pool, a ReLU or an identity once for all edges that leave a state.
 */
export function share(outputs: readonly Node[]): Node[] {
  const interned = new Map<string, Node>();
  const ids = new Map<Node, number>();
  const operations = new Map<Op, number>();
  const arrays = new Map<object, number>();
  const idOf = <K>(map: Map<K, number>, key: K): number => {
    const known = map.get(key);
    if (known !== undefined) return known;
    map.set(key, map.size);
    return map.size - 1;
  };
  const attribute = (_: string, value: unknown): unknown => {
    // JSON would make null of NaN and both infinities.
    if (typeof value === "number" && !Number.isFinite(value)) return `n${value}`;
    if (!(value instanceof Float32Array)) return value;
    return value.length <= 4096 ? `f${value.join()}` : `a${idOf(arrays, value)}`;
  };
  return rewrite(outputs, (node) => {
    const key = [
      idOf(operations, node.op),
      node.dtype,
      node.shape.join(),
      JSON.stringify(node.attrs, attribute),
      node.inputs.map((x) => idOf(ids, x)).join(),
    ].join("|");
    const known = interned.get(key);
    if (known !== undefined) return known;
    interned.set(key, node);
    return node;
  });
}
