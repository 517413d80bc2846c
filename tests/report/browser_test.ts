/** The report and the drawings in a real browser. Needs Chromium; without one the tests are skipped, saying so. */
import { assert, assertEquals } from "deno-std/assert";
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium } from "../../scripts/chromium.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { cellDiagrams } from "../../src/network/genotype.ts";
import {
  cellFigure,
  comparisonHtml,
  landscapeHtml,
  landscapeSvg,
  reportHtml,
  studyHtml,
  studySvg,
  summariseStudy,
  testHtml,
  trajectoriesSvg,
} from "../../src/report/mod.ts";
import { sampleComparison, sampleGrid } from "./comparison_sample.ts";
import contrast from "./contrast.js" with { type: "text" };
import { sampleLandscape } from "./landscape_sample.ts";
import { sampleRun } from "./sample.ts";
import { sampleTest } from "./test_sample.ts";
import { sampleBaselines, sampleRecords, sampleStudy } from "./study_sample.ts";

const wholeStudy = summariseStudy(sampleStudy, sampleRecords(), sampleBaselines);

const executablePath = findChromium();
if (!executablePath) console.log("skipping the report's browser tests: no Chromium");

interface Visit {
  readonly page: Page;
  /** Console messages, page errors and requests other than the page itself. */
  readonly complaints: string[];
}

async function visit(browser: Browser, url: string, width: number, scheme: "light" | "dark"): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) {
      complaints.push(`request: ${request.url()}`);
    }
  });
  await page.goto(url);
  return { page, complaints };
}

const open = "document.querySelectorAll('details').forEach((details) => details.open = true)";

