// In which fields do evaluators judge? One row a field; a committee's seats are asked for by field.
import type { Words } from '../events.ts'

export const FIELDS = {
  software: { ko: '정보·소프트웨어', en: 'Software and information systems' },
  network: { ko: '통신·네트워크', en: 'Networks and communications' },
  security: { ko: '정보보호', en: 'Information security' },
  construction: { ko: '건설·토목', en: 'Construction and civil engineering' },
  architecture: { ko: '건축·설계', en: 'Architecture and design' },
  health: { ko: '보건·의료', en: 'Health' },
  environment: { ko: '환경·에너지', en: 'Environment and energy' },
  education: { ko: '교육·연구', en: 'Education and research' },
  culture: { ko: '문화·홍보', en: 'Culture and communication' },
  management: { ko: '경영·회계', en: 'Management and accounting' },
} as const satisfies Record<string, Words>

export type Field = keyof typeof FIELDS
export const FIELD_IDS = Object.keys(FIELDS) as [Field, ...Field[]]

/** What a field is called; one of a later version is called by its id. */
export const fieldWords = (field: string): Words =>
  Object.hasOwn(FIELDS, field) ? FIELDS[field as Field] : { ko: field, en: field }
