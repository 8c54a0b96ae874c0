// Placeholder: a supplier's bids and deadlines.
export const Page = () => null
