/** What zod says of a field that a file lacks, in words. */
export const missingInWords = {
  error: ({ input }: { readonly input?: unknown }) => input === undefined ? "it is missing" : undefined,
};
