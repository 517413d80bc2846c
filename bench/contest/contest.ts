/** Runs one row: all its contestants at once in memory, one after the other on the processor, round by round. */
import { type PeerName, peerNames, peerTitles, type Row } from "./rows.ts";
import type { Sampling, Task } from "./tasks.ts";
import { type Greeting, type Sample, type Starter, startWorker, type Worker } from "./worker.ts";

export type Contestant = "ours" | "beside" | PeerName;

/** What one contestant did in a row. */
export interface Result extends Greeting {
  /** Milliseconds of a run. */
  readonly samples: readonly number[];
  /** Most bytes its process had in RAM. */
  readonly peakMemory?: number;
}

/** A row's results, and for a contestant without any the reason. */
export interface RowResult {
  readonly results: Readonly<Partial<Record<Contestant, Result>>>;
  readonly missing: Readonly<Partial<Record<Contestant, string>>>;
}

export interface Contest {
  readonly starters: Readonly<Partial<Record<"ours" | PeerName, Starter>>>;
  readonly sampling: Sampling;
  readonly repeats: number;
  readonly signal: AbortSignal;
  readonly note: (words: string) => void;
}

const cacheVariable = "MESA_SHADER_CACHE_DIR";

/** The results of a row. Throws where this project fails itself; a peer that fails is missing. */
export async function runRow(row: Row, contest: Contest): Promise<RowResult> {
  if (row.task.kind === "cold") {
    return { results: { ours: await coldStarts(row.task, contest) }, missing: {} };
  }
  const workers = new Map<Contestant, Worker>();
  const missing: Partial<Record<Contestant, string>> = {};
  try {
    for (const [name, task] of contestants(row)) {
      contest.signal.throwIfAborted();
      const starter = contest.starters[name === "beside" ? "ours" : name];
      const obstacle = starter === undefined ? "not installed here" : shortage(row, name);
      if (obstacle !== undefined) missing[name] = obstacle;
      else {
        contest.note(`  preparing ${name === "ours" || name === "beside" ? "ours" : peerTitles[name]}`);
        try {
          const worker = await startWorker(starter!, { ...task, ...contest.sampling }, contest.signal);
          const difference = otherNetwork(worker.greeting, workers.get("ours")?.greeting);
          if (difference === undefined) workers.set(name, worker);
          else {
            missing[name] = difference;
            await worker.stop();
          }
        } catch (error) {
          dropOut(name, error as Error, missing);
        }
      }
    }
    const samples = await inTurn(workers, missing, contest);
    const results = Object.fromEntries([...workers].map(([name, worker]) => {
      const taken = samples.get(name)!;
      const { peakMemory } = taken.at(-1)!;
      const times = { ...worker.greeting, samples: taken.map(({ milliseconds }) => milliseconds) };
      return [name, peakMemory === undefined ? times : { ...times, peakMemory }];
    }));
    return { results, missing };
  } finally {
    await Promise.allSettled([...workers.values()].map((worker) => worker.stop()));
  }
}

function contestants({ task, faster = {}, beside }: Row): [Contestant, Task][] {
  const peers = peerNames.filter((name) => name in faster).map((name): [Contestant, Task] => [name, task]);
  return [["ours", task], ...(beside ? [["beside", beside.task] as [Contestant, Task]] : []), ...peers];
}

/** Why PyTorch is not started: it would push the machine into its swap, or be killed. */
function shortage({ peerMemory = 0 }: Row, name: Contestant): string | undefined {
  const { available } = Deno.systemMemoryInfo();
  if (name !== "pytorch" || available >= peerMemory) return undefined;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  return `needs ${gigabytes(peerMemory)} GB of free memory and ${gigabytes(available)} GB are free`;
}

/** Why a contestant's network cannot be the one of ours; undefined where it can. */
function otherNetwork({ parameters: theirs }: Greeting, ours?: Greeting): string | undefined {
  if (theirs === undefined || ours?.parameters === undefined || theirs === ours.parameters) return undefined;
  return `its network has ${theirs} parameters and ours ${ours.parameters}`;
}

/** A sample of each, then the next of each, the order turned round every time. A peer that fails drops out. */
async function inTurn(
  workers: Map<Contestant, Worker>,
  missing: Partial<Record<Contestant, string>>,
  { repeats, signal }: Contest,
): Promise<Map<Contestant, Sample[]>> {
  const samples = new Map([...workers.keys()].map((name): [Contestant, Sample[]] => [name, []]));
  for (let round = 0; round < repeats; round++) {
    const order = [...workers];
    for (const [name, worker] of round % 2 === 0 ? order : order.reverse()) {
      signal.throwIfAborted();
      await worker.sample().then((sample) => samples.get(name)!.push(sample), (error) => {
        dropOut(name, error, missing);
        workers.delete(name);
      });
    }
  }
  return samples;
}

/** A row goes on without a peer, not without this project. */
function dropOut(name: Contestant, error: Error, missing: Partial<Record<Contestant, string>>): void {
  if (name === "ours" || name === "beside") throw error;
  missing[name] = error.message;
}

/** Each in a process of its own, with a shader cache that is empty. */
async function coldStarts(task: Task, { starters, sampling, repeats, signal }: Contest): Promise<Result> {
  const samples: number[] = [];
  const starter = starters.ours!;
  let greeting: Greeting | undefined;
  for (let i = 0; i < repeats; i++) {
    signal.throwIfAborted();
    const cache = await Deno.makeTempDir({ prefix: "ms-darts-shaders-" });
    try {
      const env = { ...starter.env, [cacheVariable]: cache };
      const worker = await startWorker({ ...starter, env }, { ...task, ...sampling }, signal);
      samples.push(worker.readyAfter);
      greeting = worker.greeting;
      await worker.stop();
    } finally {
      await Deno.remove(cache, { recursive: true });
    }
  }
  return { ...greeting!, samples };
}
