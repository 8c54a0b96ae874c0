// Placeholder: sealing and sending a bid.
export const Page = () => null
