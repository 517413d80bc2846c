/**
 * Writes every table and picture of the docs that can be made from the code: the regions of the pages, and the
 * pictures beside them. With `--check` it writes nothing, names what is out of date, and exits with 1 if anything is.
 */
import { UserError } from "../src/errors.ts";
import { runDocs } from "./docs/run.ts";
import { answerHelp } from "./help_of.ts";

answerHelp("docs");
try {
  Deno.exit(runDocs(Deno.args, console.log));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}`);
  Deno.exit(error.exitCode);
}
