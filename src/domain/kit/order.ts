// In which order do texts stand that must stand the same everywhere? By their code units, in no language's alphabet.

/** Compares two texts for sorting: negative, zero or positive. Example: ['b', 'a'].sort(byText) is ['a', 'b'] on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
