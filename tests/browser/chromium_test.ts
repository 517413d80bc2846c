/**
 * The engine in Chromium: its compiler judges every shader, and its device computes what Deno's does. Needs Chromium;
 * without one the tests are skipped, saying so.
 */
import { assert, assertEquals } from "deno-std/assert";
import { chromium } from "playwright-core";
import { findChromium } from "../../scripts/chromium.ts";
import { project } from "../../scripts/imports.ts";
import { Runner } from "../../src/gpu/mod.ts";
import { software } from "../../src/graph/tuning.ts";
import { gpu, kernelsOfPlans } from "./kernels.ts";
import { networks, run } from "./networks.ts";

const executablePath = findChromium();
if (!executablePath) console.log("skipping the engine in a browser: no Chromium");

/** A page's script, and all that it imports, as one text. */
async function bundled(path: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform=browser", path],
    cwd: project,
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
const largest = (numbers: readonly number[]) => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

Deno.test({
  name: "the engine in Chromium",
  ignore: !executablePath,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    const script = await bundled("tests/browser/page.ts");
    const files: Record<string, () => string> = {
      "/": () => `<!doctype html><title>engine</title><script type="module" src="page.js"></script>`,
      "/page.js": () => script,
      "/kernels.json": () => JSON.stringify([software, gpu].flatMap(kernelsOfPlans)),
    };
    const types: Record<string, string> = { "/": "text/html", "/page.js": "text/javascript" };
    const server = Deno.serve({ hostname: "localhost", port: 0, onListen() {} }, ({ url }) => {
      const { pathname } = new URL(url);
      const file = files[pathname];
      return file
        ? new Response(file(), { headers: { "content-type": types[pathname] ?? "application/json" } })
        : new Response(null, { status: 404 });
    });
    // The driver that was chosen for Deno is none for Chromium.
    const { VK_DRIVER_FILES: _, VK_ICD_FILENAMES: __, ...env } = Deno.env.toObject();
    const browser = await chromium.launch({
      executablePath: executablePath!,
      args: ["--no-sandbox", "--enable-unsafe-webgpu"],
      env,
    });
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", ({ message }) => complaints.push(message));
      await page.goto(`http://localhost:${server.addr.port}/`);
      for (const { name, ...network } of networks()) {
        await t.step(name, async () => {
          const runner = await Runner.open();
          const there: Record<string, number[]> = await page.evaluate(
            `steps(${JSON.stringify(name)}, "software")`,
          );
          const here = await run(runner, { name, ...network });
          runner.close();
          for (const [output, numbers] of Object.entries(here)) {
            const off = largest(numbers.map((x, i) => x - there[output]![i]!));
            console.log(name, output, off, largest(numbers));
          }
        });
      }
      await t.step("every shader", async () => {
        const { shaders, wrong } = await page.evaluate<{ shaders: number; wrong: string[] }>("judgeAll()");
        console.log(shaders);
        assertEquals(wrong, []);
      });
      assertEquals(complaints, []);
    } finally {
      await browser.close();
      await server.shutdown();
    }
  },
});
