/**
 * The programs through which a user started this process: `npx -y deno task search` is npx, maybe a shell of it, and
 * `deno task`; `ms-darts search` is its script and `deno task`. They live as long as the command; one that is gone was
 * ended by somebody who meant the command. What started the first of them (a shell, a script, a terminal, a supervisor)
 * is none of them: a command may outlive those.
 *
 * Seen with programs of the system, since Deno shows the processes to nobody: `cat` in Linux's /proc, elsewhere `ps`.
 * Windows has neither, and there nothing is watched.
 */
import { basename } from "../io/paths.ts";
import { run } from "./program.ts";

/** A process as the system shows it. */
export interface Shown {
  readonly parent: number;
  /** What it was called with, the program first. */
  readonly words: readonly string[];
}

/** How the commands of this process are started. */
export interface Starters {
  /** Each process, from this one up, with the one that started it. */
  readonly links: readonly { readonly pid: number; readonly parent: number; readonly name: string }[];
  /** Whether it was started by `nohup`: a terminal that closes does not end it. */
  readonly ignoresHangUp: boolean;
}

/** A program's name in a word of a command line, without its folder, quotes, version and ending. */
const programOf = (word = ""): string =>
  basename(word.replace(/^['"]|['"]$/g, "")).replace(/^-|@.*$|\.(exe|[cm]?js)$/g, "");

const runners = ["npm", "npm-cli", "npx", "npx-cli", "pnpm", "pnpx", "yarn", "yarnpkg", "bun", "bunx"];
const shells = ["sh", "bash", "dash", "zsh", "ash", "busybox"];

/** Whether a Deno with these words runs what starts tasks from anywhere. */
const startsTasks = (words: readonly string[]): boolean =>
  words[1] === "run" && words.some((word) => /[/\\]scripts[/\\]ms_darts\.ts'?$/.test(word));

/** Whether these words are those of `deno task`, or of what brings Deno and starts that. */
export function startsTask(words: readonly string[]): boolean {
  // npm shows all its words as one.
  const all = words.join(" ").split(/\s+/).filter((word) => word !== "" && !word.startsWith("-"));
  if (programOf(all[0]) === "node") all.shift();
  const program = programOf(all[0]);
  // The package of Deno calls its script so.
  if (program === "deno" || program === "bin") return all[1] === "task" || startsTasks(all);
  return runners.includes(program) &&
    all.some((word, i) => i > 0 && programOf(word) === "deno" && all[i + 1] === "task");
}

const isShell = ({ words }: Shown): boolean => shells.includes(programOf(words[0]));

/** What of a command line tells it from others, in one line. */
const shortened = (words: string): string => words.trim().slice(0, 40).split(/\s+/).join(" ");

/** A longer chain is not that of one command. */
const mostLinks = 16;

/** The starters of a process whose parent is known. */
export async function startersOf(pid: number, parent: number): Promise<Starters> {
  const links: Starters["links"][number][] = [];
  // Shells count where npm starts its command by one, that is below one of the others.
  let pending: typeof links = [];
  let [child, next] = [pid, parent];
  let above: Shown | undefined;
  while (links.length + pending.length < mostLinks && (above = await show(next)) !== undefined) {
    const ours = startsTask(above.words);
    if (!ours && (links.length === 0 || !isShell(above))) break;
    pending.push({ pid: child, parent: next, name: shortened(above.words.join(" ")) });
    if (ours) {
      links.push(...pending);
      pending = [];
    }
    [child, next] = [next, above.parent];
  }
  const script = above && isShell(above) ? [next] : [];
  return { links, ignoresHangUp: await ignoresHangUp([pid, ...script], links.at(-1)?.parent) };
}

/** The first of the links whose starter is gone: another process has taken over its child. */
export async function brokenLink({ links }: Starters): Promise<Starters["links"][number] | undefined> {
  const parents = await parentsOf(links.map(({ pid }) => pid));
  // Where the system shows none of them, it cannot be told.
  return parents.size === 0 ? undefined : links.find(({ pid, parent }) => parents.get(pid) !== parent);
}

const linux = Deno.build.os === "linux";

/** What a program prints; nothing where it is missing. */
const printed = async (program: string, ...args: string[]): Promise<string> =>
  (await run(program, ...args)).stdout;

async function show(pid: number): Promise<Shown | undefined> {
  if (Deno.build.os === "windows" || pid < 1) return undefined;
  const parent = (await parentsOf([pid])).get(pid);
  return parent === undefined ? undefined : { parent, words: await wordsOf(pid) };
}

/** The parents of those processes that the system shows, by the process. */
async function parentsOf(pids: readonly number[]): Promise<Map<number, number>> {
  const text = linux
    ? await printed("cat", ...pids.map((pid) => `/proc/${pid}/stat`))
    : await printed("ps", "-o", "pid=,ppid=", "-p", pids.join(","));
  // In /proc the program's name stands in brackets, and may hold some, and ends of lines.
  const pattern = linux ? /^(\d+) \(.{0,64}\) \S (\d+) /gms : /^\s*(\d+)\s+(\d+)\s*$/gm;
  return new Map([...text.matchAll(pattern)].map(([, pid, parent]) => [Number(pid), Number(parent)]));
}

async function wordsOf(pid: number): Promise<string[]> {
  const words = linux
    ? (await printed("cat", `/proc/${pid}/cmdline`)).split("\0")
    : (await printed("ps", "-o", "command=", "-p", `${pid}`)).trim().split(" ");
  return words.filter((word) => word !== "");
}

/**
 * Whether a command is to go on when its terminal closes. `nohup` tells by a signal that is ignored, by the command or
 * the script that started it; Node, and so npx, heeds it again, and what is left of the wish there is the name that
 * shells give the program they started. Only seen on Linux.
 */
async function ignoresHangUp(pids: readonly number[], top: number | undefined): Promise<boolean> {
  if (!linux) return false;
  const files = pids.map((pid) => `/proc/${pid}/status`).concat(
    top === undefined ? [] : `/proc/${top}/environ`,
  );
  const text = await printed("cat", ...files);
  // The lowest bit is that of the hang-up.
  return /^SigIgn:\s*[0-9a-f]*[13579bdf]$/m.test(text) || /(^|[\0\n])_=[^\0]*\/nohup(\0|$)/.test(text);
}
