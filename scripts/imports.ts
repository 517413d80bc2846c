/** The source files of a checkout, the rooms they lie in, and which imports which. */

/** The folder of this checkout. */
export const project = new URL("../", import.meta.url);

export interface SourceFile {
  /** From the project's folder. */
  readonly path: string;
  readonly text: string;
}

/** The TypeScript files below a folder of the project. */
export function* sourcesIn(folder: string): Generator<SourceFile> {
  for (const entry of Deno.readDirSync(new URL(`${folder}/`, project))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sourcesIn(path);
    else if (path.endsWith(".ts")) yield { path, text: Deno.readTextFileSync(new URL(path, project)) };
  }
}

/** The room of a file: its folder in src or pipelines; these themselves for what lies in them directly. */
export function roomOf(path: string): string {
  const [floor, ...rest] = path.split("/") as [string, ...string[]];
  return (floor === "src" || floor === "pipelines") && rest.length > 1 ? `${floor}/${rest[0]}` : floor;
}

/** The files that a file imports, types included. */
export const importsOf = ({ path, text }: SourceFile): string[] =>
  [...text.matchAll(/(?:from |import |import\()"(\.[^"]+\.ts)"/g)].map(([, target]) =>
    new URL(target!, `file:///${path}`).pathname.slice(1)
  );
