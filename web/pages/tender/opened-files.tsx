// Which files do the opened bids bring, is each the one that was sealed, and how is it downloaded? Told by the server, checked again here.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addressOf } from '../../../src/api/client.ts'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { FILE_FINDINGS, type FileFound } from '../../../src/domain/bids/file-check.ts'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { checkInWorker } from '../../files/ask-file-worker.ts'
import { inLanguage } from '../../i18n.ts'
import { askLog } from '../../log/ask-log.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { bytesSay } from '../supplier/file-size.ts'
import { nameOf } from './names.ts'
import type { View } from './use-tender.ts'

type Opened = ReplyOf<typeof ENDPOINTS.listFiles>['files'][number]
type Here =
  | { state: 'checking'; percent: number }
  | { state: 'found'; found: FileFound | 'not in' }
  | { state: 'broke'; why: string }

const keyOf = ({ eid, n }: { eid: string; n: number }) => `${eid} ${n}`

/** Opens every sealed file again with what the public record says of it, one after the other. */
function useChecks(no: string) {
  const [here, setHere] = useState<Readonly<Record<string, Here>>>({})
  const [busy, setBusy] = useState(false)
  const say = (file: Opened, is: Here) => setHere((before) => ({ ...before, [keyOf(file)]: is }))
  const checkOne = async (file: Opened, recorded: Map<string, Awaited<ReturnType<typeof recordOf>>[number]>) => {
    say(file, { state: 'checking', percent: 0 })
    const right = recorded.get(keyOf(file))
    if (!right) return say(file, { state: 'found', found: 'not in' })
    if (!right.named) return say(file, { state: 'found', found: 'not handed in' })
    const address = addressOf(ENDPOINTS.readSealedFile, { ct: right.says.ct })
    const tell = (bytes: number) =>
      say(file, {
        state: 'checking',
        percent: Math.min(100, Math.floor((bytes * 100) / Math.max(1, right.says.bytes))),
      })
    say(file, { state: 'found', found: await checkInWorker(right.says, right.identity, address, tell) })
  }
  const run = async (files: readonly Opened[]) => {
    setBusy(true)
    try {
      const recorded = new Map((await recordOf(no)).map((one) => [keyOf(one), one]))
      for (const file of files) {
        await checkOne(file, recorded).catch((error: unknown) =>
          say(file, { state: 'broke', why: error instanceof Error ? error.message : String(error) }),
        )
      }
    } catch (error) {
      for (const file of files)
        say(file, { state: 'broke', why: error instanceof Error ? error.message : String(error) })
    } finally {
      setBusy(false)
    }
  }
  return { here, busy, run }
}

const recordOf = (no: string) => askLog('files', { no })

function Finding({ found }: { found: FileFound }) {
  const { t, i18n } = useTranslation()
  const { fault, says } = FILE_FINDINGS[found]
  return (
    <span className={found === 'agrees' ? 'text-good' : 'font-semibold text-bad'}>
      {inLanguage(says, i18n.language)}
      {fault !== 'nobody' && ` (${t(`files.fault.${fault}`)})`}
    </span>
  )
}

export function OpenedFiles({ view }: { view: View }) {
  const { t, i18n } = useTranslation()
  const files = useAsk(
    ENDPOINTS.listFiles,
    { params: { no: view.no } },
    { every: (last) => (last?.files.some((file) => file.outcome === null) ? 2_000 : false) },
  )
  const { here, busy, run } = useChecks(view.no)
  const list = files.data?.files ?? []
  if (list.length === 0) return null
  const foundHere = (file: Opened) => {
    const is = here[keyOf(file)]
    if (!is) return '–'
    if (is.state === 'checking') return t('files.checking', { percent: is.percent })
    if (is.state === 'broke') return t('files.broke', { why: is.why })
    if (is.found === 'not in') return <span className="font-semibold text-bad">{t('files.notIn')}</span>
    return <Finding found={is.found} />
  }
  return (
    <section className="stack">
      <h2>{t('files.title')}</h2>
      <p className="note">{t('files.says')}</p>
      <DataTable<Opened>
        caption={t('files.title')}
        captionHidden
        columns={[
          {
            id: 'bidder',
            head: t('tender.bidder'),
            names: true,
            cell: (file) => nameOf(view, file.bidder, i18n.language),
            text: (file) => nameOf(view, file.bidder, i18n.language),
          },
          {
            id: 'name',
            head: t('files.name'),
            names: true,
            cell: (file) => (
              <>
                <bdi className="break-words">{file.saved}</bdi>
                <br />
                <span className="note">
                  {t(`files.envelope.${file.kind}`)} · {bytesSay(file.bytes)}
                </span>
              </>
            ),
            text: (file) => file.saved,
          },
          {
            id: 'outcome',
            head: t('files.outcome'),
            cell: (file) => (file.outcome === null ? t('files.waiting') : <Finding found={file.outcome} />),
            text: (file) => file.outcome ?? '',
          },
          { id: 'here', head: t('files.here'), cell: foundHere },
          {
            id: 'download',
            head: t('files.download'),
            cell: (file) => (
              <span className="flex flex-col gap-1">
                {file.outcome === 'agrees' && (
                  <a href={addressOf(ENDPOINTS.readFile, { eid: file.eid, n: file.n })}>
                    {t('files.download')} <span className="sr-only">{file.saved}</span>
                  </a>
                )}
                {file.outcome !== 'not handed in' && file.outcome !== 'missing' && (
                  <a className="note" href={addressOf(ENDPOINTS.readSealedFile, { ct: file.ct })}>
                    {t('files.sealed')} <span className="sr-only">{file.saved}</span>
                  </a>
                )}
              </span>
            ),
          },
        ]}
        keyOf={keyOf}
        rows={list}
      />
      <p className="no-print" aria-live="polite">
        <Button isPending={busy} kind="quiet" onPress={() => void run(list)}>
          {t('files.check')}
        </Button>
      </p>
    </section>
  )
}
