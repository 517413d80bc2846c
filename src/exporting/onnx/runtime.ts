/**
 * A process that runs an ONNX model with onnxruntime-web: the model comes as the first message on standard input, then
 * batches; each is answered on standard output. The package is large, so only this process has it, by a lock file of
 * its own, and the project's lock file, by which every command fetches its packages, does not name it.
 */
import { type Frame, frameBytes, frameReader } from "./frames.ts";

/** What is used of the package, which has no types without being in the lock file. */
interface Runtime {
  readonly env: { logLevel: string; readonly wasm: { numThreads: number } };
  readonly Tensor: new (type: string, data: Float32Array | Uint8Array, shape: readonly number[]) => Tensor;
  readonly InferenceSession: { create(model: Uint8Array): Promise<Session> };
}
interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}
interface Session {
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
}
/** What goes with a batch. */
interface BatchHead {
  readonly type: "float32" | "uint8";
  readonly shape: readonly number[];
}

// Standard output is for messages; the package says there what it has to say.
console.log = console.info = console.debug = console.error;

/** A variable, since what a literal names would be in the project's lock file. */
const specifier = "npm:onnxruntime-web@1.30.0";
const runtime: Runtime = await import(specifier);
runtime.env.logLevel = "error";
runtime.env.wasm.numThreads = 1;

const output = Deno.stdout.writable.getWriter();
const next = frameReader(Deno.stdin.readable);

/** Answers a message; what fails is told in words. */
async function answer(work: () => Promise<readonly [head: unknown, body?: ArrayBufferView]>): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = frameBytes(...await work());
  } catch (error) {
    bytes = frameBytes({ error: error instanceof Error ? error.message : String(error) });
  }
  await output.write(bytes);
}

const model = await next();
if (model !== undefined) {
  let session: Session | undefined;
  await answer(async () => {
    session = await runtime.InferenceSession.create(model.body);
    return [{}];
  });
  for (let batch: Frame | undefined; session && (batch = await next());) {
    const [{ type, shape }, { body }] = [batch.head as BatchHead, batch];
    const data = type === "uint8" ? body : new Float32Array(body.buffer);
    await answer(async () => {
      const { logits } = await session!.run({ images: new runtime.Tensor(type, data, shape) });
      return [{ shape: logits!.dims }, logits!.data];
    });
  }
}
