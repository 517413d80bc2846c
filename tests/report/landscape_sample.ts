/** A landscape to draw: a bowl, steep along the eigenvector and shallow along random directions. */
import type { Landscape } from "../../src/report/mod.ts";

const radii = [-2, -1, 0, 1, 2];
const bowl = (steepness: number) => radii.map((r) => 1 + (steepness * r * r) / 2);
const hill = (steepness: number) => radii.map((r) => 0.8 - 0.05 * steepness * r * r);

export const sampleLandscape = (): Landscape => ({
  title: "darts on s5, <made up>",
  around: "alphas",
  statistics: "running",
  images: 256,
  seed: 0,
  radii,
  center: { loss: 1, accuracy: 0.8 },
  curves: [
    { name: "dominant eigenvector", kind: "eigenvector", loss: bowl(1), accuracy: hill(1) },
    { name: "random direction 1", kind: "random", loss: bowl(0.1), accuracy: hill(0.1) },
    { name: "random direction 2", kind: "random", loss: bowl(0.3), accuracy: hill(0.3) },
  ],
  map: {
    axes: ["dominant eigenvector", "random direction 1"],
    radii: [-2, 0, 2],
    loss: [[2.4, 1.2, 2.2], [2, 1, 2], [2.4, 0.4, 2.2]],
    accuracy: [[0.5, 0.7, 0.5], [0.6, 0.8, 0.6], [0.5, 0.7, 0.5]],
  },
  eigenvalue: { value: 1.001, error: 0.002, products: 9 },
});
