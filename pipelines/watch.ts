/** `watch`: serves live pages of runs and comparisons, on this machine only. */
import { runCommand } from "../src/cli/main.ts";
import { watchCommand } from "../src/config/spec.ts";
import { runsFolder } from "../src/environment.ts";
import { usageError } from "../src/errors.ts";
import { statIfThere } from "../src/io/read.ts";
import { setting } from "../src/setting.ts";
import { Pages } from "./watching/pages.ts";
import { serverOf } from "./watching/server.ts";

const hostname = "127.0.0.1";

await runCommand(watchCommand, async ({ folders = [runsFolder()], port, json }, { print, progress }) => {
  for (const folder of folders) {
    const kind = statIfThere(folder);
    if (kind?.isDirectory) continue;
    throw usageError(
      `There are no runs to watch in ${folder}: ${kind ? "it is a file" : "there is no such folder"}.`,
    );
  }
  const pages = new Pages(folders);
  const server = serverOf(pages);
  const found = pages.runs;
  const listening = listen(port, (request, port) => server.answer(request, port));
  const address = `http://${hostname}:${listening.addr.port}/`;
  print(json ? JSON.stringify({ address, folders, runs: found }) : address);
  progress.note(`Watching ${found} runs in ${folders.join(", ")}; Ctrl-C ends it`);
  await listening.finished;
});

type Answer = (request: Request, port: number) => Response;

/** Begins to listen. Throws a usage error where that cannot be done on this port. */
function listen(port: number, answer: Answer): Deno.HttpServer<Deno.NetAddr> {
  const options = { hostname, port, onListen: () => {} };
  try {
    const server: Deno.HttpServer<Deno.NetAddr> = Deno.serve(
      options,
      (request) => answer(request, server.addr.port),
    );
    return server;
  } catch (cause) {
    const why = cause instanceof Deno.errors.AddrInUse
      ? "another program listens there"
      : cause instanceof Deno.errors.PermissionDenied
      ? "permission is denied"
      : (cause as Error).message;
    throw usageError(
      `Cannot serve on port ${port} of ${hostname}: ${why}; choose another ${
        setting("port")
      }, or 0 for any that is free.`,
      { cause },
    );
  }
}
