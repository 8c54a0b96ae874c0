// Which codes stand in for a lost factor? Shown once; they are to be kept on paper or in a safe.
import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../parts/button.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { saveFile } from '../../save-file.ts'

export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { t } = useTranslation()
  return (
    <NotificationBanner kind="success" live title={t('security.codes.made')}>
      <p>{t('security.codes.keep')}</p>
      <ul aria-label={t('security.codes.title')} className="my-3 grid gap-x-6 sm:grid-cols-2">
        {codes.map((code) => (
          <li className="mono" key={code}>
            {code}
          </li>
        ))}
      </ul>
      <p className="flex flex-wrap gap-3">
        <Button
          kind="quiet"
          onPress={() => saveFile('madang-recovery-codes.txt', `${codes.join('\n')}\n`, 'text/plain')}
          small
        >
          <Download aria-hidden="true" size={18} />
          {t('security.codes.save')}
        </Button>
        <Button onPress={onDone} small>
          {t('security.codes.done')}
        </Button>
      </p>
    </NotificationBanner>
  )
}
