/** Search space 1 of NAS-Bench-1Shot1. Source: Zela, Siems & Hutter, ICLR 2020, table 1. */
import { nasbench1shot1 } from "./nasbench1shot1.ts";

export const nasbench1shot1x1 = nasbench1shot1(1, [1, 2, 2, 2], 2);
