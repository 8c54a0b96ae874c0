// Placeholder: the state of the key custodians.
export const Page = () => null
