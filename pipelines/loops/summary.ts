/** The result of a run on standard output: JSON, or a few lines. */
export function summary(json: boolean, result: Record<string, unknown>, print: (line: string) => void): void {
  if (json) return print(JSON.stringify(result));
  for (const [name, value] of Object.entries(result)) {
    if (value !== null) print(`${name.replaceAll("_", " ").padEnd(14)} ${value}`);
  }
}
