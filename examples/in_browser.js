/**
 * The engine in a browser: fits a small network to a sine on the GPU of whoever opens the page in_browser.html. It draws
 * the sine and what is learnt of it, and prints the loss.
 */
import { add, input, matmul, mul, scale, sigmoid, square, sub, sum } from "@ms-darts/ms-darts/graph";
import { gradient } from "@ms-darts/ms-darts/gradient";
import { Runner, tensorsOf } from "@ms-darts/ms-darts/gpu";
import { normal } from "@ms-darts/ms-darts/random";

const [points, hidden, rate, steps] = [64, 16, 0.3, 2000];

const x = input("x", [1, points]);
const wanted = input("wanted", [1, points]);
const shapes = { slopes: [hidden, 1], shifts: [hidden, 1], heights: [1, hidden] };
const weights = Object.entries(shapes).map(([name, shape]) => input(name, shape));
const [slopes, shifts, heights] = weights;
const learnt = matmul(heights, sigmoid(add(mul(slopes, x), shifts)));
const loss = scale(sum(square(sub(learnt, wanted))), 1 / points);
const next = Object.keys(shapes).map((name, i) => [
  name,
  sub(weights[i], scale(gradient(loss, weights)[i], rate)),
]);

const show = (id, text) => document.getElementById(id).textContent = text;
const draw = (id, xs, ys) =>
  document.getElementById(id).setAttribute("points", Array.from(xs, (x, i) => `${x},${-ys[i]}`).join(" "));

try {
  const runner = await Runner.open();
  const program = await runner.load(runner.compile({ loss, learnt, ...Object.fromEntries(next) }));
  const at = Float32Array.from({ length: points }, (_, i) => -3 + (6 * i) / (points - 1));
  const data = { x: at, wanted: at.map(Math.sin) };
  draw("wanted", at, data.wanted);
  let state = Object.fromEntries(
    Object.keys(shapes).map((name, w) => [
      name,
      Float32Array.from({ length: hidden }, (_, i) => normal([0, w], i)),
    ]),
  );
  for (let n = 1; n <= steps; n++) {
    const { loss, learnt, ...moved } = program.run({ ...data, ...state });
    if (n % 100 === 0) {
      const [[error], curve] = await runner.tensors.read([loss, learnt]);
      show("loss", `${runner.info.adapter}, step ${n} of ${steps}: loss ${error.toFixed(5)}`);
      draw("learnt", at, curve);
    }
    runner.tensors.release(loss, learnt, ...tensorsOf(state));
    state = moved;
  }
} catch (error) {
  show("loss", error.message);
}
