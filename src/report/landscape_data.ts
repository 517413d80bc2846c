/** What `landscape.json` holds, and the sharpness numbers that follow from it. */

/** Loss and accuracy along one direction. */
export interface LandscapeCurve {
  /** For people: "dominant eigenvector", "random direction 1". */
  readonly name: string;
  /** Whether it is the dominant eigenvector of the alpha-Hessian, or drawn at random. */
  readonly kind: "eigenvector" | "random";
  /** At each radius. */
  readonly loss: readonly number[];
  /** Fractions. */
  readonly accuracy: readonly number[];
}

/** Loss and accuracy over the plane of two directions. */
export interface LandscapeMap {
  /** Names of the directions to the right and upwards. */
  readonly axes: readonly [x: string, y: string];
  /** Ascending, symmetric about 0, along both directions. */
  readonly radii: readonly number[];
  /** One row a radius of y, ascending; one number a radius of x. */
  readonly loss: readonly (readonly number[])[];
  /** Laid out alike; fractions. */
  readonly accuracy: readonly (readonly number[])[];
}

/** The loss landscape around the alphas of a search, as `landscape.json` has it. */
export interface Landscape {
  /** The heading of the figure. */
  readonly title: string;
  /** Whether the raw alphas were moved, or the mixing weights they stand for. */
  readonly around: "alphas" | "mixing";
  /** Whether BatchNorm had the running statistics or those of each batch. */
  readonly statistics: "running" | "batch";
  /** Validation images of each evaluation. */
  readonly images: number;
  /** Of the random directions. */
  readonly seed: number;
  /** Ascending, symmetric about 0. */
  readonly radii: readonly number[];
  /** At the alphas themselves. */
  readonly center: { readonly loss: number; readonly accuracy: number };
  /** One a direction. */
  readonly curves: readonly LandscapeCurve[];
  /** Over the plane of two directions; null where there are fewer. */
  readonly map: LandscapeMap | null;
  /** Of the alpha-Hessian, weight decay included; null where no eigenvector was asked for. */
  readonly eigenvalue: { readonly value: number; readonly error: number; readonly products: number } | null;
}

/** How sharp the loss is along one curve. */
export interface Sharpness {
  /** Of the curve. */
  readonly name: string;
  /** Mean rise of the loss at −R and R over that at the alphas. */
  readonly lossRise: number;
  /** Mean fall of the accuracy there, a fraction. */
  readonly accuracyDrop: number;
  /** Second difference of the loss over the step next to the alphas. */
  readonly curvature: number;
}

/** The sharpness along each curve. */
export function sharpness({ radii, center, curves }: Landscape): Sharpness[] {
  const middle = (radii.length - 1) / 2;
  const step = radii[middle + 1]!;
  return curves.map(({ name, loss, accuracy }) => ({
    name,
    lossRise: (loss[0]! + loss.at(-1)!) / 2 - center.loss,
    accuracyDrop: center.accuracy - (accuracy[0]! + accuracy.at(-1)!) / 2,
    curvature: (loss[middle - 1]! + loss[middle + 1]! - 2 * center.loss) / step ** 2,
  }));
}

export interface Band {
  readonly mean: number[];
  /** Mean less and plus the standard deviation over the curves. */
  readonly low: number[];
  readonly high: number[];
}

/** Mean and standard deviation (n − 1) of several curves at each radius. */
export function band(curves: readonly (readonly number[])[]): Band {
  const n = curves.length;
  const mean = curves[0]!.map((_, i) => curves.reduce((sum, curve) => sum + curve[i]!, 0) / n);
  const spread = mean.map((m, i) =>
    n === 1 ? 0 : Math.sqrt(curves.reduce((sum, curve) => sum + (curve[i]! - m) ** 2, 0) / (n - 1))
  );
  return { mean, low: mean.map((m, i) => m - spread[i]!), high: mean.map((m, i) => m + spread[i]!) };
}
