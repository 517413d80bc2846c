/** Checkpoints: what comes back, which files stay, and what a damaged one is good for. */
import { assert, assertEquals, assertMatch, assertThrows } from "deno-std/assert";
import { concatBytes } from "../../src/io/bytes.ts";
import {
  encodeCheckpoint,
  newestCheckpoint,
  parseCheckpoint,
  writeCheckpoint,
} from "../../src/io/checkpoint.ts";
import { UserError } from "../../src/errors.ts";
import { inFolder } from "../data/files.ts";

const record = {
  step: 3,
  words: ["a", null, true],
  state: { weights: Float32Array.of(1, 2.5), exact: Float64Array.of(0.1) },
};

Deno.test("a checkpoint comes back with its arrays, each of its own precision", () => {
  assertEquals(parseCheckpoint(concatBytes(encodeCheckpoint(record)), "it"), record);
});

Deno.test("a number that JSON does not have is refused, in an array it is kept", () => {
  for (const x of [NaN, Infinity]) assertThrows(() => encodeCheckpoint({ a: [x] }), TypeError, "at a/0");
  const kept = { a: Float32Array.of(NaN) };
  assertEquals(parseCheckpoint(concatBytes(encodeCheckpoint(kept)), "it"), kept);
});

Deno.test("the last two checkpoints stay, and the newest whole one is taken up", () =>
  inFolder((folder) => {
    for (const number of [1, 2, 3, 10]) writeCheckpoint(folder, number, { number });
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["000010.safetensors"]);
    writeCheckpoint(folder, 11, { number: 11 });
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(names, ["000010.safetensors", "000011.safetensors"]);
    assertEquals(newestCheckpoint(folder)?.record, { number: 11 });
    Deno.truncateSync(`${folder}/000011.safetensors`, 50);
    const newest = newestCheckpoint(folder);
    assertEquals([newest?.number, newest?.record, newest?.damaged.length], [10, { number: 10 }, 1]);
    Deno.truncateSync(`${folder}/000010.safetensors`, 50);
    assertMatch(
      assertThrows(() => newestCheckpoint(folder), UserError).message,
      /No checkpoint in .* is whole/,
    );
  }));

Deno.test("a bit that flips in an array damages a checkpoint", () => {
  const bytes = concatBytes(encodeCheckpoint(record));
  bytes[bytes.length - 1]! ^= 1;
  const { message } = assertThrows(() => parseCheckpoint(bytes, "it"), UserError);
  assert(message.includes("checksum"), message);
});
