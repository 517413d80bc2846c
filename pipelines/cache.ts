/** `cache`: shows what the cache holds, and empties it. */
import { runCommand } from "../src/cli/main.ts";
import { confineWrites } from "../src/cli/permissions.ts";
import { cacheParts } from "../src/config/cache.ts";
import { cacheCommand } from "../src/config/spec.ts";
import { listedNames } from "../src/data/left_out.ts";
import { cacheFolder } from "../src/environment.ts";
import { visible } from "../src/errors.ts";
import { relative } from "../src/io/paths.ts";
import { statIfThere } from "../src/io/read.ts";
import { type Amount, contents, remove, total } from "./cache/contents.ts";

const words = {
  images: "decoded folders of images",
  downloads: "data sets as this project downloaded them",
  drivers: "the newer software driver, one for each version of Deno",
  other: "put there by others: it stays",
};

const megabytes = ({ bytes }: Amount): string => `${(bytes / 1e6).toFixed(1)} MB`;

await runCommand(cacheCommand, (config, { print }) => {
  const folder = cacheFolder();
  // A user may have moved the cache to another disk and left a link.
  const place = statIfThere(folder) === undefined ? folder : Deno.realPathSync(folder);
  confineWrites(config.empty ? [place] : []);
  const before = contents(place);
  const gone = before.filter(({ part }) => config.remove.some((name) => name === part));
  remove(place, gone);
  const left = config.empty ? contents(place) : before;
  const parts = [...cacheParts, "other" as const];
  const amounts = parts.map((part) => [part, total(left.filter((entry) => entry.part === part))] as const);
  if (config.json) {
    return print(JSON.stringify({ folder, ...Object.fromEntries(amounts), freed: total(gone) }));
  }
  print(folder);
  for (const [part, amount] of amounts) {
    const columns = [part.padEnd(10), megabytes(amount).padStart(10), `${amount.files} files`.padStart(12)];
    print(`${columns.join("")}  ${words[part]}`);
  }
  if (config.empty) {
    print(`freed ${megabytes(total(gone))}, ${total(gone).files} files of ${config.remove.join(", ")}`);
    const others = left.filter(({ part }) => part === "other").map(({ path }) => relative(place, path));
    if (others.length > 0) print(`not put there by this project, and left: ${visible(listedNames(others))}`);
  }
});
