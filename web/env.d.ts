// What does the build provide that no file holds?

declare module 'virtual:endpoints' {
  export const addresses: Record<string, { method: string; path: string; stepUp?: true }>
}
