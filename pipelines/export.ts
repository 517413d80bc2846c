/** `export`: writes a trained network into a folder that other tools can use. */
import { runCommand } from "../src/cli/main.ts";
import { confineWrites } from "../src/cli/permissions.ts";
import { exportCommand } from "../src/config/spec.ts";
import { onnxFile } from "../src/exporting/onnx/write.ts";
import { withoutFolders } from "../src/exporting/without_folders.ts";
import { Runner } from "../src/gpu/mod.ts";
import { dirname } from "../src/io/paths.ts";
import { countNetwork } from "../src/network/count.ts";
import { project } from "../src/project.ts";
import { exportedFiles } from "./exporting/files.ts";
import { checkEmpty, writeFolder } from "./exporting/folder.ts";
import { measuredDifference } from "./exporting/parity.ts";
import { sourceOf } from "./exporting/source.ts";
import { runnerOptions } from "./run/run.ts";
import { summary } from "./run/summary.ts";

await runCommand(exportCommand, async (settings, context) => {
  const { out, normalise, fold: folded } = settings;
  const { progress: { note } } = context;
  checkEmpty(out);
  const source = sourceOf(settings);
  const { file, network } = source;
  const { command, run } = withoutFolders(
    { command: context.commandLine, run: source.run },
    { settings, run: source.run?.settings },
  );
  confineWrites([out, dirname(out)]);
  const { version } = project;
  const onnx = onnxFile(network, {
    ...{ normalise, folded, version },
    metadata: {
      command,
      ...run && {
        data: run.dataset,
        seed: String(run.seed),
        test_accuracy: String(run.testAccuracy),
        test_images: String(run.testImages),
      },
    },
  });
  const runner = await Runner.open(settings.adapter, {
    ...runnerOptions({ recompute: false, tuning: settings.tuning, memoryLimit: undefined }),
    note,
  });
  const difference = await measuredDifference(runner, network, onnx, { note });
  runner.close();

  const { genotype, size } = network.net;
  const counts = countNetwork(genotype, size, network.images.height, network.images.width);
  const model = { network, ...counts, command, version, run, onnx: { normalise, folded, difference } };
  const files = exportedFiles(model, onnx, file);
  writeFolder(out, files);
  summary(settings.json, {
    folder: out,
    files: [...files.keys()],
    ...counts,
    test_accuracy: run?.testAccuracy ?? null,
    normalise,
    largest_logit_difference: difference,
  }, context);
});
