// Placeholder: an agency's acts on one tender.
export const Page = () => null
