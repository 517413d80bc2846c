/** The live pages in a real browser, while their files change. Needs Chromium; without one the tests are skipped. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { findChromium } from "../../scripts/chromium.ts";
import { inFolder } from "../data/files.ts";
import contrast from "../report/contrast.js" with { type: "text" };
import { addEpoch, beat, finish, makeComparison, makeRun } from "./made_up_runs.ts";
import { whileServed } from "./served.ts";

const executablePath = findChromium();
if (!executablePath) console.log("skipping the browser tests of live pages: no Chromium");

interface Visit {
  readonly page: Page;
  /** Console messages, page errors, and requests that leave the server. */
  readonly complaints: string[];
}

async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options }))
    .newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && origin !== new URL(url).origin) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url, { waitUntil: "domcontentloaded" });
  return { page, complaints };
}

/** Waits for what a page comes to; its policy forbids the browser's own way of asking for that. */
async function until(page: Page, expression: string): Promise<void> {
  for (const began = Date.now(); !await page.evaluate(expression);) {
    assert(Date.now() - began < 10_000, `${expression}: ${await page.innerText("body")}`);
    await new Promise((wait) => setTimeout(wait, 50));
  }
}

const open = "document.querySelectorAll('details').forEach((details) => details.open = true)";
const rows = "document.querySelectorAll('table.runs tbody tr').length";

/** Two hundred runs of all states beside a comparison. */
function makeMany(folder: string): void {
  for (let i = 0; i < 196; i++) {
    makeRun(`${folder}/runs/darts-s3-fashion-mnist-small-20261129-1141${i}`, {
      epochs: i % 21,
      ...i % 3 === 0 &&
        { lock: { says: `${i} node-${i % 7} ${5e8 + 1e7 * i}`, seconds: i % 2 === 0 ? 5 : 100 } },
      ...i % 5 === 0
        ? { log: "search 3/20  loss 1.234  acc 56.1%  lr 0.0247  820 img/s  12:34 left\n" }
        : i % 7 === 0 && { log: "error: The training loss became NaN or infinite; lower --lr.\n" },
      finished: i % 4 === 1,
    });
  }
  makeComparison(`${folder}/runs/compared`, {
    "darts-s3-seed0": { epochs: 20, finished: true },
    "darts-s3-seed1": { epochs: 4, lock: { says: "77 node-7 512000000" } },
    "pc-darts-s3-seed0": { epochs: 8, lock: { says: "78 node-7 612000000" } },
  });
}

