// How does a program that a start script brought up notice that the script is gone?

/**
 * Calls `end` once when the parent is gone: its end of our standard input closed, or we have another parent than at the start
 * (a killed parent's children are handed to process 1 or a subreaper). The timer alone does not keep the process alive.
 */
export function watchParent(end: (why: string) => void): () => void {
  const parent = process.ppid
  let over = false
  const stop = () => {
    over = true
    clearInterval(timer)
    process.stdin.destroy()
  }
  const gone = (why: string) => {
    if (over) return
    stop()
    end(why)
  }
  const timer = setInterval(() => process.ppid !== parent && gone('the parent process is gone'), 1000)
  timer.unref()
  process.stdin.on('end', () => gone('standard input closed'))
  process.stdin.on('close', () => gone('standard input closed'))
  process.stdin.on('error', () => gone('standard input failed'))
  process.stdin.resume()
  return stop
}
