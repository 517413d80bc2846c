/** A server of live pages for a test. */
import { Pages } from "../../pipelines/watching/pages.ts";
import { serverOf } from "../../pipelines/watching/server.ts";

/** Serves what lies in a folder while a test uses it. */
export async function whileServed(
  folder: string,
  use: (address: string, port: number) => Promise<void>,
): Promise<void> {
  const { answer } = serverOf(new Pages([folder]));
  const end = new AbortController();
  const server: Deno.HttpServer<Deno.NetAddr> = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, signal: end.signal },
    (request) => answer(request, server.addr.port),
  );
  try {
    await use(`http://127.0.0.1:${server.addr.port}`, server.addr.port);
  } finally {
    end.abort();
    await server.finished;
  }
}

/** The next event of a stream that says something. */
export async function nextEvent(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  for (let text = "";;) {
    const { value, done } = await reader.read();
    if (done) throw new Error("The stream has ended");
    text += new TextDecoder().decode(value);
    const [, data] = /^data: (.*)\n\n/m.exec(text) ?? [];
    if (data !== undefined) return data;
  }
}
