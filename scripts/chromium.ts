/** A browser for the tests that look at pages. */
import { statIfThere } from "../src/io/read.ts";
import { install } from "../src/setup/apt.ts";
import { canInstall, distribution } from "../src/setup/debian.ts";

const candidates = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The path of a Chromium, or undefined where none is installed. `CHROMIUM` in the environment goes first. */
export function findChromium(): string | undefined {
  const named = Deno.env.get("CHROMIUM");
  const paths = named === undefined ? candidates : [named, ...candidates];
  return paths.find((path) => statIfThere(path)?.isFile);
}

/** Finds Chromium or, on Debian as root, installs it. Undefined, with a note, where neither works. */
export async function ensureChromium(note: (words: string) => void): Promise<string | undefined> {
  const found = findChromium();
  if (found !== undefined) return found;
  const machine = distribution();
  // Ubuntu's package of this name only points to another store.
  if (machine.id === "debian" && canInstall(machine)) {
    note("No Chromium here; installing it for the page tests.");
    const failure = await install(["chromium"]);
    if (failure === undefined) return findChromium();
    note(`Chromium could not be installed, so page tests are skipped:\n${failure}`);
    return undefined;
  }
  note("No Chromium here, so page tests are skipped. Install chromium, or name one in CHROMIUM.");
  return undefined;
}
