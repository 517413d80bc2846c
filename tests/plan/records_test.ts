/**
 * Shaders against what TypeScript declares of their calls: bindings, the words of a record, defines and overrides. No
 * device is needed. A shader is read after its expansion, line by line: `let NAME = table[record + 3u]` has to give the
 * word the name that it has in the call, and an offset must lead into the binding of its operand.
 */
import { assert, assertEquals } from "deno-std/assert";
import type { Call, Kernel } from "../../src/graph/node.ts";
import { topological } from "../../src/graph/rewrite.ts";
import { codes, elementwiseCall, programKernel } from "../../src/graph/ops/elementwise_call.ts";
import { input, sum } from "../../src/graph/ops/mod.ts";
import { software } from "../../src/graph/tuning.ts";
import { lower } from "../../src/plan/compile.ts";
import { expand } from "../../src/plan/expand.ts";
import { fuse } from "../../src/plan/fuse.ts";
import { catalogue } from "../kernels/catalogue.ts";
import { naive, oracles } from "../kernels/naive.ts";
import { otherTuning } from "./other_tuning.ts";

/** The calls of the catalogue's nodes, with all fusions and without, whole and in parts, and of their naive oracles. */
const calls = [software, otherTuning].flatMap((tuning) => {
  const roots = [[], undefined].flatMap((passes) => fuse(Object.values(catalogue), tuning, passes));
  return topological(lower(roots, tuning)).flatMap((n): Call[] => {
    const call = n.op.call && !n.op.placement ? n.op.call(n, tuning) : undefined;
    if (!call) return [];
    const [first, ...others] = call.operands.filter(({ slot }) => slot === 0).keys();
    const split = others.length > 0 ? call.split?.([[first!], others]) ?? [] : [];
    const oracle = n.op.name in oracles ? naive(n) : undefined;
    return [call, ...split, ...(oracle ? [oracle.op.call!(oracle, tuning)] : [])];
  });
});

const withoutComments = (text: string): string => text.replaceAll(/\/\/(?!:).*$/gm, "");
const expanded = ({ source, defines = {} }: Kernel): string => withoutComments(expand(source, defines));
/** Names of a shader's bindings, by number. */
function bindingsOf(code: string): string[] {
  const found = [...code.matchAll(/@group\(0\) @binding\((\d+)\) var<storage, \w+> (\w+)/g)];
  assertEquals(
    found.map(([, number]) => Number(number)),
    [...found.keys()],
    "bindings are numbered in order",
  );
  return found.map(([, , name]) => name!);
}

const components = ["x", "y", "z", "w"];

const reading = /table\[(record|base|end)(?: \+ length)?(?: ([+-]) (\d+)u)?\](\.\w+|\[\d\])?/g;

/**
 * The words of a record of some length that an expression reads, where the table is of vectors of `width` words; `aliases`
 * are the names of such vectors, with the first word of each.
 */
function wordsIn(
  text: string,
  { width, length, aliases }: { width: number; length: number; aliases: ReadonlyMap<string, number> },
): number[] {
  const starts = [...text.matchAll(reading)].map(([whole, base, sign, number = "0", part]) => {
    const fromEnd = base === "end" || whole.includes("length");
    return { at: (fromEnd ? length : 0) + (sign === "-" ? -1 : 1) * width * Number(number), part };
  });
  const named = [...text.matchAll(/(\w+)(\.[xyzw]+|\[\d\])/g)].filter(([, name]) => aliases.has(name!))
    .map(([, name, part]) => ({ at: aliases.get(name!)!, part }));
  return [...starts, ...named].flatMap(({ at, part }) => {
    if (part === undefined) return Array.from({ length: width }, (_, i) => at + i);
    const picked = part.startsWith("[")
      ? [Number(part[1])]
      : [...part.slice(1)].map((c) => components.indexOf(c));
    return picked.map((i) => at + i);
  });
}

/** The text in the brackets that open at `open`. */
function inBrackets(text: string, open: number): string {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "[") depth++;
    if (text[i] === "]" && --depth === 0) return text.slice(open + 1, i);
  }
  return "";
}

