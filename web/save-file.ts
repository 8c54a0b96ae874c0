// How does a page hand over a file that it made itself?

/** Saves text or bytes under a file name. Names are composed (NFC), as the other side expects. */
export function saveFile(name: string, content: string | Uint8Array | Blob, type: string): void {
  const address = URL.createObjectURL(new Blob([content as BlobPart], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name.normalize('NFC')
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
