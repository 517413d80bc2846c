/** A Python with PyTorch, for the comparison with it. */
import { install } from "../../src/setup/apt.ts";
import { run } from "../../src/setup/program.ts";
import { canInstall, distribution } from "../../src/setup/debian.ts";

/** The system's first: the first Python of the path may be one without packages. */
const candidates = ["/usr/bin/python3", "python3", "python"];

/** The first Python that can import a module, or undefined. */
export async function findPython(module: string): Promise<string | undefined> {
  for (const python of candidates) if ((await run(python, "-c", `import ${module}`)).success) return python;
  return undefined;
}

/** The first Python that can import torch, or undefined. */
export const findPytorch = (): Promise<string | undefined> => findPython("torch");

/** Finds a Python with PyTorch or, on Debian as root, installs it. A note, and undefined, where neither works. */
export async function ensurePytorch(note: (words: string) => void): Promise<string | undefined> {
  const found = await findPytorch();
  if (found !== undefined) return found;
  const machine = distribution();
  const advice = machine.debianLike
    ? "sudo apt-get install python3-torch"
    : "python3 -m pip install torch, or your distribution's package of PyTorch";
  if (!canInstall(machine)) {
    note(`No Python with PyTorch here, so it is left out of the comparison. To add it: ${advice}`);
    return undefined;
  }
  note("No Python with PyTorch here; installing python3-torch.");
  const failure = await install(["python3-torch"]);
  if (failure === undefined) return await findPytorch();
  note(`PyTorch could not be installed, so it is left out of the comparison:\n${failure}`);
  return undefined;
}
