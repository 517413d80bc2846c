/** The spaces of DARTS cells: for tests of what no other kind has. */
import { type DartsSpace, type Space, spaces } from "../../src/spaces/mod.ts";

const isDarts = (space: Space): space is DartsSpace => space.kind === "darts";

export const dartsSpaces: readonly DartsSpace[] = spaces.filter(isDarts);

export const dartsSpaceByName = (name: string): DartsSpace =>
  dartsSpaces.find((space) => space.name === name)!;
