/** Worker: compiles kernels on a device of its own. */
import { openGpu } from "./device.ts";
import { Pipelines } from "./pipelines.ts";
import { takeJobs, type WarmUpTask } from "./warm_up_jobs.ts";

/** The side of a worker on which it stands; Deno's types of it belong to all modules or to none. */
const thread = self as unknown as {
  onmessage(event: MessageEvent<WarmUpTask>): Promise<void>;
  postMessage(message: null): void;
};

thread.onmessage = async ({ data: task }) => {
  const gpu = await openGpu(task.choice);
  await takeJobs(new Pipelines(gpu), task);
  gpu.close();
  thread.postMessage(null);
};
