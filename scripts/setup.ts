/** Everything a machine needs, ahead of time: a WebGPU adapter, and a browser for the page tests. */
import { UserError } from "../src/errors.ts";
import { ensureChromium } from "../src/setup/chromium.ts";
import { ensureAdapter } from "../src/setup/vulkan.ts";

try {
  const adapter = await ensureAdapter(console.error);
  const browser = await ensureChromium(console.error);
  console.error(`Adapter: ${adapter}. Browser: ${browser ?? "none"}.`);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}`);
  Deno.exit(error.exitCode);
}