/** Checks a call against its shader; returns the words that are read. */
function check({ kernel, bindings, operands, params }: Call): Set<number> {
  const code = expanded(kernel);
  const width = Number(code.match(/table: array<(?:vec(\d)u|u32)>/)![1] ?? 1);
  const names = bindingsOf(code).slice(1);
  assertEquals(names.slice(0, -1), bindings, kernel.label);
  const words = [...operands.map(({ slot }) => names[slot]!), names.at(-1)!, ...Object.keys(params)];
  const offsets = operands.length + 1;
  // A record of varying length is padded between its operands and the rest, which the kernel finds from the end.
  const padding = Math.ceil(words.length / 4) * 4 - words.length;
  if (kernel.variadic) words.splice(operands.length, 0, ...new Array<string>(padding).fill("padding"));
  const isOffset = (word: number): boolean =>
    kernel.variadic ? word < operands.length || word === operands.length + padding : word < offsets;
  const read = new Set<number>();
  const aliases = new Map<string, number>();
  /** Which binding the offset leads to that a variable was made from. */
  const leads = new Map<string, string>();
  const wordsOf = (text: string): number[] => wordsIn(text, { width, length: words.length, aliases });
  const leadsOf = (text: string): string[] => [
    ...wordsOf(text).filter(isOffset).map((word) => words[word]!),
    ...[...text.matchAll(/(?<![.\w])\w+/g)].flatMap(([name]) => leads.get(name) ?? []),
  ];
  for (const line of code.slice(code.indexOf("fn main")).split("\n")) {
    const found = wordsOf(line);
    for (const word of found) {
      assert(word < words.length + 3, `${kernel.label} reads word ${word} of [${words}]: ${line}`);
      read.add(word);
    }
    for (const { 1: name, index } of line.matchAll(/(?<![.\w])(\w+)\[/g)) {
      const brackets = inBrackets(line, index + name!.length);
      if (names.includes(name!)) {
        leadsOf(brackets).forEach((lead) => assertEquals(lead, name, `${kernel.label}: ${line}`));
      }
    }
    const [, name, value] = line.match(/^\s*(?:let|var) (\w+)(?:: \w+)? = (.*);/) ?? [];
    if (name === undefined) continue;
    // A vector of words: lines below take words from it.
    const vector = value!.match(/^table\[[^\]]*\](?:\.xyz)?$/) && width > 1;
    if (vector && found.length > 0) aliases.set(name, found[0]!);
    // A word, whatever its type: it has the name that it has in the call.
    const single = value!.replace(/^(?:i32|f32|u32|bitcast<\w+>)\((.*)\)$/, "$1").replace(/ != 0u$/, "");
    const plain = !vector && /^(?:table\[[^\]]*\]|\w+)(?:\.[xyzw]|\[\d\])?$/.test(single);
    if (plain && found.length === 1 && !isOffset(found[0]!)) {
      assertEquals(name, words[found[0]!], `${kernel.label}: ${line}`);
    }
    // An offset, or something with an offset in it, but for what is read from a binding on the way.
    const own = value!.replaceAll(/\w+\[(?!\d\]).*?\]/g, (all) => (all.startsWith("table") ? all : ""));
    const [lead, ...others] = new Set(leadsOf(own));
    if (!vector && lead !== undefined && others.length === 0) leads.set(name, lead);
  }
  return read;
}

Deno.test("the catalogue has every shader", () => {
  const folder = new URL("../../shaders/", import.meta.url);
  const known = new Set([...calls.map(({ kernel }) => kernel.source), programKernel(software).source]);
  for (const { name } of Deno.readDirSync(folder)) {
    const source = Deno.readTextFileSync(new URL(name, folder));
    // What has no table belongs to no plan.
    assert(
      known.has(source) || !/> table: /.test(source),
      `no node of tests/kernels/catalogue.ts runs shaders/${name}: add one`,
    );
  }
});

