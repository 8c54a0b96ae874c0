// Under which name is a stratum drawn, so that one seed serves several draws?

/** What is drawn for one stratum, and under which name its key is made. Example: `evaluators R26BK00000001/1/software`. */
export const committeePurpose = (tender: string, lot: string, field: string): string =>
  `evaluators ${tender}/${lot}/${field}`

/** Is a draw of this purpose one of evaluators, and not of a tie? */
export const drawsEvaluators = (purpose: unknown): boolean =>
  typeof purpose === 'string' && purpose.startsWith('evaluators ')
