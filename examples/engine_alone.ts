/**
 * The engine as a library, without data sets, settings or a command line: fits a small network to a sine by gradient
 * descent on the device. Prints the loss as it falls, then the sine beside what was learnt, at a few points.
 */
import { add, input, matmul, mul, scale, sigmoid, square, sub, sum } from "@ms-darts/ms-darts/graph";
import { gradient } from "@ms-darts/ms-darts/gradient";
import { type DeviceTensor, Runner, tensorsOf } from "@ms-darts/ms-darts/gpu";
import { normal } from "@ms-darts/ms-darts/random";

const [points, hidden, rate, momentum, steps] = [64, 16, 0.1, 0.9, 1500];

// A graph is a value; tensors are row-major. A column of x is a point.
const x = input("x", [1, points]);
const wanted = input("wanted", [1, points]);
const shapes = { slopes: [hidden, 1], shifts: [hidden, 1], heights: [1, hidden] };
const weights = Object.entries(shapes).map(([name, shape]) => ({
  name,
  value: input(name, shape),
  speed: input(`${name} speed`, shape),
}));
const [slopes, shifts, heights] = weights.map(({ value }) => value);
const learnt = matmul(heights!, sigmoid(add(mul(slopes!, x), shifts!)));
const loss = scale(sum(square(sub(learnt, wanted))), 1 / points);

// Its gradient is a graph too, and so is a whole step: the weights and their speeds after it.
const gradients = gradient(loss, [slopes!, shifts!, heights!]);
const step = Object.fromEntries(weights.flatMap(({ name, value, speed }, i) => {
  const faster = sub(scale(speed, momentum), scale(gradients[i]!, rate));
  return [[name, add(value, faster)], [`${name} speed`, faster]];
}));

const runner = await Runner.open();
const program = await runner.load(runner.compile({ loss, learnt, ...step }));
const at = Float32Array.from({ length: points }, (_, i) => -3 + (6 * i) / (points - 1));
const data = { x: at, wanted: at.map(Math.sin) };
let state: Record<string, Float32Array | DeviceTensor> = Object.fromEntries(
  weights.flatMap(({ name }, w) => [
    [name, Float32Array.from({ length: hidden }, (_, i) => normal([0, w], i))],
    [`${name} speed`, new Float32Array(hidden)],
  ]),
);
for (let n = 1; n <= steps; n++) {
  const { loss, learnt, ...next } = program.run({ ...data, ...state });
  if (n % 500 === 0) {
    const [[error], curve] = await runner.tensors.read([loss!, learnt!]) as [Float32Array, Float32Array];
    console.log(`step ${n}: loss ${error!.toFixed(5)}`);
    const words = [8, 24, 40, 56].map((i) => `sin ${at[i]!.toFixed(2)} ≈ ${curve[i]!.toFixed(3)}`);
    if (n === steps) console.log(words.join(", "));
  }
  // The weights stay on the device; what nobody reads again goes back to the pool.
  runner.tensors.release(loss!, learnt!, ...tensorsOf(state));
  state = next;
}
runner.close();
