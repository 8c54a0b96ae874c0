// How does an authenticator app learn its secret? By a picture or by typing, and a first code shows that it has.
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useSending } from '../../use-sending.ts'

/** The picture as an address that needs no request; '' until it is drawn. */
function usePicture(uri: string): string {
  const [picture, setPicture] = useState('')
  useEffect(() => {
    let wanted = true
    void import('qrcode')
      .then(({ toString: draw }) => draw(uri, { type: 'svg', margin: 4, errorCorrectionLevel: 'M' }))
      .then((svg) => wanted && setPicture(`data:image/svg+xml,${encodeURIComponent(svg)}`))
    return () => {
      wanted = false
    }
  }, [uri])
  return picture
}

export function TotpSetUp({ of, onDone }: { of: { secret: string; uri: string }; onDone: (codes: string[]) => void }) {
  const { t } = useTranslation()
  const picture = usePicture(of.uri)
  const [code, setCode] = useState('')
  const { busy, problem, send } = useSending()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    await send(async () => {
      const answer = await ask(ENDPOINTS.confirmTotp, { body: { code: code.trim() } })
      if (answer.ok) onDone(answer.body.recoveryCodes)
      return answer
    })
  }
  return (
    <form className="stack" noValidate onSubmit={(event) => void submit(event)}>
      <ErrorSummary
        fieldOf={({ code: wrong }) => (['bad-code', 'bad-field'].includes(wrong) ? 'totp-code' : null)}
        problem={problem}
        says={({ code: wrong }) =>
          wrong === 'no-connection' ? t('parts.states.offline') : wrong === 'bad-field' ? t('factor.codeForm') : null
        }
      />
      <p>{t('security.totp.scan')}</p>
      {picture !== '' && (
        <img
          alt={t('security.totp.picture')}
          className="size-52 rounded-card border border-line bg-[#fff]"
          src={picture}
        />
      )}
      <p>
        {t('security.totp.type')}
        <br />
        <span className="mono break-all">{of.secret.replace(/(.{4})(?=.)/g, '$1 ')}</span>
      </p>
      <div className="max-w-[20rem]">
        <TextField
          autoComplete="one-time-code"
          id="totp-code"
          inputMode="numeric"
          label={t('security.totp.code')}
          maxLength={10}
          onChange={setCode}
          value={code}
        />
      </div>
      <p>
        <Button isPending={busy} type="submit">
          {t('security.totp.confirm')}
        </Button>
      </p>
    </form>
  )
}
