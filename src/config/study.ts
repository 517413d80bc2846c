/** `study` as a command. */
import { usageError } from "../errors.ts";
import { namedPath, path, text, toggle, whole } from "../fields.ts";
import { setting } from "../setting.ts";
import { define, type Parsed } from "./command.ts";
import { datasetNames } from "./names.ts";
import { output } from "./schema.ts";

const groups = {
  "What to run": {
    file: path("FILE", "study file: its results go into the folder and the page of the same name beside it"),
    data: namedPath("name|path", datasetNames, "images that all runs search on").optional(),
    arms: text("names", "only these arms, with commas between them").optional(),
    seeds: whole("only so many seeds of each arm, from 0 on").optional(),
    page: toggle("run nothing: make the page and the figure of the results there are"),
    jobs: whole("runs at the same time", { min: 1, max: 256 }).default(1),
  },
  "Run and output": {
    out: path("dir", "folder of the runs; by default one of the study's name under runs/").optional(),
    ...output,
  },
};

/** Settings of `study`, complete; what is run has `data`. */
export type StudyConfig = Parsed<typeof groups>;

export const studyCommand = define({
  name: "study",
  summary: "Run what is missing of a study (arms of settings, some seeds each) and make its page.",
  examples: [
    "study docs/studies/nasbench201.json --data path/to/cifar10",
    "study docs/studies/nasbench201.json --page",
  ],
  positionals: ["file"],
  groups,
  complete: (parsed): StudyConfig => {
    if (!parsed.file.endsWith(".json")) {
      throw usageError(`A study is a .json file, and ${parsed.file} is none.`);
    }
    if (!parsed.page && parsed.data === undefined) {
      throw usageError(
        `study needs ${setting("data")}: the images to search on; or ${
          setting("page")
        }, which makes the page only.`,
      );
    }
    return parsed;
  },
  needsAdapter: ({ page }) => !page,
});
