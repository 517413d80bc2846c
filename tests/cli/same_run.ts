/** Whether two runs came to the same, bit for bit, but for what was measured with a clock. */
import { assertEquals } from "deno-std/assert";

const read = (run: string, name: string): string => Deno.readTextFileSync(`${run}/${name}`);

/** Objects of a file, one a line or all of it, without times. */
export const untimed = (text: string): unknown[] =>
  text.trimEnd().split(/\n(?=\{)/).map((json) => {
    const { seconds: _, images_per_second: __, ...others } = JSON.parse(json);
    return others;
  });

const names = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** What a search leaves: genotype, alphas, weights, metrics, result, and no file that the other has not. */
export function assertSameRun(run: string, wanted: string): void {
  for (const name of ["genotype.json", "alphas.jsonl"]) {
    assertEquals(read(run, name), read(wanted, name), name);
  }
  for (const name of ["supernet.safetensors", "weights.safetensors"]) {
    assertEquals(Deno.readFileSync(`${run}/${name}`), Deno.readFileSync(`${wanted}/${name}`), name);
  }
  for (const name of ["metrics.jsonl", "result.json"]) {
    assertEquals(untimed(read(run, name)), untimed(read(wanted, name)), name);
  }
  assertEquals(names(run), names(wanted));
}