Deno.test({
  name: "the report in Chromium",
  ignore: !executablePath,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const folder = await Deno.makeTempDir();
    const browser = await chromium.launch({
      executablePath: executablePath!,
      args: ["--no-sandbox", "--disable-gpu"],
    });
    try {
      const save = async (name: string, text: string) => {
        await Deno.writeTextFile(`${folder}/${name}`, text);
        return `file://${folder}/${name}`;
      };
      const report = await save("report.html", reportHtml(sampleRun()));

      for (const scheme of ["light", "dark"] as const) {
        await test.step(`${scheme}: no complaint, no request, readable text`, async () => {
          const { page, complaints } = await visit(browser, report, 1280, scheme);
          await page.evaluate(open);
          const { texts, poor } = await page.evaluate<{ texts: number; poor: string[] }>(contrast);
          assert(texts > 500, `only ${texts} texts were seen`);
          assertEquals(poor, []);
          assertEquals(complaints, []);
          await page.close();
        });
      }

      for (const width of [320, 390, 768, 1280]) {
        await test.step(`${width} px: the page does not scroll sideways, tables open`, async () => {
          const { page } = await visit(browser, report, width, "light");
          await page.evaluate(open);
          assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
          await page.close();
        });
      }

      await test.step("320 px: text in figures is at least 8 px tall", async () => {
        const { page } = await visit(browser, report, 320, "light");
        const small = await page.evaluate(`[...document.querySelectorAll("svg text")].filter((text) => {
          const scale = text.getScreenCTM().a;
          return parseFloat(getComputedStyle(text).fontSize) * scale < 8;
        }).length`);
        assertEquals(small, 0);
        await page.close();
      });

      await test.step("the names of the alphas' rows fit in front of them", async () => {
        const { page } = await visit(browser, report, 1280, "light");
        const [names, cut] = await page.evaluate<number[]>(`(() => {
          const names = [...document.querySelectorAll(".row-names text")];
          const left = (element) => element.getBoundingClientRect().left;
          return [names.length, names.filter((name) => left(name) < left(name.closest("svg"))).length];
        })()`);
        assertEquals([names, cut], [2 * 8 * 14, 0]);
        await page.close();
      });

      await test.step("every figure has text alternatives and its numbers in a table", async () => {
        const { page } = await visit(browser, report, 1280, "light");
        const figures = await page.evaluate<{ images: string[]; rows: number }[]>(
          `[...document.querySelectorAll("figure")]
          .map((figure) => ({
            images: [...figure.querySelectorAll("[role=img]")].map((image) =>
              image.getAttribute("aria-labelledby").split(" ")
                .map((id) => document.getElementById(id).textContent.trim()).join("|")),
            rows: figure.querySelectorAll("details tbody tr").length,
          }))`,
        );
        assertEquals(figures.length, 6);
        for (const { images, rows } of figures) {
          assert(images.length > 0 && images.every((text) => /^.+\|.{20,}/s.test(text)), images.join("\n"));
          assert(rows >= 8);
        }
        await page.close();
      });

      await test.step("the cells show eight edges, each with its label on it", async () => {
        const { page } = await visit(browser, report, 1280, "light");
        const cells = await page.evaluate<number[][]>(
          `[...document.querySelectorAll("svg.cell")].map((cell) => {
          const edges = [...cell.querySelectorAll(".edge")];
          const fits = edges.filter((edge) => {
            const [box, text] = ["rect", "text"].map((name) => edge.querySelector(name).getBoundingClientRect());
            return text.left >= box.left + 4 && text.right <= box.right - 4 && text.top >= box.top && text.bottom <= box.bottom;
          });
          return [edges.length, fits.length];
        })`,
        );
        assertEquals(cells, [[8, 8], [8, 8]]);
        await page.close();
      });

      await test.step("the colours of an operation change with the scheme, in a drawing of its own too", async () => {
        const url = await save(
          "cell-reduce.svg",
          cellFigure(cellDiagrams(publishedGenotypes.NASNet)[1]!, { standalone: true }),
        );
        const look = async (scheme: "light" | "dark") => {
          const { page, complaints } = await visit(browser, url, 800, scheme);
          const seen = await page.evaluate<string[]>(`[document.querySelectorAll(".edge").length,
            getComputedStyle(document.querySelector(".backdrop")).fill,
            getComputedStyle(document.querySelector(".edge.is-sep_conv_5x5 .wire")).stroke].map(String)`);
          assertEquals(complaints, []);
          await page.close();
          return seen;
        };
        assertEquals(await look("light"), ["10", "rgb(255, 255, 255)", "rgb(59, 42, 148)"]);
        assertEquals(await look("dark"), ["10", "rgb(22, 27, 34)", "rgb(162, 132, 246)"]);
      });

      for (const [scheme, width] of [["light", 1280], ["dark", 320]] as const) {
        await test.step(`the landscape, ${scheme}, ${width} px: no complaint, nothing cut off, readable`, async () => {
          const url = await save("landscape.html", landscapeHtml(sampleLandscape()));
          const { page, complaints } = await visit(browser, url, width, scheme);
          await page.evaluate(open);
          assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
          const { texts, poor } = await page.evaluate<{ texts: number; poor: string[] }>(contrast);
          assert(texts > 100, `only ${texts} texts were seen`);
          assertEquals([poor, complaints], [[], []]);
          const unfit = await page.evaluate<string[]>(
            `[...document.querySelectorAll("svg.panel text, svg.plot text")]
          .filter((text) => {
            const { a, b } = text.getScreenCTM();
            const [own, panel] = [text, text.closest("svg.panel") ?? text.closest("figure")].map((one) => one.getBoundingClientRect());
            return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b) < 8 ||
              own.left < panel.left || own.right > panel.right || own.bottom > panel.bottom + 1;
          }).map((text) => text.textContent)`,
          );
          assertEquals(unfit, []);
          await page.close();
        });
      }

      await test.step("the landscape's drawing of its own: four panels, colours by scheme", async () => {
        const url = await save("landscape.svg", landscapeSvg(sampleLandscape()));
        for (
          const [scheme, fill] of [["light", "rgb(255, 255, 255)"], ["dark", "rgb(22, 27, 34)"]] as const
        ) {
          const { page, complaints } = await visit(browser, url, 830, scheme);
          const seen = await page.evaluate<string[]>(
            `[document.querySelectorAll("svg.panel, svg.plot").length,
            getComputedStyle(document.querySelector(".backdrop")).fill].map(String)`,
          );
          assertEquals([seen, complaints], [["4", fill], []]);
          await page.close();
        }
      });

      for (const classes of [2, 12, 100]) {
        for (const [scheme, width] of [["light", 1280], ["dark", 320]] as const) {
          await test.step(`a test of ${classes} classes, ${scheme}, ${width} px: nothing cut off, readable`, async () => {
            const url = await save("test.html", testHtml(sampleTest(classes)));
            const { page, complaints } = await visit(browser, url, width, scheme);
            await page.evaluate(open);
            assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
            const { texts, poor } = await page.evaluate<{ texts: number; poor: string[] }>(contrast);
            assert(texts > 70 + 2 * classes, `only ${texts} texts were seen`);
            assertEquals([poor, complaints], [[], []]);
            const seen = await page.evaluate<
              { unfit: string[]; spilt: string[]; labels: number; bars: number }
            >(`({
              unfit: [...document.querySelectorAll("svg.confusion text, svg.plot text")].filter((text) => {
                const { a, b } = text.getScreenCTM();
                const [own, box] = [text, text.closest("svg.confusion") ?? text.closest("figure")].map((one) => one.getBoundingClientRect());
                return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b) < 8 ||
                  own.left < box.left || own.right > box.right || own.bottom > box.bottom + 1;
              }).map((text) => text.textContent),
              spilt: [...document.querySelectorAll("rect.value + text")].filter((text) => {
                const [own, cell] = [text, text.previousElementSibling].map((one) => one.getBoundingClientRect());
                return own.left < cell.left || own.right > cell.right || own.top < cell.top || own.bottom > cell.bottom;
              }).map((text) => text.textContent),
              labels: document.querySelectorAll("svg.confusion .tick").length,
              bars: document.querySelectorAll("#calibration .bar").length,
            })`);
            assertEquals([seen.unfit, seen.spilt, seen.labels], [[], [], 2 * classes + 2]);
            assert(seen.bars >= 10);
            await page.close();
          });
        }
      }

      for (const [scheme, width] of [["light", 1280], ["dark", 320]] as const) {
        await test.step(`a comparison, ${scheme}, ${width} px: no complaint, nothing cut off, readable`, async () => {
          const eight = sampleGrid(["0.2", "0.4", "0.6", "0.8", "1", "1.2", "1.4", "1.6"]);
          const url = await save("comparison.html", comparisonHtml(eight));
          const { page, complaints } = await visit(browser, url, width, scheme);
          await page.evaluate(open);
          assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
          const { texts, poor } = await page.evaluate<{ texts: number; poor: string[] }>(contrast);
          assert(texts > 500, `only ${texts} texts were seen`);
          assertEquals([poor, complaints], [[], []]);
          const seen = await page.evaluate<{ unfit: string[]; drawn: boolean[]; bands: number }>(`({
          unfit: [...document.querySelectorAll("svg.plot text")].filter((text) => {
            const [own, card] = [text, text.closest("figure")].map((one) => one.getBoundingClientRect());
            return parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a < 8 ||
              own.left < card.left || own.right > card.right;
          }).map((text) => text.textContent),
          drawn: [...document.querySelectorAll("img")].map((image) => image.naturalWidth > 0),
          bands: [...document.querySelectorAll(".band")].filter((band) => getComputedStyle(band).fill !== "none").length,
        })`);
          assertEquals(seen, { unfit: [], drawn: Array(16).fill(true), bands: 32 });
          await page.close();
        });
      }

      for (const [scheme, width] of [["light", 1280], ["dark", 320]] as const) {
        await test.step(`a study, ${scheme}, ${width} px: no complaint, nothing cut off, readable`, async () => {
          const url = await save("study.html", studyHtml(wholeStudy, "npx -y deno task study study.json"));
          const { page, complaints } = await visit(browser, url, width, scheme);
          await page.evaluate(open);
          assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
          const { texts, poor } = await page.evaluate<{ texts: number; poor: string[] }>(contrast);
          assert(texts > 1000, `only ${texts} texts were seen`);
          assertEquals([poor, complaints], [[], []]);
          const seen = await page.evaluate<{ unfit: string[]; plots: number; dots: number }>(`({
          unfit: [...document.querySelectorAll("svg.plot text, svg.strips text")].filter((text) => {
            const [own, box] = [text, text.closest("svg.strips, figure")].map((one) => one.getBoundingClientRect());
            return parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a < 8 ||
              own.left < box.left || own.right > box.right;
          }).map((text) => text.textContent),
          plots: document.querySelectorAll("svg.plot").length,
          dots: document.querySelectorAll("svg.strips .dot").length,
        })`);
          // Six arms have runs, 27 of which ended, with five measures of each arm, and two figures of dots; two dots of
          // each are the key's.
          assertEquals(seen, { unfit: [], plots: 30, dots: 58 });
          await page.close();
        });
      }

      await test.step("the study's drawing of its own: a dot a run, nothing cut off, colours by scheme", async () => {
        const url = await save("study.svg", studySvg(wholeStudy));
        for (
          const [scheme, fill] of [["light", "rgb(255, 255, 255)"], ["dark", "rgb(22, 27, 34)"]] as const
        ) {
          const { page, complaints } = await visit(browser, url, 830, scheme);
          const seen = await page.evaluate<unknown[]>(`[document.querySelectorAll(".dot").length,
            getComputedStyle(document.querySelector(".backdrop")).fill,
            [...document.querySelectorAll("text")].filter((text) => text.getBoundingClientRect().left < 0 ||
              text.getBoundingClientRect().right > document.documentElement.width.baseVal.value).length]`);
          assertEquals([seen, complaints], [[29, fill, 0], []]);
          await page.close();
        }
      });

      await test.step("the trajectories' drawing of its own is white, whatever the scheme", async () => {
        const url = await save("trajectories.svg", trajectoriesSvg(sampleComparison()));
        const { page, complaints } = await visit(browser, url, 960, "dark");
        const seen = await page.evaluate(`[getComputedStyle(document.querySelector("rect")).fill,
          getComputedStyle(document.querySelector(".series-1 path:not(.band)")).stroke,
          [...document.querySelectorAll("text")].filter((text) => text.getBoundingClientRect().left < 0 ||
            text.getBoundingClientRect().right > document.documentElement.width.baseVal.value).length]`);
        assertEquals([seen, complaints], [["rgb(255, 255, 255)", "rgb(184, 71, 0)", 0], []]);
        await page.close();
      });

      await test.step("every published cell is well-formed XML", async () => {
        const { page } = await visit(browser, "about:blank", 800, "light");
        for (const [name, genotype] of Object.entries(publishedGenotypes)) {
          for (const cell of cellDiagrams(genotype)) {
            const svg = cellFigure(cell, { standalone: true });
            const broken = await page.evaluate(
              `new DOMParser().parseFromString(${
                JSON.stringify(svg)
              }, "image/svg+xml").querySelector("parsererror")?.textContent`,
            );
            assertEquals(broken, undefined, `${name} ${cell.name}`);
          }
        }
        await page.close();
      });
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
