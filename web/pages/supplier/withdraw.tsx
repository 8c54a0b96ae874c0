// How is a bid taken back? By a signed act of its own; what stood in the log stays there, unreadable.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { signWithdrawal } from '../../../src/domain/bids/prepare.ts'
import { secondsZ } from '../../../src/domain/kit/time.ts'
import { webPrimitives as P } from '../../../src/proof/web-primitives.ts'
import { serverNow } from '../../clock.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { type StoredKey, signerOf } from '../../signing-key.ts'
import { newKey, type Outcome, type SentAct, send } from './sent-acts.ts'

export type WithdrawProps = {
  no: string
  signingKey: StoredKey
  seq: number
  /** Commitment of the bid that is withdrawn. */
  withdraws: string
  onEnd: (outcome: Outcome, act: SentAct) => void
}

export function Withdraw({ no, signingKey, seq, withdraws, onEnd }: WithdrawProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const withdraw = async () => {
    setBusy(true)
    const made = secondsZ(serverNow())
    const signed = await signWithdrawal(P, signerOf(signingKey), {
      tender: no,
      bidder: signingKey.org,
      seq,
      withdraws,
      made,
    })
    const act: SentAct = {
      c: signed.c,
      no,
      account: signingKey.account,
      kind: 'withdrawal',
      key: newKey(),
      body: signed.body,
      eids: null,
      seeds: null,
      at: made,
      outcome: 'pending',
      receipt: null,
    }
    const outcome = await send(act)
    setBusy(false)
    setOpen(false)
    onEnd(outcome, act)
  }
  return (
    <>
      <Button kind="quiet" onPress={() => setOpen(true)}>
        {t('supplier.withdraw.open')}
      </Button>
      <Dialog
        action={
          <Button isPending={busy} kind="danger" onPress={() => void withdraw()}>
            {t('supplier.withdraw.do')}
          </Button>
        }
        isOpen={open}
        must={busy}
        onClose={() => setOpen(false)}
        title={t('supplier.withdraw.title')}
      >
        <ul className="list-disc ps-5">
          <li>{t('supplier.withdraw.effect')}</li>
          <li>{t('supplier.withdraw.stays')}</li>
          <li>{t('supplier.withdraw.again')}</li>
        </ul>
      </Dialog>
    </>
  )
}
