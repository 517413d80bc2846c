/** What the panels of the landscape have in common: size, heading and text alternative. */
import { format } from "./d3.ts";
import { type Markup, markup } from "./markup.ts";

export interface Panel {
  readonly measure: "loss" | "accuracy";
  readonly title: string;
  readonly format: (value: number) => string;
  readonly description: string;
}

export const panelSize = { width: 380, height: 280 } as const;

/** "−2.5": with a minus sign, not a hyphen. */
export const radiusText = (radius: number): string => format("~g")(Number(radius.toPrecision(3)));

/** A drawing of `panelSize` that scales with its box. */
export function panel({ title, description }: Panel, content: Markup): Markup {
  const id = `landscape-${title.toLowerCase().replace(/[^a-z]+/g, "-")}`;
  const { width, height } = panelSize;
  return markup`<svg class="landscape panel" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc><text class="name" x="14" y="18" font-weight="600">${title}</text>${content}</svg>`;
}
