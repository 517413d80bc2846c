/** Errors with what to do about them: how a shortage of memory is put, and a tensor that is too large. */
import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { explained } from "../../src/cli/explained.ts";
import { inSearch } from "../../src/config/schema.ts";
import { usageError } from "../../src/errors.ts";
import { gradient } from "../../src/gradient/gradient.ts";
import type { Node } from "../../src/graph/node.ts";
import { channelDot, input, pointwise, relu, reshape, sum } from "../../src/graph/ops/mod.ts";
import { arena, TooLargeError } from "../../src/plan/allocate.ts";
import { type Need, needOf, type Shortage, ShortageError } from "../../src/plan/budget.ts";
import { compile } from "../../src/plan/compile.ts";
import { setting } from "../../src/setting.ts";

const limits = { maxBinding: 2 ** 27 };

const sentence = (shortage: Shortage): string => explained(new ShortageError(shortage));

/** A training step of a few layers: memory grows with the batch, weights do not. */
function step(batch: number): Need {
  const weights = Array.from({ length: 8 }, (_, i) => input(`w${i}`, [128 * 128]));
  let y: Node = input("x", [128, batch, 4, 4]);
  for (const w of weights) y = relu(pointwise(y, reshape(w, [128, 128])));
  const slopes = gradient(sum(channelDot(y, y)), weights);
  return needOf(compile(Object.fromEntries(slopes.map((slope, i) => [`dw${i}`, slope])), limits));
}

Deno.test("the batch that is said to fit does, and not many more", () => {
  const batch = 48;
  for (const part of [0.8, 0.6, 0.4]) {
    const need = step(batch);
    const limit = { bytes: part * need.bytes, given: true };
    const words = sentence({ need, limit, batch });
    const fits = Number(words.match(/about (\d+) would fit/)![1]);
    assert(step(fits).bytes <= 1.02 * limit.bytes, words);
    assert(step(fits + 3).bytes > limit.bytes, words);
  }
});

const short: Shortage = {
  need: { bytes: 3.1e9, fixed: 1e8 },
  limit: { bytes: 2.5e9, given: true },
  batch: 64,
};
const begin =
  "This run needs 3.10 GB of device memory, 600.0 MB more than the limit of 2.50 GB (--memory-limit); ";
const cases: [string, Partial<Shortage>, string][] = [
  ["a smaller batch", {}, "choose a smaller --batch (now 64: about 51 would fit)."],
  ["a batch of whatever size", { batch: undefined }, "choose a smaller --batch."],
];
for (const [what, changed, end] of cases) {
  Deno.test(`a shortage advises ${what}`, () => {
    assertEquals(sentence({ ...short, ...changed }), begin + end);
  });
}

Deno.test("a shortage says where the limit comes from, and what else to change where no batch fits", () => {
  assertEquals(
    sentence({ ...short, limit: { bytes: 9e7, given: false } }),
    "This run needs 3.10 GB of device memory, 3.01 GB more than the 90.0 MB that this machine has free for it " +
      "(--memory-limit sets another limit); choose a smaller --batch (now 64), fewer --channels or fewer --layers.",
  );
});

Deno.test("a shortage says what is short of memory", () => {
  const training = { what: "Training the network" };
  const rest = begin.slice("This run".length);
  assertEquals(
    sentence({ ...short, ...training }),
    `Training the network${rest}choose a smaller --batch (now 64: about 51 would fit).`,
  );
  const limit = { bytes: 9e7, given: true };
  const words = sentence({ ...short, ...training, limit });
  assert(words.endsWith("(now 64), fewer --channels or fewer --layers."), words);
});

Deno.test("a shortage says by itself what is missing, without a flag", () => {
  const { exitCode, message, shortage } = new ShortageError(short);
  assertEquals([exitCode, shortage], [3, short]);
  assertEquals(
    message,
    "This run needs 3.10 GB of device memory, 600.0 MB more than the limit of 2.50 GB",
  );
});

Deno.test("a shortage of a training in a search names the settings of the search", () => {
  const fail = () => {
    throw new ShortageError({ ...short, limit: { bytes: 9e7, given: true } });
  };
  const words = explained(assertThrows(() => inSearch(fail), ShortageError));
  assert(
    words.endsWith(
      "(--memory-limit); choose a smaller --eval-batch (now 64), fewer --eval-channels or fewer --eval-layers.",
    ),
    words,
  );
});

Deno.test("what does not fit a binding says which settings make it smaller", () => {
  const tooLarge = assertThrows(() => arena(6400).allocate(6401, 1), TooLargeError);
  assertEquals([tooLarge.exitCode, tooLarge.bytes, tooLarge.limit], [3, 25856, 25600]);
  assertEquals(
    explained(tooLarge),
    "A tensor of 25856 bytes is larger than the device's largest binding (25600 bytes): " +
      "choose a smaller --batch or fewer --channels",
  );
  const memory = arena(6400);
  memory.allocate(6400, 0);
  assertEquals(
    explained(assertThrows(() => memory.allocate(1, 0), TooLargeError)),
    "The small tensors of this step do not fit into one binding of 25600 bytes: choose fewer --layers",
  );
});

Deno.test("any other error is its message, with its settings as flags", () => {
  assertEquals(explained(usageError(`Lower ${setting("archLr")}.`)), "Lower --arch-lr.");
});
