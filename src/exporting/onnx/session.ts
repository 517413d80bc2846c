/** Runs ONNX models that were exported here, with onnxruntime-web in a process of its own (see runtime.ts). */
import { z } from "zod";
import { dataError, deviceError } from "../../errors.ts";
import { fromFileUrl } from "../../io/paths.ts";
import { readData } from "../../io/read.ts";
import { type DescribedNetwork, describedNetwork } from "../../training/network_file.ts";
import { type Normalising, normalisings } from "../model.ts";
import { type Frame, frameBytes, frameReader } from "./frames.ts";
import { metadataOf } from "./metadata.ts";

/** An ONNX model that is ready to run, and what its metadata say. `await using` ends its process. */
export interface OnnxSession extends AsyncDisposable {
  /** The network that it is of: its genotype, sizes, classes, the normalisation and size of its images. */
  readonly network: DescribedNetwork;
  /** What `run` takes: images that are normalised, or pixels from 0 to 1, or from 0 to 255. */
  readonly normalise: Normalising;
  /** All metadata of the file, as texts. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * The logits [N, classes] of images [N, C, H, W].
   *
   * @throws UserError (exit 4) for what onnxruntime refuses
   */
  run(images: Float32Array): Promise<Float32Array>;
}

/** How {@link openOnnx} opens a model. */
export interface OnnxOptions {
  /** The model's name in messages; its path when left out. */
  readonly name?: string;
  /** Told where the start takes long: the package is fetched the first time. */
  readonly note?: (line: string) => void;
}

/** Milliseconds after which a start takes long. */
const long = 3000;

/**
 * The network that the bytes of a model say it is of.
 *
 * @param name the model's name in messages
 * @throws UserError (exit 4) for what was not exported here
 */
export const describedModel = (bytes: Uint8Array, name: string): DescribedNetwork =>
  describe(metadataOf(bytes, name), name);

const describe = (metadata: Readonly<Record<string, string>>, name: string): DescribedNetwork =>
  describedNetwork(metadata, name, "a model.onnx of export");

/**
 * Opens a model: a file, or its bytes.
 *
 * @throws UserError (exit 4) for a file that is missing, damaged or was not exported here, in one sentence that names
 * it; (exit 3) where onnxruntime-web cannot be started
 */
export async function openOnnx(
  model: string | Uint8Array<ArrayBuffer>,
  { name = typeof model === "string" ? model : "model.onnx", note = () => {} }: OnnxOptions = {},
): Promise<OnnxSession> {
  const bytes = typeof model === "string" ? readData(model) : model;
  const metadata = metadataOf(bytes, name);
  const network = describe(metadata, name);
  const normalise = z.enum(normalisings).catch("none").parse(metadata["normalise"]);
  const process = startRuntime();
  const timer = setTimeout(() => note("Waiting for onnxruntime-web, which is fetched the first time"), long);
  const { channels, height, width } = network.images;
  const floats = channels * height * width;
  try {
    await process.ask({}, bytes, (why) => dataError(`${name} is damaged: onnxruntime says "${why}".`));
  } catch (error) {
    await process.end();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return {
    ...{ network, normalise, metadata },
    run: async (images) => {
      if (images.length === 0 || images.length % floats !== 0) {
        throw new RangeError(`Cannot run ${name}: ${images.length} floats are no images of ${floats}`);
      }
      const shape = [images.length / floats, channels, height, width];
      const asBytes = normalise === "bytes";
      const { body } = await process.ask(
        { type: asBytes ? "uint8" : "float32", shape },
        asBytes ? Uint8Array.from(images, Math.round) : images,
        (why) => dataError(`${name} cannot be run: onnxruntime says "${why}".`),
      );
      return new Float32Array(body.buffer);
    },
    [Symbol.asyncDispose]: process.end,
  };
}

const here = (file: string): string => fromFileUrl(new URL(file, import.meta.url));

/** Why Deno ended, by what it printed: its error, and the last of the causes that it lists. */
function why(words: string): string {
  const [, error] = /^error: (?:Uncaught .*?Error: )?(.*)$/m.exec(words) ?? [];
  const cause = [...words.matchAll(/^ +\d+: (.*)$/gm)].at(-1)?.[1];
  return error === undefined ? "it ended without a word" : cause === undefined ? error : `${error}: ${cause}`;
}

/** A process of runtime.ts. */
function startRuntime() {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "--no-remote", "--no-config", "--frozen", "--allow-read"],
      ...["--lock", here("runtime.lock"), here("runtime.ts")],
    ],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const words = new Response(child.stderr).text();
  const input = child.stdin.getWriter();
  const next = frameReader(child.stdout);
  return {
    /** Sends a message and returns the answer; `refused` makes an error of one that tells of a failure. */
    ask: async (head: object, body: ArrayBufferView, refused: (why: string) => Error): Promise<Frame> => {
      // What cannot be written to a process that ended is told by its last words.
      input.write(frameBytes(head, body)).catch(() => {});
      const answer = await next();
      if (answer === undefined) {
        throw deviceError(
          `Cannot run onnxruntime-web, which npm fetches the first time: ${why(await words)}.`,
        );
      }
      const { error } = answer.head as { error?: string };
      if (error !== undefined) throw refused(error.trim().replace(/\.$/, ""));
      return answer;
    },
    end: async (): Promise<void> => {
      await input.close().catch(() => {});
      await Promise.all([child.status, words]);
      // What is left on the pipe keeps it open.
      while (await next() !== undefined);
    },
  };
}
