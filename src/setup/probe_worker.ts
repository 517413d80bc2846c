/** Posts the description of the adapter, or null, and ends. See `probeAdapter`. */
async function describeAdapter(): Promise<string | null> {
  try {
    const adapter = await navigator.gpu?.requestAdapter();
    return adapter ? adapter.info.description || adapter.info.vendor || "unnamed" : null;
  } catch {
    // Deno throws where no driver library can be loaded at all.
    return null;
  }
}

(self as unknown as { postMessage(message: unknown): void }).postMessage(await describeAdapter());
self.close();
