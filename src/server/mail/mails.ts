// Which mails are there, and what do they say? One row a kind, in both languages.
import type { Words } from '../../domain/events.ts'

export type Facts = Record<string, string | number | null>
type Link = {
  /** What the token in the link opens; one kind of mail has its own. */
  purpose: string
  /** Page that takes the token behind the #, which no server, log or other site gets to see. */
  page: string
  hours: number
}
type MailRow = {
  link?: Link
  /** To whoever owns the address: nothing is sent to an address that no account has. */
  onlyToOwners?: true
  /** To whom it goes is for nobody else to know: where mails are kept instead of sent, the address is not shown. */
  inConfidence?: true
  /** How many of them there are is for nobody to know: where mails are kept instead of sent, they are not shown at all. */
  uncounted?: true
  subject: Words
  body: (facts: Facts) => Words
}

export const MAILS = {
  'verify-address': {
    link: { purpose: 'verify-address', page: '/verify-email', hours: 48 },
    subject: { ko: '이메일 주소 확인', en: 'Confirm your e-mail address' },
    body: () => ({
      ko: '아래 링크를 열어 이 주소가 본인의 것임을 확인해 주세요. 요청한 적이 없다면 무시하셔도 됩니다.',
      en: 'Open the link below to confirm that this address is yours. If you did not ask for it, ignore this mail.',
    }),
  },
  'reset-password': {
    link: { purpose: 'reset-password', page: '/reset-password', hours: 1 },
    onlyToOwners: true,
    subject: { ko: '비밀번호 다시 정하기', en: 'Choose a new password' },
    body: () => ({
      ko: '아래 링크를 열어 새 비밀번호를 정하세요. 요청한 적이 없다면 무시하셔도 되고, 비밀번호는 그대로입니다.',
      en: 'Open the link below to choose a new password. If you did not ask for it, ignore this mail; your password stays as it is.',
    }),
  },
  // Whoever registers or accepts an invitation is answered alike; only who owns the address learns that it has an account.
  'account-there': {
    onlyToOwners: true,
    subject: { ko: '이 주소에는 이미 계정이 있습니다', en: 'You already have an account' },
    body: (f) => ({
      ko: `누군가 이 주소로 등록하거나 초대를 받아들이려 했습니다. 이 주소에는 이미 계정이 있어 아무것도 바뀌지 않았습니다. 본인이라면 로그인하거나, 비밀번호를 잊었다면 다시 정해 주세요. 본인이 아니라면 무시하셔도 됩니다.

${f.base ?? ''}/sign-in
${f.base ?? ''}/forgot-password`,
      en: `Somebody tried to register with this address, or to accept an invitation to it. It has an account already, and nothing was changed. If it was you, sign in, or choose a new password if you have forgotten it. If it was not you, ignore this mail.

${f.base ?? ''}/sign-in
${f.base ?? ''}/forgot-password`,
    }),
  },
  'password-changed': {
    subject: { ko: '비밀번호가 바뀌었습니다', en: 'Your password was changed' },
    body: () => ({
      ko: '비밀번호가 바뀌었고 다른 모든 세션이 끝났습니다. 본인이 한 일이 아니라면 지금 비밀번호를 다시 정하고 운영자에게 알려 주세요.',
      en: 'Your password was changed and all other sessions were ended. If it was not you, choose a new password now and tell the operator.',
    }),
  },
  'factor-changed': {
    subject: { ko: '두 번째 인증 수단이 바뀌었습니다', en: 'Your second factors were changed' },
    body: (f) => ({
      ko: `내 계정: ${f.ko ?? ''}. 본인이 한 일이 아니라면 비밀번호를 다시 정하고 운영자에게 알려 주세요.`,
      en: `Your account: ${f.en ?? ''}. If it was not you, choose a new password and tell the operator.`,
    }),
  },
  'question-asked': {
    subject: { ko: '공고에 질문이 들어왔습니다', en: 'A question came in about a tender' },
    body: (f) => ({
      ko: `공고 ${f.tender ?? ''}에 답을 기다리는 질문이 있습니다. 누가 물었는지는 아무도 보지 못합니다. 마감(${f.until ?? ''}) 전까지 답할 수 있으며, 질문과 답은 함께 공개됩니다.

${f.page ?? ''}`,
      en: `A question about tender ${f.tender ?? ''} waits for an answer. Nobody sees who asked it. It can be answered until the deadline (${f.until ?? ''}); question and answer become public together.

${f.page ?? ''}`,
    }),
  },
  'question-answered': {
    inConfidence: true,
    subject: { ko: '질문에 답변이 나왔습니다', en: 'Your question was answered' },
    body: (f) => ({
      ko: `공고 ${f.tender ?? ''}에 대한 질문의 답이 공개되었습니다. 누가 물었는지는 공개되지 않습니다.

${f.page ?? ''}`,
      en: `The answer to your question about tender ${f.tender ?? ''} is public now. That you asked is not.

${f.page ?? ''}`,
    }),
  },
  'notice-explained': {
    uncounted: true,
    subject: { ko: '입찰하신 공고에 답변이 나왔습니다', en: 'An answer about a tender that you bid in' },
    body: (f) => ({
      ko: `공고 ${f.tender ?? ''}에 대한 질문의 답을 발주 기관이 공개했습니다. 이미 낸 입찰은 그대로 유효하며, 마감(${f.until ?? ''}) 전까지 바꾸거나 거둘 수 있습니다.

${f.page ?? ''}`,
      en: `The agency has published an answer about tender ${f.tender ?? ''}. Your bid stands as it is; until the deadline (${f.until ?? ''}) you may replace or withdraw it.

${f.page ?? ''}`,
    }),
  },
  'objection-lodged': {
    subject: { ko: '이의신청이 접수되었습니다', en: 'A bidder objects to a result' },
    body: (f) => ({
      ko: `공고 ${f.tender ?? ''}의 결과에 입찰자가 이의신청했습니다. 공고가 정한 감독 기관이 결정할 때까지 낙찰할 수 없습니다.

${f.page ?? ''}`,
      en: `A bidder objects to the result of tender ${f.tender ?? ''}. Nothing can be awarded until a body of oversight that the notice names has decided.

${f.page ?? ''}`,
    }),
  },
  'objection-decided': {
    subject: { ko: '이의신청이 결정되었습니다', en: 'An objection was decided' },
    body: (f) => ({
      ko: `공고 ${f.tender ?? ''}의 이의신청에 대한 결정이 공개되었습니다.

${f.page ?? ''}`,
      en: `The decision about an objection to tender ${f.tender ?? ''} is public.

${f.page ?? ''}`,
    }),
  },
  'keys-replaced': {
    uncounted: true,
    subject: { ko: '입찰을 새 열쇠로 다시 내 주세요', en: 'Please hand in your bid again, under new keys' },
    body: (f) => ({
      ko: `공고 ${f.tender ?? ''}: 열쇠 보관 기관에 문제가 생겨 발주 기관이 다른 보관 기관의 열쇠로 바꾸고 마감을 미루었습니다. 새 마감: ${f.until ?? ''}. 그 전에 봉인한 입찰은 열 수 없어 더는 세지 않습니다. 입찰한 브라우저에서 아래 화면을 열면 적어 둔 내용으로 다시 봉인해 낼 수 있습니다. 내용과 가격은 바꾸어도 됩니다.

${f.page ?? ''}`,
      en: `Tender ${f.tender ?? ''}: key custodians have failed, so the agency had bids sealed to others and moved the deadline to ${f.until ?? ''}. A bid that was sealed before cannot be opened and counts no more. Open the page below in the browser from which you bid: what you wrote is still there, and is sealed and handed in again with one press. You may change content and price.

${f.page ?? ''}`,
    }),
  },
  'rule-amended': {
    uncounted: true,
    subject: {
      ko: '평가 규칙이 바뀌어 입찰을 다시 내야 합니다',
      en: 'The rule was changed: please hand in your bid again',
    },
    body: (f) => ({
      ko: `공고 ${f.tender ?? ''}: 발주 기관이 평가 규칙이나 예산을 정정하고 마감을 미루었습니다. 새 마감: ${f.until ?? ''}. 이제까지 낸 입찰은 모두 무효이고 아무도 열 수 없습니다. 무엇이 어떻게 바뀌었는지는 공고 화면에 있습니다.

${f.notice ?? ''}

입찰한 브라우저에서 아래 화면을 열면 적어 둔 내용을 고쳐 다시 봉인해 낼 수 있습니다.

${f.page ?? ''}`,
      en: `Tender ${f.tender ?? ''}: the agency has changed the award rule or the budget and moved the deadline to ${f.until ?? ''}. Every bid handed in so far is void, and nobody can open it. The page of the tender shows what was changed.

${f.notice ?? ''}

Open the page below in the browser from which you bid: what you wrote is still there. Change what you like, and seal it again.

${f.page ?? ''}`,
    }),
  },
  'envelope-lost': {
    inConfidence: true,
    subject: { ko: '입찰 봉투 파일을 다시 보내 주세요', en: 'Please send the file of your envelope again' },
    body: (f) => ({
      ko: `공고 ${f.tender ?? ''}: 내신 입찰의 ${f.ko ?? ''} 파일을 서비스가 잃었거나 파일이 봉인된 것과 달라졌습니다. 파일이 돌아올 때까지 이 입찰은 열 수 없고, 개봉은 기다립니다. 입찰한 브라우저에서(또는 저장해 둔 접수증 파일로) 아래 화면을 열고 ‘봉투 되살리기’를 눌러 주세요. 파일의 지문은 공개 기록부에 있는 것과 같아야 하므로 내용과 가격은 바뀌지 않습니다.

${f.page ?? ''}`,
      en: `Tender ${f.tender ?? ''}: the service has lost the ${f.en ?? ''} of your bid, or its file is no longer the one that you sealed. Until the file is back your bid cannot be opened, and the opening waits. Open the page below in the browser from which you bid, or with the receipt file that you saved, and press “Bring the envelope back”. The file must have the hash that you signed, so neither content nor price can change by it.

${f.page ?? ''}`,
    }),
  },
  'seal-again': {
    subject: { ko: '입찰을 다시 봉인해 주세요', en: 'Please seal your bid again' },
    body: (f) => ({
      ko: `공고 ${f.tender ?? ''}: 열쇠 보관 기관이 모자라 봉투를 열 수 없습니다. ${f.until ?? ''}까지 입찰한 브라우저에서(또는 저장해 둔 접수증 파일로) ‘내 입찰’ 화면을 열고 다시 봉인해 주세요. 내용과 가격은 바뀌지 않습니다. 그때까지 답하지 않은 입찰은 철회한 것으로 봅니다.

${f.page ?? ''}`,
      en: `Tender ${f.tender ?? ''}: too few key custodians are left to open the envelopes. By ${f.until ?? ''}, open the page of your bid in the browser from which you bid, or with the receipt file that you saved, and seal it again. Content and price cannot change by it. A bid without an answer by then is treated as withdrawn.

${f.page ?? ''}`,
    }),
  },
  'readings-waiting': {
    subject: { ko: '개인정보 열람 기록을 살펴볼 때입니다', en: 'Readings of personal data wait to be looked through' },
    body: (f) => ({
      ko: `끝난 달의 개인정보 열람 기록을 아직 아무도 살펴보지 않았습니다: ${f.months ?? ''}. 그 달에 열람하지 않은 사람이 살펴보고 확인해 주세요.

${f.page ?? ''}`,
      en: `Nobody has looked through the readings of personal data of months that are over: ${f.months ?? ''}. Somebody who has not read in that month should look, and say so.

${f.page ?? ''}`,
    }),
  },
  'new-device': {
    subject: { ko: '새 기기에서 로그인했습니다', en: 'A sign-in from a new device' },
    body: (f) => ({
      ko: `${f.at ?? ''}에 새 기기(${f.agent ?? ''})에서 로그인했습니다. 본인이 아니라면 세션을 끝내고 비밀번호를 바꿔 주세요.`,
      en: `At ${f.at ?? ''} somebody signed in from a new device (${f.agent ?? ''}). If it was not you, end that session and change your password.`,
    }),
  },
  'committee-called': {
    inConfidence: true,
    subject: { ko: '평가위원으로 추첨되었습니다', en: 'You were drawn as an evaluator' },
    body: (f) => ({
      ko: `공개 추첨에 따라 ${f.again ? '앞 순서의 사람을 대신하여 ' : ''}${f.no ?? ''} “${f.ko ?? ''}”의 평가위원(${f.seat ?? ''})으로 추첨되었습니다. ${f.due ?? ''}까지 이해충돌이 있는지 신고해 주세요. 그때까지 답이 없으면 다음 순서의 사람을 부릅니다.

${f.page ?? ''}

점수가 확정될 때까지 추첨된 것을 아무에게도 알리지 마세요.`,
      en: `By public lot you were drawn as evaluator ${f.seat ?? ''} of ${f.no ?? ''} “${f.en ?? ''}”${f.again ? ', in place of somebody before you' : ''}. Please declare by ${f.due ?? ''} whether you have a conflict of interest. Without an answer by then the next ticket is called.

${f.page ?? ''}

Until the scores are locked, tell nobody that you were drawn.`,
    }),
  },
  'committee-unfilled': {
    subject: { ko: '평가위원으로 부를 사람이 남지 않았습니다', en: 'Nobody is left to be called as an evaluator' },
    body: (f) => ({
      ko: `${f.no ?? ''} “${f.ko ?? ''}”: 추첨표가 모두 쓰여 다음 자리에 부를 사람이 없습니다: ${f.seats ?? ''}. 빈자리가 있으면 점수를 확정할 수 없습니다. 공고를 취소하고 후보를 더 갖추어 다시 공고할 수 있습니다.

${f.page ?? ''}`,
      en: `${f.no ?? ''} “${f.en ?? ''}”: all tickets are used, and nobody is left to be called for ${f.seats ?? ''}. With an empty seat the scores cannot be locked. The tender can be cancelled and published again with a larger pool.

${f.page ?? ''}`,
    }),
  },
} as const satisfies Record<string, MailRow>

