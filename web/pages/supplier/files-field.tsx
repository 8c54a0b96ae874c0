// How are files added to an envelope? Picked or dropped, each with how far it is, and taken away again.
import { CircleCheck, CircleX, Paperclip } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FILE_LIMITS, FILE_TYPES } from '../../../src/domain/bids/files.ts'
import type { BidKind } from '../../../src/domain/bids/prepare.ts'
import type { BidFile, Files } from '../../files/use-files.ts'
import { Button } from '../../parts/button.tsx'
import { saveFile } from '../../save-file.ts'
import { bytesSay } from './file-size.ts'

const ACCEPT = Object.keys(FILE_TYPES)
  .map((ending) => `.${ending}`)
  .join(',')

function Row({ file, files }: { file: BidFile; files: Files }) {
  const { t } = useTranslation()
  const busy = file.state === 'sealing' || file.state === 'sending'
  const state = t(`supplier.files.state.${file.state}`, { percent: file.percent })
  const Icon = file.state === 'ready' ? CircleCheck : file.state === 'failed' ? CircleX : Paperclip
  const tone = file.state === 'ready' ? 'text-good' : file.state === 'failed' ? 'text-bad' : 'text-muted'
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 border-line border-b py-3 last:border-b-0">
      <Icon aria-hidden="true" className={`mt-0.5 shrink-0 ${tone}`} size={20} />
      <div className="min-w-0 flex-1">
        <p className="break-words font-semibold">
          <bdi>{file.name}</bdi> <span className="note tnum font-normal">{bytesSay(file.bytes)}</span>
        </p>
        {busy && (
          <progress
            aria-label={t('supplier.files.progress', { name: file.name })}
            className="my-1 block h-2 w-full max-w-80 accent-primary"
            max={100}
            value={file.percent}
          />
        )}
        <p className={file.state === 'failed' ? 'font-semibold text-bad' : 'note'}>
          {file.state === 'failed'
            ? t(`supplier.files.failed.${file.why ?? 'line'}`, {
                defaultValue: t('supplier.files.failed.other', { code: file.why }),
              })
            : state}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {file.state === 'failed' && (
          <Button onPress={() => files.again(file.id)} small>
            {t('supplier.files.again')} <span className="sr-only">{file.name}</span>
          </Button>
        )}
        {file.state === 'ready' && (
          <Button
            kind="quiet"
            onPress={() => {
              const copy = files.copyOf(file.id)
              if (copy) saveFile(copy.name, copy.content, 'application/octet-stream')
            }}
            small
          >
            {t('supplier.files.copy')} <span className="sr-only">{file.name}</span>
          </Button>
        )}
        <Button kind="quiet" onPress={() => files.remove(file.id)} small>
          {t('supplier.files.remove')} <span className="sr-only">{file.name}</span>
        </Button>
      </div>
    </li>
  )
}

export function FilesField({ kind, files }: { kind: BidKind; files: Files }) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const own = files.list.filter((file) => file.kind === kind)
  const away = files.turnedAway.filter((file) => file.kind === kind)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    files.add(kind, event.dataTransfer.files)
  }
  const said = own.filter((file) => file.state === 'ready' || file.state === 'failed')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way for those who have a mouse; the button does the same.
    <div
      className={`stack rounded-lg border border-dashed p-4 ${over ? 'border-primary bg-primary-soft' : 'border-line'}`}
      onDragLeave={() => setOver(false)}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDrop={drop}
    >
      <h3 className="field-label" id={`files-${kind}-title`}>
        {t('supplier.files.title')}
      </h3>
      <p className="note" id={`files-${kind}-says`}>
        {t('supplier.files.says', {
          most: FILE_LIMITS.perBid,
          megabytes: FILE_LIMITS.bytes / 1_048_576,
          types: Object.keys(FILE_TYPES).join(', '),
        })}
      </p>
      <p>
        <input
          accept={ACCEPT}
          aria-describedby={`files-${kind}-says`}
          aria-labelledby={`files-${kind}-title`}
          className="sr-only"
          id={`files-${kind}`}
          multiple
          onChange={(event) => {
            files.add(kind, event.target.files ?? [])
            event.target.value = ''
          }}
          ref={input}
          tabIndex={-1}
          type="file"
        />
        <Button kind="quiet" onPress={() => input.current?.click()}>
          {t('supplier.files.choose')}
        </Button>{' '}
        <span className="note">{t('supplier.files.drop')}</span>
      </p>
      {away.length > 0 && (
        <div className="font-semibold text-bad" role="alert">
          <ul className="list-disc ps-5">
            {away.map(({ name, reasons }) => (
              <li className="break-words" key={name}>
                <bdi>{name.slice(0, 80) || '–'}</bdi>:{' '}
                {reasons.map((r) => t(`supplier.files.wrong.${r.code}`, r.facts)).join(' ')}
              </li>
            ))}
          </ul>
        </div>
      )}
      {own.length > 0 && (
        <ul aria-label={t('supplier.files.list')}>
          {own.map((file) => (
            <Row file={file} files={files} key={file.id} />
          ))}
        </ul>
      )}
      <p aria-live="polite" className="sr-only">
        {said.map((file) => `${file.name}: ${t(`supplier.files.spoken.${file.state}`)}`).join('. ')}
      </p>
    </div>
  )
}
