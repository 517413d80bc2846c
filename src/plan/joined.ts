/**
 * Inputs that lie in the buffer of their call's output. WebGPU lets a dispatch bind a buffer that it writes only once, so
 * such an input has no binding of its own: the shader reads it through the output's.
 */
import type { Kernel } from "../graph/node.ts";
import { expand } from "./expand.ts";
import type { Dispatch } from "./plan.ts";

/** The slots of a dispatch whose inputs lie in the chunk that it writes. */
export function joinedSlots({ chunks }: Pick<Dispatch, "chunks">): number[] {
  const out = chunks.length - 1;
  return [...chunks.keys()].filter((slot) => slot < out && chunks[slot] === chunks[out]);
}

/** The WGSL of a kernel whose inputs of these slots are read through its output's binding. */
export const codeOf = ({ source, defines = {} }: Kernel, joined: readonly number[]): string =>
  joinedWithOutput(expand(source, defines), joined);

interface Declaration {
  readonly line: string;
  readonly name: string;
  /** Of the array: `f32`, `u32`, `vec4f` or `vec4u`. */
  readonly element: string;
}

/** The declarations of data bindings, inputs first: what stands at binding 1 is slot 0. */
const declarations = (code: string): Declaration[] =>
  [...code.matchAll(/^@group\(0\) @binding\(([1-9]\d*)\) var<storage, \w+> (\w+): array<(\w+)>;.*\n/gm)]
    .toSorted((a, b) => Number(a[1]) - Number(b[1]))
    .map(([line, , name, element]) => ({ line, name: name!, element: element! }));

function joinedWithOutput(code: string, joined: readonly number[]): string {
  const all = declarations(code);
  const output = all.at(-1)!;
  return joined.reduce((text, slot) => {
    const input = all[slot]!;
    const read = reader(output, input.element);
    return replaceReads(text.replace(input.line, ""), input.name, read);
  }, code);
}

const vector = /^vec4(.)$/;
const scalarOf = (element: string): string =>
  ({ f: "f32", u: "u32" })[element.match(vector)?.[1] ?? ""] ?? element;

/** How element `index` of an array of `element` is read from the output's array: the same bits. */
function reader({ name, element: own }: Declaration, element: string): (index: string) => string {
  const bits = (value: string): string =>
    scalarOf(own) === scalarOf(element) ? value : `bitcast<${element}>(${value})`;
  if (vector.test(own) === vector.test(element)) return (index) => bits(`${name}[${index}]`);
  if (vector.test(own)) return (index) => bits(`${name}[(${index}) / 4][(${index}) % 4]`);
  return (index) => {
    const components = [0, 1, 2, 3].map((k) => `${name}[4 * (${index}) + ${k}]`);
    return bits(`vec4<${scalarOf(own)}>(${components.join(", ")})`);
  };
}

/** Replaces every `name[index]`; an index may have such reads in it. */
function replaceReads(code: string, name: string, read: (index: string) => string): string {
  const found = new RegExp(`\\b${name}\\[`).exec(code);
  if (!found) return code;
  const start = found.index + found[0].length;
  let [end, depth] = [start, 1];
  while (depth > 0) {
    if (code[end] === "[") depth++;
    if (code[end] === "]") depth--;
    end++;
  }
  const index = replaceReads(code.slice(start, end - 1), name, read);
  return code.slice(0, found.index) + read(index) + replaceReads(code.slice(end), name, read);
}
