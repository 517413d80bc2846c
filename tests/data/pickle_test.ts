import { assert, assertEquals } from "deno-std/assert";
import { gunzipSync } from "node:zlib";
import { parsePickle } from "../../src/data/pickle.ts";
import { ByteArray, Dict, type PickleValue } from "../../src/data/pickle_values.ts";
import { UserError } from "../../src/errors.ts";
import { pickleBatch } from "./cifar_pickle.ts";
import { assertDataError } from "./files.ts";

/**
 * Two images as Python 3 with numpy 2 writes them, gzipped:
 *
 *     data = np.stack([np.full(3072, 7, np.uint8), np.full(3072, 200, np.uint8)]); data[0, 1024] = 9
 *     pickle.dumps({b"batch_label": b"x", b"labels": [3, 9], b"data": data, b"filenames": [b"a.png", b"b.png"]}, P)
 */
const fixtures: Record<string, string> = {
  "protocol 2":
    "H4sIAAAAAAACA+2aSU7DMBiFnVKGhnme5ykMqtRrENGFV9mgykkNrZSGvtSRqAQSGzqci4OB0/YU8L5PiqL3bOdP1vksfEB4" +
    "US16reuo4+okv3HhBPNCiFCZqFGLVahjFIIZm8TKNJMKpnooSkw3nMCx4RtmGjaZlZizyXiZ3dJBKY9difknLHj+lF/Sti/a" +
    "vq6MwmLeLkksR0nWanfLdoZUl1tZbJoqTVXXraU6ek06Js0i42JlvMxN6uMWq774wtpkhhDr+XEbEpt9bElse77jFx7FQg87" +
    "k411023bV9sNCnZ9VsHecNDHvsSBHW10xjsOq9Xqw49ldPGFwVE4tE8QF0LMEkL+LSV+AkIIIeTf8T2glFJKKaWUUkoppZRS" +
    "SulfE8f5D0YnEqcGZ2HDCUpCiOdmrBPV0h2c5+2FxOUTrjzbTttWldvJC67zxpO4maThKL3N0zuJe52VfwHkAu3ohSUAAA==",
  "protocol 4":
    "H4sIAAAAAAACA+3ZP07DMBQGcKdtqCI6I47QKRJXwBsRGdhRZCeGVkrcKHUkIoHEwp9K3vpxJy7BWSC4x8j3G549fH56eqtf" +
    "F18/lyJ4wVqea+XKTVErbWrI6AnyLNz3uMc6m2eJkYtKOQV/YfumHdKi3HUmbfrabVXXqQF+VXSm3Nm96/rS4QgfhyT80lan" +
    "yBGZeBu7a3zgbmwbZbNbsXrHJvFx5YbW/L+a9Vc4fJ4Ccx89I8/zm99RKJlw0IdrMY6+JKLJSrgCIiKiyfkmIiIiIqLJgIOW" +
    "ycO2NlY1JnxUyFilrX2EjHU4TZ/+ASsSUtXoGAAA",
};

const images = Uint8Array.from({ length: 6144 }, (_, i) => i === 1024 ? 9 : i < 3072 ? 7 : 200);
const python2 = pickleBatch("labels", [3, 9], images);

function checkBatch(value: PickleValue): void {
  assert(value instanceof Dict);
  assertEquals(value.get("labels"), [3, 9]);
  const data = value.get("data");
  assert(data instanceof ByteArray);
  assertEquals(data.shape, [2, 3072]);
  assertEquals([data.data[0], data.data[1024], data.data[1025], data.data[3072]], [7, 9, 7, 200]);
}

const genuine = Object.entries(fixtures).map(([name, text]) =>
  [name, new Uint8Array(gunzipSync(Uint8Array.fromBase64(text)))] as const
);

for (const [name, bytes] of genuine) {
  Deno.test(`pickle: numpy, ${name}`, () => checkBatch(parsePickle(bytes, "p")));
}

Deno.test("pickle: as Python 2 wrote the published files", () => checkBatch(parsePickle(python2, "p")));

/** Bytes from opcodes and text. */
const pickle = (...parts: (number | string)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => typeof part === "number" ? [part] : [...new TextEncoder().encode(part)]),
  );

for (
  const [module, name] of [["os", "system"], ["builtins", "eval"], ["numpy", "load"], [
    "copyreg",
    "__newobj__",
  ]]
) {
  Deno.test(`pickle: refuses ${module}.${name}`, () => {
    const call = pickle(0x80, 2, `c${module}\n${name}\n`, 0x8c, 4, "echo", 0x85, 0x52, 0x2e); // GLOBAL … REDUCE
    assertDataError(() => parsePickle(call, "p"), `${module}.${name}`, "not allowed");
  });
}

Deno.test("pickle: refuses names on the stack, other codecs and other element types", () => {
  const os = pickle(0x80, 4, 0x8c, 2, "os", 0x8c, 6, "system", 0x93, 0x2e);
  assertDataError(() => parsePickle(os, "p"), "os.system");
  const codec = pickle(0x80, 2, "c_codecs\nencode\n", 0x8c, 1, "a", 0x8c, 3, "hex", 0x86, 0x52, 0x2e);
  assertDataError(() => parsePickle(codec, "p"), "_codecs.encode");
  const floats = pickle(0x80, 2, "cnumpy\ndtype\n", 0x8c, 2, "f4", 0x85, 0x52, 0x2e);
  assertDataError(() => parsePickle(floats, "p"), "type f4");
});

Deno.test("pickle: opcodes that are not needed, and other protocols", () => {
  assertDataError(() => parsePickle(Uint8Array.of(0x80, 2, 0x69, 0x2e), "p"), "opcode 0x69 is not allowed"); // INST
  assertDataError(() => parsePickle(Uint8Array.of(0x80, 5, 0x4e, 0x2e), "p"), "protocol 5");
  assertDataError(() => parsePickle(Uint8Array.of(0x80, 2, 0x2e), "p"), "unbalanced");
  assertDataError(() => parsePickle(Uint8Array.of(0x80, 2, 0x68, 3, 0x2e), "p"), "memo 3");
});

Deno.test("pickle: cut anywhere, it is an error that names the file", () => {
  for (let length = 0; length < python2.length; length += length < 400 ? 1 : 97) {
    assertDataError(
      () => parsePickle(python2.subarray(0, length), "data_batch_1"),
      "data_batch_1",
      "truncated",
    );
  }
});

Deno.test("pickle: any changed byte gives a value or a data error, nothing else", () => {
  for (let at = 0; at < 250; at++) {
    for (const flip of [1, 0x10, 0x80, 0xff]) {
      const changed = python2.slice();
      changed[at]! ^= flip;
      try {
        parsePickle(changed, "p");
      } catch (error) {
        assert(error instanceof UserError, String(error));
      }
    }
  }
});
