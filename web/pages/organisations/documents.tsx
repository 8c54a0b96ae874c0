// Which documents belong to a registration, and how are they added and fetched?
import { type ChangeEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addressOf } from '../../../src/api/client.ts'
import type { OrganisationView } from '../../../src/api/organisations.ts'
import { b64 } from '../../../src/proof/bytes.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { Select } from '../../parts/select.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { saveFile } from '../../save-file.ts'
import { accessToken } from '../../session.ts'

type Document = OrganisationView['documents'][number]
const KINDS = ['registration', 'seal', 'authority', 'licence', 'other'] as const

/** Fetched with the session's token, which a plain link would not carry, and saved as a file: nothing of it is shown here. */
async function fetchDocument(org: string, one: Document): Promise<void> {
  const token = await accessToken()
  const address = addressOf(ENDPOINTS.readDocument, { org, id: one.id })
  const reply = await fetch(address, { headers: token ? { authorization: `Bearer ${token}` } : {} })
  if (reply.ok) saveFile(one.name, new Uint8Array(await reply.arrayBuffer()), one.media)
}

export function DocumentTable({ org, documents }: { org: string; documents: readonly Document[] }) {
  const { t } = useTranslation()
  const says = (one: Document) => t(`organisations.documents.kinds.${one.kind}`)
  return (
    <DataTable<Document>
      caption={t('organisations.documents.title')}
      captionHidden
      columns={[
        { id: 'name', head: t('organisations.documents.name'), names: true, cell: (one) => one.name },
        { id: 'kind', head: t('organisations.documents.kind'), cell: says },
        {
          id: 'size',
          head: t('organisations.documents.size'),
          num: true,
          cell: (one) => t('organisations.documents.bytes', { kilobytes: Math.max(1, Math.round(one.size / 1000)) }),
        },
        { id: 'at', head: t('organisations.documents.at'), cell: (one) => <Time at={one.at} /> },
        {
          id: 'fetch',
          head: t('organisations.documents.fetch'),
          cell: (one) => (
            <Button kind="quiet" onPress={() => void fetchDocument(org, one)} small>
              {t('organisations.documents.fetch')} <span className="sr-only">{one.name}</span>
            </Button>
          ),
        },
      ]}
      empty={<p className="note">{t('organisations.documents.none')}</p>}
      keyOf={(one) => one.id}
      rows={documents}
    />
  )
}

export function AddDocument() {
  const { t } = useTranslation()
  const { busy, problem, send } = useSend()
  const [kind, setKind] = useState<(typeof KINDS)[number]>('registration')
  const [file, setFile] = useState<File | null>(null)
  const choose = (event: ChangeEvent<HTMLInputElement>) => setFile(event.target.files?.[0] ?? null)
  const add = async () => {
    if (!file) return
    const bytes = b64(new Uint8Array(await file.arrayBuffer()))
    if (await send(() => ask(ENDPOINTS.addDocument, { body: { kind, name: file.name, bytes } }))) setFile(null)
  }
  return (
    <div className="stack">
      <ErrorSummary fieldOf={() => 'document-file'} problem={problem} />
      <div className="grid items-end gap-4 sm:grid-cols-[auto_1fr_auto]">
        <Select
          id="document-kind"
          label={t('organisations.documents.kind')}
          onChange={(value) => setKind(value as typeof kind)}
          options={KINDS.map((value) => ({ value, says: t(`organisations.documents.kinds.${value}`) }))}
          value={kind}
        />
        <div className="flex min-w-0 flex-col gap-1">
          <label className="field-label" htmlFor="document-file">
            {t('organisations.documents.file')}
          </label>
          <input
            accept=".pdf,.png,.jpg,.jpeg"
            className="field"
            id="document-file"
            key={file === null ? 'none' : 'some'}
            onChange={choose}
            type="file"
          />
        </div>
        <Button isDisabled={file === null} isPending={busy} onPress={() => void add()}>
          {t('organisations.documents.add')}
        </Button>
      </div>
      <p className="note">{t('organisations.documents.says')}</p>
    </div>
  )
}
