/** `landscape`: draws the supernet's loss and accuracy around the alphas that a search ended with. */
import { runCommand } from "../src/cli/main.ts";
import { confineWrites, dropNetwork } from "../src/cli/permissions.ts";
import { landscapeCommand } from "../src/config/spec.ts";
import { Runner } from "../src/gpu/mod.ts";
import { renameFile, writeFileAtomic, writeJson } from "../src/io/files.ts";
import { join } from "../src/io/paths.ts";
import { lockFolder } from "../src/io/lock.ts";
import { statIfThere } from "../src/io/read.ts";
import { hearRequests } from "../src/io/stop_request.ts";
import { checkWritable } from "../src/io/run_directory.ts";
import { landscapeHtml, landscapeSvg, sharpness } from "../src/report/mod.ts";
import { landscapeLoop } from "./landscape/scan.ts";
import { openingOf } from "./landscape/open_run.ts";
import { runnerOptions } from "./run/run.ts";

await runCommand(landscapeCommand, async (settings, context) => {
  const { signal, onStop, progress, print } = context;
  const opening = openingOf(settings, progress.note);
  checkWritable(settings.run);
  using _claimed = lockFolder(settings.run, "wait for its end");
  using _heard = hearRequests(settings.run, onStop);
  const opened = await opening.open(context);
  confineWrites([settings.run]);
  dropNetwork();
  const runner = await Runner.open(settings.adapter, {
    ...runnerOptions(settings),
    note: progress.note,
    signal,
  });
  const hooks = { signal, onStep: progress.step, note: progress.note };
  const found = await landscapeLoop(runner, opened, settings, hooks);
  runner.close();

  const sharp = sharpness(found);
  const file = (name: string): string => join(settings.run, name);
  const older = (name: string, n: number): string => file(name.replace(".", `-${n}.`));
  if (statIfThere(file("landscape.json"))) {
    let n = 1;
    while (statIfThere(older("landscape.json", n))) n++;
    // The numbers last: where this is cut short, it is done again.
    for (const name of ["landscape.html", "landscape.svg", "landscape.json"]) {
      if (statIfThere(file(name))) renameFile(file(name), older(name, n));
    }
    progress.note(`The landscape from before is now ${older("landscape.html", n)}`);
  }
  writeFileAtomic(file("landscape.svg"), landscapeSvg(found));
  writeFileAtomic(file("landscape.html"), landscapeHtml(found));
  writeJson(file("landscape.json"), { ...found, sharpness: sharp });
  if (settings.json) return print(JSON.stringify({ ...found, sharpness: sharp }));

  const { center, eigenvalue } = found;
  const short = (value: number): string => String(Number(value.toPrecision(3)));
  print(
    `at the alphas: loss ${short(center.loss)}, accuracy ${
      (100 * center.accuracy).toFixed(1)
    } % of ${found.images} images`,
  );
  if (eigenvalue !== null) {
    print(`dominant eigenvalue: ${short(eigenvalue.value)} (error ${short(eigenvalue.error)})`);
  }
  for (const { name, lossRise, accuracyDrop, curvature } of sharp) {
    print(
      `${name}: loss ${lossRise < 0 ? "−" : "+"}${short(Math.abs(lossRise))} and accuracy ${
        accuracyDrop > 0 ? "−" : "+"
      }${(100 * Math.abs(accuracyDrop)).toFixed(1)} points at distance ${short(settings.radius)}, curvature ${
        short(curvature)
      }`,
    );
  }
  print(`figures: ${file("landscape.html")}, ${file("landscape.svg")}`);
});
