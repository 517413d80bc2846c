/**
 * The search spaces by name, as data: what cells choose between. A new space is one file and one entry here; one of your
 * own, made by {@link uniformSpace} or {@link dartsSpace}, is a value.
 *
 * ```ts
 * import { deepEqual, equal } from "node:assert/strict";
 * import { spaceByName, uniformSpace } from "@ms-darts/ms-darts/spaces";
 *
 * const [normal] = spaceByName("s3").matrices;
 * equal(normal!.rows.length, 14); // edges
 * deepEqual(normal!.rows[0], { name: "k−2 → 0", choices: ["none", "skip_connect", "sep_conv_3x3"] });
 * const own = uniformSpace("pools", "pooling or nothing", ["none", "max_pool_3x3", "avg_pool_3x3"]);
 * equal(own.kind, "darts");
 * ```
 *
 * @module
 */
import { nearest, usageError } from "../errors.ts";
import { nasbench1shot1Spaces } from "./nasbench1shot1.ts";
import { nasbench201, nasbench201x4 } from "./nasbench201.ts";
import { s1, s2, s3, s4 } from "./s1_s4.ts";
import { s5, s5x7 } from "./s5.ts";
import type { Space } from "./space.ts";

export type { Paper, Source } from "../papers.ts";
export * from "./darts_cell.ts";
export type { NasBench1Shot1Space } from "./nasbench1shot1.ts";
export type { NasBench201Space } from "./nasbench201.ts";
export * from "./space.ts";
export * from "./space_data.ts";

/** All spaces, in the order of the help. */
export const spaces: readonly Space[] = [
  s1,
  s2,
  s3,
  s4,
  s5,
  s5x7,
  ...nasbench1shot1Spaces,
  nasbench201,
  nasbench201x4,
];

/** The space called `name`, in either case. Throws a usage error that offers the nearest name. */
export function spaceByName(name: string): Space {
  const found = spaces.find((space) => space.name === name.toLowerCase());
  if (found) return found;
  const names = spaces.map((space) => space.name);
  throw usageError(
    `Unknown search space "${name}": did you mean ${nearest(name, names)}? The spaces are ${
      names.join(", ")
    }`,
  );
}