export type MailKind = keyof typeof MAILS

/** Kinds of mails whose number would tell how many have bid. */
export const UNCOUNTED = (Object.keys(MAILS) as MailKind[]).filter((kind) => (MAILS[kind] as MailRow).uncounted)

/** Is it for its addressee alone to know that there is such a mail? */
export const inConfidence = (kind: string): boolean =>
  Object.hasOwn(MAILS, kind) && (MAILS[kind as MailKind] as MailRow).inConfidence === true

const GREETING: Words = { ko: '안녕하세요.', en: 'Hello,' }
const EXPIRES = (hours: number): Words => ({
  ko: `이 링크는 한 번, ${hours}시간 안에만 쓸 수 있습니다.`,
  en: hours === 1 ? 'The link works once, for one hour.' : `The link works once, for ${hours} hours.`,
})
const SIGNATURE: Words = { ko: '마당 Madang', en: 'Madang 마당' }

/** The text of a mail: subject and plain words, one empty line between paragraphs. `address` is the link's, where there is one. */
export function writeMail(
  kind: MailKind,
  language: 'ko' | 'en',
  facts: Facts,
  address: string | null,
): { subject: string; body: string } {
  const row: MailRow = MAILS[kind]
  const paragraphs = [
    GREETING[language],
    row.body(facts)[language],
    ...(row.link && address !== null ? [address, EXPIRES(row.link.hours)[language]] : []),
    SIGNATURE[language],
  ]
  return { subject: `[Madang] ${row.subject[language]}`, body: `${paragraphs.join('\n\n')}\n` }
}
