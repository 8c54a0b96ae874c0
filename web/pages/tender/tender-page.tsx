// Placeholder: the page of one tender.
export const Page = () => null
