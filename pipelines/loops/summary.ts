/** The result of a run on standard output: JSON, or a few lines. */
import { type Judgement, judgementWords } from "../../src/benchmarks/mod.ts";

export function summary(json: boolean, result: Record<string, unknown>, print: (line: string) => void): void {
  if (json) return print(JSON.stringify(result));
  for (const [name, value] of Object.entries(result)) {
    if (value === null) continue;
    const words = name === "benchmark" ? judgementWords(value as Judgement) : value;
    print(`${name.replaceAll("_", " ").padEnd(14)} ${words}`);
  }
}
