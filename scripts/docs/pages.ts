/** The pages and pictures of the docs, as they are and as the code makes them. */
import { fromFileUrl } from "../../src/io/paths.ts";
import { readTextIfThere } from "../../src/io/read.ts";
import { architectureSvg, roomTable } from "./architecture.ts";
import { factTables } from "./facts.ts";
import { methodTables } from "./methods.ts";
import { partTables } from "./parts.ts";
import { rewritten, type Tables } from "./regions.ts";
import { settingTables } from "./settings.ts";
import { spaceTables } from "./spaces.ts";

export const tables: Tables = new Map([
  ...settingTables,
  ...methodTables,
  ...spaceTables,
  ...partTables,
  ...factTables,
  [
    "rooms",
    roomTable,
  ],
]);

/** By path. */
const pictures: Readonly<Record<string, () => string>> = { "docs/architecture.svg": architectureSvg };

/** A file that is not as the code makes it. */
export interface Stale {
  /** From the project's folder. */
  readonly path: string;
  /** What it should hold. */
  readonly made: string;
  /** The tables that differ, of a page. */
  readonly parts: readonly string[];
}

/** Pages that may have tables: all beside these, and those in docs. */
const ofRoot = ["README.md", "CONTRIBUTING.md"];

function pages(root: URL): string[] {
  const beside = [...Deno.readDirSync(root)].map(({ name }) => name).filter((name) => ofRoot.includes(name));
  const inDocs = [...Deno.readDirSync(new URL("docs/", root))].map(({ name }) => `docs/${name}`);
  return [...beside, ...inDocs].filter((path) => path.endsWith(".md")).sort();
}

/** All that `deno task docs` would write into a checkout. Throws a usage error for a region that it cannot make. */
export function staleDocs(root: URL): Stale[] {
  const ofPages = pages(root).flatMap((path) => {
    const { page, stale } = rewritten(Deno.readTextFileSync(new URL(path, root)), path, tables);
    return stale.length > 0 ? [{ path, made: page, parts: stale }] : [];
  });
  const ofPictures = Object.entries(pictures).flatMap(([path, make]) => {
    const made = make();
    return readTextIfThere(fromFileUrl(new URL(path, root))) === made ? [] : [{ path, made, parts: [] }];
  });
  return [...ofPages, ...ofPictures];
}
