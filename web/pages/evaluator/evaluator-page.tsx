// Placeholder: an evaluator's assignments.
export const Page = () => null