Deno.test({
  name: "watch: the live pages in Chromium",
  ignore: !executablePath,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: (test) =>
    inFolder((folder) =>
      whileServed(`${folder}/runs`, async (address) => {
        makeMany(folder);
        const run = `${folder}/runs/grows`;
        const compared = `${address}/runs/compared/comparison.html`;
        makeRun(run, { epochs: 3, lock: { says: "77 node-7 512000000" } });
        const browser = await chromium.launch({
          executablePath: executablePath!,
          args: ["--no-sandbox", "--disable-gpu"],
        });
        const saved = Deno.env.get("MS_DARTS_SCREENSHOTS");
        const shoot = async (page: Page, name: string) => {
          if (saved) await page.screenshot({ path: `${saved}/${name}.png`, fullPage: false });
        };
        try {
          for (
            const [scheme, width] of [["light", 1280], ["dark", 320]] as const
          ) {
            for (
              const [name, url, least] of [
                ["list", address, 1000],
                ["comparison", compared, 100],
                ["run", `${address}/runs/grows/report.html`, 100],
              ] as const
            ) {
              await test.step(`${name}, ${scheme}, ${width} px: no complaint, nothing cut off, readable`, async () => {
                const options = { viewport: { width, height: 800 }, colorScheme: scheme };
                const { page, complaints } = await visit(browser, url, options);
                await shoot(page, `${name}-${scheme}-${width}`);
                await page.evaluate(open);
                assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
                const { texts, poor } = await page.evaluate<{ texts: number; poor: string[] }>(contrast);
                assert(texts > least, `only ${texts} texts were seen`);
                assertEquals([poor, complaints], [[], []]);
                await page.context().close();
              });
            }
          }

          await test.step("the list has all runs, and shows those that are looked for", async () => {
            const { page, complaints } = await visit(browser, address);
            assertEquals(await page.evaluate(rows), 201);
            await page.fill("input[name=words]", "compared seed1");
            await until(page, `${rows} === 2`);
            assertEquals(new URL(page.url()).search, "?words=compared+seed1&sort=state");
            await page.selectOption("select[name=state]", "waiting");
            await until(page, `${rows} === 1`);
            assertEquals(await page.inputValue("input[name=words]"), "compared seed1");
            await page.reload();
            assertEquals([await page.evaluate(rows), await page.inputValue("input[name=words]")], [
              1,
              "compared seed1",
            ]);
            assertEquals(complaints, []);
            await page.context().close();
          });

          await test.step("without a script the list is of now, and is filtered by its form", async () => {
            const { page } = await visit(browser, address, { javaScriptEnabled: false });
            assertStringIncludes(await page.innerText("nav"), "Load this page again");
            await page.fill("input[name=words]", "grows");
            await page.click("button");
            await page.waitForURL("**/?words=grows*");
            assertEquals(await page.locator("table.runs tbody tr").count(), 1);
            await page.click("table.runs a[href*='report.html']");
            await page.waitForURL("**/runs/grows/report.html");
            assertStringIncludes(await page.innerText("header"), "3 of 20");
            await page.context().close();
          });

          await test.step("a report is drawn again as the run grows, and what is open stays so", async () => {
            const { page, complaints } = await visit(browser, `${address}/runs/grows/report.html`);
            await page.click("#curves summary");
            const epochs = "document.querySelectorAll('#curves tbody tr').length";
            assertEquals(await page.evaluate(epochs), 3);
            await page.evaluate("window.same = true");
            addEpoch(run, 3);
            await until(page, `${epochs} === 4`);
            assertEquals(
              await page.evaluate("[window.same, document.querySelector('#curves details').open]"),
              [
                true,
                true,
              ],
            );
            assertEquals(await page.evaluate("document.activeElement.tagName"), "SUMMARY");
            // What was seen of the list may be half a second old.
            await until(page, "/4 of 20/.test(document.querySelector('header').innerText)");

            // Under it a file is cut, written as nonsense, and put right again.
            const metrics = `${run}/metrics.jsonl`;
            const whole = Deno.readTextFileSync(metrics);
            Deno.writeTextFileSync(metrics, whole.slice(0, whole.length - 40));
            await until(page, `${epochs} === 3`);
            Deno.writeTextFileSync(metrics, "\0\xff<b>");
            await until(page, `${epochs} === 0`);
            Deno.writeTextFileSync(metrics, whole);
            await until(page, `${epochs} === 4`);

            beat(run, "77 node-7 512000000", 120);
            await until(page, "/silent/.test(document.querySelector('header').innerText)");
            assertStringIncludes(await page.innerText(".notes"), "was last heard of 2 min ago");
            Deno.removeSync(`${run}/.lock`);
            finish(run);
            await until(page, "/81.25/.test(document.querySelector('header').innerText)");
            Deno.removeSync(run, { recursive: true });
            await until(page, "/Nothing here/.test(document.querySelector('header').innerText)");
            assertEquals(complaints.filter((words) => !words.includes("404")), []);
            await page.context().close();
          });

          await test.step("a comparison is drawn again, with the runs that go on", async () => {
            const { page, complaints } = await visit(browser, compared);
            assertStringIncludes(await page.innerText("#runs"), "running, search 4 of 20");
            addEpoch(`${folder}/runs/compared/darts-s3-seed1`, 4);
            await until(page, "/search 5 of 20/.test(document.querySelector('#runs').innerText)");
            await page.click("#runs a[href^='darts-s3-seed1']");
            await page.waitForURL("**/runs/compared/darts-s3-seed1/report.html");
            await page.click("nav a:text('compared')");
            await page.waitForURL(compared);
            assertEquals(complaints, []);
            await page.context().close();
          });

          await test.step("a page says so when the server is gone, and shows what was there", async () => {
            let left: Page | undefined;
            await whileServed(`${folder}/runs/compared`, async (address) => {
              left = (await visit(browser, address)).page;
              assertEquals(await left.innerText("#lost"), "");
            });
            await until(left!, "/does not answer/.test(document.getElementById('lost').innerText)");
            assertEquals(await left!.evaluate(rows), 4);
          });
        } finally {
          await browser.close();
        }
      })
    ),
});
