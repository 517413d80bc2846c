/** Tells open pages that what they are drawn from changed: by server-sent events, each the version of the page. */
import type { Pages } from "./pages.ts";

/** Milliseconds between two looks at what open pages are drawn from, and after which silence is broken. */
const look = 1000;
const silence = 15_000;

/** Most pages that are told, which is more than anyone looks at. */
const most = 100;

interface Listener {
  readonly url: URL;
  /** Undefined before it was told any. */
  version: string | undefined;
  /** When it was last told something. */
  told: number;
  readonly tell: (text: string) => void;
}

export class Events {
  readonly #listeners = new Set<Listener>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly pages: Pages) {}

  /** What the page at an address is told; undefined where too many are told already. */
  of(url: URL): ReadableStream<Uint8Array> | undefined {
    if (this.#listeners.size >= most) return undefined;
    let listener: Listener | undefined;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const tell = (text: string) => controller.enqueue(new TextEncoder().encode(text));
        listener = { url, version: undefined, told: performance.now(), tell };
        this.#listeners.add(listener);
        tell("retry: 2000\n\n");
        this.#tell(listener);
        this.#timer ??= setInterval(() => this.#look(), look);
      },
      cancel: () => {
        this.#listeners.delete(listener!);
        if (this.#listeners.size > 0) return;
        clearInterval(this.#timer);
        this.#timer = undefined;
      },
    });
  }

  #look(): void {
    for (const listener of this.#listeners) {
      try {
        this.#tell(listener);
      } catch {
        // Its connection has just ended, or files are not as they should be: then it is told at another look.
      }
    }
  }

  #tell(listener: Listener): void {
    const { version } = this.pages.at(listener.url);
    const now = performance.now();
    if (version === listener.version && now - listener.told < silence) return;
    // A line that says nothing keeps the connection, and finds out whether it is there.
    listener.tell(version === listener.version ? ":\n\n" : `data: ${version}\n\n`);
    listener.version = version;
    listener.told = now;
  }
}
