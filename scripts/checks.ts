/**
 * The checks that run no test of their own: format, lint, types, docstrings, and whether the package could be
 * published. `deno task ok` runs them and ends at the first that fails.
 */
import project from "../deno.json" with { type: "json" };
import { answerHelp } from "./help_of.ts";

/** The doors of the library's parts, as users import them. */
export const doors: readonly string[] = Object.values(project.exports);

/** Arguments of deno. */
export const checks: readonly (readonly string[])[] = [
  ["fmt", "--check"],
  ["lint"],
  ["check", "--quiet"],
  ["doc", "--lint", "--quiet", ...doors],
  // Types are checked above.
  ["publish", "--dry-run", "--quiet", "--allow-dirty", "--no-check"],
];

if (import.meta.main) {
  answerHelp("ok");
  for (const args of checks) {
    const { success } = await new Deno.Command("deno", { args: [...args] }).spawn().status;
    if (!success) Deno.exit(1);
  }
}
