import { moments } from "../../src/graph/ops/moments.ts";
import { meansAndVariances } from "../reference/maps.ts";
import { assertClose } from "./close.ts";
import { checkGradient } from "./gradients.ts";
import { random, run } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

Deno.test("moments ≡ float64 loops", async () => {
  for (const shape of [...oddShapes, [2, 8, 32, 32], [3, 5, 28, 30]] as const) {
    const x = random("x", shape);
    await assertTwins({ moments: moments(x.node) }, { moments: meansAndVariances(shape, x.value) }, {
      x: x.value,
    });
  }
});

Deno.test("moments keep the variance of numbers far from zero", async () => {
  const shape = [2, 13, 17, 33] as const; // tuned for a GPU, a channel has two ranges
  const x = random("x", shape);
  x.value.forEach((v, i) => x.value[i] = v + 4096);
  const [both] = await run([moments(x.node)], { x: x.value });
  const expected = meansAndVariances(shape, x.value);
  assertClose(both!.slice(0, 2), expected.slice(0, 2), "means", 2e-7);
  assertClose(both!.slice(2), expected.slice(2), "variances", 2e-4);
});

Deno.test("moments of a constant are exact", async () => {
  const x = random("x", [3, 2, 7, 9]);
  x.value.fill(1.1);
  const [both] = await run([moments(x.node)], { x: x.value });
  assertClose(both!, [x.value[0]!, x.value[0]!, x.value[0]!, 0, 0, 0], "moments", 1e-7);
});

Deno.test("moments' gradients, and theirs again ≡ finite differences", async () => {
  const x = random("x", [3, 2, 5, 7]);
  await checkGradient(moments(x.node), [x], { second: true });
});
