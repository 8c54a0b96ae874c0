// Placeholder: an evaluator's score sheet.
export const Page = () => null
