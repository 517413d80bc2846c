/**
 * The engine in Chromium: another compiler judges every shader, another device computes what Deno's does, and whoever
 * binds memory against the rules of WebGPU is refused. Needs Chromium; without one the test is skipped, saying so.
 */
import { assert, assertEquals, assertMatch } from "deno-std/assert";
import { chromium } from "playwright-core";
import { findChromium } from "../../scripts/chromium.ts";
import { project } from "../../scripts/imports.ts";
import { records } from "../../src/graph/tuning_records.ts";
import { kernelsOfPlans } from "./kernels.ts";
import { allResults } from "./networks.ts";

const executablePath = findChromium();
if (!executablePath) console.log("skipping the engine in a browser: no Chromium");

const args = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  // SwiftShader takes four times as long to compile what clears workgroup memory, which no kernel counts on.
  "--enable-dawn-features=disable_workgroup_init",
];

/** The largest difference between a device's loss or new vector and another's. */
const tolerance = 1e-5;

const types: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
};

/** Has scripts and pages, with all that they import, put into a folder, as docs/library.md says. */
async function bundle(folder: string, ...paths: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform=browser", `--outdir=${folder}`, ...paths],
    cwd: project,
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

Deno.test({
  name: "the engine in Chromium",
  ignore: !executablePath,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    const folder = Deno.makeTempDirSync();
    const server = Deno.serve({ hostname: "localhost", port: 0, onListen() {} }, ({ url }) => {
      const path = new URL(url).pathname;
      return new Response(Deno.readFileSync(`${folder}${path}`), {
        headers: { "content-type": types[path.split(".").at(-1)!]! },
      });
    });
    // The driver that was chosen for Deno is none for Chromium.
    const { VK_DRIVER_FILES: _, VK_ICD_FILENAMES: __, ...env } = Deno.env.toObject();
    const browser = await chromium.launch({ executablePath: executablePath!, args, env });
    const complaints: string[] = [];
    const visit = async (name: string) => {
      const page = await browser.newPage();
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", ({ message }) => complaints.push(message));
      await page.goto(`http://localhost:${server.addr.port}/${name}`);
      return page;
    };
    try {
      await bundle(folder, "tests/browser/page.html");
      const page = await visit("page.html");
      assertEquals(complaints, []);
      const evaluated = page.evaluate<string>("allResults()");
      // Meanwhile: the page's processes are others.
      const kernels = kernelsOfPlans([records.software, records.gpu]);
      Deno.writeTextFileSync(`${folder}/kernels.json`, JSON.stringify(kernels));
      const [text, here] = await Promise.all([evaluated, allResults()]);
      const there: typeof here = JSON.parse(text);
      assertEquals(Object.keys(there), Object.keys(here));
      for (const [network, results] of Object.entries(here)) {
        await t.step(`${network}: what Deno computes`, () => {
          for (const [output, numbers] of Object.entries(results)) {
            const others = there[network]![output]!;
            assertEquals(others.length, numbers.length, output);
            const off = numbers.reduce((most, x, i) => Math.max(most, Math.abs(x - others[i]!)), 0);
            assert(off <= tolerance, `${output} is off by ${off}`);
          }
        });
      }

      await t.step("the page of the examples learns a sine", async () => {
        await bundle(folder, "examples/in_browser.html");
        const page = await visit("in_browser.html");
        const last = await page.waitForFunction(
          "/step 2000 .*/.exec(document.getElementById('loss').textContent)?.[0]",
        );
        assertMatch(String(await last.jsonValue()), /loss 0\.00/);
      });
      // The last: code is still being generated for it.
      await t.step("its compiler has no word to say on any shader", async () => {
        assertEquals(await page.evaluate("judge()"), { pipelines: kernels.length, wrong: [] });
      });
      assertEquals(complaints, []);
    } finally {
      await browser.close();
      await server.shutdown();
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
