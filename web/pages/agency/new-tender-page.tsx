// Placeholder: drafting a tender.
export const Page = () => null
