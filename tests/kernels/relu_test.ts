import { relu, reluMask } from "../../src/graph/ops/relu.ts";
import { checkGradient } from "./gradients.ts";
import { random } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

Deno.test("relu and its mask ≡ float64 loops", async () => {
  for (const shape of [...oddShapes, [16, 8, 32, 32]]) {
    const [x, dy] = [random("x", shape, 1), random("dy", shape, 2)];
    x.value[0] = 0; // the derivative at 0 is 0
    await assertTwins(
      { relu: relu(x.node), mask: reluMask(dy.node, x.node) },
      { relu: x.value.map((v) => Math.max(v, 0)), mask: dy.value.map((v, i) => (x.value[i]! > 0 ? v : 0)) },
      { x: x.value, dy: dy.value },
    );
  }
});

Deno.test("relu's gradient ≡ finite differences", async () => {
  const x = random("x", [2, 2, 7, 5]);
  // Away from the kink, where differences mean nothing.
  x.value.forEach((v, i) => x.value[i] = v + Math.sign(v) * 0.2);
  await checkGradient(relu(x.node), [x]);
  const dy = random("dy", x.node.shape, 2);
  await checkGradient(reluMask(dy.node, x.node), [dy], { feeds: { x: x.value } });
});
