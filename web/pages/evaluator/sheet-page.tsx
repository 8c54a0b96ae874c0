// How does an evaluator mark? Proposals under drawn labels, items with their limits, own marks and nobody else's.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { addressOf } from '../../../src/api/client.ts'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { FILE_FINDINGS } from '../../../src/domain/bids/file-check.ts'
import { type AwardRule, markedItems, type ScoredItem } from '../../../src/domain/scoring/rule.ts'
import { sheetOf } from '../../../src/domain/tenders/signed-acts.ts'
import { ask, ENDPOINTS, Refused, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { cellOf } from '../../marks.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { MarksGrid, MissingMarks } from '../../parts/marks-grid.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { SaveNote } from '../../parts/save-note.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { signAct } from '../../sign-act.ts'
import { type Mark, useMarks } from '../../use-marks.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { bytesSay } from '../supplier/file-size.ts'
import { useTender, type View } from '../tender/use-tender.ts'

type Sheet = ReplyOf<(typeof ENDPOINTS)['readSheet']>

const KNOWN = ['summary', 'approach']

type ProposalProps = Sheet['proposals'][number] & { open: boolean }

/** Each file by its name, to be saved and never shown; one that is not what was sealed says so instead. */
function ProposalFiles({ files }: Pick<ProposalProps, 'files'>) {
  const { t, i18n } = useTranslation()
  if (files.length === 0) return null
  return (
    <>
      <h3>{t('evaluator.files', { count: files.length })}</h3>
      <ul className="stack gap-1">
        {files.map(({ eid, n, saved, bytes, outcome }) => (
          <li className="break-words" key={n}>
            {outcome === 'agrees' ? (
              <a download={saved} href={addressOf(ENDPOINTS.readFile, { eid, n: String(n) })}>
                <bdi>{saved}</bdi>
              </a>
            ) : (
              <bdi>{saved}</bdi>
            )}{' '}
            <span className="note">
              {bytesSay(bytes)}
              {' · '}
              {outcome === null ? t('evaluator.fileWaits') : inLanguage(FILE_FINDINGS[outcome].says, i18n.language)}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

function Proposal({ label, body, files, open }: ProposalProps) {
  const { t } = useTranslation()
  const others = Object.keys(body).filter((name) => !KNOWN.includes(name))
  const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string) : JSON.stringify(body[name]))
  return (
    <details className="card" open={open}>
      <summary className="font-bold">{t('evaluator.proposal', { label })}</summary>
      <div className="stack mt-4">
        {KNOWN.filter((name) => body[name] !== undefined).map((name) => (
          <div key={name}>
            <h3>{t(`evaluator.part.${name}`)}</h3>
            <p className="prose whitespace-pre-wrap break-words">{text(name)}</p>
          </div>
        ))}
        {others.length > 0 && (
          <details>
            <summary>{t('evaluator.others', { count: others.length })}</summary>
            {others.map((name) => (
              <p className="break-words" key={name}>
                <code>{name}</code>: {text(name)}
              </p>
            ))}
          </details>
        )}
        <ProposalFiles files={files} />
      </div>
    </details>
  )
}

/** The sheet as the server holds it, signed here; refused when it is not what this page shows. */
function Signing({ no, sheet, same }: { no: string; sheet: Sheet; same: (marks: Sheet['marks']) => boolean }) {
  const { t } = useTranslation()
  const signing = useSigningKey()
  const [busy, setBusy] = useState(false)
  const [signed, setSigned] = useState(sheet.signed)
  const [problem, setProblem] = useState<Problem | null>(null)
  const sign = async () => {
    if (signing.state !== 'here') return
    setBusy(true)
    try {
      const params = { no }
      const kept = await ask(ENDPOINTS.readSheet, { params })
      if (kept.ok && !same(kept.body.marks)) {
        setProblem({ errors: [{ code: 'act-mismatch', facts: { what: 'marks/1' } }] })
      } else {
        const answer = kept.ok
          ? await ask(ENDPOINTS.signSheet, {
              params,
              body: {
                jws: await signAct(signing.key, sheetOf(no, kept.body.evaluator, kept.body.marks, kept.body.declared)),
              },
            })
          : kept
        setProblem(answer.ok ? null : { errors: answer.errors, instance: String(answer.body.instance ?? '') })
        setSigned(answer.ok)
      }
    } catch {
      setProblem({ errors: [{ code: 'busy', facts: {} }] })
    }
    setBusy(false)
  }
  if (signed) {
    return (
      <NotificationBanner kind="success" live title={t('evaluator.signed')}>
        <p>{t('evaluator.signedSays')}</p>
      </NotificationBanner>
    )
  }
  return (
    <div className="stack">
      <NotificationBanner kind="success" live title={t('evaluator.done')}>
        <p>{t('evaluator.doneSays')}</p>
      </NotificationBanner>
      <KeyGate signing={signing} />
      <ErrorSummary problem={problem} />
      {signing.state === 'here' && (
        <p>
          <Button isPending={busy} onPress={() => void sign()}>
            {t('evaluator.sign')}
          </Button>
        </p>
      )}
    </div>
  )
}

function Marking({ no, sheet }: { no: string; sheet: Sheet }) {
  const { t, i18n } = useTranslation()
  const rule = { items: sheet.items } as unknown as AwardRule
  const items = markedItems(rule).filter((item) => item.kind === 'qualitative')
  const labels = sheet.proposals.map((proposal) => proposal.label)
  const save = (marks: Mark[]) =>
    ask(ENDPOINTS.giveMarks, { params: { no }, body: { marks: marks.map(({ member: _, ...m }) => m) } })
  const { marks, commentOf, change, state, problem } = useMarks(sheet.marks, items, save)
  const [at, setAt] = useState<{ label: string; item: ScoredItem } | null>(null)
  const [changes, setChanges] = useState(0)
  const total = items.length * labels.length
  const given = [...marks.values()].filter((mark) => mark !== '').length
  const done = given === total && state === 'saved'
  return (
    <div className="stack gap-8">
      <section className="stack">
        <h2>{t('evaluator.proposals', { count: labels.length })}</h2>
        <p className="note">{t('evaluator.drawn')}</p>
        {sheet.proposals.map(({ label, body, files }, i) => (
          <Proposal body={body} files={files} key={label} label={label} open={i === 0} />
        ))}
      </section>
      <section className="stack">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h2>{t('evaluator.sheet', { seat: sheet.evaluator })}</h2>
          <SaveNote state={state} />
        </div>
        <p className="tnum">{t('evaluator.progress', { given, total })}</p>
        <ErrorSummary problem={problem} />
        {done && (
          // A change takes the signature off: the next time all is saved, the sheet is signed anew.
          <Signing
            key={changes}
            no={no}
            same={(kept) =>
              kept.length === total &&
              kept.every(
                (m) =>
                  Number(m.mark) === Number(marks.get(cellOf(m.bidder, m.item))) &&
                  m.comment === commentOf(m.bidder, m.item),
              )
            }
            sheet={{ ...sheet, signed: sheet.signed && changes === 0 }}
          />
        )}
        <MarksGrid
          caption={t('evaluator.sheet', { seat: sheet.evaluator })}
          cells={marks}
          items={items}
          labels={labels}
          onChange={(label, item, mark) => {
            setChanges((n) => n + 1)
            change(label, item.id, { mark })
          }}
          onFocus={(label, item) => setAt({ label, item })}
        />
        <MissingMarks cells={marks} items={items} labels={labels} />
        {at && (
          <TextField
            hint={t('evaluator.commentHint')}
            label={t('evaluator.comment', { label: at.label, item: inLanguage(at.item.title, i18n.language) })}
            maxLength={2000}
            onChange={(comment) => {
              setChanges((n) => n + 1)
              change(at.label, at.item.id, { comment })
            }}
            rows={2}
            value={commentOf(at.label, at.item.id)}
          />
        )}
        <p className="note">{t('evaluator.alone')}</p>
      </section>
    </div>
  )
}

function SheetOf({ no, view }: { no: string; view: View }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useAsk(
    ENDPOINTS.readSheet,
    { params: { no } },
    { enabled: view.state === 'evaluating' },
  )
  if (view.state !== 'evaluating') {
    return (
      <Empty title={t('evaluator.notNow')}>
        <p>{t(`tender.state.${view.state}`)}</p>
        <p>
          <Link to={`/tenders/${no}`}>{t('evaluator.toTender')}</Link>
        </p>
      </Empty>
    )
  }
  // A sheet that was drawn stays: its own state is newer than what a second look would fetch.
  if (data) return <Marking key={data.evaluator} no={no} sheet={data} />
  if (error instanceof Refused && error.code === 'declaration-missing') {
    return (
      <Empty title={t('evaluator.declareFirst')}>
        <p>
          <Link to="/e">{t('evaluator.toDeclare')}</Link>
        </p>
      </Empty>
    )
  }
  if (error instanceof Refused && error.status === 403) return <Empty title={t('evaluator.notMember')} />
  return error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />
}

function Body() {
  const { t, i18n } = useTranslation()
  const { no = '' } = useParams()
  const { data: view, error, refetch } = useTender(no)
  const crumbs = [{ to: '/e', says: t('evaluator.title') }]
  if (!view) {
    return (
      <>
        <PageHead crumbs={crumbs} title={t('evaluator.sheetTitle')} />
        {error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />}
      </>
    )
  }
  const title = inLanguage(view.title, i18n.language)
  return (
    <>
      <PageHead crumbs={crumbs} title={t('evaluator.of', { title })}>
        <p>
          <Link to={`/tenders/${no}?tab=rule`}>{t('evaluator.rule')}</Link>
        </p>
      </PageHead>
      <SheetOf no={no} view={view} />
    </>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of="evaluator" title={t('evaluator.sheetTitle')}>
      {() => <Body />}
    </RoleGate>
  )
}
