// Placeholder: the live opening room.
export const Page = () => null
