/** Spreading tasks over workers. */

/** How many workers to use: one a core, two at least (one then reads while the other decodes), eight at most. */
export const workerCount = (): number => Math.min(8, Math.max(2, navigator.hardwareConcurrency));

/**
 * Sends each task to the next idle worker made of `module` and hands its answer on together with its index. The
 * workers are ended whatever happens. Rejects with the first error of a worker or of `onResult`, and with the signal's
 * reason as soon as that is aborted, without waiting for the workers.
 */
export async function runInWorkers<Task, Result>(
  module: URL,
  tasks: readonly Task[],
  onResult: (index: number, result: Result) => void,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  let next = 0;
  const workers: Worker[] = [];
  const work = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      let current = -1;
      const send = () => {
        if (next === tasks.length) return resolve();
        current = next++;
        worker.postMessage(tasks[current]);
      };
      worker.onmessage = ({ data }: MessageEvent<Result>) => {
        try {
          onResult(current, data);
          send();
        } catch (cause) {
          reject(cause);
        }
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`A worker failed: ${event.message}`));
      };
      send();
    });
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  try {
    while (workers.length < Math.min(workerCount(), tasks.length)) {
      workers.push(new Worker(module, { type: "module" }));
    }
    await Promise.race([aborted.promise, Promise.all(workers.map(work))]);
  } finally {
    signal?.removeEventListener("abort", abort);
    for (const worker of workers) worker.terminate();
  }
}
