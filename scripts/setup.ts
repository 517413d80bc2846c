/** Fetches everything a machine needs ahead of time: a WebGPU adapter, and a browser for the page tests. */
import { UserError } from "../src/errors.ts";
import { ensureChromium } from "./chromium.ts";
import { answerHelp } from "./help_of.ts";
import { chooseDriver } from "../src/setup/choose_driver.ts";

answerHelp("setup");
try {
  const driver = await chooseDriver(console.error, true);
  const browser = await ensureChromium(console.error);
  console.error(`Driver: ${driver?.version ?? "the system's"}. Browser: ${browser ?? "none"}.`);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}`);
  Deno.exit(error.exitCode);
}
