/** Damaged copies of good files, as arbitraries: a seed gives the same ones on every machine. */
import fc from "fast-check";
import { concatBytes } from "../../src/io/bytes.ts";

/** Values that stand for sizes, at the edges of what readers take. */
const sizes = [0n, 1n, 0x7fn, 0xffn, 0x7fffn, 0xffffn, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n];
const edges = [...sizes, 2n ** 53n, 2n ** 60n, 2n ** 64n - 1n];

type Mutation = (bytes: Uint8Array) => Uint8Array;

/** A place in a file of any length: anywhere, or in its first 64 bytes, where headers are. */
const place = fc.oneof(fc.nat(), fc.nat(63));
const within = (at: number, { length }: Uint8Array): number => at % (length + 1);

/** Puts `part` in the place of `removed` bytes. */
const replace = (bytes: Uint8Array, at: number, removed: number, part: Uint8Array): Uint8Array =>
  concatBytes([bytes.subarray(0, at), part, bytes.subarray(at + removed)]);

const flip: fc.Arbitrary<Mutation> = fc.tuple(place, fc.nat(7)).map(([at, bit]) => (bytes) =>
  bytes.map((byte, i) => i === at % bytes.length ? byte ^ (1 << bit) : byte)
);
const cut: fc.Arbitrary<Mutation> = place.map((at) => (bytes) => bytes.subarray(0, within(at, bytes)));
const remove: fc.Arbitrary<Mutation> = fc.tuple(place, fc.integer({ min: 1, max: 64 }))
  .map(([at, count]) => (bytes) => replace(bytes, within(at, bytes), count, new Uint8Array()));
const put = (content: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Mutation> =>
  fc.tuple(place, content, fc.boolean()).map(([at, part, over]) => (bytes) =>
    replace(bytes, within(at, bytes), over ? part.length : 0, part)
  );
const move: fc.Arbitrary<Mutation> = fc.tuple(place, fc.integer({ min: 1, max: 256 }), place)
  .map(([from, count, to]) => (bytes) => {
    const start = within(from, bytes);
    return replace(bytes, within(to, bytes), 0, bytes.slice(start, start + count));
  });

/** A number as any format may hold it: 1, 2, 4 or 8 bytes of either order. */
const number = fc.tuple(fc.constantFrom(1, 2, 4, 8), fc.constantFrom(...edges), fc.boolean())
  .map(([width, value, little]) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, value, little);
    return new Uint8Array(view.buffer, little ? 0 : 8 - width, width).slice();
  });

/**
 * Good files after one mutation or a few, and now and then bytes without any sense. `words` are what else is put into
 * them: opcodes, chunk names, tokens.
 */
export function mutated(
  samples: readonly Uint8Array[],
  words: readonly (string | Uint8Array)[],
): fc.Arbitrary<Uint8Array> {
  const encoder = new TextEncoder();
  const parts = words.map((word) => typeof word === "string" ? encoder.encode(word) : word);
  const own = fc.constantFrom(...samples);
  const splice: fc.Arbitrary<Mutation> = fc.tuple(own, place, place).map(([other, from, to]) => (bytes) =>
    concatBytes([bytes.subarray(0, within(to, bytes)), other.subarray(within(from, other))])
  );
  const mutation = fc.oneof(
    flip,
    cut,
    remove,
    put(number),
    put(fc.uint8Array({ minLength: 1, maxLength: 16 })),
    ...(parts.length > 0 ? [put(fc.constantFrom(...parts)), put(fc.constantFrom(...parts))] : []),
    move,
    splice,
  );
  const damaged = fc.tuple(own, fc.oneof(mutation.map((one) => [one]), fc.array(mutation, { maxLength: 4 })))
    .map(([sample, mutations]) => mutations.reduce((bytes, mutate) => mutate(bytes), sample));
  return fc.oneof({ weight: 30, arbitrary: damaged }, {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 300 }),
  });
}

/** Every place in a JSON value that holds a value. */
function places(value: unknown): (readonly [holder: Record<string, unknown>, key: string])[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...places(holder[key])]);
}

const oddValue = fc.oneof(
  fc.constantFrom(null, true, -1, 0.5, 2 ** 31, 2 ** 53, 1e308, "", "\u001b[2J", "__proto__", [], {}),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Good JSON in which one or two values were replaced, left out or put under another key: what is still valid JSON. */
export const mutatedJson = (samples: readonly unknown[]): fc.Arbitrary<string> =>
  fc.tuple(
    fc.constantFrom(...samples),
    fc.array(
      fc.tuple(fc.nat(), fc.constantFrom("replace", "remove", "move"), oddValue, fc.string({ maxLength: 8 })),
      { minLength: 1, maxLength: 2 },
    ),
  ).map(([sample, changes]) => {
    const copy = structuredClone(sample);
    for (const [at, change, value, name] of changes) {
      const all = places(copy);
      if (all.length === 0) break;
      const [holder, key] = all[at % all.length]!;
      if (change === "replace") holder[key] = value;
      else if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else {
        if (change === "move") holder[name] = holder[key];
        delete holder[key];
      }
    }
    return JSON.stringify(copy);
  });
