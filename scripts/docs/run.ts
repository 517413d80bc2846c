/** `deno task docs` as a function of its arguments. */
import { usageError } from "../../src/errors.ts";
import { project } from "../imports.ts";
import { staleDocs } from "./pages.ts";

/**
 * Writes what is stale in a checkout, or with `--check` only says so. Returns the exit code.
 *
 * @throws UserError (exit 2) for other arguments, and for a page with a region that cannot be made.
 */
export function runDocs(args: readonly string[], print: (line: string) => void, root = project): number {
  const check = args[0] === "--check";
  if (args.length > Number(check)) {
    throw usageError(`deno task docs takes --check or nothing, not "${args.join(" ")}".`);
  }
  const stale = staleDocs(root);
  for (const { path, made, parts } of stale) {
    if (!check) Deno.writeTextFileSync(new URL(path, root), made);
    print([check ? "stale" : "written", path, ...parts.length > 0 ? [parts.join(", ")] : []].join(": "));
  }
  if (stale.length === 0) print("All tables and pictures of the docs are as the code has them.");
  else if (check) print("Write them with: npx -y deno task docs");
  return check && stale.length > 0 ? 1 : 0;
}
