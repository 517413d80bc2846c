/** Debian's package tool: installs packages into the system, or brings their files to a folder. */
import { namesIn } from "./debian.ts";
import { type Ended, runWith } from "./program.ts";

/** Waits for another apt-get's lock, gives up on a dead network within a minute. */
const patience = ["DPkg::Lock::Timeout=120", "Acquire::Retries=1", "Acquire::http::Timeout=20"]
  .flatMap((option) => ["-o", option]);

const apt = (...args: string[]): Promise<Ended> =>
  runWith({ DEBIAN_FRONTEND: "noninteractive" }, "apt-get", "--quiet", ...patience, ...args);

/**
 * Installs packages into the system, as root.
 *
 * @returns undefined when installed, else the last lines apt printed.
 */
export async function install(packages: readonly string[]): Promise<string | undefined> {
  // A source that cannot be reached fails the update but not always the install: what counts is the install.
  const update = await apt("update");
  const result = await apt("install", "--yes", "--no-install-recommends", ...packages);
  if (result.success) return undefined;
  return update.success || update.tail === result.tail ? result.tail : `${update.tail}\n${result.tail}`;
}

/** What {@link download} brings from where. */
export interface Wanted {
  readonly packages: readonly string[];
  /** The suites to look in, such as `trixie`; the last is preferred. */
  readonly suites: readonly string[];
  /** Address of the archive. */
  readonly archive: string;
  /** File of the keys that its lists must be signed with. */
  readonly keyring: string;
  /** Debian's name of the processor, such as `amd64`. */
  readonly architecture: string;
}

/**
 * Downloads packages and all that they depend on, as if nothing were installed, into `folder`, which is apt's alone
 * then. Resolving, signatures and checksums are apt's. Needs no root and leaves the system alone.
 *
 * @returns the paths of the packages, or the last lines of what failed.
 */
export async function download(
  { packages, suites, archive, keyring, architecture }: Wanted,
  folder: string,
): Promise<string[] | { readonly failure: string }> {
  const file = (name: string, lines: readonly string[]): string => {
    Deno.writeTextFileSync(`${folder}/${name}`, lines.map((line) => `${line}\n`).join(""));
    return `${folder}/${name}`;
  };
  for (const name of ["lists/partial", "archives/partial", "parts"]) {
    Deno.mkdirSync(`${folder}/${name}`, { recursive: true });
  }
  const origin = `deb [arch=${architecture} signed-by=${keyring}] ${archive}`;
  const settings = {
    "Dir::State": folder,
    "Dir::State::lists": `${folder}/lists`,
    "Dir::State::status": file("status", []),
    "Dir::Cache": folder,
    "Dir::Cache::archives": `${folder}/archives`,
    "Dir::Etc::sourcelist": file("sources.list", suites.map((suite) => `${origin} ${suite} main`)),
    "Dir::Etc::sourceparts": `${folder}/parts`,
    "APT::Architecture": architecture,
    "APT::Architectures": architecture,
    "Acquire::Languages": "none",
    // As root apt would download as a user of its own, who may not write here.
    "APT::Sandbox::User": "root",
  };
  const config = file("apt.conf", [
    // What the system does after each update concerns its own files, and may need root.
    ...["#clear APT::Architectures;", "#clear APT::Update;", "#clear DPkg;"],
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
  ]);
  const mine = (...args: string[]) => apt("--config-file", config, ...args);
  const update = await mine("--error-on=any", "update");
  if (!update.success) return { failure: update.tail };
  const kind = ["--yes", "--download-only", "--no-install-recommends", `--target-release=${suites.at(-1)}`];
  const got = await mine(...kind, "install", ...packages);
  if (!got.success) return { failure: got.tail };
  return namesIn(`${folder}/archives`).filter((name) => name.endsWith(".deb")).sort().map((name) =>
    `${folder}/archives/${name}`
  );
}
