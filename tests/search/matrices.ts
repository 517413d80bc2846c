/** Matrices of architecture parameters that belong to no space. */
import { type AlphaLayout, alphaLayout } from "../../src/network/alphas.ts";

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** The layout of matrices of these shapes [rows, choices], by name. */
export const layoutOf = (shapes: Readonly<Record<string, readonly [number, number]>>): AlphaLayout =>
  alphaLayout(
    Object.entries(shapes).map(([name, [rows, columns]]) => ({
      name,
      title: name,
      rows: range(rows).map((row) => ({ name: String(row), choices: range(columns).map(String) })),
    })),
  );
