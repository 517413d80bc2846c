/** Versions of a method: as its authors published it, or as others carried it over into their own code. */
import { usageError } from "../errors.ts";
import { setting } from "../setting.ts";
import { oneOf } from "../fields.ts";
import type { Space } from "../spaces/space.ts";
import type { Method, Port } from "./method.ts";

const ports = ["original", "smoothdarts", "1shot1"] as const satisfies readonly Port[];

export const portFields = {
  port: oneOf(
    ports,
    "whose version of pc-darts (original, smoothdarts) or gdas (original, 1shot1); by default the original where it " +
      "searches the space",
  ).optional(),
};

export const portGroup = { "Version (pc-darts, gdas)": portFields };

/**
 * The version to take on a space; undefined for a method of one version. Throws a usage error for one that the method
 * does not have there, with those that it has.
 */
export function portOf(
  { name, ports }: Pick<Method, "name" | "ports">,
  space: Space,
  given: Port | undefined,
): Port | undefined {
  const known = ports?.(space) ?? [];
  if (given === undefined || known.includes(given)) return given ?? known[0];
  throw usageError(
    known.length > 0
      ? `${setting("port")} ${given} is no version of ${name} on ${space.name}; it has ${
        known.join(", ")
      } there.`
      : `${setting("port")} ${given} is for methods of several versions; ${name} has one, so leave it out.`,
  );
}
