/** What outside files hold, taken only where it is what it should be. */

export type Values = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object in a JSON text; undefined where there is none. */
export function toObject(text: string): Values | undefined {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const objectsIn = (value: unknown): readonly Values[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

/** Values as words, and numbers; undefined where they are something else. */
export const wordsOf = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;
export const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
