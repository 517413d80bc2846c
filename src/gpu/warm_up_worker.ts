/** Worker: compiles kernels on a device of its own. */
/// <reference lib="deno.worker" />
import { helpWith, type WarmUpTask } from "./warm_up.ts";

self.onmessage = async ({ data }: MessageEvent<WarmUpTask>) => {
  await helpWith(data);
  self.postMessage(null);
};
