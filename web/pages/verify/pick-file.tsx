// How is a file handed to a check? Dropped, or chosen by a button that works by keyboard; it never leaves the browser.
import { type DragEvent, useId, useState } from 'react'

export function PickFile({ label, note, onFile }: { label: string; note: string; onFile: (file: File) => void }) {
  const id = useId()
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file) onFile(file)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same
    <div
      className={`flex flex-col gap-2 rounded-card border border-dashed p-4 ${over ? 'border-primary bg-primary-soft' : 'border-line'}`}
      onDragLeave={() => setOver(false)}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDrop={drop}
    >
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <p className="note" id={`${id}-note`}>
        {note}
      </p>
      <input
        aria-describedby={`${id}-note`}
        className="max-w-full"
        id={id}
        onChange={(event) => {
          const file = event.target.files?.[0]
          if (file) onFile(file)
          // The same file can be chosen again after it was changed.
          event.target.value = ''
        }}
        type="file"
      />
    </div>
  )
}
