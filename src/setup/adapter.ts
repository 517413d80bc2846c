/** Whether this machine has a WebGPU adapter, asked without spoiling the answer for the process that asks. */

/**
 * Deno also reaches OpenGL drivers, with fewer storage buffers and features than the kernels are planned for. On
 * Linux, Vulkan is asked for, unless the user chose a backend. Takes effect before the first adapter request only.
 */
export function preferVulkan(): void {
  // A benchmark or a library's user may not have given the permission, and then chooses the backend outside.
  const { state } = Deno.permissions.querySync({ name: "env", variable: "DENO_WEBGPU_BACKEND" });
  if (state !== "granted") return;
  if (Deno.build.os === "linux" && Deno.env.get("DENO_WEBGPU_BACKEND") === undefined) {
    Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
  }
}

/**
 * The adapter's description, or null where there is none. Asked in a worker: what a thread found at its first
 * request stays, so a driver installed afterwards would go unseen by the thread that asked too early.
 */
export function probeAdapter(): Promise<string | null> {
  const worker = new Worker(import.meta.resolve("./probe_worker.ts"), { type: "module" });
  return new Promise((done, fail) => {
    worker.onmessage = (event: MessageEvent<string | null>) => done(event.data);
    worker.onerror = (event) => fail(new Error(`Cannot ask for an adapter: ${event.message}`));
  });
}
