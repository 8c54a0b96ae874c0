// With which items does a notice begin? Tables for services and goods, with points for each technical weight.
import type { Bilingual } from '../../../src/domain/scoring/rule.ts'

export type TemplateItem = {
  id: string
  title: Bilingual
  kind: 'qualitative' | 'quantitative'
  /** Points at a technical weight of 90, 80 and 70; a heading has the sum of its items. */
  points?: readonly [string, string, string]
  parent?: string
}

const of = (
  id: string,
  ko: string,
  en: string,
  points?: readonly [string, string, string],
  parent?: string,
  kind: TemplateItem['kind'] = 'qualitative',
): TemplateItem => ({
  id,
  title: { ko, en },
  kind,
  ...(points ? { points } : {}),
  ...(parent ? { parent } : {}),
})

/** Marked by the officer from records, the same in both tables. */
const COMPANY: readonly TemplateItem[] = [
  of('company', '경영상태 및 수행실적', 'Finances and record', undefined, undefined, 'quantitative'),
  of('company-credit', '신용평가등급', 'Credit rating', ['5', '5', '5'], 'company', 'quantitative'),
  of('company-record', '유사사업 수행실적', 'Record of similar projects', ['5', '5', '5'], 'company', 'quantitative'),
]

export const TEMPLATES = {
  services: [
    of('strategy', '전략 및 방법론', 'Strategy and method'),
    of('strategy-understanding', '사업 이해도', 'Understanding of the task', ['10', '8', '8'], 'strategy'),
    of('strategy-method', '추진 전략', 'Approach', ['10', '8', '7'], 'strategy'),
    of('function', '기술 및 기능', 'Technology and functions'),
    of('function-system', '시스템 요구사항', 'System requirements', ['18', '16', '14'], 'function'),
    of('function-data', '데이터와 보안', 'Data and security', ['12', '12', '9'], 'function'),
    of('quality', '성능 및 품질', 'Performance and quality', ['10', '8', '7']),
    of('management', '프로젝트 관리', 'Project management', ['10', '9', '8']),
    of('support', '프로젝트 지원', 'Project support', ['10', '9', '7']),
    ...COMPANY,
  ],
  goods: [
    of('specification', '규격과 성능', 'Specification and performance'),
    of('specification-function', '요구 규격 충족', 'Meets the specification', ['18', '16', '14'], 'specification'),
    of('specification-fit', '기존 설비와의 호환', 'Fits the present equipment', ['12', '11', '9'], 'specification'),
    of('quality', '품질 보증', 'Quality assurance', ['10', '9', '8']),
    of('delivery', '납품과 설치', 'Delivery and installation'),
    of('delivery-time', '납품 일정', 'Time of delivery', ['10', '9', '8'], 'delivery'),
    of('delivery-install', '설치와 시운전', 'Installation and trial run', ['10', '9', '8'], 'delivery'),
    of('support', '유지보수', 'Maintenance', ['10', '9', '7']),
    of('training', '사용자 교육', 'Training of users', ['10', '7', '6']),
    ...COMPANY,
  ],
} as const satisfies Record<string, readonly TemplateItem[]>

export type TemplateId = keyof typeof TEMPLATES

const WEIGHTS = [90, 80, 70]

/** Points of an item at a technical weight; at another weight those for 90, which are then converted. */
export function pointsAt(item: TemplateItem, weight: number): string | undefined {
  const place = WEIGHTS.indexOf(weight)
  return item.points?.[place < 0 ? 0 : place]
}
