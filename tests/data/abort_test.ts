/** Opening data ends when its signal is aborted, whatever it is at, and leaves nothing half-done. */
import { assert, assertEquals, assertRejects } from "deno-std/assert";
import { fetchOnce } from "../../src/data/download.ts";
import { openDataset } from "../../src/data/mod.ts";
import { runInWorkers } from "../../src/data/workers.ts";
import { inFolder, offline, writeIdxFolder } from "./files.ts";
import { jpg, twoClasses, writeTree } from "./image_files.ts";

/** The call must throw the reason of its signal. */
async function assertAborted(call: (stop: AbortController) => Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  assertEquals(await assertRejects(() => call(stop), DOMException), stop.signal.reason);
}

const filesIn = (folder: string): number => {
  try {
    return [...Deno.readDirSync(folder)].length;
  } catch {
    return 0;
  }
};

Deno.test("abort: a worker that is busy is not waited for", () => {
  const busy =
    "onmessage = () => { const end = Date.now() + 10_000; while (Date.now() < end); postMessage(0) }";
  return assertAborted((stop) => {
    setTimeout(() => stop.abort());
    const answered = () => assert(false, "the worker was waited for");
    return runInWorkers(new URL(`data:text/javascript,${busy}`), [1, 2, 3], answered, stop.signal);
  });
});

Deno.test("abort: no task is handed out after it", () => {
  const echo = new URL("data:text/javascript,onmessage = ({ data }) => postMessage(data)");
  let answers = 0;
  return assertAborted((stop) =>
    runInWorkers(echo, Array.from({ length: 1000 }, (_, i) => i), () => {
      if (++answers === 3) stop.abort();
      assert(answers < 900);
    }, stop.signal)
  );
});

Deno.test("abort: while images are decoded, none is decoded any more and nothing is kept", () =>
  inFolder(async (folder) => {
    const large = jpg(600, 600, [1, 200, 3]);
    const files = Array.from({ length: 40 }, (_, i) => [`images/${"ab"[i % 2]}/${i}.jpg`, large]);
    writeTree(folder, Object.fromEntries(files));
    let told = 0;
    await assertAborted((stop) =>
      openDataset(`${folder}/images`, {
        ...offline(folder),
        size: 8,
        signal: stop.signal,
        log: (line) => {
          if (!line.startsWith("decoded")) return;
          told++;
          stop.abort();
        },
      })
    );
    assertEquals([told, filesIn(`${folder}/cache`)], [1, 0]);
  }));

Deno.test("abort: before anything, while listing, while measuring, while resizing", () =>
  inFolder(async (folder) => {
    writeTree(folder, twoClasses("images/", 30));
    Deno.mkdirSync(`${folder}/idx`);
    writeIdxFolder(`${folder}/idx`, [0, 1, 0, 1], [0, 1]);
    const open = (data: string, size: number | undefined, signal: AbortSignal, log = (_: string) => {}) =>
      openDataset(`${folder}/${data}`, { ...offline(folder), signal, log, size });
    await assertAborted((stop) => (stop.abort(), open("images", undefined, stop.signal)));
    await assertAborted((stop) => open("images", undefined, stop.signal, () => stop.abort()));
    await assertAborted((
      stop,
    ) => (queueMicrotask(() => stop.abort()), open("images", undefined, stop.signal)));
    await assertAborted((stop) => (stop.abort(), open("idx", 8, stop.signal)));
    assertEquals(filesIn(`${folder}/cache`), 0);
  }));

Deno.test("abort: while a file is downloaded", () =>
  inFolder(async (folder) => {
    const begun = Promise.withResolvers<void>();
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        controller.enqueue(new Uint8Array(1000));
        begun.resolve();
        return new Promise((next) => setTimeout(next, 5));
      },
    });
    const stopServer = new AbortController();
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {}, signal: stopServer.signal },
      () => new Response(endless),
    );
    await assertAborted((stop) => {
      begun.promise.then(() => stop.abort());
      const file = { name: "a.gz", md5: "", url: `http://127.0.0.1:${server.addr.port}/a.gz` };
      return fetchOnce(file, folder, { ...offline(folder), download: true, signal: stop.signal }, "do this");
    });
    stopServer.abort();
    await server.finished;
    assertEquals(filesIn(folder), 0);
  }));
