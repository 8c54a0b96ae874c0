// Under which name are preliminary prices drawn, so that one seed serves several draws?

/** Example: `reserve R26BK00000001/1`. */
export const reservePurpose = (tender: string, lot: string): string => `reserve ${tender}/${lot}`

/** Is a draw of this purpose one of preliminary prices? */
export const drawsReserve = (purpose: unknown): boolean => typeof purpose === 'string' && purpose.startsWith('reserve ')
