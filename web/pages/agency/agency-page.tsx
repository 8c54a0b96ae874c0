// Placeholder: an agency's tenders and tasks.
export const Page = () => null
