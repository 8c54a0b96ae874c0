// Which refusals exist, with which status and in which words? One row a code (RFC 9457 problem types).
import type { Words } from '../domain/events.ts'

type Facts = Record<string, string | number>
type ProblemRow = { status: number; title: Words; says: (facts: Facts) => Words }

const row = (status: number, ko: string, en: string, says?: (f: Facts) => Words): ProblemRow => ({
  status,
  title: { ko, en },
  says: says ?? (() => ({ ko, en })),
})

export const PROBLEMS = {
  // The request itself.
  'bad-json': row(400, '올바른 JSON이 아닙니다.', 'The body is not acceptable JSON.', (f) => ({
    ko: `본문을 읽을 수 없습니다: ${f.why ?? ''}`,
    en: `The body cannot be read: ${f.why ?? ''}`,
  })),
  'bad-field': row(400, '필드가 잘못되었습니다.', 'A field is wrong.', (f) => ({
    ko: `필드 ${f.field ?? ''}: ${f.why ?? ''}`,
    en: `Field ${f.field ?? ''}: ${f.why ?? ''}`,
  })),
  'body-too-large': row(413, '본문이 너무 큽니다.', 'The body is too large.', (f) => ({
    ko: `본문은 ${f.limit ?? ''}바이트까지입니다.`,
    en: `The body may have ${f.limit ?? ''} bytes at most.`,
  })),
  'bad-request': row(400, '요청을 읽을 수 없습니다.', 'The request is not HTTP that can be read.'),
  'request-too-slow': row(408, '요청이 너무 늦게 왔습니다.', 'The request did not come to its end in time.'),
  'headers-too-large': row(431, '헤더가 너무 큽니다.', 'The address and headers of the request are too large.'),
  'media-type': row(415, '지원하지 않는 형식입니다.', 'This media type is not taken here.'),
  'not-found': row(404, '찾을 수 없습니다.', 'There is nothing at this address.'),
  'method-not-allowed': row(405, '허용되지 않는 방법입니다.', 'This address does not take that method.'),
  'rate-limited': row(429, '요청이 너무 많습니다.', 'Too many requests. Try again a little later.'),
  'foreign-origin': row(403, '다른 출처에서 온 요청입니다.', 'The request comes from another origin.'),
  busy: row(503, '지금은 붐빕니다.', 'The service is busy. Nothing was done; try again after the time given.'),
  'outcome-unknown': row(
    503,
    '결과를 알 수 없습니다.',
    'The connection to the database was lost at the last moment. Ask for the outcome with the same key.',
  ),
  internal: row(500, '내부 오류', 'Something broke on our side. The error was recorded under the id given.'),
  // Sealed files. Every page of a tender carries these words: few of them.
  'tus-version': row(412, 'tus 1.0.0만 받습니다.', 'Only tus 1.0.0 is taken.'),
  'upload-broken': row(400, '헤더를 읽을 수 없습니다.', 'A header cannot be read.'),
  'upload-large': row(413, '파일이 너무 큽니다.', 'The file is too large.'),
  'upload-limit': row(409, '파일이 너무 많습니다.', 'There are too many files.'),
  'upload-offset': row(409, '이어 올릴 자리가 다릅니다.', 'The upload stands at another offset.'),
  'upload-hash': row(422, '파일의 지문이 다릅니다.', 'The file has another hash.'),
  'upload-named': row(409, '제출한 입찰의 파일입니다.', 'A bid names this file.'),
  'file-missing': row(422, '첨부 파일이 다 올라오지 않았습니다.', 'A file of the bid is not wholly here.'),
  'storage-full': row(507, '저장할 자리가 없습니다.', 'There is no room at the moment.'),
  // The caller.
  'sign-in-first': row(401, '로그인이 필요합니다.', 'Sign in first.'),
  'bad-token': row(401, '로그인이 유효하지 않습니다.', 'The access token is not valid.'),
  'bad-credentials': row(401, '이메일이나 비밀번호가 다릅니다.', 'The e-mail address or the password is not right.'),
  'bad-refresh': row(401, '다시 로그인해 주세요.', 'The session has ended. Sign in again.'),
  'step-up-needed': row(
    403,
    '두 번째 인증이 필요합니다.',
    'This act asks for your second factor: a passkey or a code, shown within the last five minutes.',
  ),
  'sign-in-again': row(
    403,
    '다시 로그인해 주세요.',
    'The first second factor is set up within ten minutes of signing in. Sign out and in again.',
  ),
  'bad-code': row(422, '코드가 맞지 않습니다.', 'The code is not right, or was used already.'),
  'bad-passkey': row(422, '패스키를 확인하지 못했습니다.', 'The passkey could not be verified.'),
  'challenge-over': row(410, '시간이 지났습니다.', 'That took too long, or was answered already. Begin again.'),
  'factor-missing': row(409, '등록된 두 번째 인증 수단이 없습니다.', 'No second factor of that kind is set up.'),
  'factor-there': row(409, '이미 등록되어 있습니다.', 'This is set up already.'),
  'factor-limit': row(409, '더 등록할 수 없습니다.', 'There are as many of these as there may be. Remove one first.'),
  'link-over': row(
    410,
    '쓸 수 없는 링크입니다.',
    'The link was used already, has expired, or was replaced by a newer one.',
  ),
  'password-too-short': row(422, '비밀번호가 짧습니다.', 'The password is too short.', (f) => ({
    ko: `비밀번호는 ${f.least ?? ''}자 이상이어야 합니다. 문장도 좋습니다.`,
    en: `A password has at least ${f.least ?? ''} characters. A sentence is fine.`,
  })),
  'password-too-long': row(422, '비밀번호가 깁니다.', 'The password is too long.', (f) => ({
    ko: `비밀번호는 ${f.most ?? ''}자까지입니다.`,
    en: `A password has at most ${f.most ?? ''} characters.`,
  })),
  'password-leaked': row(
    422,
    '유출된 비밀번호 목록에 있습니다.',
    'This password is in lists of leaked passwords, which are the first that are tried.',
  ),
  'password-simple': row(
    422,
    '너무 단순한 비밀번호입니다.',
    'The password is a repetition or a run along the keyboard.',
  ),
  'password-context': row(
    422,
    '누구나 아는 말로 된 비밀번호입니다.',
    'The password is little more than your name, address, organisation or the name of this service.',
  ),
  'provider-unknown': row(404, '모르는 로그인 제공자입니다.', 'There is no such sign-in provider.'),
  'provider-refused': row(
    422,
    '제공자의 답을 받아들일 수 없습니다.',
    'The answer of the sign-in provider cannot be accepted. Begin again.',
  ),
  'provider-down': row(502, '로그인 제공자가 응답하지 않습니다.', 'The sign-in provider does not answer.'),
  'person-unknown': row(
    403,
    '연결된 계정이 없습니다.',
    'No account here is linked to that person. Sign in in another way and link it under “Security”.',
  ),
  'identity-taken': row(409, '다른 계정에 연결되어 있습니다.', 'That person is linked to another account already.'),
  forbidden: row(403, '권한이 없습니다.', 'You may not do this.'),
  // Keys and signatures.
  'bad-signature': row(422, '서명이 맞지 않습니다.', 'The signature does not verify.', (f) => ({
    ko: `서명이 맞지 않습니다: ${f.what ?? ''}`,
    en: `The signature does not verify: ${f.what ?? ''}`,
  })),
  'signature-missing': row(
    422,
    '내 서명 열쇠로 서명해야 합니다.',
    'You have a signing key in force: this act must be signed with it.',
    (f) => ({
      ko: `내 서명 열쇠로 서명해야 합니다: ${f.what ?? ''}`,
      en: `You have a signing key in force, so this must be signed with it: ${f.what ?? ''}`,
    }),
  ),
  'proposal-unsigned': row(
    409,
    '제안한 사람의 서명이 지금 효력이 있는 열쇠로 한 것이 아닙니다. 다시 제안해야 합니다.',
    'Who proposed it has another signing key by now than the one that signed the proposal, or none. It must be proposed again.',
  ),
  'no-key': row(422, '등록된 서명 열쇠가 없습니다.', 'No signing key of yours is in force. Enrol one first.'),
  'act-mismatch': row(
    409,
    '서명한 내용이 기록될 내용과 다릅니다.',
    'What was signed is not what would enter the log. Look again and sign what is there now.',
    (f) => ({
      ko: `서명한 내용(${f.what ?? ''})이 지금 기록될 내용과 다릅니다. 다시 확인하고 서명해 주세요.`,
      en: `What was signed (${f.what ?? ''}) is not what would enter the log now. Look again and sign what is there.`,
    }),
  ),
  'key-not-in-force': row(409, '이미 효력이 없는 열쇠입니다.', 'This key is no longer in force.'),
  'erasure-blocked': row(409, '아직 지울 수 없습니다.', 'It cannot be erased yet.', (f) => ({
    ko: `입찰 ${f.tender ?? ''}에서 맡은 일이 끝나지 않았습니다.`,
    en: `The tender ${f.tender ?? ''} still needs you.`,
  })),
  'month-not-over': row(409, '아직 끝나지 않은 달입니다.', 'This month is not over yet.'),
  'month-done': row(409, '이미 살펴본 달입니다.', 'This month was looked through already.'),
  'own-readings': row(
    409,
    '이 달에는 본인의 열람이 있습니다. 그 달에 열람하지 않은 다른 운영자가 살펴보아야 합니다.',
    'Some readings of this month are your own: an operator who has none looks it through.',
  ),
  'key-in-use': row(409, '이미 쓰인 열쇠입니다.', 'This key is enrolled already.'),
  'key-mismatch': row(
    422,
    '열쇠의 내용이 다릅니다.',
    'The key entry does not name you, your organisation or the key that you replace.',
    (f) => ({
      ko: `열쇠 기록에서 맞지 않는 항목: ${f.field ?? '내용'}`,
      en: `The member ${f.field ?? ''} of the key entry is not right.`,
    }),
  ),
  'clock-skew': row(422, '시각이 맞지 않습니다.', 'The time in the signed entry is more than five minutes from ours.'),
  // Drafts and publication.
  'draft-incomplete': row(422, '공고 초안이 완전하지 않습니다.', 'The draft is not complete.', (f) => ({
    ko: `초안: ${f.field ?? ''}`,
    en: `The draft lacks or breaks: ${f.field ?? ''}`,
  })),
  'rule-invalid': row(422, '낙찰 기준이 올바르지 않습니다.', 'The award rule is not valid.', (f) => ({
    ko: `낙찰 기준: ${f.why ?? ''}`,
    en: `Award rule: ${f.why ?? ''}`,
  })),
  'evaluator-unknown': row(
    422,
    '평가위원을 찾을 수 없습니다.',
    'One of the evaluators is not an account with that role.',
  ),
  'pool-invalid': row(422, '평가위원 추첨 조건이 올바르지 않습니다.', 'The pool of evaluators is not right.', (f) => ({
    ko: `평가위원 추첨 조건: ${f.why ?? ''}`,
    en: `The pool of evaluators: ${f.why ?? ''}`,
  })),
  'pool-too-small': row(422, '평가위원 후보가 모자랍니다.', 'There are too few evaluators to draw from.', (f) => ({
    ko: `평가위원 후보(${f.field ?? ''})가 ${f.found ?? ''}명입니다. ${f.needed ?? ''}명 이상이어야 합니다.`,
    en: `The pool (${f.field ?? ''}) has ${f.found ?? ''} people; ${f.needed ?? ''} are needed.`,
  })),
  'declaration-missing': row(
    403,
    '이해충돌 신고를 먼저 해 주세요.',
    'Declare first whether there is a conflict of interest: until then nothing of the proposals is shown.',
  ),
  'not-called': row(
    409,
    '지금 신고할 차례가 아닙니다.',
    'You are not being asked for a declaration about this tender.',
  ),
  'grounds-missing': row(
    422,
    '이해충돌의 사유를 골라 주세요.',
    'Say what the conflict of interest is; without one, give no grounds.',
  ),
  'seat-empty': row(409, '채워지지 않은 평가위원 자리가 있습니다.', 'A seat of the committee is empty.', (f) => ({
    ko: `평가위원 ${f.evaluator ?? ''} 자리가 아직 비어 있습니다.`,
    en: `The seat ${f.evaluator ?? ''} of the committee is still empty.`,
  })),
  'contribution-invalid': row(
    422,
    '추첨용 봉인 난수가 올바르지 않습니다.',
    'The contribution to the draw is not acceptable.',
    (f) => ({ ko: `추첨용 봉인 난수: ${f.why ?? ''}`, en: `The contribution to the draw: ${f.why ?? ''}` }),
  ),
  'deadline-in-the-past': row(422, '마감이 이미 지났습니다.', 'The deadline has passed already.'),
  'keyset-mismatch': row(422, '열쇠 묶음이 초안과 다릅니다.', 'A signed keyset does not fit the tender.', (f) => ({
    ko: `열쇠 묶음(${f.kind ?? ''}): ${f.why ?? ''}`,
    en: `Keyset (${f.kind ?? ''}): ${f.why ?? ''}`,
  })),
  'prekeys-missing': row(
    409,
    '보관 기관의 열쇠가 모자랍니다.',
    'A custodian has no unused opening key left. It offers new ones by itself; try again soon.',
  ),
  'custodian-unknown': row(404, '모르는 보관 기관입니다.', 'There is no such custodian.'),
  'third-body-missing': row(
    409,
    '서로 다른 세 기관이 있어야 합니다.',
    'It takes three organisations: the institution, another custodian, and a body of oversight that is neither.',
  ),
  'body-not-in-log': row(
    403,
    '공개 기록에 확인된 감독 기관으로 적혀 있지 않습니다.',
    'The public log does not say of this organisation that it is a verified body of oversight which keeps no keys itself.',
  ),
  // Lifecycle.
  'wrong-state': row(409, '지금은 할 수 없습니다.', 'The tender is not in a state in which this can be done.', (f) => ({
    ko: `지금 상태는 ${f.state ?? ''}입니다.`,
    en: `The tender is ${f.state ?? ''}; this is possible from ${f.from ?? 'another state'}.`,
  })),
  'deadline-not-reached': row(409, '아직 마감 전입니다.', 'The deadline has not been reached.'),
  'clock-in-time': row(409, '연기할 이유가 없습니다.', 'There was no outage to postpone for.'),
  'clock-late': row(409, '마감 처리가 늦었습니다.', 'The close came too late; the deadline is moved first.'),
  'closing-not-logged': row(409, '마감이 아직 기록되지 않았습니다.', 'The close is not in the log yet.'),
  'opening-not-due': row(409, '아직 개봉 시각이 아닙니다.', 'The time of the opening has not come.'),
  'enough-bids': row(409, '유찰 사유가 없습니다.', 'There are enough bids.'),
  'too-few-bids': row(409, '입찰이 모자랍니다.', 'There are too few bids.'),
  'envelopes-unopened': row(409, '열리지 않은 봉투가 있습니다.', 'Some envelopes are not open yet.'),
  'no-valid-bid': row(409, '유효한 입찰이 없습니다.', 'There is no valid bid.'),
  'mark-missing': row(409, '빠진 점수가 있습니다.', 'A mark is missing.', (f) => ({
    ko: `${f.evaluator ?? ''} 위원의 ${f.bidder ?? ''} ${f.item ?? ''} 점수가 없습니다.`,
    en: `The mark of ${f.evaluator ?? ''} for bidder ${f.bidder ?? ''}, item ${f.item ?? ''} is missing.`,
  })),
  'sheet-unsigned': row(409, '서명되지 않은 채점표가 있습니다.', 'A sheet of marks is not signed.', (f) => ({
    ko: `${f.evaluator ?? ''} 위원이 지금 효력이 있는 열쇠로 채점표에 서명하지 않았습니다.`,
    en: `${f.evaluator ?? ''} has not signed the sheet as it stands with a key in force.`,
  })),
  'scores-not-logged': row(
    409,
    '점수 확정이 아직 기록되지 않았습니다.',
    'The lock of the scores is not in the log yet.',
  ),
  'nobody-eligible': row(409, '적격자가 없습니다.', 'Nobody is eligible.'),
  'no-joint-rank': row(409, '동점이 없습니다.', 'No rank is joint: there is nothing to draw a lot for.'),
  'lot-not-due': row(409, '추첨 시각이 되지 않았습니다.', 'The public lot was announced for a later time.'),
  'one-envelope': row(409, '가격 봉투뿐인 입찰입니다.', 'This tender has no technical envelopes.'),
  'two-envelopes': row(
    409,
    '기술 봉투를 먼저 여는 입찰입니다.',
    'In this tender technical envelopes are opened first.',
  ),
  'examination-pending': row(
    409,
    '적격심사가 남았습니다.',
    'A bidder in rank order has to be examined before anybody can be awarded.',
  ),
  'nobody-to-examine': row(409, '심사할 입찰자가 없습니다.', 'Nobody has to be examined.'),
  'examination-not-next': row(
    409,
    '심사할 차례가 아닌 입찰자입니다.',
    'Bidders are examined in rank order: it is another one’s turn.',
    (f) => ({
      ko: `지금 심사할 입찰자는 ${f.next ?? ''}입니다.`,
      en: `It is the turn of ${f.next ?? ''}.`,
    }),
  ),
  'examination-invalid': row(422, '심사 점수가 규칙과 맞지 않습니다.', 'The scores do not fit the rule.', (f) => ({
    ko: `심사 점수: ${f.why ?? ''}`,
    en: `The scores: ${f.why ?? ''}`,
  })),
  'lot-pending': row(409, '추첨이 남았습니다.', 'The first rank is shared until a public lot is drawn.'),
  'standstill-runs': row(409, '낙찰 유예 기간입니다.', 'The standstill that the notice promised is not over.', (f) => ({
    ko: `공고가 약속한 낙찰 유예 기간이 끝나지 않았습니다(${f.at ?? '-'}까지).`,
    en: `The standstill that the notice promised runs until ${f.at ?? '-'}.`,
  })),
  'award-not-first': row(
    409,
    '1순위가 아닙니다.',
    'The award goes to the eligible bidder of the first rank, and to no other.',
    (f) => ({
      ko: `1순위 적격자는 ${f.first ?? ''}입니다.`,
      en: `The eligible bidder of the first rank is ${f.first ?? ''}.`,
    }),
  ),
  'statement-missing': row(422, '사유를 적어야 합니다.', 'A reason must be stated, in ten characters or more.'),
  'mark-invalid': row(422, '점수가 올바르지 않습니다.', 'A mark is not valid.', (f) => ({
    ko: `점수 ${f.item ?? ''}: ${f.why ?? ''}`,
    en: `Mark for ${f.item ?? ''}: ${f.why ?? ''}`,
  })),
  // Objections.
  'no-overseer': row(409, '결정할 감독 기관이 없습니다.', 'The notice names no body of oversight that could decide.'),
  'not-a-bidder': row(403, '이 공고의 입찰자가 아닙니다.', 'Only firms that bid in a tender object to its result.'),
  'objection-lodged': row(409, '이미 낸 이의신청이 있습니다.', 'An objection of your firm waits for its decision.'),
  'objection-unknown': row(404, '그런 이의신청이 없습니다.', 'This tender has no such objection.'),
  'objection-decided': row(409, '이미 결정되었습니다.', 'This objection has been decided.'),
  'objections-open': row(
    409,
    '결정되지 않은 이의신청이 있습니다.',
    'Nothing is awarded while an objection waits for its decision.',
  ),
  'objection-upheld': row(
    409,
    '이의신청이 인용되었습니다.',
    'An objection to this result was upheld: the tender can only be cancelled.',
  ),
  // Questions.
  'questions-closed': row(
    409,
    '질문 기간이 끝났습니다.',
    'The deadline has passed: nothing is asked or answered any more.',
  ),
  'questions-waiting': row(
    409,
    '답을 기다리는 질문이 너무 많습니다.',
    'Too many questions of your firm wait for an answer.',
  ),
  'question-asked': row(409, '이미 한 질문입니다.', 'Your firm has asked just this, and it waits for an answer.'),
  'text-short': row(422, '글이 너무 짧습니다.', 'This text is too short.', (f) => ({
    ko: `${f.least ?? ''}자 이상 적어 주세요.`,
    en: `Please write ${f.least ?? ''} characters or more.`,
  })),
  'text-long': row(422, '글이 너무 깁니다.', 'This text is too long.', (f) => ({
    ko: `${f.most ?? ''}자까지 적을 수 있습니다.`,
    en: `It may have ${f.most ?? ''} characters at most.`,
  })),
  // Two persons.
  'second-person-needed': row(
    409,
    '두 사람이 필요합니다.',
    'One person alone may not do this: another one has to approve.',
  ),
  'second-person-same': row(
    403,
    '제안한 사람은 승인할 수 없습니다.',
    'Who proposed it cannot decide it. Another person has to.',
  ),
  'proposal-open': row(
    409,
    '이미 제안되어 있습니다.',
    'The same act is proposed already and waits for its second person.',
  ),
  'proposal-decided': row(409, '이미 결정된 제안입니다.', 'The proposal has been decided already.', (f) => ({
    ko: `이미 결정된 제안입니다(${f.state ?? ''}).`,
    en: `The proposal is ${f.state ?? 'decided'} already.`,
  })),
  'proposal-expired': row(409, '기한이 지난 제안입니다.', 'The proposal was not decided in time. Propose it again.'),
  'proposer-lost-power': row(
    409,
    '제안한 사람에게 이제 권한이 없습니다.',
    'Who proposed it may no longer do this. Somebody else has to propose it again.',
  ),
  // Deadlines.
  'deadline-passed': row(
    409,
    '마감이 이미 지났습니다.',
    'The deadline has passed; neither it nor the rule can be changed any more.',
  ),
  'lots-not-all': row(
    422,
    '로트가 빠졌거나 더 있습니다.',
    'An extension of several lots names every lot of the notice that still takes bids, each once.',
    (f) => ({
      ko: `입찰을 받고 있는 이 공고의 다른 로트 전부를 적어야 합니다. ${f.lots ?? ''}`,
      en: `Every other lot of the notice that still takes bids must be named: ${f.lots ?? ''}.`,
    }),
  ),
  'extension-too-short': row(
    422,
    '연장이 너무 짧습니다.',
    'A deadline is extended by five days at least, and never brought forward.',
    (f) => ({
      ko: `새 마감은 빨라도 ${f.least ?? ''}입니다.`,
      en: `The new deadline may be ${f.least ?? ''} at the earliest.`,
    }),
  ),
  'extension-too-long': row(422, '연장이 너무 깁니다.', 'The new deadline is too far away.', (f) => ({
    ko: `마감은 ${f.days ?? ''}일까지 연장할 수 있습니다.`,
    en: `A deadline may be extended by ${f.days ?? ''} days at most.`,
  })),
  'amendment-changes-nothing': row(
    422,
    '바뀌는 것이 없습니다.',
    'The rule, the method and the budget are what they are already.',
  ),
  'amendment-other-envelopes': row(
    422,
    '정정으로 봉투를 바꿀 수 없습니다.',
    'An amendment leaves the envelopes, and what is drawn, as they were published. Cancel the tender and publish it anew.',
  ),
  // Bids.
  'idempotency-key-missing': row(
    400,
    'Idempotency-Key가 필요합니다.',
    'The header Idempotency-Key is required: 16 to 64 characters of A-Z a-z 0-9 - _.',
  ),
  'idempotency-key-reused': row(
    422,
    '같은 키로 다른 내용이 왔습니다.',
    'This Idempotency-Key was used with another body.',
  ),
  'idempotency-key-in-flight': row(
    409,
    '같은 요청을 처리하고 있습니다.',
    'A request with this Idempotency-Key is being worked on.',
  ),
  'idempotency-key-void': row(
    409,
    '이 키는 더 쓸 수 없습니다.',
    'It was answered that nothing came under this key, so nothing can come any more. Use a new key.',
  ),
  late: row(409, '마감이 지났습니다.', 'The deadline has passed. One millisecond late is late.', (f) => ({
    ko: `마감 ${f.deadline ?? ''} 뒤인 ${f.at ?? ''}에 왔습니다.`,
    en: `It came at ${f.at ?? ''}; the deadline was ${f.deadline ?? ''}.`,
  })),
  excluded: row(
    403,
    '입찰 참가가 제한된 업체입니다.',
    'The firm is on the exclusion list at this moment. The public list says why and until when.',
  ),
  // Organisations and their people.
  'number-malformed': row(
    422,
    '등록번호의 형식이 맞지 않습니다.',
    'The registration number is not in the form of its register.',
  ),
  'number-check-digit': row(
    422,
    '등록번호의 검증 숫자가 맞지 않습니다.',
    'The check digit of the registration number is not right. A digit may be mistyped.',
  ),
  'number-taken': row(
    409,
    '이미 확인된 등록번호입니다.',
    'Another verified organisation has this registration number.',
  ),
  'name-invisible': row(
    422,
    '보이지 않는 글자가 이름에 있습니다.',
    'The name holds signs that nobody sees, or that turn the direction of writing.',
  ),
  'name-empty': row(422, '이름에 글자가 없습니다.', 'The name has neither a letter nor a digit.'),
  'name-too-long': row(422, '이름이 너무 깁니다.', 'The name is too long.', (f) => ({
    ko: `이름은 ${f.most ?? ''}자까지입니다.`,
    en: `A name has ${f.most ?? ''} characters at most.`,
  })),
  'body-missing': row(
    422,
    '어떤 감독 기관인지 골라 주세요.',
    'Say what kind of oversight body it is; other organisations are none.',
  ),
  'field-decided': row(
    409,
    '이미 결정된 분야입니다.',
    'The field is decided already. Whoever states it can give it up and state it anew.',
  ),
  'organisation-state': row(
    409,
    '지금 상태에서는 할 수 없습니다.',
    'The registration is not in a state in which this can be done.',
    (f) => ({
      ko: `등록 상태가 ${f.state ?? ''}입니다.`,
      en: `The registration is ${f.state ?? ''}.`,
    }),
  ),
  'document-missing': row(409, '등록 서류가 없습니다.', 'Add the document of registration first.'),
  'document-invalid': row(
    422,
    '받을 수 없는 서류입니다.',
    'A document is a PDF, PNG or JPEG file of at most three megabytes.',
  ),
  'documents-full': row(409, '서류가 너무 많습니다.', 'There are twenty documents already.'),
  'fact-invalid': row(
    422,
    '자격 내용이 맞지 않습니다.',
    'The qualification is not complete or its dates are not right.',
    (f) => ({
      ko: `자격 내용: ${f.field ?? ''}`,
      en: `The qualification lacks or breaks: ${f.field ?? ''}`,
    }),
  ),
  'facts-full': row(409, '자격이 너무 많습니다.', 'There are two hundred qualifications already.'),
  'exclusion-invalid': row(
    422,
    '제재 내용이 맞지 않습니다.',
    'The exclusion is not complete or its dates are not right.',
    (f) => ({
      ko: `제재 내용: ${f.field ?? ''}`,
      en: `The exclusion lacks or breaks: ${f.field ?? ''}`,
    }),
  ),
  'not-a-supplier': row(422, '업체가 아닙니다.', 'Only a supplier can be shut out of tenders.'),
  'role-not-of-kind': row(
    422,
    '이 기관의 역할이 아닙니다.',
    'People of this kind of organisation do not have that role.',
    (f) => ({
      ko: `${f.role ?? ''} 역할은 이 기관의 사람이 가질 수 없습니다.`,
      en: `The role ${f.role ?? ''} is not of this kind of organisation.`,
    }),
  ),
  'roles-apart': row(
    422,
    '한 사람이 함께 가질 수 없는 역할입니다.',
    'One person may not have these roles together.',
    (f) => ({
      ko: `${f.a ?? ''} 역할과 ${f.b ?? ''} 역할은 서로 다른 사람이 맡습니다.`,
      en: `The roles ${f.a ?? ''} and ${f.b ?? ''} are of different persons.`,
    }),
  ),
  'roles-missing': row(422, '역할을 골라 주세요.', 'Name at least one role.'),
  'role-had': row(409, '이미 있는 역할입니다.', 'The person has that role already.'),
  'last-administrator': row(
    409,
    '마지막 관리자는 나갈 수 없습니다.',
    'An organisation always has an administrator. Make somebody else one first.',
  ),
  'delegation-invalid': row(422, '위임 기간이 맞지 않습니다.', 'The period of the delegation is not right.'),
  'delegation-self': row(
    422,
    '스스로에게 위임할 수 없습니다.',
    'A role is delegated to another person, by somebody who has it.',
  ),
  'invitation-invalid': row(
    404,
    '쓸 수 없는 초대입니다.',
    'The invitation is not valid: it was used, withdrawn, has ended or waits for approval.',
  ),
  'export-over': row(
    409,
    '내려받을 수 있는 때가 지났습니다.',
    'What was approved can be fetched for a day. Propose it again.',
  ),
  'not-open': row(409, '입찰을 받는 공고가 아닙니다.', 'This tender does not take bids now.'),
  'envelope-invalid': row(422, '봉투가 올바르지 않습니다.', 'An envelope is not in the required form.', (f) => ({
    ko: `${f.kind ?? ''} 봉투: ${f.why ?? ''}`,
    en: `The ${f.kind ?? ''} envelope: ${f.why ?? ''}`,
  })),
  'wrong-keyset': row(422, '다른 열쇠로 봉인되었습니다.', 'An envelope was sealed to another keyset.', (f) => ({
    ko: `${f.kind ?? ''} 봉투가 이 공고의 열쇠로 봉인되지 않았습니다.`,
    en: `The ${f.kind ?? ''} envelope is not sealed to the keyset of this tender.`,
  })),
  'wrong-size': row(422, '봉투의 크기가 다릅니다.', 'An envelope does not have one of the fixed sizes.', (f) => ({
    ko: `${f.kind ?? ''} 봉투: ${f.why ?? ''}`,
    en: `The ${f.kind ?? ''} envelope: ${f.why ?? ''}`,
  })),
  'submission-mismatch': row(
    422,
    '제출서의 내용이 다릅니다.',
    'The signed submission does not fit what came with it.',
    (f) => ({
      ko: `제출서에서 맞지 않는 항목: ${f.field ?? ''}`,
      en: `The member ${f.field ?? ''} of the signed submission is not right.`,
    }),
  ),
  'wrong-seq': row(409, '순번이 맞지 않습니다.', 'The sequence number is not the next one.', (f) => ({
    ko: `다음 순번은 ${f.next ?? ''}입니다.`,
    en: `The next number is ${f.next ?? ''}.`,
  })),
  'commitment-repeated': row(409, '이미 쓰인 봉인입니다.', 'This commitment was used before. Seal again.'),
  'nothing-to-withdraw': row(409, '철회할 입찰이 없습니다.', 'There is no bid of yours to withdraw.'),
  // Disputes.
  'receipt-invalid': row(422, '접수증이 증거가 되지 않습니다.', 'The receipt does not prove it.', (f) => ({
    ko: `접수증: ${f.why ?? ''}`,
    en: `The receipt: ${f.why ?? ''}`,
  })),
  'not-dropped': row(409, '빠지지 않은 기록입니다.', 'This entry was not dropped: it counts.'),
  'envelope-differs': row(
    422,
    '봉인된 그 파일이 아닙니다.',
    'This is not the file that was sealed: its bytes have another hash than the one committed.',
  ),
  'envelope-unknown': row(404, '그런 봉투는 제출되지 않았습니다.', 'No envelope with this hash was handed in.'),
  'file-differs': row(
    422,
    '그 이름(지문)의 봉인 파일이 아닙니다.',
    'These are not the bytes of the sealed file with that hash.',
  ),
  'file-unknown': row(404, '열린 입찰서에 그런 파일이 없습니다.', 'No opened bid of this tender names that file.'),
  'file-whole': row(409, '잃지 않은 파일입니다.', 'Nothing is missing of this file.'),
  'envelope-whole': row(409, '잃지 않은 봉투입니다.', 'Nothing is missing of this envelope.'),
  'custodians-enough': row(
    409,
    '열쇠가 모자라지 않습니다.',
    'Enough custodians have released: the opening goes on without sealing again.',
  ),
  'rekey-ordered': row(409, '이미 다시 봉인하게 했습니다.', 'Bidders were told to seal again already.'),
  'rekey-too-short': row(
    422,
    '입찰자에게 주는 시간이 맞지 않습니다.',
    'Bidders get too little time, or too much.',
    (f) => ({
      ko: `${f.least ?? ''}부터 ${f.most ?? ''} 사이로 정해 주세요.`,
      en: `The time must lie between ${f.least ?? ''} and ${f.most ?? ''}.`,
    }),
  ),
  'custodians-unfit': row(
    422,
    '고른 보관 기관으로는 봉인할 수 없습니다.',
    'Nothing can be sealed to these custodians.',
    (f) => ({
      ko: `보관 기관: ${f.why ?? ''}`,
      en: `Custodians: ${f.why ?? ''}`,
    }),
  ),
  'rekey-none': row(409, '다시 봉인할 것이 없습니다.', 'Nobody asked you to seal again.'),
  'rekey-over': row(409, '다시 봉인할 시간이 지났습니다.', 'The time for sealing again is over.'),
  'rekey-answered': row(409, '이미 다시 봉인해 냈습니다.', 'You have sealed again already.'),
  // Auctions.
  'no-auction': row(409, '역경매가 예고되지 않은 입찰입니다.', 'No auction of this tender was announced.'),
  'auction-begun': row(409, '역경매가 이미 예고되었습니다.', 'The auction was announced already.'),
  'auction-not-over': row(409, '역경매가 끝나지 않았습니다.', 'The auction is not over.'),
  'auction-not-seated': row(403, '이 역경매의 참가자가 아닙니다.', 'You do not take part in this auction.'),
  'auction-not-open': row(409, '지금은 열린 회차가 없습니다.', 'No round is open now.'),
  'auction-bid-malformed': row(422, '금액이 올바르지 않습니다.', 'The amount is not a price.'),
  'auction-not-low-enough': row(409, '더 낮게 써야 합니다.', 'The bid is not low enough.', (f) => ({
    ko: `지금은 ${f.most ?? ''} 이하만 쓸 수 있습니다.`,
    en: `A bid is ${f.most ?? ''} or less now.`,
  })),
  // Releases.
  'release-invalid': row(422, '열쇠 조각이 올바르지 않습니다.', 'The release is not valid.', (f) => ({
    ko: `열쇠 조각: ${f.why ?? ''}`,
    en: `The release: ${f.why ?? ''}`,
  })),
  'clearing-invalid': row(422, '증명이 성립하지 않습니다.', 'The proof does not hold.', (f) => ({
    ko: `증명: ${f.why ?? ''}`,
    en: `The proof: ${f.why ?? ''}`,
  })),
  'release-differs': row(
    409,
    '이미 다른 조각을 냈습니다.',
    'This custodian has released other shares for this list already.',
  ),
} as const satisfies Record<string, ProblemRow>

export type Code = keyof typeof PROBLEMS

/** One reason as it stands in a problem body. */
export type ProblemError = { code: string; facts: Facts; at?: string; says: Words }

/** The words of one reason; a code without a row is a bug, and is said as it is. */
export function wordsOf(code: string, facts: Facts): Words {
  const found = Object.hasOwn(PROBLEMS, code) ? (PROBLEMS[code as Code] as ProblemRow) : undefined
  return found ? found.says(facts) : { ko: code, en: code }
}
