/** What a search is of: a method and a space, by their names or as values of one's own. */
import { type Method, methodByName } from "../methods/mod.ts";
import { type Space, spaceByName } from "../spaces/mod.ts";

/** A method and the space that it searches. */
export interface Subject {
  /** How it is searched. */
  readonly method: Method;
  /** What is searched. */
  readonly space: Space;
}

/** What settings name, where a value of one's own does not take its place. */
export const subjectOf = (
  { method, space }: { readonly method?: unknown; readonly space?: unknown },
  own: Partial<Subject> = {},
): Subject => ({
  method: own.method ?? methodByName(String(method)),
  space: own.space ?? spaceByName(String(space)),
});
