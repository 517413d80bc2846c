/**
 * Loaded before the tests by `deno task test`: each of them first waits a while where the machine has next to no memory
 * left, and is skipped, with a line that the tally counts, where there is none still. On a software driver device memory
 * is the machine's, so that other programs would fail whatever opens a device.
 */
import { sizeInWords } from "../src/plan/budget.ts";
import { skippedForMemory } from "../scripts/tally.ts";

/** What a test may need besides the part of the machine's memory that the driver leaves alone: 3 % in Deno. */
const wanted = 0.5e9;
const reserve = 0.04;
/** Milliseconds that all tests in a row wait together, and between two looks. */
const [patience, pause] = [60_000, 500];
let waited = 0;

async function enough(): Promise<boolean> {
  // A test may do without the permission to ask.
  const { state } = await Deno.permissions.query({ name: "sys", kind: "systemMemoryInfo" });
  if (state !== "granted") return true;
  for (;;) {
    const { total, available } = Deno.systemMemoryInfo();
    if (available >= wanted + reserve * total) {
      waited = 0;
      return true;
    }
    if (waited >= patience) return false;
    await new Promise((done) => setTimeout(done, pause));
    waited += pause;
  }
}

type Body = (t: Deno.TestContext) => void | Promise<void>;

const guarded = (name: string, body: Body): Body => async (t) => {
  if (await enough()) {
    try {
      return await body(t);
    } finally {
      // What was compiled stays mapped until it is collected, and a process that has too many mappings dies.
      (globalThis as { gc?: () => void }).gc?.();
    }
  }
  const { available } = Deno.systemMemoryInfo();
  console.log(
    `${skippedForMemory}${name} (${sizeInWords(available)} are free; other programs hold the rest)`,
  );
};

const { test } = Deno;
const careful = (...given: readonly unknown[]): void => {
  const body = given.find((part): part is Body => typeof part === "function");
  const options = given.find((part): part is Partial<Deno.TestDefinition> => typeof part === "object") ?? {};
  const name = given.find((part) => typeof part === "string") ?? options.name ?? body!.name;
  test({ ...options, name, fn: guarded(name, body ?? options.fn!) });
};
Object.defineProperty(Deno, "test", { value: Object.assign(careful, test) });

// Modules open devices while they load.
await enough();
