// What became of a file that an opened bid names, and whose risk is that?
import type { Words } from '../events.ts'

/** The number of an upload: 16 random bytes. */
export const BLOB_ID = /^[A-Za-z0-9_-]{22}$/

/**
 * What is found of a file. `not handed in`: the envelope names a sealed file that the signed statement outside does not, so nobody
 * ever answered for it. `missing` and `changed`: the statement names it and the operator gave a receipt, so it was whole when the
 * bid came, and the operator has lost it.
 */
export const FILE_OUTCOMES = ['agrees', 'not handed in', 'missing', 'changed', 'does not open', 'differs'] as const
export type FileFound = (typeof FILE_OUTCOMES)[number]

type Row = { fault: 'nobody' | 'bidder' | 'operator'; says: Words }

/** A file never makes its bid invalid: the envelope alone decides that. It tells what stands behind the bid's words. */
export const FILE_FINDINGS: Readonly<Record<FileFound, Row>> = {
  agrees: {
    fault: 'nobody',
    says: { ko: '봉인한 그 파일입니다. 두 지문이 모두 같습니다.', en: 'The file that was sealed: both hashes agree.' },
  },
  'not handed in': {
    fault: 'bidder',
    says: {
      ko: '입찰자가 이 파일을 내지 않았습니다. 제출서에 없습니다.',
      en: 'The bidder did not hand this file in: the signed statement does not name it.',
    },
  },
  missing: {
    fault: 'operator',
    says: {
      ko: '운영자가 접수했으나 지금 없습니다. 같은 지문의 사본이면 누구나 되살릴 수 있습니다.',
      en: 'The operator gave a receipt for it and no longer has it. Any copy with its hash mends that.',
    },
  },
  changed: {
    fault: 'operator',
    says: {
      ko: '운영자가 가진 것이 접수한 그 파일이 아닙니다.',
      en: 'What the operator has is not the file that it gave a receipt for.',
    },
  },
  'does not open': {
    fault: 'bidder',
    says: {
      ko: '입찰자가 이 봉투의 열쇠로 열리지 않는 파일을 냈습니다.',
      en: 'The bidder handed in a file that does not open with its envelope.',
    },
  },
  differs: {
    fault: 'bidder',
    says: {
      ko: '열었더니 입찰서에 적힌 것과 다른 파일입니다.',
      en: 'It opens to another file than the bid names.',
    },
  },
}
