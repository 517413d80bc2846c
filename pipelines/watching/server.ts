/**
 * Serves the pages to browsers on this machine and to nobody else: it listens on 127.0.0.1, takes no other name for it,
 * only shows, and never gives out a file itself.
 */
import script from "../../src/report/live.js" with { type: "text" };
import { scriptPath } from "../../src/report/page.ts";
import { Events } from "./events.ts";
import type { Pages } from "./pages.ts";

/**
 * What a page may do: run the script of this server and speak to it. Names in the data that turned out to be HTML could
 * still fetch nothing, and another site cannot frame a page.
 */
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const always = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

const kinds = {
  html: "text/html; charset=utf-8",
  script: "text/javascript; charset=utf-8",
  words: "text/plain; charset=utf-8",
  events: "text/event-stream",
};

interface Answered {
  readonly status?: number;
  readonly kind: keyof typeof kinds;
  readonly more?: Readonly<Record<string, string>>;
}

const answer = (body: BodyInit, { status = 200, kind, more = {} }: Answered): Response =>
  new Response(body, { status, headers: { ...always, ...more, "content-type": kinds[kind] } });

const refused = (status: number, words: string, more: Readonly<Record<string, string>> = {}): Response =>
  answer(`${words}\n`, { status, kind: "words", more });

/** The names of this machine that only it can mean. A page of another site may have made its own name lead here. */
const ownNames = ["127.0.0.1", "localhost"];

/** Why a request is not answered; undefined where it is. */
function refusal(request: Request, port: number): Response | undefined {
  const host = request.headers.get("host") ?? "";
  if (!ownNames.some((name) => host === `${name}:${port}` || (port === 80 && host === name))) {
    return refused(403, `This server is http://127.0.0.1:${port}/ and has no other name.`);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return refused(405, "This server only shows: it takes GET and HEAD.", { allow: "GET, HEAD" });
  }
}

/** Whether another site asks, which could read no answer but hold a connection. */
const ofOtherSite = (request: Request): boolean =>
  !["same-origin", "none", null].includes(request.headers.get("sec-fetch-site"));

/** What goes wrong with one page is told in its place, and is no end of the others. */
function whatever(respond: (request: Request) => Response, request: Request): Response {
  try {
    return respond(request);
  } catch (cause) {
    return refused(500, `This page could not be made: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** What answers the requests for these pages. */
export interface Server {
  /** @param port that it listens on */
  answer(request: Request, port: number): Response;
}

export function serverOf(pages: Pages): Server {
  const events = new Events(pages);
  const respond = (request: Request): Response => {
    const url = new URL(request.url);
    if (url.pathname === scriptPath) return answer(script, { kind: "script" });
    if (request.headers.get("accept") === kinds.events) {
      if (ofOtherSite(request)) return refused(403, "Another site may not listen.");
      const stream = events.of(url);
      return stream === undefined
        ? refused(503, "Too many pages are open.")
        : answer(stream, { kind: "events" });
    }
    const page = pages.at(url);
    return answer(page.html(), { kind: "html", status: page.there ? 200 : 404 });
  };
  return {
    answer(request, port) {
      const response = refusal(request, port) ?? whatever(respond, request);
      if (request.method !== "HEAD") return response;
      void response.body?.cancel();
      return new Response(null, response);
    },
  };
}
