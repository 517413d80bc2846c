/**
 * A search space as data: what its cells choose between. A kind is a family of spaces whose cells are built alike;
 * `src/network` has a folder for each, with its supernet, its rule of discretization and its found networks.
 */
import type { DartsSpace } from "./darts_cell.ts";
import type { NasBench1Shot1Space } from "./nasbench1shot1.ts";
import type { NasBench201Space } from "./nasbench201.ts";

/** A search space of any kind, told apart by `kind`. */
export type Space = DartsSpace | NasBench1Shot1Space | NasBench201Space;
/** The kinds of space. */
export type SpaceKind = Space["kind"];