Deno.test("bindings and the words of records have the names of their shaders", () => {
  /** Words of each kind of record that some kernel reads by its position. */
  const read = new Map<string, Set<string>>();
  for (const call of calls) {
    const names = Object.keys(call.params);
    const kind = names.join();
    const length = Math.ceil((call.operands.length + 1 + names.length) / 4) * 4;
    const first = call.kernel.variadic ? length - names.length : call.operands.length + 1;
    const words = [...check(call)].flatMap((word) => names[word - first] ?? []);
    read.set(kind, (read.get(kind) ?? new Set()).union(new Set(words)));
  }
  // Rows and lengths of vectors, what terms and parts have, and flags, are found by loops, and strides are read by a function.
  const looped = /^((row|length|term|part|flag)\d+|rowOfSum|[ab][012]|d[12])$/;
  for (const [kind, words] of read) {
    assertEquals(
      kind.split(",").filter((name) => !words.has(name) && !looped.test(name)),
      [],
      `[${kind}] are unread`,
    );
  }
});

Deno.test("defines and overrides are those of the shaders", () => {
  for (const { source, defines = {}, constants = {}, label } of calls.map(({ kernel }) => kernel)) {
    const directives = source.split("\n").filter((line) => /^\s*\/\/:|\$/.test(line)).join("\n");
    for (const name of Object.keys(defines).filter((name) => !(name in codes))) {
      if (!label.startsWith("naive")) {
        assert(new RegExp(`\\b${name}\\b`).test(directives), `${label} does not use ${name}`);
      }
    }
    const overrides = [...source.matchAll(/override (\w+)/g)].map(([, name]) => name);
    for (const name of Object.keys(constants)) {
      assert(overrides.includes(name), `${label} has no override ${name}`);
    }
  }
});

Deno.test("instructions of programs lie as their shader reads them", () => {
  const code = expanded(programKernel(software));
  const vectors = ["head", "places", "more", "sizes", "strides"];
  vectors.forEach((name, i) =>
    assert(code.includes(`let ${name} = table[at${i > 0 ? ` + ${i}u` : ""}];`), name)
  );
  const at = (words: readonly string[], name: string): string => {
    const word = words.indexOf(name);
    return `${vectors[Math.floor(word / 4)]}.${components[word % 4]}`;
  };
  const instruction = (operands: readonly string[], call: Call) => {
    const words = ["code", "n", "vectors", "waits", "out", ...operands, ...Object.keys(call.light!.params)];
    return (name: string) => at(words, name);
  };
  const x = input("x", [2, 3]);
  const ofSum = (() => {
    const reduction = sum(x, [0]);
    return instruction(["x"], reduction.op.call!(reduction, software));
  })();
  for (
    const text of [
      `let reduced = ${ofSum("reduced")};`,
      `let inner = ${ofSum("inner")};`,
      `let first0 = ${ofSum("x")} +`,
      `memory[${ofSum("out")} + i0] = r0;`,
      `at += ${ofSum("vectors")};`,
      `if (${ofSum("waits")} != 0u)`,
    ]
  ) assert(code.includes(text), text);
  const inOrder = instruction(["a", "b"], elementwiseCall("add", [2, 3], [x, x], software));
  const strided = instruction(["a", "b"], elementwiseCall("add", [2, 3], [x, input("y", [2, 1])], software));
  const place = (...names: readonly string[]): string => `place(i0, ${names.map(strided).join(", ")})`;
  for (
    const text of [
      `var ofA0 = i0 * ${inOrder("aStep")};`,
      `var ofB0 = i0 * ${inOrder("bStep")};`,
      `if (${inOrder("strided")} != 0u)`,
      `ofA0 = ${place("d1", "d2", "a0", "a1", "a2")};`,
      `ofB0 = ${place("d1", "d2", "b0", "b1", "b2")};`,
      `memory[${strided("a")} + ofA0]`,
      `memory[${strided("b")} + ofB0]`,
      ...[inOrder, strided].map((word) => `bitcast<f32>(${word("s")}), bitcast<f32>(${word("t")})`),
    ]
  ) assert(code.includes(text), text);
  // Terms of a sum of several tensors are counted before them.
  assert(code.includes(`let terms = ${at(["code", "n", "vectors", "waits", "out", "terms"], "terms")};`));
  // Names that differ are numbers that differ: the switch has each code once.
  const cases = [...code.matchAll(/case (\d+)u/g)].map(([, number]) => Number(number));
  assertEquals([...cases, codes.addAll, codes.sum, codes.max], Object.values(codes));
  assertEquals(new Set(Object.values(codes)).size, Object.keys(codes).length);
});
