// How large is a file, in words of people?

/** Examples: 900 is "900 B", 2,048 is "2.0 KB", 104,857,600 is "100.0 MB" (binary, as systems show them). */
export function bytesSay(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const [unit, size] = bytes < 1_048_576 ? ['KB', 1024] : ['MB', 1_048_576]
  return `${(bytes / Number(size)).toFixed(1)} ${unit}`
}
