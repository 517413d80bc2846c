/** A page that only says something, where there is nothing to draw. */
import { markup } from "./markup.ts";
import { header, type Live, pageHtml } from "./page.ts";

/** The page as the text of an HTML file. */
export const noteHtml = (title: string, words: string, live: Live): string =>
  pageHtml({
    title,
    colours: {},
    css: "",
    headline: header({ eyebrow: "MS-DARTS runs", title, facts: [], tiles: [] }),
    main: markup`<aside class="notes"><p>${words}</p></aside>`,
    live,
  });
