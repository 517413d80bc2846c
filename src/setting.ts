/**
 * How messages name settings: by their keys, as ‹memoryLimit›. Whoever shows a message replaces these by what its
 * reader types; the command line by flags.
 */
import { UserError } from "./errors.ts";

/** A setting as messages name it. */
export const setting = (key: string): string => `‹${key}›`;

/** A message with its settings as `nameOf` writes each. */
export const namingSettings = (message: string, nameOf: (key: string) => string): string =>
  message.replace(/‹(\w+)›/g, (_, key: string) => nameOf(key));

/** What `action` returns or throws, with other keys for the settings in its errors. */
export function renamingSettings<T>(keyOf: (key: string) => string, action: () => T): T {
  const renamed = (error: unknown): never => {
    if (error instanceof UserError) {
      error.message = namingSettings(error.message, (key) => setting(keyOf(key)));
      const { keyOf: inner } = error;
      error.keyOf = (key) => keyOf(inner(key));
    }
    throw error;
  };
  try {
    const result = action();
    return result instanceof Promise ? result.catch(renamed) as T : result;
  } catch (error) {
    return renamed(error);
  }
}
