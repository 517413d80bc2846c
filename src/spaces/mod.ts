/** The search spaces by name. A new space is one file and one line here. */
import { nearest, usageError } from "../errors.ts";
import { s1 } from "./s1.ts";
import { s2 } from "./s2.ts";
import { s3 } from "./s3.ts";
import { s4 } from "./s4.ts";
import { s5 } from "./s5.ts";
import { s5x7 } from "./s5_7.ts";
import { nasbench1shot1x1 } from "./nasbench1shot1_1.ts";
import { nasbench1shot1x2 } from "./nasbench1shot1_2.ts";
import { nasbench1shot1x3 } from "./nasbench1shot1_3.ts";
import { nasbench201 } from "./nasbench201.ts";
import type { Space } from "./space.ts";

export * from "./darts_cell.ts";
export * from "./settings.ts";
export * from "./space.ts";

export const spaces: readonly Space[] = [
  s1,
  s2,
  s3,
  s4,
  s5,
  s5x7,
  nasbench1shot1x1,
  nasbench1shot1x2,
  nasbench1shot1x3,
  nasbench201,
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
