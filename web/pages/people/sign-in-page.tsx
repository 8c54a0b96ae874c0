// Placeholder.
export const Page = () => null
