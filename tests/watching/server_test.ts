/** Who is answered by the server of live pages, and who is not. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { addEpoch, makeRun } from "./made_up_runs.ts";
import { nextEvent, whileServed } from "./served.ts";

/** The status and the text of the answer to a request as it stands, which `fetch` would tidy up. */
async function asked(port: number, head: string): Promise<{ status: number; text: string }> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(
    new TextEncoder().encode(`${head.replaceAll("\n", "\r\n")}\r\nConnection: close\r\n\r\n`),
  );
  const text = await new Response(connection.readable).text();
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text };
}

Deno.test("watch: only this machine's own names are answered, and only what shows", () =>
  inFolder(async (folder) => {
    makeRun(`${folder}/run`, { epochs: 1 });
    await whileServed(folder, async (address, port) => {
      const status = async (host: string, method = "GET") =>
        (await asked(port, `${method} / HTTP/1.1\nHost: ${host}`)).status;
      assertEquals(await status(`127.0.0.1:${port}`), 200);
      assertEquals(await status(`localhost:${port}`), 200);
      for (
        const host of [
          ...[
            "rebound.example",
            `rebound.example:${port}`,
            `127.0.0.1.rebound.example:${port}`,
            "127.0.0.1",
            "localhost",
          ],
          ...[
            `localhost:${port + 1}`,
            `[::1]:${port}`,
            `0.0.0.0:${port}`,
            `localhost.:${port}`,
            `x@localhost:${port}`,
          ],
        ]
      ) {
        assertEquals(await status(host), 403, host);
      }
      for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"]) {
        const { status, text } = await asked(
          port,
          `${method} / HTTP/1.1\nHost: 127.0.0.1:${port}\nContent-Length: 0`,
        );
        assertEquals(status, 405, method);
        assertMatch(text, /allow: GET, HEAD/i);
      }
      const head = await asked(port, `HEAD / HTTP/1.1\nHost: 127.0.0.1:${port}`);
      assertEquals([head.status, head.text.split("\r\n\r\n")[1]], [200, ""]);

      const { headers } = await fetch(address).then(async (answer) => (await answer.body?.cancel(), answer));
      assertStringIncludes(headers.get("content-security-policy")!, "default-src 'none'");
      assertStringIncludes(headers.get("content-security-policy")!, "frame-ancestors 'none'");
      assertEquals(headers.get("cache-control"), "no-store");
      assertEquals(headers.get("access-control-allow-origin"), null);
    });
  }));

Deno.test("watch: no file is given out, whatever the address", () =>
  inFolder(async (folder) => {
    makeRun(`${folder}/runs/run`, { epochs: 1 });
    Deno.writeTextFileSync(`${folder}/secret`, "precious");
    Deno.writeTextFileSync(`${folder}/runs/run/secret`, "precious");
    Deno.symlinkSync(`${folder}/secret`, `${folder}/runs/run/link`);
    await whileServed(`${folder}/runs`, async (_, port) => {
      for (
        const path of [
          ...[
            "/../secret",
            "/runs/../../secret",
            "/runs/%2e%2e/secret",
            "/runs/..%2f..%2fsecret",
            "/%2e%2e%2fsecret",
          ],
          ...[
            "/runs/run/secret",
            "/runs/run/link",
            "/runs/run/%00",
            "/runs/run/..\\secret",
            "/..;/secret",
            "/%c0%ae/",
          ],
          ...[
            "/runs/run/report.html/../secret",
            "/runs/run/config.json",
            `/${folder}/secret`,
            "/file:///etc/passwd",
          ],
        ]
      ) {
        const { status, text } = await asked(port, `GET ${path} HTTP/1.1\nHost: 127.0.0.1:${port}`);
        assert([400, 404].includes(status), `${path}: ${status}`);
        assert(!text.includes("precious"), path);
      }
    });
  }));

Deno.test("watch: an open page is told of changes, and of nothing else; other sites may not listen", () =>
  inFolder(async (folder) => {
    const run = `${folder}/run`;
    makeRun(run, { epochs: 1, lock: { says: "77 node-7 5" } });
    await whileServed(folder, async (address) => {
      const headers = { accept: "text/event-stream" };
      const page = `${address}/${folder.split("/").at(-1)}/run/report.html`;
      const stop = new AbortController();
      const reader = (await fetch(page, { headers, signal: stop.signal })).body!.getReader();
      const first = await nextEvent(reader);
      assertStringIncludes(await (await fetch(page)).text(), `data-version="${first}"`);
      const second = nextEvent(reader);
      addEpoch(run, 1);
      assert(await second !== first);
      const third = nextEvent(reader);
      Deno.removeSync(run, { recursive: true });
      assertEquals(await third, "gone");
      stop.abort();

      const foreign = await fetch(page, { headers: { ...headers, "sec-fetch-site": "cross-site" } });
      assertEquals(foreign.status, 403);
      await foreign.body?.cancel();
    });
  }));
