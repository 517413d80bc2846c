/** Pauses in long work on the thread that hears Ctrl-C. */

/** Lets pending events happen, an abort among them, and throws the reason of one. */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((done) => setTimeout(done));
  signal?.throwIfAborted();
}
